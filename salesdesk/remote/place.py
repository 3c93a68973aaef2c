"""Where a floor is and with what one may enter: its address, the token, the authority that vouches for it."""

from __future__ import annotations

import hashlib
import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.wire import is_loopback
from salesdesk.environment import TOKEN, Environment

_TOKEN = re.compile(r"sd_[A-Za-z0-9]+_[A-Za-z0-9_-]{43}")


@dataclass(frozen=True, slots=True)
class Place:
    """A floor behind a server. The token is in no repr, no error and no log."""

    url: str
    token: str = field(repr=False)
    authority: str = ""

    @property
    def host(self) -> str:
        """Where the server is, as people say it."""
        return urlsplit(self.url).netloc

    @property
    def mark(self) -> str:
        """A short name for the floor's address, fit for a file name."""
        return hashlib.sha256(self.url.encode()).hexdigest()[:16]


def place_of(url: str, environment: Environment) -> Place:
    """The place that an address and the environment name; raises BadRequest, with one sentence, for what is unsafe."""
    try:
        parts = urlsplit(url.strip())
        host, port = parts.hostname or "", parts.port
        host.encode("idna")
    except ValueError:
        raise no_address() from None
    if parts.scheme not in ("http", "https") or not host or port == 0:
        raise no_address()
    if "@" in parts.netloc or parts.query or parts.fragment:
        raise BadRequest("bad_floor", "the address of a floor has no name, password or question in it")
    if parts.scheme == "http" and not is_loopback(host):
        raise BadRequest(
            "plain_http", f"{host} is not this machine, and plain http would show your token; use https://"
        )
    address = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"
    return Place(address, _token(environment), environment.authority)


def no_address() -> BadRequest:
    """What is given as an address is none."""
    return BadRequest("bad_floor", "the address of a floor looks like https://floor.example.com")


def _token(environment: Environment) -> str:
    file = environment.token_file
    token = (_kept_in(Path(file)) if file else environment.token).strip()
    if not token:
        raise BadRequest("no_token", f"this floor wants a token: {TOKEN}, or --token-file FILE")
    if not _TOKEN.fullmatch(token):
        raise BadRequest("bad_token", "that is no token of salesdesk; one begins with sd_ and was shown once")
    return token


def _kept_in(path: Path) -> str:
    """The token in a file that nobody else may read."""
    try:
        with path.open(encoding="ascii", errors="replace") as file:
            if stat.S_IMODE(os.fstat(file.fileno()).st_mode) & 0o077:
                raise BadRequest("open_token", f"others can read {path}; `chmod 600` it, and better rotate the token")
            return file.read(200)
    except OSError as error:
        raise BadRequest("no_token_file", f"{path} cannot be read: {error.strerror}") from None
