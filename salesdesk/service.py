"""The commands that open a floor to the network: `serve`, and `token` for those who may come in."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from salesdesk.options import FloorOption, JsonOption, PersonOption

token = typer.Typer(
    name="token", help="Tokens: what stations show to the server.", no_args_is_help=True, rich_markup_mode=None
)


def serve(
    floor: FloorOption = None,
    host: Annotated[str, typer.Option("--host", help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="Port to listen on.", min=0, max=65535)] = 8707,
    tls_cert: Annotated[Path | None, typer.Option("--tls-cert", help="Certificate chain, PEM.")] = None,
    tls_key: Annotated[Path | None, typer.Option("--tls-key", help="Its private key, PEM.")] = None,
    behind_proxy: Annotated[
        bool, typer.Option("--behind-proxy", help="A reverse proxy in front speaks TLS and names the callers.")
    ] = False,
    workers: Annotated[int, typer.Option("--workers", help="Processes; more than one on PostgreSQL.", min=1)] = 1,
    seal_key: Annotated[
        list[Path] | None, typer.Option("--seal-key", help="Seal events with this key; again for older keys.")
    ] = None,
    anchor: Annotated[
        Path | None, typer.Option("--anchor", help="Remember each hour in this file where the chain of seals ends.")
    ] = None,
    requests_per_minute: Annotated[
        int, typer.Option("--requests-per-minute", help="Requests of one token; five times a busy station's.", min=1)
    ] = 1200,
    leads_per_hour: Annotated[
        int, typer.Option("--leads-per-hour", help="Leads one person is served or skips in an hour; 0: any.", min=0)
    ] = 120,
) -> None:
    """Serve a floor over HTTP to stations that have a token (`salesdesk token issue`).

    Without TLS files it listens on this machine only, or behind a proxy that speaks TLS. Ctrl-C stops it: answers
    that were begun are finished, live screens end at once.
    """
    from salesdesk.environment import Environment
    from salesdesk.server.options import Options
    from salesdesk.server.running import serve as run

    options = Options(
        floor=floor or Environment().floor,
        host=host,
        port=port,
        tls_cert=str(tls_cert or ""),
        tls_key=str(tls_key or ""),
        behind_proxy=behind_proxy,
        workers=workers,
        seal_keys=tuple(map(str, seal_key or [])),
        anchor=str(anchor or ""),
        requests_per_minute=requests_per_minute,
        burst=max(1, requests_per_minute // 5),
        leads_per_hour=leads_per_hour,
    )
    raise typer.Exit(run(options))


@token.command()
def issue(
    whose: Annotated[str, typer.Argument(help="Whose token it is.", metavar="NAME")],
    roles: Annotated[str, typer.Option("--roles", help="Only these of their roles, such as sdr. [default: all]")] = "",
    days: Annotated[int, typer.Option("--days", help="Days until it ends.", min=1, max=366)] = 90,
    label: Annotated[str, typer.Option("--label", help="Where it is used, such as 'seat 12'.")] = "",
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Make a token and print it: this once, on a line of its own."""
    from salesdesk.desk.tokens import IssueToken

    _new(IssueToken(person=whose, roles=roles, days=days, label=label), floor, person, as_json=as_json)


@token.command()
def rotate(
    number: Annotated[int, typer.Argument(help="The token's number, as `token list` shows it.", metavar="NUMBER")],
    floor: FloorOption = None,
    person: PersonOption = None,
    as_json: JsonOption = False,
) -> None:
    """Replace a token by a new one, printed this once; the old one works for ten more minutes."""
    from salesdesk.desk.tokens import RotateToken

    _new(RotateToken(token=number), floor, person, as_json=as_json)


def _new(ask: object, floor: str | None, person: str | None, *, as_json: bool) -> None:
    """The secret goes to standard output alone, what is to be known about it to standard error."""
    from salesdesk.desk.registry import Request
    from salesdesk.desk.tokens import IssuedToken
    from salesdesk.headless import telling
    from salesdesk.opening import open_desk

    assert isinstance(ask, Request)
    desk = open_desk(floor, person)
    try:
        made: IssuedToken = desk.ask(ask)
    finally:
        desk.close()
    if as_json:
        telling.say_json(made)
        return
    sys.stderr.write(f"salesdesk: token {made.id} of {made.person} ({', '.join(made.roles)}); {made.note}\n")
    telling.say(made.secret or "")


@token.command()
def revoke(
    number: Annotated[int, typer.Argument(help="The token's number, as `token list` shows it.", metavar="NUMBER")],
    floor: FloorOption = None,
    person: PersonOption = None,
) -> None:
    """Take a token back; its next request is turned away."""
    from salesdesk.desk.tokens import RevokeToken
    from salesdesk.headless import telling
    from salesdesk.opening import open_desk

    desk = open_desk(floor, person)
    try:
        telling.say(desk.ask(RevokeToken(token=number)).note)
    finally:
        desk.close()


@token.command("list")
def list_(floor: FloorOption = None, person: PersonOption = None, as_json: JsonOption = False) -> None:
    """Every token with its person, roles and state; never a secret."""
    from salesdesk.desk.floor import local
    from salesdesk.desk.tokens import ShowTokens
    from salesdesk.headless import telling
    from salesdesk.opening import open_desk

    desk = open_desk(floor, person)
    try:
        reply = desk.ask(ShowTokens())
        zone = desk.settings.zone
    finally:
        desk.close()
    if as_json:
        telling.say_json(reply)
        return
    for each in reply.tokens:
        used = f"last used {local(each.last_used_at, zone):%d %b %H:%M}" if each.last_used_at else "never used"
        ends = f"until {local(each.expires_at, zone):%d %b %Y}"
        roles = ",".join(each.roles)
        telling.say(f"{each.id:>5}  {each.state:<8} {each.person:<20} {roles:<24} {ends}  {used}  {each.label}")
