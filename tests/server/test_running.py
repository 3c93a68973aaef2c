"""The server as a process: started by a command, over TLS or on this machine only, and stopped by a signal."""

from __future__ import annotations

import http.client
import json
import re
import signal
import ssl
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.wire import is_loopback
from salesdesk.remote import open_remote
from salesdesk.server.options import Options
from salesdesk.store.gate import Gate
from salesdesk.store.session import StoreError
from tests.floors import make_floor
from tests.real.program import Program
from tests.remote.lines import until
from tests.server.program import ENDS_WITHIN, Served, served
from tests.server.serving import issue

TLS = Path(__file__).parent.parent / "data" / "tls"
CERT, KEY = TLS / "for-tests-only.pem", TLS / "for-tests-only.key"


def ask(server: Served, method: str, path: str, token: str, context: ssl.SSLContext | None = None) -> tuple[int, Any]:
    """Status and answer of one request."""
    if context:
        connection: http.client.HTTPConnection = http.client.HTTPSConnection(
            "localhost", server.port, timeout=20, context=context
        )
    else:
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)
    with closing(connection):
        connection.request(method, path, headers={"Authorization": f"Bearer {token}", "Connection": "close"})
        answer = connection.getresponse()
        return answer.status, json.loads(answer.read())


def test_two_commands_open_a_floor_to_a_station(tmp_path: Path) -> None:
    program = Program(tmp_path)
    floor = str(program.working_hours_floor())
    token = program.run("token", "issue", "Dana", "--floor", floor, "--label", "seat 12").strip()
    with served(tmp_path, floor) as server:
        assert ask(server, "GET", "/v1/me", token)[1]["person"] == "Dana"
        assert ask(server, "POST", "/v1/claim_next", token) == (200, None)
        program.run("token", "revoke", "1", "--floor", floor)
        assert ask(server, "GET", "/v1/me", token)[0] == 401
        assert server.stop() in (0, -signal.SIGTERM)
    listed = program.json("token", "list", "--floor", floor)["tokens"]
    assert [(each["id"], each["state"], each["label"]) for each in listed] == [(1, "revoked", "seat 12")]
    assert listed[0]["last_used_at"]
    assert token not in program.run("token", "list", "--floor", floor)


def test_a_signal_ends_streams_and_the_server(tmp_path: Path) -> None:
    program = Program(tmp_path)
    floor = str(program.working_hours_floor())
    token = program.run("token", "issue", "Dana", "--floor", floor).strip()
    with served(tmp_path, floor) as server:
        with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
            connection.request("GET", "/v1/pulse", headers={"Authorization": f"Bearer {token}"})
            answer = connection.getresponse()
            assert answer.readline() == b"event: pulse\n"
            server.process.send_signal(signal.SIGTERM)
            answer.read()
        assert server.wait_for("Finished server process")
        assert server.stop() in (0, -signal.SIGTERM)


def test_a_server_that_waits_for_its_floor_can_be_stopped(tmp_path: Path) -> None:
    floor = Program(tmp_path).working_hours_floor()
    with Gate(floor.with_name(f"{floor.name}-gate")), served(tmp_path, str(floor), until="running on") as server:
        waits = re.compile(rf"-> FLOCK .* {server.process.pid} ")
        until(lambda: waits.search(Path("/proc/locks").read_text()), "a server that waits")
        server.process.send_signal(signal.SIGINT)
        assert server.process.wait(ENDS_WITHIN) == 130


def test_over_tls_a_token_travels_unseen(tmp_path: Path) -> None:
    program = Program(tmp_path)
    floor = str(program.working_hours_floor())
    token = program.run("token", "issue", "Dana", "--floor", floor).strip()
    with served(tmp_path, floor, "--tls-cert", str(CERT), "--tls-key", str(KEY), "--host", "0.0.0.0") as server:
        trusting = ssl.create_default_context(cafile=str(CERT))
        assert ask(server, "GET", "/v1/me", token, trusting)[0] == 200
        with pytest.raises(ssl.SSLCertVerificationError):
            ask(server, "GET", "/v1/me", token, ssl.create_default_context())
        old = ssl.create_default_context(cafile=str(CERT))
        old.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
        with pytest.warns(DeprecationWarning, match="deprecated"):
            old.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((ssl.SSLError, ConnectionError)):
            ask(server, "GET", "/v1/me", token, old)


