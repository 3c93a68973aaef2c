"""A floor whose people sit at desks behind a server: the third desk on which the desk's contract is tested."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field

from salesdesk.desk import tokens as keys
from salesdesk.desk.local import person_named
from salesdesk.desk.roles import Role
from salesdesk.environment import Environment
from salesdesk.remote import RemoteDesk, open_remote
from salesdesk.store import tokens
from salesdesk.store.session import Session
from salesdesk.store.tokens import TokenRow
from tests.floors import TestFloor
from tests.server.serving import TestServer, serving

FOR_EVER = 2**40


@dataclass
class RemoteFloor(TestFloor):
    """A floor behind a server, which runs from the first time that anybody asks something."""

    _stack: ExitStack = field(default_factory=ExitStack)
    _server: TestServer | None = None
    _desks: dict[str, RemoteDesk] = field(default_factory=dict)

    def desk(self, name: str) -> RemoteDesk:
        """The desk of one of the floor's people, the same each time."""
        if name not in self._desks:
            token = self._token(name)
            if self._server is None:
                self._server = self._stack.enter_context(serving(TestFloor(self.target, self.clock, self.counter)))
            self._desks[name] = open_remote(self._server.url, environment=Environment({"SALESDESK_TOKEN": token}))
            self._stack.callback(self._desks[name].close)
        return self._desks[name]

    def _token(self, name: str) -> str:
        """A token that leaves no event behind: the contract counts events."""
        person = person_named(self.counter, name)
        roles = " ".join(sorted(Role))

        def add(session: Session) -> str:
            id = tokens.next_id(session)
            secret = f"sd_{id}_{secrets.token_urlsafe(32)}"
            row = TokenRow(id, person.id, keys.digest(secret), roles, "", 0, person.id, FOR_EVER, None, None)
            tokens.add(session, row)
            return secret

        return self.counter.store.write(add)


@contextmanager
def behind_a_server(floor: TestFloor) -> Iterator[RemoteFloor]:
    """The same floor, reached through a server."""
    with ExitStack() as stack:
        yield RemoteFloor(floor.target, floor.clock, floor.counter, stack)
