"""The floor without a screen: every operation from a script, answers as text or JSON, progress on standard error."""

from __future__ import annotations

import base64
import json
import os
import sys
from collections.abc import Generator, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic.fields import FieldInfo

from salesdesk.desk import registry
from salesdesk.desk.batches import CheckBatch, Findings, ShowBatches
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.local import Desk, LocalDesk
from salesdesk.desk.registry import Effect, Operation, Progress, Request
from salesdesk.desk.releasing import ReleaseBatch
from salesdesk.line.text import clean
from salesdesk.opening import open_desk

if TYPE_CHECKING:
    from salesdesk.desk.auditing import AuditReport

R = TypeVar("R")


def say(text: str) -> None:
    """Lines on standard output; whatever came from outside is cleaned."""
    sys.stdout.write("".join(clean(line, limit=2000) + "\n" for line in text.split("\n")))


def say_json(value: Any) -> None:
    """An answer as one JSON document."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")


# any operation ------------------------------------------------------------------------------------------------------


def list_operations(*, as_json: bool) -> str:
    """Every operation with what it does."""
    found = registry.operations()
    if as_json:
        return json.dumps({name: each.summary for name, each in found.items()}, indent=2) + "\n"
    width = max(map(len, found))
    lines = [f"{name:<{width}}  {each.effect.value:<5}  {each.summary}" for name, each in found.items()]
    return "\n".join([*lines, "", "salesdesk do OPERATION --help says what each asks"]) + "\n"


def explain_operation(name: str) -> str:
    """What an operation asks: fields, types, defaults, and who may ask."""
    what = registry.named(name)
    lines = [f"{what.name}: {what.summary}", f"for: {', '.join(sorted(what.roles))}", ""]
    for field_name, field in what.request.model_fields.items():
        need = "required" if field.is_required() else f"default {_default(field)}"
        lines.append(f"  --{field_name.replace('_', '-'):<18} {field.description or ''} ({_kind(field)}, {need})")
    return "\n".join(lines) + "\n"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "made up" if field.description and "key" in field.description else "empty"
    return json.dumps(field.default)


def _kind(field: FieldInfo) -> str:
    """What to type for a field."""
    kind = str(field.annotation)
    for mark, word in (
        ("Base64", "base64, or @FILE"),
        ("tuple", "list: a,b"),
        ("dict", "JSON"),
        ("desk.", "JSON"),
        ("int", "number"),
        ("bool", "true or false"),
    ):
        if mark in kind:
            return word
    return "text"


def do(name: str, words: Sequence[str], floor: str | None, person: str | None, *, as_json: bool) -> int:
    """Do an operation whose fields are given as words of the command line."""
    words, floor, person, as_json = _own_options(list(words), floor, person, as_json)
    what = registry.named(name)
    request = _request(what, words)
    desk = open_desk(floor, person)
    try:
        reply = run_job(desk.start(request)) if what.effect is Effect.JOB else desk.ask(request)
    finally:
        desk.close()
    if as_json or reply is None:
        say_json(reply)
    else:
        say(_as_text(reply))
    return 0


def _own_options(
    words: list[str], floor: str | None, person: str | None, as_json: bool
) -> tuple[list[str], str | None, str | None, bool]:
    """Take --floor, --person, --token-file, --ca and --json out of the words, wherever they stand."""
    rest: list[str] = []
    position = 0
    while position < len(words):
        word, _, value = words[position].partition("=")
        if word == "--json":
            as_json = True
        elif word in ("--floor", "--person", "--token-file", "--ca"):
            if not value:
                position += 1
                value = words[position] if position < len(words) else ""
            if word in ("--token-file", "--ca"):
                os.environ["SALESDESK_TOKEN_FILE" if word == "--token-file" else "SALESDESK_CA"] = value
            else:
                floor, person = (value, person) if word == "--floor" else (floor, value)
        else:
            rest.append(words[position])
        position += 1
    return rest, floor, person, as_json


def _request(what: Operation, words: Sequence[str]) -> Request[Any]:
    fields = what.request.model_fields
    given: dict[str, Any] = {}
    position = 0
    while position < len(words):
        word, equals, value = words[position].partition("=")
        name = word.removeprefix("--").replace("-", "_")
        if not word.startswith("--") or name not in fields:
            raise BadRequest("unknown_field", f"{what.name} has no {clean(word)}; its fields: {', '.join(fields)}")
        if not equals:
            position += 1
            if position >= len(words):
                raise BadRequest("no_value", f"--{name} wants a value")
            value = words[position]
        given[name] = _value(fields[name], value, given.get(name))
        position += 1
    try:
        return what.request.model_validate(given)
    except ValidationError as error:
        raise BadRequest("bad_request", _unfit(what, error)) from None


def _unfit(what: Operation, error: ValidationError) -> str:
    """What is wrong with the first field that does not fit, in words of the command line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or what.name
    field = what.request.model_fields.get(where)
    option = f"--{where.replace('_', '-')}"
    if field is not None and first["type"] == "missing":
        return f"{what.name} needs {option}: {field.description or _kind(field)}"
    if field is not None and first["type"] in ("int_parsing", "bool_parsing", "float_parsing"):
        wanted = "a number" if _kind(field) == "number" else _kind(field)
        return f"{option} wants {wanted}, not {clean(str(first['input']), limit=40)}"
    return f"{where}: {first['msg']}"


