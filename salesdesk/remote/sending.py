"""Sending what was typed here: always from the disk, in the order in which it was typed, until the floor has it."""

from __future__ import annotations

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from typing import TypeVar, cast

from salesdesk.crash import write_crash
from salesdesk.desk import registry
from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.link import KEPT, SAVED
from salesdesk.desk.registry import Request
from salesdesk.desk.waiting import meanwhile, unattended
from salesdesk.remote.contact import Contact
from salesdesk.remote.wire import NoEntry, TooMany, Unreachable, read
from salesdesk.store.outbox import Outbox, Unsent
from salesdesk.store.session import StoreError

R = TypeVar("R")
SHORTEST, LONGEST = 0.2, 5.0
"""Seconds between two attempts, jittered and doubling."""
IN_HAND = 3.0
"""Seconds for which whoever typed something waits for the floor's own answer."""
GLANCE = 0.05
"""Seconds between two looks at a row that another program of mine may be sending."""
IDLE = 1.0
"""Seconds between two looks at an outbox in which nothing lies."""
STUBBORN = 6
"""Attempts after which a write that breaks the floor's server every time stands aside for those behind it."""
NO_COMPANY = "no_company"
PACE = "pace"
"""The code of a refusal of one more lead: of this write alone, however long it lasts."""
_USAGE = "usage:"
"""Before the code of a refusal that says the request itself made no sense."""


def jittered(attempt: int) -> float:
    """Seconds to wait after so many attempts that failed."""
    return random.uniform(SHORTEST, min(LONGEST, SHORTEST * 2 ** min(attempt, 6)))


