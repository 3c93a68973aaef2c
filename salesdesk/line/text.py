"""Text from outside is hostile: what every string passes on its way in and on its way to a screen or a file."""

import re
import unicodedata
from typing import Final

__all__ = ["clean", "dialable_uri", "export_cell", "import_cell"]

REPLACEMENT: Final = "\N{REPLACEMENT CHARACTER}"
MARKS_PER_BASE: Final = 8
_FIRST_COMBINING: Final = "\u0300"

_BREAKS = re.compile("\r\n|[\n\r\v\f\u2028\u2029]")
_FLAG = "\U0001f3f4[\U000e0020-\U000e007e]{1,16}\U000e007f"
# Replaced, not deleted, so that nobody mistakes the result for what was sent. ZWJ, ZWNJ and variation selectors
# stay: emoji, Persian and Indic text need them. Tag characters stay inside a flag only.
_HARMFUL = re.compile(
    f"({_FLAG})|["
    "\x00-\x08\x0e-\x1f\x7f-\x9f"
    "\u00ad\u061c\u115f\u1160\u180e\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ufff9-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e007f]"
)
# Latin letters, dashes and quotes, arrows, boxes and shapes: nothing to replace, and no mark among them.
_PLAIN = re.compile("[ -~\u00a1-\u00ac\u00ae-\u02ff\u2010-\u2027\u2190-\u27ff]*")
_JOINERS: Final = "\u200c\u200d"

# A cell that a spreadsheet would take for a formula, after any number of apostrophes.
_FORMULA = re.compile(r"'*[\s\x00\ufffd]*[=+\-@＝＋－＠\t\r\n\x00]")

_E164 = re.compile(r"\+[1-9][0-9]{6,14}")
_EXTENSION = re.compile(r"[0-9]{1,11}")


def clean(value: str, *, limit: int = 500, lines: bool = False) -> str:
    """Return `value` safe to show: no control character, no invisible or direction-turning character.

    Control characters become U+FFFD, tabs and line breaks one space (with `lines`, line breaks become newlines); at
    most eight combining marks per letter stay. The result has at most `limit` characters, a cut one ends in "…".
    Idempotent, and never raises on any string.
    """
    if len(value) <= limit and _PLAIN.fullmatch(value):
        return value
    cut = len(value) > 4 * limit + 64
    if cut:
        value = value[: 4 * limit + 64]
    value = _BREAKS.sub("\n" if lines else " ", value).replace("\t", " ")
    value = _replace_harmful(value)
    if not value.isascii() and max(value) >= _FIRST_COMBINING:
        value = _thin_marks(value)
    if cut or len(value) > limit:
        # A cut may split a flag, so the rest of it is looked at again.
        value = _replace_harmful(value[: max(limit - 1, 0)]) + "…"
    return value


def export_cell(value: str) -> str:
    """Return `value` as a CSV cell that no spreadsheet runs: an apostrophe goes before formula characters.

    `import_cell` undoes exactly this, for every string.
    """
    return "'" + value if _FORMULA.match(value) else value


def import_cell(value: str) -> str:
    """Strip the apostrophe that `export_cell` (or a spreadsheet) put before a formula character; else unchanged."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value) else value


def dialable_uri(e164: str, extension: str | None = None) -> str:
    """Build a `tel:` URI (RFC 3966) from an E.164 number, never from the text of a cell.

    Raises ValueError unless `e164` is "+" and 7 to 15 digits, and `extension` is digits.
    """
    if not _E164.fullmatch(e164):
        raise ValueError("not an E.164 number: expected + and 7 to 15 digits")
    if not extension:
        return f"tel:{e164}"
    if not _EXTENSION.fullmatch(extension):
        raise ValueError("an extension is 1 to 11 digits")
    return f"tel:{e164};ext={extension}"


def _replace_harmful(value: str) -> str:
    return _HARMFUL.sub(lambda found: found[1] or REPLACEMENT, value)


def _thin_marks(value: str) -> str:
    """Drop the combining marks (and joiners) beyond the eighth in a row."""
    kept: list[str] = []
    run = 0
    for char in value:
        if char >= _FIRST_COMBINING and (char in _JOINERS or unicodedata.category(char)[0] == "M"):
            run += 1
            if run > MARKS_PER_BASE:
                continue
        else:
            run = 0
        kept.append(char)
    return "".join(kept)