def _value(field: FieldInfo, text: str, before: Any) -> Any:
    """A field's value from a word: JSON for lists and objects, @FILE for bytes, a repeated option for a list."""
    kind = str(field.annotation)
    if "Base64" in kind or kind == "<class 'bytes'>":
        return base64.b64encode(read_file(text[1:])) if text.startswith("@") else text
    if text[:1] in ("[", "{") and field.annotation is not str:
        try:
            return json.loads(text)
        except json.JSONDecodeError as error:
            raise BadRequest("bad_json", f"not JSON: {error}") from None
    if "tuple" in kind or "Sequence" in kind:
        return [*(before or ()), *text.split(",")]
    return text


def read_file(name: str) -> bytes:
    """A regular file's bytes, at most 50 MiB."""
    path = Path(name)
    if not path.is_file():
        raise BadRequest("no_file", f"{name} is no file that can be read")
    if path.stat().st_size > 50 * 2**20:
        raise BadRequest("too_large", f"{name} is larger than 50 MiB; split it")
    return path.read_bytes()


def _as_text(reply: Any) -> str:
    """A reply as lines of name and value."""
    if isinstance(reply, BaseModel):
        return "\n".join(_lines(reply.model_dump(mode="json"), ""))
    return str(reply)


def _lines(value: Any, indent: str) -> list[str]:
    lines: list[str] = []
    for name, each in value.items():
        if isinstance(each, dict):
            lines += [f"{indent}{name}:", *_lines(each, indent + "  ")]
        elif isinstance(each, list) and each and isinstance(each[0], dict):
            lines.append(f"{indent}{name}:")
            lines += [f"{indent}  " + "  ".join(f"{k}={v}" for k, v in item.items()) for item in each]
        else:
            lines.append(f"{indent}{name}: {each}")
    return lines


# jobs with progress -------------------------------------------------------------------------------------------------


