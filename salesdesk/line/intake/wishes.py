"""Where rows say in words that somebody is not to be called: a status, a tag, or a remark beside a name or a number."""

import re
from collections.abc import Iterable, Sequence
from functools import cache

from salesdesk.line.intake.tables import words

__all__ = ["asks_not_to_be_called", "without_wish"]

_ITEM = re.compile(r"[,;|/\r\n]+")
_ROUND: str = " \t\xa0*!.:-–()[]\"'#"
_LATER = r"(?!\s+(?:before|after|until|till|unless|between|on|at|in|during|from|vor|nach|bis|avant|list|registry)\b)"
_REMARK = re.compile(
    rf"\b(?:(?:do\s?not|don['’]?t|never)\s+(?:call|contact|phone)|nicht\s+anrufen|ne\s+pas\s+appeler)\b{_LATER}", re.I
)


def asks_not_to_be_called(cells: Sequence[str], beside: Iterable[str], remarks: str) -> bool:
    """Whether a row says so: a cell of `cells`, or an item of its list, as a whole; one of `beside` (names, titles,
    numbers) anywhere in it; or the free text of `remarks`, unless it means an hour ("do not call before 9")."""
    if not _said("\n".join(cells)):
        return False
    return (
        any(map(_said, beside))
        or any(item.strip(_ROUND).casefold() in words("do_not_contact") for cell in cells for item in _ITEM.split(cell))
        or bool(_REMARK.search(remarks))
    )


def without_wish(cell: str) -> str:
    """A cell without such a remark, so that the number beside it can be read, and be barred too."""
    return re.sub(rf"[-–(\[*!\s]*{_wish().pattern}[)\]*!\s:]*", " ", cell, flags=re.I) if _said(cell) else cell


def _said(text: str) -> bool:
    return _wish().search(text.casefold()) is not None


@cache
def _wish() -> re.Pattern[str]:
    said = "|".join(re.escape(each) for each in sorted(words("do_not_contact"), key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{said})(?!\w)")
