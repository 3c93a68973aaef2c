"""A server with a key seals what happens on the floor, and remembers outside where the chain ends."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from salesdesk import sealfiles
from salesdesk.desk import sealing
from salesdesk.desk.auditing import RunAudit
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.headless import record
from tests.floors import TestFloor
from tests.server.serving import open_test_hall, options_of, serving
from tests.steps import value


def test_what_happened_is_sealed_and_anchored_at_the_latest_when_the_server_stops(
    floor: TestFloor, tmp_path: Path
) -> None:
    key = sealfiles.make_key(tmp_path / "key")
    anchor = tmp_path / "anchor"
    with serving(floor, seal_keys=(str(tmp_path / "key"),), anchor=str(anchor)) as server:
        assert server.post("Dana", "claim_next")[0] == 200
        server.hall.seal()
        sealed = value(floor, "SELECT count(*) FROM sealed_event")
        assert sealed > 0
        assert server.post("Ito", "claim_next")[0] == 200
    kept = sealfiles.load_anchors(anchor)
    assert kept == [sealing.head_of(floor.counter)]
    assert kept[0].events > sealed
    floor.counter = sealing.holding(floor.counter, [key])
    found = floor.run("Sam", RunAudit(anchors=tuple(kept))).seals
    assert (found.unsealed, found.verified, found.fault) == (0, True, "")


def test_a_leader_elsewhere_audits_with_the_servers_key_and_an_anchor_of_their_own(
    floor: TestFloor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sealfiles.make_key(tmp_path / "key")
    mine = tmp_path / "mine"
    with serving(floor, seal_keys=(str(tmp_path / "key"),)) as server:
        monkeypatch.setenv("SALESDESK_TOKEN", server.token("Sam"))
        assert record.seal(server.url, None, [], late=False, as_json=False) == 0
        assert record.audit(server.url, None, [], mine, as_json=False) == 0
        assert "events sealed; the chain ends at seal 1" in capsys.readouterr().out
        assert sealfiles.load_anchors(mine) == [sealing.head_of(floor.counter)]
        mine.write_text(mine.read_text().replace('"seal":1', '"seal":2'))
        assert record.audit(server.url, None, [], mine, as_json=False) == 1
        assert "the chain was cut short" in capsys.readouterr().out
        with pytest.raises(BadRequest, match="leave --seal-key out"):
            record.audit(server.url, None, [tmp_path / "key"], None, as_json=False)


def test_a_server_does_not_start_with_a_key_or_an_anchor_that_will_not_do(floor: TestFloor, tmp_path: Path) -> None:
    sealfiles.make_key(tmp_path / "key")
    (tmp_path / "anchor").write_text("{}\n")
    with pytest.raises(Refused, match="is no anchor"):
        open_test_hall(floor, seal_keys=(str(tmp_path / "key"),), anchor=str(tmp_path / "anchor"))
    (tmp_path / "key").chmod(0o604)
    with pytest.raises(Refused, match="chmod 600"):
        open_test_hall(floor, seal_keys=(str(tmp_path / "key"),))
    with pytest.raises(BadRequest, match="none without --seal-key"):
        options_of(floor, anchor="anchor").check()


async def test_a_chore_that_breaks_once_is_done_the_next_time(
    floor: TestFloor, caplog: pytest.LogCaptureFixture
) -> None:
    hall, times, done = open_test_hall(floor), [], asyncio.Event()

    def chore() -> None:
        times.append(1)
        if len(times) == 1:
            raise ZeroDivisionError
        done.set()

    task = asyncio.create_task(hall.keep(chore, 0.0))
    await asyncio.wait_for(done.wait(), 10)
    task.cancel()
    hall.close()
    assert "error" in caplog.text