def run_job(job: Generator[Progress, None, R]) -> R:
    """Run a job to its end, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return registry.finish(job, lambda _: None)
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        return registry.finish(job, lambda p: bar.update(task, completed=p.done, total=p.total, description=p.note))


def import_file(
    file: Path, chosen: dict[str, str], floor: str | None, person: str | None, *, preview: bool, as_json: bool
) -> int:
    """Import a file, or show how it would be read."""
    from salesdesk.desk.lists import ImportList, PreviewList, ShowRejects

    data = base64.b64encode(read_file(str(file)))
    desk = open_desk(floor, person)
    try:
        if preview:
            seen = desk.ask(PreviewList(data=data, region=chosen["region"]))
            say_json(seen) if as_json else say(_as_text(seen))
            return 0
        done = run_job(desk.start(ImportList(data=data, **chosen)))
        if as_json:
            say_json(done)
            return 0
        say(
            f"list {done.list_id}: {done.rows:,} rows, {done.leads:,} new leads, {done.duplicates:,} copies merged,"
            f" {done.rejects:,} rejected\ncallable {done.callable:,}, without a number {done.no_number:,},"
            f" opted out {done.opted_out:,}"
        )
        for line in desk.ask(ShowRejects(list_id=done.list_id)).rejects[:20]:
            say(f"  {line.detail}")
        return 0
    finally:
        desk.close()


def release(
    batch: int, quantity: int | None, floor: str | None, person: str | None, *, yes: bool, as_json: bool
) -> int:
    """Check a batch, show the findings, and release it after a yes; a release that was interrupted goes on."""
    desk = open_desk(floor, person)
    try:
        begun = {each.id: each.findings for each in desk.ask(ShowBatches()).batches if each.state == "releasing"}
        findings = begun.get(batch) or run_job(desk.start(CheckBatch(batch=batch)))
        going = min(quantity or findings.going, findings.going)
        if not as_json:
            say("\n".join(_findings(findings)))
        if not yes and not _confirmed(f"release {going:,} leads of {findings.campaign}?"):
            say("not released; the batch stays checked")
            return 1
        done = run_job(desk.start(ReleaseBatch(batch=batch, quantity=quantity)))
        say_json(done) if as_json else say(done.note)
        return 0
    finally:
        desk.close()


def _confirmed(question: str) -> bool:
    if not sys.stdin.isatty():
        raise BadRequest("no_answer", f"{question} there is no terminal to ask; add --yes")
    sys.stderr.write(f"{question} y/N ")
    sys.stderr.flush()
    return sys.stdin.readline().strip().lower() in ("y", "yes")


def _findings(found: Findings) -> list[str]:
    lines = [
        f"{found.campaign}: {found.going:,} of {found.considered:,} leads would go, {found.callable_now:,} callable now"
    ]
    lines += [f"  left out, {each.cause}: {each.leads:,}" for each in found.causes]
    lines += [f"  stratum {each.cause}: {each.leads:,}" for each in found.strata]
    lines += [f"  {each.sentence}" for each in found.lockouts]
    who = "person" if found.people == 1 else "people"
    lines.append(f"  {found.windows} windows, {found.work_hours} hours of work for {found.people} {who}")
    return lines


def invite(meeting: int, out: Path | None, floor: str | None, person: str | None) -> int:
    """Write a meeting's .ics, to standard output as it is or to a file."""
    from salesdesk.desk.invites import MeetingFile

    desk = open_desk(floor, person)
    try:
        file = desk.ask(MeetingFile(meeting=meeting))
    finally:
        desk.close()
    if out is None:
        sys.stdout.write(file.text.replace("\r\n", "\n"))
        return 0
    path = out / file.name if out.is_dir() else out
    try:
        path.write_bytes(file.text.encode())
    except OSError as error:
        raise BadRequest("no_file", f"{path} cannot be written: {error.strerror}") from None
    say(f"{path}: {'cancellation' if file.cancels else 'invitation'} for {file.to or 'nobody, no address is known'}")
    return 0


# reports ------------------------------------------------------------------------------------------------------------


def board(floor: str | None, person: str | None, *, width: int, as_json: bool) -> int:
    """The wall board, once."""
    from salesdesk.desk.boards import Board
    from salesdesk.line.boardtext import render

    desk = open_desk(floor, person)
    try:
        reply = desk.ask(Board())
        if as_json:
            say_json(reply)
        else:
            say("\n".join(render(reply, width, desk.now())))
        return 0
    finally:
        desk.close()


def may_call(
    number: str, at: str, asked: dict[str, Any], flags: Sequence[str], attempts: Sequence[str], *, as_json: bool
) -> int:
    """Whether a number may be called; exit code 1 when not."""
    from salesdesk.line import calling
    from salesdesk.line.tzdata import is_zone, use_pinned_zones

    use_pinned_zones()
    if asked["kind"] not in ("business", "consumer") or asked["profile"] not in ("strict", "statute", "custom"):
        raise BadRequest("bad_choice", "the kind is business or consumer, the profile strict, statute or custom")
    for name in ("address_zone", "confirmed_zone"):
        if asked[name] and not is_zone(asked[name]):
            raise BadRequest("unknown_zone", f"{clean(asked[name])} is no time zone; one looks like America/Chicago")
    instant = _instant(at) if at else datetime.now(UTC)
    decision = calling.may_call(
        number, instant=instant, flags=tuple(flags), attempts=[_instant(each) for each in attempts], **asked
    )
    if as_json:
        say_json(
            {
                "verdict": decision.verdict,
                "reason": decision.reason,
                "reasons": list(decision.reasons),
                "rules": list(decision.rule_ids),
                "zones": list(decision.zones),
                "local_times": {name: when.isoformat() for name, when in decision.local_times.items()},
                "next_allowed": decision.next_allowed.isoformat() if decision.next_allowed else None,
                "closes_at": decision.closes_at.isoformat() if decision.closes_at else None,
                "tzdata": decision.tz_version,
                "numbers": decision.numbers_version,
                "rulepack": decision.rules_version,
            }
        )
    else:
        say(_decision_text(number, decision))
    return 0 if decision.allow else 1


