"""What is said to every command alike: at which floor, who asks, and whether the answer is JSON."""

from __future__ import annotations

from typing import Annotated

import typer

FloorOption = Annotated[
    str | None,
    typer.Option(
        "--floor",
        envvar="SALESDESK_FLOOR",
        help="The floor: a file or an address. [default: floor.floor]",
        metavar="FLOOR",
    ),
]
PersonOption = Annotated[
    str | None,
    typer.Option("--person", envvar="SALESDESK_PERSON", help="Who you are on the floor.", metavar="NAME"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]
