"""The commands that prove the floor's record: `audit`, `seal`, and `seal-key` for the key that seals need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from salesdesk.options import FloorOption, JsonOption, PersonOption

SealKeyOption = Annotated[
    list[Path] | None,
    typer.Option("--seal-key", help="The file of a seal key; repeat it for older keys.", metavar="FILE"),
]


def audit(
    seal_key: SealKeyOption = None,
    anchor: Annotated[
        Path | None,
        typer.Option("--anchor", help="Compare with this file, then add where the chain ends.", metavar="FILE"),
    ] = None,
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Verify the seals, count everything again from the events, and say what is wrong (exit code 1).

    Tickets, holds, dealt leads and sums follow from the events; seals prove that the events are those that happened,
    and an anchor kept on another machine proves that none of the last ones is missing.
    """
    from salesdesk.headless import record

    raise typer.Exit(record.audit(floor, person, seal_key or [], anchor, as_json=as_json))


def seal(
    seal_key: SealKeyOption = None,
    late: Annotated[bool, typer.Option("--late", help="Also events that came long after later ones.")] = False,
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Seal the events that are not sealed yet. A server with a key does it by itself every few seconds."""
    from salesdesk.headless import record

    raise typer.Exit(record.seal(floor, person, seal_key or [], late=late, as_json=as_json))


def seal_key(
    file: Annotated[Path, typer.Argument(help="The file to make, away from the floor.", metavar="FILE")],
    as_json: JsonOption = False,
) -> None:
    """Make a key for seals: random bytes in a new file that only you can read."""
    from salesdesk.headless import record

    raise typer.Exit(record.make_seal_key(file, as_json=as_json))
