"""The OpenAPI document, made from the registry: what each operation asks, answers and may be refused for."""

from __future__ import annotations

from functools import cache
from typing import Any

from pydantic import TypeAdapter

from salesdesk.desk import wire
from salesdesk.desk.registry import Effect, Operation, Progress, operations
from salesdesk.desk.wire import JobProblem, Myself, Problem

Json = dict[str, Any]
_IN, _OUT = "validation", "serialization"
_REFS = "#/components/schemas/{model}"
_ABOUT = """The operations of a sales floor, each under its own name: POST /v1/{operation} with the request as JSON.
Times are epoch seconds of the floor's clock, which every answer tells in Salesdesk-Now; durations are seconds unless a
field says minutes. A write carries a `key`: asked again under the same key, it changes nothing twice and answers the
same. Who asks is known from the token, never from the body. A refused request has changed nothing."""
_ERRORS: dict[int, tuple[str, str]] = {
    wire.NO_TOKEN: ("NoToken", "no token, or one that is unknown, ended or revoked"),
    wire.NOT_ALLOWED: ("NotAllowed", "the caller's roles do not have this operation"),
    wire.NOT_THERE: ("NotThere", "there is no such operation"),
    wire.WRONG_METHOD: ("WrongMethod", "another method than this address has"),
    wire.TOO_SLOW: ("TooSlow", "the body did not arrive in time"),
    wire.REFUSED: ("Refused", "the floor will not do this, for the reason told; nothing was changed"),
    wire.TOO_LARGE: ("TooLarge", "the body is larger than 1 MiB (70 MiB where a file is sent)"),
    wire.BAD_REQUEST: ("BadRequest", "the request makes no sense; nothing was changed"),
    wire.OLD_WIRE: ("OldWire", "this client speaks another version; nothing was changed"),
    wire.TOO_MANY: ("TooMany", "faster than anyone should; Retry-After tells the seconds to wait"),
    wire.BROKEN: ("Broken", "the server failed; nothing is known about the request"),
    wire.UNAVAILABLE: ("Unavailable", "the floor cannot be reached now; Retry-After tells when to ask again"),
}
_BESIDE = _ERRORS.keys() - {wire.NOT_ALLOWED, wire.NOT_THERE, wire.TOO_SLOW, wire.REFUSED, wire.TOO_LARGE}
_EFFECTS = {
    Effect.READ: "Reads only.",
    Effect.WRITE: "Changes the floor in one transaction; answered once it is on disk.",
    Effect.JOB: "A job: answers lines of JSON, progress first, then the reply or an error. Hanging up stops it after"
    " the chunk it is at; what is done stays done.",
    Effect.LIVE: "Reads only; also as a stream at /v1/live/.",
}


@cache
def document() -> Json:
    """The whole document."""
    parts, schemas = _parts()
    paths: Json = {}
    for what in operations().values():
        paths[f"/v1/{what.name}"] = {"post": _operation(what, parts)}
        if what.effect is Effect.LIVE:
            paths[f"/v1/live/{what.name}"] = {"get": _live(what)}
    return {
        "openapi": "3.1.0",
        "info": {"title": "salesdesk", "version": str(wire.WIRE), "description": _ABOUT},
        "paths": _others() | paths,
        "components": {
            "schemas": schemas,
            "responses": {name: _response(status, text) for status, (name, text) in _ERRORS.items()},
            "headers": {"Now": _now(), "RetryAfter": _retry_after()},
            "parameters": {"Wire": _wire()},
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer", "bearerFormat": "sd_<id>_<secret>"}},
        },
        "security": [{"token": []}],
    }


def _parts() -> tuple[Json, Json]:
    """The schema of what each operation asks and answers, and the models they are made of. Made together, so that a
    model that is asked and answered with has a name for each."""
    own = (Problem, JobProblem, Myself, Progress)
    wanted: list[tuple[str, Any, TypeAdapter[Any]]] = [(each.__name__, _OUT, TypeAdapter(each)) for each in own]
    for what in operations().values():
        wanted.append((f"{what.name} asks", _IN, TypeAdapter(what.request)))
        wanted.append((f"{what.name} answers", _OUT, what.answer))
    found, models = TypeAdapter.json_schemas(wanted, ref_template=_REFS, by_alias=False)
    return {name: schema for (name, _), schema in found.items()}, models["$defs"]


def _operation(what: Operation, parts: Json) -> Json:
    some = what.effect is Effect.JOB
    content = {wire.JOB_LINES: {"schema": _job_line(what, parts)}} if some else {
        "application/json": {"schema": parts[f"{what.name} answers"]}
    }  # fmt: skip
    needed = any(field.is_required() for field in what.request.model_fields.values())
    found = _route(what.name, what.summary, f"{_request_doc(what)}\n\n{_EFFECTS[what.effect]} {_roles(what)}")
    found["requestBody"] = {"required": needed, "content": {"application/json": {"schema": parts[f"{what.name} asks"]}}}
    found["responses"] = {"200": _ok(_reply_doc(what), content), **_errors(*_ERRORS)}
    if what.name == "claim_next":
        found["parameters"].append(
            {
                "name": "wait",
                "in": "query",
                "description": "seconds to wait for work when there is none now",
                "schema": {"type": "integer", "minimum": 0, "maximum": wire.LONGEST_WAIT, "default": 0},
            }
        )
    return found


