"""Requests as they travel: the one module that knows httpx.

Nothing here is tried twice; whoever asks knows what may be asked again. The token travels in one header only: it is
never in an address, and no other host ever gets it, since no redirect is followed.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from pydantic import TypeAdapter, ValidationError

from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.wire import (
    BROKEN,
    KEEP_ALIVE,
    NO_TOKEN,
    NOW_HEADER,
    OLD_WIRE,
    TOO_MANY,
    UNAVAILABLE,
    WIRE,
    WIRE_HEADER,
    Myself,
    Problem,
    error_of,
)
from salesdesk.remote.contact import Contact
from salesdesk.remote.place import Place, no_address
from salesdesk.store.session import StoreError

CONNECT, READ, PROBE = 2.0, 10.0, 1.5
"""Seconds to wait for a connection, for an answer, and for a sign of life."""
DOUBTFUL = 5.0
"""Seconds to wait for the answer of a floor that was offline a moment ago: more than a slow line takes, less than
anybody who wants to leave would wait."""
JOB_READ = 120.0
"""Seconds between two lines of a job."""
_AWAY = (502, UNAVAILABLE, 504)
"""With what a proxy answers for a floor that may be there again in a moment."""


class Unreachable(StoreError):
    """No answer, or one that says "not now": the same request under the same key may be sent again."""


class NoEntry(StoreError):
    """The floor is there but will not talk to this program until somebody does something about it."""


class TooMany(Refused):
    """The floor wants to be asked again later; `after` is in seconds."""

    after = 1.0


class Wire:
    """The line to one floor. Raises Refused and BadRequest as the floor does; Unreachable and NoEntry, both
    StoreErrors with one sentence, when it does not answer. BadRequest also for a proxy that cannot be used."""

    def __init__(self, place: Place, contact: Contact) -> None:
        self.place, self.contact = place, contact
        self._settings = {
            "base_url": place.url,
            "headers": {"Authorization": f"Bearer {place.token}", WIRE_HEADER: str(WIRE)},
            "timeout": httpx.Timeout(READ, connect=CONNECT),
            "follow_redirects": False,
            "trust_env": place.url.startswith("https:"),  # plain http goes to this machine, never by way of a proxy
            "verify": _authority(place) if place.url.startswith("https:") else False,
        }
        if not _is_host(place.url):
            raise no_address()
        try:
            self._client = httpx.Client(**self._settings)  # type: ignore[arg-type]
        except (ImportError, ValueError, httpx.InvalidURL):
            raise BadRequest(
                "bad_proxy", "the proxy of ALL_PROXY or HTTPS_PROXY cannot be used; one looks like http://proxy:3128"
            ) from None

    def me(self) -> Myself:
        """Who I am there; raises StoreError when no salesdesk answers, or one of another age."""
        with self._sentences():
            asked = time.monotonic()
            answer = self._client.get("/v1/me")
        try:
            self._told(answer, asked)
            self._admitted(answer)
            return Myself.model_validate_json(answer.content)
        except Unreachable as error:
            if answer.status_code in _AWAY:
                raise
            raise NoEntry(str(error)) from None
        except (ValidationError, BadRequest):
            raise NoEntry(self._nobody()) from None

    def send(self, operation: str, body: str) -> bytes:
        """Ask for an operation; the answer is its reply as JSON."""
        with self._sentences():
            asked = time.monotonic()
            headers = {"Content-Type": "application/json"}
            timeout = httpx.Timeout(DOUBTFUL if self.contact.offline else READ, connect=CONNECT)
            answer = self._client.post(f"/v1/{operation}", content=body, headers=headers, timeout=timeout)
            self._told(answer, asked)
        self._admitted(answer)
        return answer.content

    def lines(self, operation: str, body: str) -> Iterator[bytes]:
        """Start a job; what it tells, line by line. Closing the iterator early stops the job."""
        asked = time.monotonic()
        headers = {"Content-Type": "application/json"}
        timeout = httpx.Timeout(JOB_READ, connect=CONNECT)
        with (
            self._sentences(),
            self._client.stream("POST", f"/v1/{operation}", content=body, headers=headers, timeout=timeout) as answer,
        ):
            self._told(answer, asked)
            if not answer.is_success:
                answer.read()
            self._admitted(answer)
            for line in answer.iter_lines():
                if line.strip():
                    yield line.encode()

    def close(self) -> None:
        """Hang up."""
        self._client.close()

    # staying in contact ---------------------------------------------------------------------------------------------

    def listening(self) -> httpx.AsyncClient:
        """A client for `pulses` and `probe`, which run in an event loop of their own."""
        return httpx.AsyncClient(**self._settings)  # type: ignore[arg-type]

    async def pulses(self, client: httpx.AsyncClient) -> AsyncIterator[str]:
        """The lines of the floor's pulse, as they come, until the line breaks."""
        timeout = httpx.Timeout(KEEP_ALIVE * 2, connect=CONNECT)
        with self._sentences():
            async with client.stream("GET", "/v1/pulse", timeout=timeout) as answer:
                self._told(answer, time.monotonic())
                if not answer.is_success:
                    await answer.aread()
                self._admitted(answer)
                async for line in answer.aiter_lines():
                    if line.startswith("data:"):  # a server says "still here" also when its floor is not
                        self.contact.heard(None)
                    yield line

    async def probe(self, client: httpx.AsyncClient) -> None:
        """Ask for a sign of life."""
        asked = time.monotonic()
        with self._sentences():
            self._told(await client.get("/health/ready", timeout=PROBE), asked)

    # answers --------------------------------------------------------------------------------------------------------

    def _told(self, answer: httpx.Response, asked: float) -> None:
        """The floor was heard, unless its server says that it is not there. Where something in between answered, be it
        "200 OK", nobody has done what was asked: raises Unreachable."""
        now = answer.headers.get(NOW_HEADER, "")
        if not now.replace(".", "", 1).isdecimal():
            self.contact.missed()
            raise Unreachable(_ELSEWHERE if answer.is_redirect else self._nobody())
        if answer.status_code == UNAVAILABLE:
            self.contact.missed(float(now))
        else:
            self.contact.heard(float(now), time.monotonic() - asked)

    def _nobody(self) -> str:
        return f"no salesdesk that this one understands answers at {self.place.host}"

    def _admitted(self, answer: httpx.Response) -> None:
        """The floor let this program in, and did what was asked; raises what else its answer means."""
        if answer.is_success:
            self.contact.barred = ""
            return
        status = answer.status_code
        try:
            problem = Problem.model_validate_json(answer.content)
        except ValidationError:
            raise Unreachable(f"what the floor answered ({status}) cannot be read") from None
        if status == UNAVAILABLE:
            raise Unreachable(problem.message)
        if status in (NO_TOKEN, OLD_WIRE):
            raise self._barred(problem.message)
        if status == TOO_MANY:
            busy = TooMany(problem.error, problem.message)
            after = answer.headers.get("Retry-After", "")
            busy.after = float(after) if after.isdecimal() else 1.0
            raise busy
        if status >= BROKEN:
            raise StoreError(problem.message)
        raise error_of(status, problem)

    def _barred(self, why: str) -> NoEntry:
        self.contact.barred = why
        return NoEntry(why)

    @contextmanager
    def _sentences(self) -> Iterator[None]:
        """What broke, in a sentence of ours: errors of the library may hold addresses and headers."""
        try:
            yield
        except httpx.HTTPError as error:
            if "CERTIFICATE_VERIFY_FAILED" in str(error):
                raise self._barred(
                    f"the certificate of {self.place.host} is not to be trusted, so nothing was sent;"
                    " if an authority of your own signed it, name its file with --ca"
                ) from None
            self.contact.missed()
            raise Unreachable(f"the floor at {self.place.host} cannot be reached") from None


_ELSEWHERE = "the floor's address leads elsewhere, and a token is not carried along; give the right address"


def read(answer: TypeAdapter[Any], content: bytes | str) -> Any:
    """A reply, read as what an operation answers; raises StoreError when it is something else."""
    try:
        return answer.validate_json(content)
    except ValidationError:
        raise StoreError("the floor's server answered in a way that this salesdesk does not know; update it") from None


def _is_host(url: str) -> bool:
    """Whether httpx can read an address, and its host in a script of its own."""
    try:
        return bool(httpx.URL(url).host)
    except (ValueError, httpx.InvalidURL):
        return False


def _authority(place: Place) -> ssl.SSLContext:
    try:
        return ssl.create_default_context(cafile=place.authority or None)
    except (OSError, ssl.SSLError):
        raise BadRequest("bad_ca", f"{place.authority} is no file of certificates (PEM) that can be read") from None