class Sender:
    """One thread that empties an outbox. `send` asks the floor for an operation by name and JSON."""

    def __init__(self, outbox: Outbox, contact: Contact, send: Callable[[str, str], bytes]) -> None:
        self._outbox, self._contact, self._send = outbox, contact, send
        self._news = threading.Condition()
        self._awaited: dict[int, str | Refused | None] = {}
        """Rows that somebody here waits for, with what the floor said once it did."""
        self._broke: Counter[int] = Counter()
        self._ended = threading.Event()
        self.unsent = self.conflicts = 0
        outbox.forget_sent()
        self._count()
        self._thread = threading.Thread(target=self._run, name="sending", daemon=True)
        self._thread.start()

    # for whoever types ----------------------------------------------------------------------------------------------

    def post(self, request: Request[R], about: str) -> R:
        """Keep a write, then wait a moment for its answer; what it is told meanwhile when the floor does not come."""
        with self._news:  # whoever sends must not find the row before it is known that somebody waits for it
            row = self._outbox.put(
                key=str(getattr(request, "key", "")),
                operation=registry.of(request).name,
                body=request.model_dump_json(),
                about=about,
                at=self._contact.now(),
            )
            until = time.monotonic() + IN_HAND
            self._awaited.setdefault(row.id, None)
            self._news.notify_all()
            try:
                while (said := self._awaited[row.id] or self._said_elsewhere(row.id)) is None:
                    barred = self._contact.barred
                    if time.monotonic() > until or self._contact.offline or barred:
                        note = f"{KEPT}, not sent: {barred}" if barred else SAVED
                        return cast(R, meanwhile(request, self._contact.now(), note))
                    self._news.wait(GLANCE)
            finally:
                self._awaited.pop(row.id, None)
                self._count()
        if isinstance(said, Refused):
            raise said
        return cast(R, registry.of(request).answer.validate_json(said))

    def _said_elsewhere(self, id: int) -> str | Refused | None:
        """What the floor answered another program of mine, which was sending."""
        row = self._outbox.get(id)
        if row is None or row.state == "unsent":
            return None
        self._outbox.drop(id)
        return row.reply if row.state == "sent" else _refusal(row.code, row.reply)

    def drained(self) -> bool:
        """Wait a moment until nothing is unsent; whether that is so."""
        until = time.monotonic() + IN_HAND
        with self._news:
            while any(not refused for _, refused in self._outbox.standing()):
                if time.monotonic() > until or self._contact.offline or self._contact.barred:
                    return False
                self._news.notify_all()
                self._news.wait(GLANCE)
        return True

    def settle(self, id: int) -> bool:
        """Somebody has looked at a conflict: it is forgotten. A do-not-call that the floor understood is sent again
        instead, for as long as it takes; whether that is so."""
        row = self._outbox.get(id)
        keep = row is not None and row.operation == "opt_out" and not row.code.startswith((_USAGE, NO_COMPANY))
        (self._outbox.again if keep else self._outbox.drop)(id)
        with self._news:
            self._count()
            self._news.notify_all()
        return keep

    def stop(self) -> None:
        """Send no more; what is unsent stays on the disk."""
        self._ended.set()
        with self._news:
            self._news.notify_all()
        self._contact.back.set()
        self._thread.join()

    # the thread -----------------------------------------------------------------------------------------------------

    def _run(self) -> None:
        attempt = 0
        while not self._ended.is_set():
            try:
                sent = self._turn()
            except (StoreError, TooMany) as error:
                attempt += 1
                self._rest(min(error.after, LONGEST) if isinstance(error, TooMany) else jittered(attempt))
                continue
            except Exception as error:  # noqa: BLE001 - a thread that ended unseen would leave work unsent
                write_crash(error)
                self._rest(LONGEST)
                continue
            attempt = 0
            with self._news:
                if not sent and not self._ended.is_set():
                    self._count()  # another program of mine may have sent, or typed, something
                    self._news.wait(IDLE)

    def _rest(self, seconds: float) -> None:
        """Wait until the next attempt; after a time offline, until the floor is heard."""
        if self._contact.offline:
            self._contact.back.clear()
            self._contact.back.wait(seconds)
        else:
            self._ended.wait(seconds)

    def _turn(self) -> bool:
        """Send the oldest row, if it is this program's turn; whether there may be more."""
        if self._outbox.next() is None:
            self._outbox.forget_sent()
            return False
        with self._outbox.sending() as mine:
            row = self._outbox.next() if mine else None
            if row is None:
                return False
            self._deliver(row)
        return True

    def _deliver(self, row: Unsent) -> None:
        said: str | Refused
        with self._news:
            body = row.body if row.id in self._awaited else unattended(row.body)
        try:
            said = self._send(row.operation, body).decode()
            read(registry.named(row.operation).answer, said)  # what cannot be read is no word that the floor has it
        except (Unreachable, NoEntry):
            raise
        except StoreError as broken:
            self._broke[row.id] += 1
            if self._broke[row.id] < STUBBORN:
                raise
            said = Refused("broken", str(broken))
        except Refused as no:
            if isinstance(no, TooMany) and no.code != PACE:
                raise
            said = no
        self._settle(row, said)

    def _settle(self, row: Unsent, said: str | Refused) -> None:
        """Tell whoever waits for it; else keep it as sent, or as a conflict."""
        with self._news:
            if row.id in self._awaited:
                self._awaited[row.id] = said
                self._news.notify_all()
                self._outbox.drop(row.id)  # a crash before this sends it again, under the same key
            elif isinstance(said, Refused):
                self._outbox.refuse(row.id, _code(said), said.message)
                if said.code == NO_COMPANY:
                    self._at_least_the_person(row)
            else:
                self._outbox.sent(row.id, said)
            self._count()
            self._news.notify_all()

    def _at_least_the_person(self, row: Unsent) -> None:
        """A company was to be taken off that the floor does not know: whoever asked is taken off all the same."""
        key = f"{row.key[:70]}-person"
        body = json.dumps(json.loads(row.body) | {"scope": "person", "key": key})
        self._outbox.put(key=key, operation=row.operation, body=body, about=row.about, at=row.at)

    def _count(self) -> None:
        found = [refused for id, refused in self._outbox.standing() if id not in self._awaited]
        self.unsent, self.conflicts = found.count(False), found.count(True)


def _code(no: Refused) -> str:
    return f"{_USAGE}{no.code}" if isinstance(no, BadRequest) else no.code


def _refusal(code: str, sentence: str) -> Refused:
    plain = code.removeprefix(_USAGE)
    return BadRequest(plain, sentence) if plain != code else Refused(code, sentence)