def test_a_station_tells_no_stranger_its_token(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever answers must have a certificate of an authority that the station trusts."""
    program = Program(tmp_path)
    floor = str(program.working_hours_floor())
    monkeypatch.setenv("SALESDESK_TOKEN", program.run("token", "issue", "Dana", "--floor", floor).strip())
    with served(tmp_path, floor, "--tls-cert", str(CERT), "--tls-key", str(KEY)) as server:
        url = f"https://localhost:{server.port}"
        with pytest.raises(StoreError, match="not to be trusted, so nothing was sent"):
            open_remote(url)
        monkeypatch.setenv("SALESDESK_CA", str(CERT))
        open_remote(url).close()


def test_a_taken_port_is_told_in_a_line(tmp_path: Path) -> None:
    program = Program(tmp_path)
    floor = str(program.working_hours_floor())
    with served(tmp_path, floor) as server:
        told = program.run("serve", "--floor", floor, "--port", str(server.port), code=1)
        assert "cannot be listened on" in told
        assert "Traceback" not in told


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--host", "0.0.0.0"), "in the clear"),
        (("--host", "192.0.2.7"), "in the clear"),
        (("--tls-cert", str(CERT)), "both files"),
        (("--tls-cert", str(CERT), "--tls-key", "nowhere.key"), "no file"),
        (("--tls-cert", str(CERT), "--tls-key", str(CERT)), "are no certificate with its key"),
        (("--workers", "2"), "one writer"),
    ],
)
def test_what_would_be_unsafe_is_refused_in_a_line(tmp_path: Path, words: tuple[str, ...], told: str) -> None:
    program = Program(tmp_path)
    answer = program.run("serve", "--floor", str(program.working_hours_floor()), *words, code=2)
    assert told in answer
    assert answer.count("\n") == 1


def test_a_floor_that_is_not_there_is_told_in_a_line(tmp_path: Path) -> None:
    told = Program(tmp_path).run("serve", "--floor", "nowhere.floor", "--port", "0", code=1)
    assert "there is no floor at nowhere.floor" in told
    assert "Traceback" not in told


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "::1", "127.3.2.1"])
def test_this_machine_needs_no_tls(host: str) -> None:
    assert is_loopback(host)
    Options(floor="a.floor", host=host).check()


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.0.2.7", "example.com", ""])
def test_other_addresses_do(host: str) -> None:
    assert not is_loopback(host)
    with pytest.raises(BadRequest):
        Options(floor="a.floor", host=host).check()
    Options(floor="a.floor", host=host, behind_proxy=True).check()
    Options(floor="a.floor", host=host, tls_cert=str(CERT), tls_key=str(KEY)).check()


def test_options_reach_the_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SALESDESK_SERVER", "")
    options = Options(floor="a.floor", port=1, leads_per_hour=7, seal_keys=("a", "b"))
    options.to_environment()
    assert Options.from_environment() == options


def test_workers_that_cannot_start_are_told_of_once(tmp_path: Path) -> None:
    where = f"postgresql://nobody@localhost/nowhere?host={tmp_path}"
    told = Program(tmp_path).run("serve", "--floor", where, "--port", "0", "--workers", "2", code=1)
    assert "cannot be opened" in told
    assert told.count("\n") == 1


def test_several_workers_serve_one_database_as_one(tmp_path: Path) -> None:
    with make_floor(tmp_path, engine="postgres", release=False, leads=0) as floor:
        token = issue(floor, "Sam")
        with served(tmp_path, floor.target, workers=2) as server:
            for _ in range(8):
                assert ask(server, "GET", "/v1/me", token)[0] == 200
            with closing(http.client.HTTPConnection("127.0.0.1", server.port, timeout=20)) as connection:
                connection.request("GET", "/metrics")
                text = connection.getresponse().read().decode()
            assert 'salesdesk_requests_total{operation="me",status="200"} 8.0' in text
            assert server.stop() in (0, -signal.SIGTERM)