def _decision_text(number: str, decision: Any) -> str:
    lines = [f"{number}: {decision.verdict}, {decision.reason}"]
    lines += [f"  {name}: {when:%a %d %b %H:%M}" for name, when in list(decision.local_times.items())[:6]]
    if decision.rule_ids:
        lines.append(f"  rules: {', '.join(decision.rule_ids)}")
    if decision.next_allowed:
        lines.append(f"  next allowed: {decision.next_allowed:%a %d %b %H:%M} UTC")
    if decision.closes_at:
        lines.append(f"  until: {decision.closes_at:%a %d %b %H:%M} UTC")
    return "\n".join(lines)


def _instant(text: str) -> datetime:
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise BadRequest("bad_time", f"{clean(text)} is no time; write 2026-11-20T15:00:00Z") from None
    if found.tzinfo is None:
        raise BadRequest("bad_time", f"{clean(text)} needs its offset, such as Z or -05:00")
    return found


# the record ---------------------------------------------------------------------------------------------------------


def audit(
    floor: str | None, person: str | None, key_files: Sequence[Path], anchor_file: Path | None, *, as_json: bool
) -> int:
    """Verify the seals, recount the floor, and remember where the chain ends; exit code 1 when something is wrong."""
    from salesdesk import sealfiles
    from salesdesk.desk.auditing import MOST_ANCHORS, RunAudit

    anchors = sealfiles.load_anchors(anchor_file) if anchor_file else []
    desk = _with_keys(open_desk(floor, person), key_files)
    try:
        report = run_job(desk.start(RunAudit(anchors=tuple(anchors[-MOST_ANCHORS:]))))
    finally:
        desk.close()
    say_json(report) if as_json else say("\n".join(_audit_lines(report)))
    if report.differences or report.seals.fault:
        return 1
    if anchor_file and report.seals.head and report.seals.verified:
        sealfiles.add_anchor(anchor_file, report.seals.head)
    return 0


def _audit_lines(report: AuditReport) -> Iterator[str]:
    yield (
        f"{report.events:,} events recounted: {report.tickets:,} tickets, {report.holds:,} holds,"
        f" {report.dealt:,} dealt counts, {report.sums:,} sums; {report.differences:,} differences"
    )
    for found in report.findings:
        yield f"  {found.what} {found.which}: stored {found.stored}, events say {found.events}"
    seals = report.seals
    said = "verified" if seals.verified else "not verified, since no key was given (--seal-key)"
    count = f"{seals.seals:,} seals over {seals.sealed:,} events, {seals.unsealed:,} events not sealed yet"
    yield f"{count}: {f'BROKEN, {seals.fault}' if seals.fault else said}"


def seal(floor: str | None, person: str | None, key_files: Sequence[Path], *, late: bool, as_json: bool) -> int:
    """Seal the events that are not sealed yet."""
    from salesdesk.desk.sealing import SealEvents

    desk = _with_keys(open_desk(floor, person), key_files)
    try:
        done = run_job(desk.start(SealEvents(late=late)))
    finally:
        desk.close()
    end = f"; the chain ends at seal {done.head.seal:,}" if done.head else ""
    say_json(done) if as_json else say(f"{done.events:,} events sealed{end}")
    return 0


def make_seal_key(file: Path, *, as_json: bool) -> int:
    """Make a key for seals in a new file."""
    from salesdesk import sealfiles

    key = sealfiles.make_key(file)
    if as_json:
        say_json({"file": str(file), "key_id": key.id})
    else:
        say(f"{file} holds seal key {key.id} now; keep a copy away from the floor, nothing can be verified without it")
    return 0


def _with_keys(desk: Desk, key_files: Sequence[Path]) -> Desk:
    """Let a desk hold the seal keys of these files, the first of which seals."""
    from salesdesk import sealfiles
    from salesdesk.desk.sealing import holding

    try:
        if key_files:
            if not isinstance(desk, LocalDesk):
                raise BadRequest("keys_there", "the floor's server holds the seal keys itself; leave --seal-key out")
            desk.counter = holding(desk.counter, [sealfiles.load_key(each) for each in key_files])
    except BaseException:
        desk.close()
        raise
    return desk
