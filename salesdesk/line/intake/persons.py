"""A name in one cell: which part of it is the first name, and which the last."""

import re
from typing import Final

from salesdesk.line.intake.tables import words

__all__ = ["split_name"]

_IN_BRACKETS = re.compile(r"(?<=\S)\s*[(\[][^()\[\]]*[)\]]\s*$")
_LEAST: Final = 2  # words of a first and a last name


def split_name(text: str) -> tuple[str, str]:
    """First and last name of "Bob Smith", "Smith, Bob", "Mr. Bob A. Smith Jr.", "Bob Smith, PhD" or "Ana de la Cruz".

    Forms of address and what stands in brackets at the end go; "Jr." and degrees stay with the last name. One word is a
    last name.
    """
    pieces = [piece.strip() for piece in _IN_BRACKETS.sub("", text).split(",") if piece.strip()]
    degrees = [piece for piece in pieces[1:] if all(_bare(word) in words("name_degrees") for word in piece.split())]
    pieces = [piece for piece in pieces if piece not in degrees]
    if len(pieces) > 1:
        first, last = ", ".join(pieces[1:]), pieces[0]
    else:
        first, last = _in_order(pieces[0].split() if pieces else [])
    return first, " ".join([last, *degrees])


def _in_order(spoken: list[str]) -> tuple[str, str]:
    while len(spoken) > 1 and _bare(spoken[0]) in words("name_address"):
        spoken = spoken[1:]
    names = len(spoken)
    while names > _LEAST and _bare(spoken[names - 1]) in words("name_endings"):
        names -= 1
    particles = (n for n, word in enumerate(spoken[1:names], 1) if _bare(word) in words("name_particles"))
    last = min(next(particles, names - 1), names - 1)
    return " ".join(spoken[:last]), " ".join(spoken[last:])


def _bare(word: str) -> str:
    return word.replace(".", "").casefold()
