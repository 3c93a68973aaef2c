"""How the desk says no."""

from __future__ import annotations


class Refused(Exception):
    """The floor will not do this, for a reason of the floor; nothing was changed.

    `code` is stable for programs, the message is one plain sentence for the person.
    """

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class BadRequest(Refused):
    """The request itself makes no sense (a usage error for the command line)."""
