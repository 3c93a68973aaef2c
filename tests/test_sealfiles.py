"""The key of the seals and the anchors of the chain: files outside the floor, kept with care."""

from __future__ import annotations

import os
import resource
from pathlib import Path

import pytest

from salesdesk import sealfiles
from salesdesk.desk.errors import Refused
from salesdesk.desk.sealing import Anchor

FIRST = Anchor(seal=3, mac="ab" * 32, events=120, at=1_795_102_200)
SECOND = Anchor(seal=9, mac="cd" * 32, events=400, at=1_795_188_600)


def test_a_new_key_is_random_for_its_owner_alone_and_reads_back(tmp_path: Path) -> None:
    one, other = sealfiles.make_key(tmp_path / "one"), sealfiles.make_key(tmp_path / "other")
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600
    assert len(one.secret) == 32
    assert one != other
    assert sealfiles.load_key(tmp_path / "one") == one


def test_a_key_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "key"
    made = sealfiles.make_key(path)
    with pytest.raises(Refused, match="never replaced"):
        sealfiles.make_key(path)
    assert sealfiles.load_key(path) == made


@pytest.mark.parametrize("mode", [0o644, 0o660, 0o601, 0o602])
def test_a_key_that_others_can_reach_is_refused(tmp_path: Path, mode: int) -> None:
    path = tmp_path / "key"
    sealfiles.make_key(path)
    path.chmod(mode)
    with pytest.raises(Refused, match="chmod 600"):
        sealfiles.load_key(path)


@pytest.mark.parametrize("content", [b"", b"ab" * 31, b"hello", b"\xff" * 64, b"zz" * 32])
def test_what_is_no_key_is_refused_without_showing_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Refused, match="holds no seal key") as caught:
        sealfiles.load_key(path)
    assert caught.value.__cause__ is None


def test_a_key_is_a_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe", 0o600)
    for path in (tmp_path / "none", tmp_path, tmp_path / "pipe"):
        with pytest.raises(Refused):
            sealfiles.load_key(path)
    with pytest.raises(Refused, match="cannot be written"):
        sealfiles.make_key(tmp_path / "no" / "folder")


def test_an_anchor_file_grows_by_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    assert sealfiles.load_anchors(path) == []
    assert [sealfiles.add_anchor(path, each) for each in (FIRST, FIRST, SECOND, SECOND)] == [True, False, True, False]
    assert sealfiles.load_anchors(path) == [FIRST, SECOND]
    assert path.read_text().splitlines() == [FIRST.model_dump_json(), SECOND.model_dump_json()]


def test_a_line_that_is_no_anchor_is_named_and_nothing_is_added(tmp_path: Path) -> None:
    path = tmp_path / "anchors"
    sealfiles.add_anchor(path, FIRST)
    with path.open("a") as file:
        file.write(SECOND.model_dump_json()[:40])
    with pytest.raises(Refused, match=r"line 2 of .* is no anchor"):
        sealfiles.add_anchor(path, SECOND)
    with pytest.raises(Refused, match="cannot be read"):
        sealfiles.load_anchors(tmp_path)
    with pytest.raises(Refused, match="cannot be written"):
        sealfiles.add_anchor(tmp_path / "no" / "folder", FIRST)


def test_an_anchor_for_which_there_is_no_room_leaves_no_half_line(tmp_path: Path) -> None:
    path = tmp_path / "anchor"
    sealfiles.add_anchor(path, FIRST)
    kept = path.read_bytes()
    most = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(kept) + 20, most[1]))
    try:
        with pytest.raises(Refused, match="cannot be written: No space left"):
            sealfiles.add_anchor(path, SECOND)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, most)
    assert path.read_bytes() == kept
