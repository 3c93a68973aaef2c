"""Read the e-mail addresses of a cell: one or several, with or without names, labels and brackets around them."""

import re
from typing import Final

from salesdesk.line.intake.tables import words

__all__ = ["read_email", "read_emails"]

MAX_CELL: Final = 2000
_ADDRESS = re.compile(
    r"(?=.{3,254}$)(?!\.)(?!.*\.\.)[a-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}(?<!\.)"
    r"@(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{2,59})"
)
_QUOTED = re.compile(r'"[^"@]*"')
_NAMED = re.compile(r"[^<>@;|]{0,200}<\s*([^<>\s]*@[^<>\s]*)\s*>")
_SURELY_APART = re.compile(r"[;|\r\n]+|\s:::\s")
_APART = re.compile(r"\s+/\s+|[,\s()\[\]]+")
_LABEL = re.compile(r"\b(?:mailto|smtp|e-?mail|mail|work|home|private|business)\s*:\s*", re.I)

_HEADER = re.compile(r"[\r\n]\s*[\w-]+\s*:")
_AROUND: Final = " \t\xa0()[]\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"


def read_email(cell: str) -> str | None:
    """The first address of a cell in lower case, or None when it holds none."""
    return next(iter(read_emails(cell)), None)


def read_emails(cell: str) -> tuple[str, ...]:
    """Every address of a cell in order, in lower case.

    What stands between commas or spaces must be addresses or notes ("work") throughout: "jo,hn@x.com" is a slip of
    typing and no address of hn. A part between semicolons or lines may be anything; it is passed over. A cell that
    goes on with a mail's header ("Bcc:"), or after a comma with an address elsewhere, is made to misdirect mail: none.
    """
    plain = cell.strip().casefold()
    if _ADDRESS.fullmatch(plain) and not plain.startswith("'"):
        return (plain,)
    if _HEADER.search(cell):
        return ()
    text = _NAMED.sub(r";\1;", _QUOTED.sub(" ", cell.strip()[:MAX_CELL]))
    found = [
        address for part in _SURELY_APART.split(text) for address in _addresses(_LABEL.sub(" ", part).strip(_AROUND))
    ]
    return tuple(dict.fromkeys(found))


def _addresses(part: str) -> list[str]:
    pieces = [piece for piece in _APART.split(part) if piece.casefold() not in words("phone_notes")]
    if not all("@" in piece for piece in pieces):
        return []
    bare = (piece.partition("?")[0].strip("'’`\"").removesuffix(".").casefold() for piece in pieces)
    found = [address for address in bare if _ADDRESS.fullmatch(address)]
    domains = {address.partition("@")[2] for address in found}
    return [] if "," in part and len(domains) > 1 else found
