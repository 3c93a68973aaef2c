"""What a script is told: lines that are cleaned, JSON, and the progress of a job."""

from __future__ import annotations

import json
import sys
from collections.abc import Generator
from typing import Any, TypeVar

from pydantic import BaseModel

from salesdesk.desk import performing
from salesdesk.desk.registry import Progress
from salesdesk.line.text import clean

R = TypeVar("R")


def say(text: str) -> None:
    """Lines on standard output; whatever came from outside is cleaned."""
    sys.stdout.write("".join(clean(line, limit=2000) + "\n" for line in text.split("\n")))


def say_json(value: Any) -> None:
    """An answer as one JSON document."""
    if isinstance(value, BaseModel):
        value = value.model_dump(mode="json")
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=True) + "\n")


def as_text(reply: Any) -> str:
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


def run_job(job: Generator[Progress, None, R]) -> R:
    """Run a job to its end, with a progress bar on a terminal."""
    if not sys.stderr.isatty():
        return performing.finish(job, lambda _: None)
    from rich.console import Console
    from rich.progress import Progress as Bar

    with Bar(console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        return performing.finish(job, lambda p: bar.update(task, completed=p.done, total=p.total, description=p.note))
