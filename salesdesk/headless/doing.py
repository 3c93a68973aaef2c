"""Any operation by its name, its fields given as words of the command line."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from typing import Any

from pydantic import ValidationError
from pydantic.fields import FieldInfo

from salesdesk.desk import registry
from salesdesk.desk.errors import BadRequest
from salesdesk.desk.registry import Effect, Operation, Request
from salesdesk.headless.kinds import Kind, kind_of
from salesdesk.headless.telling import as_text, run_job, say, say_json
from salesdesk.line.text import clean
from salesdesk.opening import open_desk


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
    return "\n".join(lines) + "\n"


def _option(field_name: str) -> str:
    return f"--{field_name.replace('_', '-')}"


def _default(field: FieldInfo) -> str:
    if field.default_factory is not None:
        return "made up" if field.description and "key" in field.description else "empty"
    return json.dumps(field.default)


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
        say(as_text(reply))
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
        given[name] = _read(word, kind_of(fields[name].annotation), value, given.get(name, ()))
        position += 1
    try:
        return what.request.model_validate(given)
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