def _live(what: Operation) -> Json:
    about = f"Server-sent events named `{what.name}`: the reply, first at once, then within a second of a change."
    found = _route(f"live_{what.name}", f"{what.summary} As it changes.", f"{about} {_roles(what)}")
    text = {"text/event-stream": {"schema": {"type": "string"}}}
    found["responses"] = {"200": _ok(about, text), **_errors(*(_ERRORS.keys() - {wire.TOO_LARGE, wire.TOO_SLOW}))}
    for name, field in what.request.model_fields.items():
        schema = TypeAdapter[Any](field.annotation or str).json_schema()
        about_field = field.description or name
        found["parameters"].append(
            {
                "name": name,
                "in": "query",
                "required": field.is_required(),
                "description": about_field,
                "schema": schema,
            }
        )
    return found


def _others() -> Json:
    """The routes beside the operations."""
    me = _route("me", "Who the token stands for, and how the floor is set up.", "Reads only; for every token.")
    me["responses"] = {
        "200": _ok("the caller and the floor", {"application/json": {"schema": _ref("Myself")}}),
        **_errors(*_BESIDE),
    }
    told = 'Server-sent events named `pulse` with {"pulse": n, "now": seconds}: n moves when something happened.'
    pulse = _route("pulse", "A number that moves whenever something happened on the floor.", told)
    pulse["responses"] = {
        "200": _ok(told, {"text/event-stream": {"schema": {"type": "string"}}}),
        **_errors(*_BESIDE),
    }
    metrics = _route("metrics", "What the server counts about itself, for Prometheus.", "With any token, or locally.")
    metrics["responses"] = {
        "200": _ok("Prometheus text", {"text/plain": {"schema": {"type": "string"}}}),
        **_errors(*_BESIDE),
    }
    metrics["security"] = [{"token": []}, {}]
    found = {"/v1/me": {"get": me}, "/v1/pulse": {"get": pulse}, "/metrics": {"get": metrics}}
    for name, about in (("live", "This process answers."), ("ready", "The floor can be read; not while stopping.")):
        health = _route(f"health_{name}", about, "For a load balancer; wants no token.")
        health["security"] = []
        state = {"type": "object", "properties": {"status": {"type": "string"}}, "required": ["status"]}
        health["responses"] = {
            "200": _ok("it is so", {"application/json": {"schema": state}}),
            **_errors(*(_BESIDE - {wire.NO_TOKEN, wire.TOO_MANY})),
        }
        found[f"/health/{name}"] = {"get": health}
    return found


# parts --------------------------------------------------------------------------------------------------------------


def _route(name: str, summary: str, description: str) -> Json:
    return {
        "operationId": name,
        "summary": summary,
        "description": description,
        "parameters": [{"$ref": "#/components/parameters/Wire"}],
    }


def _ok(description: str, content: Json) -> Json:
    return {
        "description": description,
        "headers": {wire.NOW_HEADER: {"$ref": "#/components/headers/Now"}},
        "content": content,
    }


def _errors(*statuses: int) -> Json:
    return {str(status): {"$ref": f"#/components/responses/{_ERRORS[status][0]}"} for status in sorted(statuses)}


def _response(status: int, text: str) -> Json:
    headers: Json = {wire.NOW_HEADER: {"$ref": "#/components/headers/Now"}}
    if status in (wire.TOO_MANY, wire.UNAVAILABLE):
        headers["Retry-After"] = {"$ref": "#/components/headers/RetryAfter"}
    return {
        "description": text,
        "headers": headers,
        "content": {"application/json": {"schema": _ref("Problem")}},
    }


def _ref(name: str) -> Json:
    return {"$ref": _REFS.format(model=name)}


def _now() -> Json:
    return {"description": "the floor's time, epoch seconds", "schema": {"type": "integer"}}


def _retry_after() -> Json:
    return {"description": "seconds", "schema": {"type": "integer", "minimum": 1}}


def _wire() -> Json:
    return {
        "name": wire.WIRE_HEADER,
        "in": "header",
        "description": "the version this client speaks; the newest when left out",
        "schema": {"type": "integer", "enum": [wire.WIRE]},
    }


def _job_line(what: Operation, parts: Json) -> Json:
    """One line of a job's answer."""
    lines = {"progress": _ref("Progress"), "reply": parts[f"{what.name} answers"], "error": _ref("JobProblem")}
    one = [{"type": "object", "properties": {name: part}, "required": [name]} for name, part in lines.items()]
    return {"description": "each line is one of these", "oneOf": one}


def _roles(what: Operation) -> str:
    return f"For: {', '.join(sorted(what.roles))}."


def _request_doc(what: Operation) -> str:
    return " ".join((what.request.__doc__ or what.summary).split())


def _reply_doc(what: Operation) -> str:
    kind = what.answer._type
    return " ".join((getattr(kind, "__doc__", None) or "the reply").split()) if isinstance(kind, type) else "the reply"
