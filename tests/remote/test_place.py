"""Where a token may be sent, and where it may be kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk.errors import BadRequest
from salesdesk.environment import Environment
from salesdesk.remote.contact import Contact
from salesdesk.remote.place import place_of
from salesdesk.remote.wire import Wire

TOKEN = "sd_7_" + "x" * 43
WITH_TOKEN = Environment({"SALESDESK_TOKEN": TOKEN})


def refusal(url: str, **environment: str) -> BadRequest:
    with pytest.raises(BadRequest) as caught:
        place_of(url, Environment({"SALESDESK_TOKEN": TOKEN} | environment))
    assert TOKEN not in caught.value.message
    return caught.value


@pytest.mark.parametrize("url", ["http://floor.example.com", "http://10.0.0.7:8707", "http://[2001:db8::1]:8707"])
def test_a_token_never_crosses_a_network_in_the_clear(url: str) -> None:
    assert "use https://" in refusal(url).message


@pytest.mark.parametrize("url", ["http://127.0.0.1:8707", "http://localhost:8707", "http://[::1]:8707"])
def test_plain_http_is_good_enough_within_this_machine(url: str) -> None:
    assert place_of(url, WITH_TOKEN).token == TOKEN


@pytest.mark.parametrize("url", ["https://me:secret@floor.example", "https://", "https://floor.example/?a=b"])
def test_an_address_with_more_than_an_address_in_it_is_refused(url: str) -> None:
    assert "secret" not in refusal(url).message


@pytest.mark.parametrize(
    "url", ["http://[::1", "http://127.0.0.1:abc", "https://floor:99999", "https://a..b", "floor:0"]
)
def test_what_is_no_address_is_said_to_be_none(url: str) -> None:
    assert refusal(url).message == "the address of a floor looks like https://floor.example.com"


@pytest.mark.parametrize("host", ["xn--", "ä_b"])
def test_a_host_that_nobody_can_look_up_is_said_to_be_none(host: str) -> None:
    with pytest.raises(BadRequest, match="the address of a floor looks like"):
        Wire(place_of(f"https://{host}", WITH_TOKEN), Contact())


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:1080", "foo://proxy", "http://[::1", "http://proxy:abc"])
def test_a_proxy_that_cannot_be_used_is_a_sentence(proxy: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALL_PROXY", proxy)
    with pytest.raises(BadRequest, match="ALL_PROXY or HTTPS_PROXY cannot be used"):
        Wire(place_of("https://floor.example", WITH_TOKEN), Contact())


def test_a_floor_behind_a_path_keeps_its_path() -> None:
    place = place_of("https://example.com/desk/", WITH_TOKEN)
    assert (place.url, place.host) == ("https://example.com/desk", "example.com")


@pytest.mark.parametrize("token", ["", "hunter2", "sd_7_short", f"{TOKEN}\nX-Evil: 1"])
def test_what_is_no_token_is_not_sent(token: str) -> None:
    assert refusal("https://floor.example", SALESDESK_TOKEN=token).code in ("no_token", "bad_token")


def test_a_token_file_that_others_can_read_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "token"
    file.write_text(TOKEN + "\n")
    file.chmod(0o644)
    assert "chmod 600" in refusal("https://floor.example", SALESDESK_TOKEN_FILE=str(file)).message
    file.chmod(0o600)
    assert place_of("https://floor.example", Environment({"SALESDESK_TOKEN_FILE": str(file)})).token == TOKEN


def test_a_token_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert "cannot be read" in refusal("https://floor.example", SALESDESK_TOKEN_FILE=str(tmp_path / "no")).message


def test_a_place_shows_its_token_to_nobody() -> None:
    place = place_of("https://floor.example", WITH_TOKEN)
    assert TOKEN not in f"{place!r} {place}"
