"""Merge fields of a script: {{first_name}} and a few more, from a list, filled in one pass.

A line about the pre-approach is said only when something was sent: a line that names note_sent falls out of the
script where that field has no value.
"""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import lru_cache

from salesdesk.line.text import clean

FIELDS = ("first_name", "last_name", "title", "company", "city", "me", "campaign", "offer", "note_sent")
GAP = "…"
"""Stands where a lead has no value: the caller sees that a word is missing."""

_ONLY_IF_SENT = "note_sent"
_LONGEST_VALUE = 120
_FIELD = re.compile(r"\{\{(.*?)\}\}(\.?)")
"""With the full stop behind it, which a value such as "Halden Inc." has already."""


class MergeError(ValueError):
    """The script asks for a field that does not exist; the message is one line for its writer."""


def fields_used(text: str) -> tuple[str, ...]:
    """Merge fields of a script, each once, in order of appearance.

    Raises MergeError naming the first unknown or unclosed field and the nearest one known.
    """
    return tuple(dict.fromkeys(name for _, name in _fields(text)))


def fill(text: str, values: Mapping[str, str | None]) -> str:
    """The script as it is to be spoken.

    values: by field; what they contain is cleaned and never read as a field again; a missing one shows as "…".
    Raises MergeError as `fields_used` does.
    """
    told = {name: clean(values.get(name) or "", limit=_LONGEST_VALUE).strip() for name in FIELDS}
    spoken = _spoken(text, bool(told[_ONLY_IF_SENT]))
    return _FIELD.sub(lambda match: (told[match[1].strip()] or GAP).removesuffix(match[2]) + match[2], spoken)


@lru_cache(maxsize=256)
def _spoken(text: str, sent: bool) -> str:
    """A checked script; unless a note was `sent`, without the lines that speak of it."""
    fields_used(text)
    lines = text.split("\n")
    return "\n".join(line for line in lines if sent or _ONLY_IF_SENT not in fields_used(line))


def _fields(text: str) -> Iterator[tuple[int, str]]:
    end = 0
    for match in _FIELD.finditer(text):
        _refuse_loose_braces(text[end : match.start()])
        end = match.end()
        name = match[1].strip()
        if name not in FIELDS:
            raise MergeError(_unknown(name))
        yield match.start(), name
    _refuse_loose_braces(text[end:])


def _refuse_loose_braces(text: str) -> None:
    if "{{" in text or "}}" in text:
        raise MergeError("a field is written {{name}}, with two braces on either side")


def _unknown(name: str) -> str:
    shown = clean(name, limit=40)
    near = get_close_matches(name.lower().replace(" ", "_"), FIELDS, n=1, cutoff=0.5)
    if near:
        return f"there is no field {{{{{shown}}}}}: did you mean {{{{{near[0]}}}}}?"
    return f"there is no field {{{{{shown}}}}}: known are {', '.join(FIELDS)}"
