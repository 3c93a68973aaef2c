"""What the environment tells this program; nothing else in the package reads or changes it.

An option of the command line counts more than its variable. So it takes the variable's place (`tell`), and the rest of
the program finds it there.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field

FLOOR = "SALESDESK_FLOOR"
PERSON = "SALESDESK_PERSON"
TOKEN = "SALESDESK_TOKEN"
TOKEN_FILE = "SALESDESK_TOKEN_FILE"
AUTHORITY = "SALESDESK_CA"
CONNECTIONS = "SALESDESK_CONNECTIONS"
CELEBRATIONS = "SALESDESK_CELEBRATIONS"
DEBUG = "SALESDESK_DEBUG"
SERVER = "SALESDESK_SERVER"
NO_COLOR = "NO_COLOR"
ZONE = "TZ"
METRICS_FOLDER = "PROMETHEUS_MULTIPROC_DIR"
PYDANTIC_PLUGINS = "PYDANTIC_DISABLE_PLUGINS"


@dataclass(frozen=True, slots=True)
class Environment:
    """The variables with their defaults. Each is looked up when it is asked for."""

    variables: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)

    @property
    def floor(self) -> str:
        """The floor that is meant where no option names one: a file or an address."""
        return self.variables.get(FLOOR) or "floor.floor"

    @property
    def token(self) -> str:
        """The token for a floor behind a server, '' if none is told."""
        return self.variables.get(TOKEN, "")

    @property
    def token_file(self) -> str:
        """The file with that token; it counts more than the token itself."""
        return self.variables.get(TOKEN_FILE, "")

    @property
    def authority(self) -> str:
        """The file of who signed the server's certificate, '' for those whom the machine trusts."""
        return self.variables.get(AUTHORITY, "")

    @property
    def connections(self) -> int | None:
        """The most connections to keep to a database, None for the store's own default; raises ValueError, in one
        sentence, when it is no number."""
        told = self.variables.get(CONNECTIONS)
        if told is None:
            return None
        if not told.isdecimal() or not int(told):
            raise ValueError(f"{CONNECTIONS} is the most connections to keep, a number such as 8")
        return int(told)

    @property
    def celebrates(self) -> bool:
        """Whether wins are shown, until somebody switches that in the palette."""
        return self.variables.get(CELEBRATIONS, "") != "off"

    @property
    def debug(self) -> bool:
        """Whether an unforeseen error is shown whole, lead data and all."""
        return self.variables.get(DEBUG) == "1"

    @property
    def no_color(self) -> bool:
        """Whether the terminal's user wants no colour in any program."""
        return NO_COLOR in self.variables

    @property
    def zone(self) -> str:
        """The time zone that is set for this program, '' for the machine's."""
        return self.variables.get(ZONE, "")

    @property
    def server(self) -> str:
        """What a worker of a server was told by it, as JSON."""
        return self.variables[SERVER]

    @property
    def shares_metrics(self) -> bool:
        """Whether several workers count together, in a folder."""
        return METRICS_FOLDER in self.variables


def tell(variable: str, value: str) -> None:
    """Set a variable for the rest of this program and for the processes that it begins."""
    os.environ[variable] = value


def tell_default(variable: str, value: str) -> None:
    """Set a variable that nobody has set."""
    os.environ.setdefault(variable, value)
