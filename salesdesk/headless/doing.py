"""Any operation by its name, its fields given as words of the command line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from salesdesk import environment
from salesdesk.desk import registry
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.registry import Effect, Operation, Request
from salesdesk.headless.kinds import Kind, kind_of
from salesdesk.headless.telling import as_text, run_job, say, say_json
from salesdesk.line.text import clean
from salesdesk.opening import open_desk

EVERYWHERE = {"--floor": "floor", "--person": "person", "--as": "person", "--token-file": "token_file", "--ca": "ca"}
"""Options that may stand behind any operation, and what each says; `--json` may, too, and has no value."""


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
        told = f"{field.description or ''} ({kind_of(field.annotation).wanted}, {need})"
        lines.append(f"  {_option(field_name):<20} {told}")
    return "\n".join([*lines, "", *_who_asks(what)]) + "\n"


def _who_asks(what: Operation) -> list[str]:
    if "person" not in what.request.model_fields:
        return ["who asks: --as NAME, --person NAME or SALESDESK_PERSON; --floor, --json as for every command"]
    return [
        "who asks: --as NAME or SALESDESK_PERSON; --floor, --json as for every command",
        f"--person behind {what.name} is its field; it says who asks only before {what.name}",
    ]


def _option(field_name: str) -> str:
    return f"--{field_name.replace('_', '-')}"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "made up" if field.description and "key" in field.description else "empty"
    return json.dumps(field.default)


def do(name: str, words: Sequence[str], floor: str | None, person: str | None, *, as_json: bool) -> int:
    """Do an operation whose fields are given as words of the command line. Options that may stand behind any
    operation count more than `floor`, `person` and `as_json`. Raises BadRequest for words that make no sense."""
    what = registry.named(name)
    fields, others = _sorted(what, words)
    request: Request[Any] = request_of(what, fields)
    for option, variable in (("token_file", environment.TOKEN_FILE), ("ca", environment.AUTHORITY)):
        if option in others:
            environment.tell(variable, others[option])
    desk = open_desk(others.get("floor", floor), others.get("person", person))
    try:
        reply = run_job(desk.start(request)) if what.effect is Effect.JOB else desk.ask(request)
    finally:
        desk.close()
    if as_json or "json" in others or reply is None:
        say_json(reply)
    else:
        say(as_text(reply))
    return 0


def _sorted(what: Operation, words: Sequence[str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What is said of the operation's fields, and what else is said. An option that names a field is that field, even
    where it means something else behind other operations: else some could not be asked at all."""
    fields = what.request.model_fields
    given: dict[str, Any] = {}
    others: dict[str, str] = {}
    left = iter(words)
    for word in left:
        option = word.partition("=")[0]
        name = option.removeprefix("--").replace("-", "_")
        if option.startswith("--") and name in fields:
            said = _said(word, left, empty=True)
            given[name] = _read(option, kind_of(fields[name].annotation), said, given.get(name, ()))
        elif option in EVERYWHERE:
            others[EVERYWHERE[option]] = _said(word, left, empty=False)
        elif word == "--json":
            others["json"] = word
        else:
            raise BadRequest(
                "unknown_field", f"{what.name} has no {clean(word, limit=40)}; its fields: {', '.join(fields)}"
            )
    return given, others


def _said(word: str, left: Iterator[str], *, empty: bool) -> str:
    """What an option says: what stands behind its `=`, be it nothing, else the next word."""
    option, equals, behind = word.partition("=")
    said = behind if equals else next(left, None)
    if said is None or not (said or empty):
        raise BadRequest("no_value", f"{option} wants a value")
    return said


def request_of(what: Operation, fields: dict[str, Any]) -> Any:
    """The operation's request. Raises BadRequest, in words of the command line, for fields that do not fit."""
    try:
        return what.request.model_validate(fields)
    except ValidationError as error:
        raise BadRequest("bad_request", _unfit(what, error)) from None


def _read(option: str, kind: Kind, word: str, before: Sequence[Any]) -> Any:
    """What a word says of a field; where that is a list, after what the same option said `before`."""
    try:
        found = kind.read(word)
    except (ValueError, RecursionError) as error:
        raise BadRequest("bad_request", f"{option} wants {kind.wanted}: {error}") from None
    return [*before, *found] if kind.many else found


def _unfit(what: Operation, error: ValidationError) -> str:
    """What is wrong with the first field that does not fit, in words of the command line."""
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"]) or what.name
    if field := what.request.model_fields.get(where):
        wanted = kind_of(field.annotation).wanted
        if first["type"] == "missing":
            return f"{what.name} needs {_option(where)}: {field.description or wanted}"
        if first["type"] in ("int_parsing", "bool_parsing"):
            return f"{_option(where)} wants {wanted}, not {clean(str(first['input']), limit=40)}"
    return f"{where}: {first['msg']}"
