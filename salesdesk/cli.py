"""The command line. Thin: it finds the floor and the person, asks the desk, and prints what comes back.

Exit codes: 0 done, 1 refused or findings, 2 usage. Errors are one line on standard error.
"""

from __future__ import annotations

import gc
import os
import shutil
import sys
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from salesdesk import service

app = typer.Typer(
    name="salesdesk",
    help="A sales floor run as an assembly line, from terminals. Without a command it opens your station.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
FloorOption = Annotated[
    str | None,
    typer.Option(
        "--floor",
        envvar="SALESDESK_FLOOR",
        help="The floor: a file or an address. [default: floor.floor]",
        metavar="PATH",
    ),
]
PersonOption = Annotated[
    str | None,
    typer.Option("--person", envvar="SALESDESK_PERSON", help="Who you are on the floor.", metavar="NAME"),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print the answer as JSON.")]


GARBAGE_AFTER = 100_000
"""Objects more than before, after which Python looks for garbage."""


def main() -> NoReturn:
    """Run the command line; every foreseen error is one line on standard error."""
    from typer.exceptions import Abort, TyperException

    # What a start makes is there to stay; to look for garbage in it every 700 objects is a sixth of a start.
    gc.set_threshold(GARBAGE_AFTER)
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # we have none; to look for some reads every package
    try:
        code = app(standalone_mode=False)
    except TyperException as error:
        said = getattr(error, "format_message", error.__str__)()
        context = getattr(error, "ctx", None)
        print_error(f"{said} ({context.command_path if context else 'salesdesk'} --help)")
        sys.exit(2)
    except (Abort, KeyboardInterrupt):
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(0)
    except Exception as error:  # noqa: BLE001 - the last door: told apart below, anything unforeseen is logged
        sys.exit(_explain(error))
    sys.exit(code if isinstance(code, int) else 0)


def _explain(error: Exception) -> int:
    from salesdesk.desk.errors import BadRequest, Refused
    from salesdesk.line.tzdata import StaleZoneData
    from salesdesk.store.session import StoreError

    if isinstance(error, BadRequest):
        print_error(error.message)
        return 2
    if isinstance(error, Refused | StoreError | StaleZoneData):
        print_error(str(error))
        return 1
    if os.environ.get("SALESDESK_DEBUG") == "1":
        raise error
    from salesdesk.crash import write_crash

    print_error(f"salesdesk stopped by an error of its own; where it happened is written to {write_crash(error)}")
    return 1


def print_error(message: str) -> None:
    """One clean line on standard error."""
    from salesdesk.line.text import clean

    sys.stderr.write(f"salesdesk: {clean(message, limit=600)}\n")


@app.callback(invoke_without_command=True)
def station(
    context: typer.Context,
    floor: FloorOption = None,
    person: PersonOption = None,
    at: Annotated[str, typer.Option("--station", help="The station in front: sdr, coordinator or wallboard.")] = "",
    mono: Annotated[bool, typer.Option("--mono", help="No colour at all; states have words and signs.")] = False,
    token_file: Annotated[
        str,
        typer.Option(
            "--token-file",
            envvar="SALESDESK_TOKEN_FILE",
            help="Your token for a floor at an address, in a file that only you can read. Or SALESDESK_TOKEN.",
            metavar="FILE",
        ),
    ] = "",
    ca: Annotated[
        str,
        typer.Option("--ca", envvar="SALESDESK_CA", help="Who signed the address's certificate (PEM).", metavar="FILE"),
    ] = "",
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Open your station. With no floor yet it offers the demo, or a new floor here."""
    if version:
        from importlib.metadata import version as installed

        sys.stdout.write(f"salesdesk {installed('salesdesk')}\n")
        raise typer.Exit
    chosen = {"FLOOR": floor, "PERSON": person, "TOKEN_FILE": token_file, "CA": ca}
    for name, value in ((f"SALESDESK_{name}", value) for name, value in chosen.items()):
        if value:
            os.environ[name] = value
    if at and context.invoked_subcommand is not None:
        raise typer.BadParameter(f"--station goes behind the command: salesdesk {context.invoked_subcommand} --station")
    if context.invoked_subcommand is None:
        from salesdesk.opening import open_station

        raise typer.Exit(open_station(floor, person, first=at, mono=mono))


@app.command()
def demo(
    floor: Annotated[
        str | None,
        typer.Option(
            "--floor", help="The demo's file. [default: one of your own, under ~/.local/share]", metavar="PATH"
        ),
    ] = None,
    at: Annotated[str, typer.Option("--station", help="The station in front.")] = "sdr",
    mono: Annotated[bool, typer.Option("--mono", help="No colour at all.")] = False,
    fresh: Annotated[bool, typer.Option("--fresh", help="Begin the demo anew.")] = False,
) -> None:
    """Open a living demo floor: sample leads, simulated colleagues, and you as an SDR.

    Its clock stands in working hours. Quitting stops everything; running it again goes on with the same floor.
    """
    from salesdesk.opening import open_demo

    raise typer.Exit(open_demo(floor, first=at, fresh=fresh, mono=mono))


@app.command()
def init(
    path: Annotated[
        str | None, typer.Argument(help="The file to make, or a postgresql:// address. [default: floor.floor]")
    ] = None,
    floor: FloorOption = None,
    name: Annotated[str, typer.Option("--name", help="What the floor is called.")] = "Our floor",
    zone: Annotated[str, typer.Option("--zone", help="Its time zone; the floor's day is a day there.")] = "",
    me: Annotated[str, typer.Option("--me", help="Your name; you get every role and add the others.")] = "Founder",
    layout: Annotated[str, typer.Option("--map", help="The line layout.")] = "sdr-executive",
) -> None:
    """Make an empty floor in a new file or an empty PostgreSQL database, with you on it.

    Then import a list, create a campaign and release a batch: in the coordinator's screen, or with
    `salesdesk import` and `salesdesk do`.
    """
    from salesdesk.opening import make_floor

    target = path or floor or "floor.floor"
    sys.stdout.write(make_floor(target, name=name, zone=zone, me=me, layout=layout) + "\n")


@app.command("import")
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

    chosen = {"name": name or file.stem, "supplier": supplier, "purpose": purpose, "region": region}
    raise typer.Exit(coordinating.import_file(file, chosen, floor, person, preview=preview, as_json=as_json))


@app.command()
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


@app.command()
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


@app.command()
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


@app.command(context_settings={"ignore_unknown_options": True, "allow_extra_args": True, "help_option_names": []})
def do(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(help="The operation, such as claim_next.")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Name every operation.")] = False,
    help_: Annotated[bool, typer.Option("--help", "-h", help="What this operation asks.")] = False,
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do any operation of the floor: salesdesk do OPERATION --field value … --person NAME --json."""
    from salesdesk.headless import doing

    if listed and operation:
        raise typer.BadParameter(f"--list stands alone; {operation} --help names its fields")
    if listed or not operation:
        sys.stdout.write(context.get_help() + "\n\n" if help_ else "")
        sys.stdout.write(doing.list_operations(as_json=as_json))
        raise typer.Exit
    if help_:
        sys.stdout.write(doing.explain_operation(operation))
        raise typer.Exit
    raise typer.Exit(doing.do(operation, context.args, floor, person, as_json=as_json))


@app.command()
def board(
    plain: Annotated[bool, typer.Option("--plain", help="As text, once. (The default without a terminal.)")] = False,
    width: Annotated[int | None, typer.Option("--width", help="Columns of the text.", min=60, max=240)] = None,
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """The wall board: live on a terminal, or once as text or JSON."""
    from salesdesk import opening
    from salesdesk.headless import asking

    if as_json or plain or not sys.stdout.isatty():
        columns = width or min(max(shutil.get_terminal_size((120, 40)).columns, 60), 240)
        raise typer.Exit(asking.board(floor, person, width=columns, as_json=as_json))
    raise typer.Exit(opening.open_station(floor, person, first="wallboard", mono=False))


@app.command("may-call")
def may_call(
    number: Annotated[str, typer.Argument(help="The number, such as +12125550123.", metavar="NUMBER")],
    at: Annotated[str, typer.Option("--at", help="When, ISO 8601 with an offset. [default: now]")] = "",
    kind: Annotated[str, typer.Option("--kind", help="business or consumer.")] = "business",
    profile: Annotated[str, typer.Option("--profile", help="strict or statute.")] = "strict",
    address: Annotated[str, typer.Option("--address", help="Region of the address, such as US-NY.")] = "",
    address_zone: Annotated[str, typer.Option("--address-zone", help="Time zone of the address.")] = "",
    confirmed: Annotated[str, typer.Option("--confirmed", help="Time zone the prospect confirmed.")] = "",
    flag: Annotated[list[str] | None, typer.Option("--flag", help="Such as internal_dnc; may be repeated.")] = None,
    attempt: Annotated[list[str] | None, typer.Option("--attempt", help="Instant of a dial; may be repeated.")] = None,
    as_json: JsonOption = False,
) -> None:
    """May this number be called at that time? Says which rules decide, and when it may be called next."""
    from salesdesk.headless import asking

    asked = {
        "kind": kind,
        "profile": profile,
        "address_region": address or None,
        "address_zone": address_zone or None,
        "confirmed_zone": confirmed or None,
    }
    raise typer.Exit(asking.may_call(number, at, asked, flag or [], attempt or [], as_json=as_json))


SealKeyOption = Annotated[
    list[Path] | None,
    typer.Option("--seal-key", help="The file of a seal key; repeat it for older keys.", metavar="FILE"),
]


@app.command()
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


@app.command()
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


@app.command("seal-key")
def seal_key(
    file: Annotated[Path, typer.Argument(help="The file to make, away from the floor.", metavar="FILE")],
    as_json: JsonOption = False,
) -> None:
    """Make a key for seals: random bytes in a new file that only you can read."""
    from salesdesk.headless import record

    raise typer.Exit(record.make_seal_key(file, as_json=as_json))


app.command()(service.serve)
app.add_typer(service.token)


@app.command()
def bench(
    only: Annotated[str, typer.Option("--only", help="One measure by name.")] = "",
    as_json: JsonOption = False,
) -> None:
    """Measure this machine against baselines in the same run; every figure says what it should reach."""
    from salesdesk.bench.runner import main as run

    raise typer.Exit(run(only or None, as_json))


if __name__ == "__main__":
    main()
