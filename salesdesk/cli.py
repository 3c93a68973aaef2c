"""The command line. Thin: it finds the floor and the person, asks the desk, and prints what comes back.

Exit codes: 0 done, 1 refused or findings, 2 usage. Errors are one line on standard error.
"""

from __future__ import annotations

import gc
import shutil
import sys
from typing import Annotated, NoReturn

import typer

from salesdesk import coordination, environment, proofs, service
from salesdesk.environment import Environment
from salesdesk.options import FloorOption, JsonOption, PersonOption

app = typer.Typer(
    name="salesdesk",
    help="A sales floor run as an assembly line, from terminals. Without a command it opens your station.",
    no_args_is_help=False,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)

GARBAGE_AFTER = 100_000
"""Objects more than before, after which Python looks for garbage."""


def main() -> NoReturn:
    """Run the command line; every foreseen error is one line on standard error."""
    from typer.exceptions import Abort, TyperException

    # What a start makes is there to stay; to look for garbage in it every 700 objects is a sixth of a start.
    gc.set_threshold(GARBAGE_AFTER)
    # We have none, and to look for some reads every package.
    environment.tell_default(environment.PYDANTIC_PLUGINS, "__all__")
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
    if Environment().debug:
        raise error
    if isinstance(error, ValueError) and not _is_text("".join(sys.argv)):
        print_error("a word of this command has bytes in it that are no UTF-8")
        return 2
    from salesdesk.crash import write_crash

    print_error(f"salesdesk stopped by an error of its own; where it happened is {write_crash(error)}")
    return 1


def _is_text(words: str) -> bool:
    """Whether words of the command line were UTF-8. A path need not be, so nobody minds until something goes wrong."""
    try:
        words.encode()
    except UnicodeEncodeError:
        return False
    return True


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
            envvar=environment.TOKEN_FILE,
            help="Your token for a floor at an address, in a file that only you can read. Or SALESDESK_TOKEN.",
            metavar="FILE",
        ),
    ] = "",
    ca: Annotated[
        str,
        typer.Option(
            "--ca", envvar=environment.AUTHORITY, help="Who signed the address's certificate (PEM).", metavar="FILE"
        ),
    ] = "",
    version: Annotated[bool, typer.Option("--version", help="Print the version and leave.")] = False,
) -> None:
    """Open your station. With no floor yet it offers the demo, or a new floor here."""
    if version:
        from importlib.metadata import version as installed

        sys.stdout.write(f"salesdesk {installed('salesdesk')}\n")
        raise typer.Exit
    variables = (environment.FLOOR, environment.PERSON, environment.TOKEN_FILE, environment.AUTHORITY)
    for variable, value in zip(variables, (floor, person, token_file, ca), strict=True):
        if value:
            environment.tell(variable, value)
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


# `--help` lists commands in the order in which they are added.
app.command("import")(coordination.import_file)
app.command()(coordination.release)
app.command()(coordination.invite)
app.command()(coordination.inbound)


# Words behind the operation's name are left to `doing`: only there it is known which of them are its fields.
@app.command(context_settings={"allow_interspersed_args": False, "allow_extra_args": True, "help_option_names": []})
def do(
    context: typer.Context,
    operation: Annotated[str, typer.Argument(help="The operation, such as claim_next.", metavar="OPERATION")] = "",
    listed: Annotated[bool, typer.Option("--list", help="Name every operation.")] = False,
    help_: Annotated[bool, typer.Option("--help", "-h", help="What this operation asks.")] = False,
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Do any operation of the floor: salesdesk do OPERATION --field value … --as NAME --json.

    What stands behind OPERATION and names one of its fields is that field; --as, --floor and --json may stand there
    too. So --person behind set_shift is whose shift it is; behind claim_next, which has no such field, it is who asks.

    salesdesk do set_shift --person "Ito Tanaka" --weekdays tue-sat --as Cleo
    """
    from salesdesk.headless import doing

    if listed and operation:
        raise typer.BadParameter(f"--list stands alone; {operation} --help names its fields")
    help_ = help_ or not {"--help", "-h"}.isdisjoint(context.args)
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


app.command()(proofs.audit)
app.command()(proofs.seal)
app.command("seal-key")(proofs.seal_key)
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
