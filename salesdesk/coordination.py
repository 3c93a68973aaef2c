"""The commands of a coordinator: lists and inquiries come in, batches go on the floor, invitations go out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from salesdesk.options import FloorOption, JsonOption, PersonOption


def import_file(
    file: Annotated[Path, typer.Argument(help="A CSV export of leads.", exists=True, dir_okay=False, metavar="FILE")],
    name: Annotated[str, typer.Option("--name", help="What the list is called. [default: the file's name]")] = "",
    supplier: Annotated[str, typer.Option("--supplier", help="Who supplied it.")] = "",
    purpose: Annotated[str, typer.Option("--purpose", help="leads, customers, deals or partners.")] = "leads",
    region: Annotated[str, typer.Option("--region", help="Country of rows that name none.")] = "US",
    preview: Annotated[bool, typer.Option("--preview", help="Show how it would be read; keep nothing.")] = False,
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take a list into the house list: numbers made E.164, copies merged, rejects kept with their reasons."""
    from salesdesk.headless import coordinating

    chosen = {"name": name or file.stem[:80], "supplier": supplier, "purpose": purpose, "region": region}
    raise typer.Exit(coordinating.import_file(file, chosen, floor, person, preview=preview, as_json=as_json))


def release(
    batch: Annotated[int, typer.Argument(help="The batch; `salesdesk do show_batches` lists them.", metavar="BATCH")],
    quantity: Annotated[int | None, typer.Option("--quantity", help="Fewer leads than checked.")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Check a batch, show what the check found, and put it on the floor after a yes."""
    from salesdesk.headless import coordinating

    raise typer.Exit(coordinating.release(batch, quantity, floor, person, yes=yes, as_json=as_json))


def invite(
    meeting: Annotated[int, typer.Argument(help="`salesdesk do list_meetings` lists them.", metavar="MEETING")],
    out: Annotated[Path | None, typer.Option("--out", help="A file or a folder. [default: standard output]")] = None,
    floor: FloorOption = None,
    person: PersonOption = None,
) -> None:
    """Write a meeting's invitation as an .ics file; once the meeting is cancelled, its cancellation.

    `salesdesk do mark_invite --meeting MEETING` says afterwards that it went out.
    """
    from salesdesk.headless import coordinating

    raise typer.Exit(coordinating.invite(meeting, out, floor, person))


def inbound(
    name: Annotated[str, typer.Argument(help="Who asked for us, first name before last.", metavar="NAME")],
    number: Annotated[str, typer.Option("--number", help="Their telephone number.")] = "",
    email: Annotated[str, typer.Option("--email", help="Their e-mail address; one of the two is needed.")] = "",
    company: Annotated[str, typer.Option("--company", help="Their company.")] = "",
    title: Annotated[str, typer.Option("--title", help="Their job title.")] = "",
    campaign: Annotated[
        str, typer.Option("--campaign", help="A live campaign by name or id. [default: if alone]")
    ] = "",
    source: Annotated[
        str,
        typer.Option(
            "--source",
            help="inbound: they came by themselves; organic: an existing customer referred them or asked;"
            " outbound: they answer something that we sent or said.",
        ),
    ] = "inbound",
    asked: Annotated[str, typer.Option("--asked", help="What they asked for, in a few words.")] = "",
    region: Annotated[str, typer.Option("--region", help="Country of a number without a prefix.")] = "US",
    key: Annotated[str, typer.Option("--key", help="Idempotency key: the same key is the same inquiry.")] = "",
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Somebody asked for us: the first free seat is served them, before every lead that the floor chose itself.

    salesdesk inbound "Marta Oyelaran" --company "Halden Freight" --number +13125550142 --asked "a price" --json

    `salesdesk do waiting_inbound` shows who waits, `salesdesk do speed_to_lead` how fast they were dialed.
    """
    from salesdesk.headless import doing

    said = {
        "name": name, "number": number, "email": email, "company": company, "title": title, "campaign": campaign,
        "source": source, "asked": asked, "region": region, "key": key,
    }  # fmt: skip
    words = [f"--{field}={text}" for field, text in said.items() if text]
    raise typer.Exit(doing.do("add_inbound", words, floor, person, as_json=as_json))
