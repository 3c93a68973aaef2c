"""What proves a floor's record and is kept outside the floor: the key of its seals, and the anchors of its chain."""

from __future__ import annotations

import errno
import os
import secrets
import stat
from pathlib import Path

from pydantic import ValidationError

from salesdesk.desk.errors import Refused
from salesdesk.desk.sealing import Anchor
from salesdesk.line.seals import LEAST_KEY, SealKey

_LARGEST_KEY = 4096


def make_key(path: Path) -> SealKey:
    """Make a key in a new file that only its owner can read; refuses to replace a file."""
    secret = secrets.token_bytes(LEAST_KEY)
    try:
        _write(path, secret.hex() + "\n", os.O_EXCL)
    except FileExistsError:
        raise Refused("exists", f"{path} is there already; a key is never replaced, make a second one") from None
    except OSError as error:
        raise Refused("no_file", f"{path} cannot be written: {error.strerror}") from None
    return SealKey.of(secret)


def load_key(path: Path) -> SealKey:
    """The key in a file; refuses one that others than its owner can read, or that holds no key."""
    try:
        file = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    except OSError as error:
        raise Refused("no_file", f"the seal key {path} cannot be read: {error.strerror}") from None
    try:
        about = os.fstat(file)
        if not stat.S_ISREG(about.st_mode):
            raise Refused("no_file", f"the seal key {path} is no file")
        if about.st_mode & 0o077:
            raise Refused("open_key", f"others can read or write the seal key {path}; say: chmod 600 {path}")
        text = os.read(file, _LARGEST_KEY)
    finally:
        os.close(file)
    try:
        return SealKey.of(bytes.fromhex(text.decode("ascii").strip()))
    except ValueError:
        digits = 2 * LEAST_KEY
        raise Refused(
            "no_key", f"{path} holds no seal key ({digits} hex digits or more); make one with seal-key"
        ) from None


def load_anchors(path: Path) -> list[Anchor]:
    """Everything an anchor file remembers, oldest first; nothing when there is no file yet."""
    try:
        lines = path.read_text(encoding="utf-8", errors="replace").splitlines()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise Refused("no_file", f"the anchor {path} cannot be read: {error.strerror}") from None
    found = []
    for number, line in enumerate(lines, 1):
        try:
            found.append(Anchor.model_validate_json(line))
        except ValidationError:
            raise Refused("bad_anchor", f"line {number} of {path} is no anchor; it was changed or cut short") from None
    return found


def add_anchor(path: Path, anchor: Anchor) -> bool:
    """Remember a seal, on disk before this returns, unless it is the last one remembered; says whether it was new.

    An anchor file only grows: what it remembered once is compared in every audit.
    """
    if load_anchors(path)[-1:] == [anchor]:
        return False
    try:
        _write(path, anchor.model_dump_json() + "\n", os.O_APPEND)
    except OSError as error:
        raise Refused("no_file", f"the anchor {path} cannot be written: {error.strerror}") from None
    return True


def _write(path: Path, text: str, how: int) -> None:
    """Write all of it, on disk before this returns, or nothing: half a line would be taken for damage ever after."""
    file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how, 0o600)
    try:
        before, content = os.fstat(file).st_size, text.encode()
        if os.write(file, content) < len(content):
            os.ftruncate(file, before)
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        os.fsync(file)
    finally:
        os.close(file)
