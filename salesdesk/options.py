"""What is said to every command alike: at which floor, who asks, and whether the answer is JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from salesdesk import environment


def _with_value(value: str | None) -> str | None:
    """Refuse an empty word: who writes one, such as a variable that is not set, does not mean the default."""
    if value == "":
        raise typer.BadParameter("it wants a value")
    return value


FloorOption = Annotated[
    str | None,
    typer.Option(
        "--floor",
        envvar=environment.FLOOR,
        help="The floor: a file or an address. [default: floor.floor]",
        metavar="FLOOR",
        callback=_with_value,
    ),
]
PersonOption = Annotated[
    str | None,
    typer.Option(
        "--person",
        "--as",
        envvar=environment.PERSON,
        help="Who you are on the floor.",
        metavar="NAME",
        callback=_with_value,
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
