"""Read the phone numbers of a spreadsheet cell: every honest spelling, and a named reason for each refusal.

A refused cell is never guessed at, and a number is only ever rebuilt from its digits: nothing of the cell's own
text reaches a dialler.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from salesdesk.line.intake.tables import words

if TYPE_CHECKING:
    import phonenumbers as library

__all__ = ["PhoneNumber", "Refusal", "read_phone", "read_phones"]


@dataclass(frozen=True, slots=True)
class PhoneNumber:
    """A number to dial. `valid` is False where the number is possible but its plan does not know it."""

    e164: str
    extension: str | None = None
    valid: bool = True


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a cell holds no number.

    One of blank, placeholder, email_in_phone, hostile, excel_sci, masked, ext_only, letters, zeros, too_short,
    too_long, bad_area_code.
    """

    reason: str


MAX_CELL: Final = 200
_NANP: Final = 1

_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufffd\u202d\u202e\ud800-\udfff]")
_INVISIBLE = re.compile("[\u00ad\u061c\u180e\u200b-\u200f\u202a-\u202c\u2060-\u206f\ufeff]")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:[.,]\d+)?e\+?\d{1,3}", re.I)
_MASKED = re.compile(r"\*{2,}|[•●]{2,}|\.{4,}|_{2,}|(?<![a-z])x{2,}(?![a-z])", re.I)
_EMAIL = re.compile(r"[^@\s:]+@[^@\s]+\.[^@\s.]+")
_SCHEME = re.compile(r"(?:tel|callto|phone):(?://)?(?=[+\d(])", re.I)
_LABEL = re.compile(
    r"(?:business|company|direct|main|work|home|cell|mobile|mobil|handy|office|private|privat|desk|hq|büro|buero)?\s*"
    r"(?:hq|phone|telephone|telefon|téléphone|tel|tél|mobile|mobil|handy|cell|cellphone|office|direct|work|home|main|"
    r"number|no|nr|ph|büro|p|t|m|c|[odwh](?=\s*[.:]|\s+[+(\d]))\s*[.:]*\s*(?:no\.?|nr\.?|number|#)?\s*[:.]?\s*(?=[+(\d])",
    re.I,
)
_NOTE = re.compile(r"\s*(?:[(\[][^\W\d_][^\d()\[\]]*[)\]]|[-–,;/\s]\s*[^\W\d_][^\d()]{1,20})\s*$")
_EXTENSION = re.compile(
    r"[\s,;/-]*(?:;ext=|\b(?:extension|extn|ext|ex|durchwahl|dw|app|apparat|poste|nebenstelle)(?![^\W\d_])\.?\s*[:.#-]?|"
    r"(?<=\d)(?:ext|x)\.?|(?<=[\s,;])x\.?|\#)\s*(\d{1,7})\s*$",
    re.I,
)
_EXT_ONLY = re.compile(r"(?:x|#|ext|extn|extension|durchwahl|dw|app|apparat|poste|nebenstelle)[.:#\s]*\d{1,7}", re.I)
_WHOLE: Final = r"\(?\d{3}\)?[\s.-]*\d{3}[\s.-]*\d{4}(?!\d)"
"""A North American number with its area code; beside another one it needs no sign between them."""
_SEPARATOR = re.compile(
    r"\s*(?:[;|\n\r]+|:::|\s/\s|,\s|&|\s(?:or|oder|ou|and|und|et)\s|(?<=\d\d\d\d)[/,](?=[+(\d])|"
    rf"(?<=\d\d\d\d)[\s,]+(?=(?:[^\W\d_]{{1,9}}\.?:?\s*)?(?:\+?1[\s.-]*)?{_WHOLE}))\s*",
    re.I,
)
_TAIL = re.compile(r"(?:1[\s.-]*)?(?:\(\d{3}\)[\s.–-]*|\d{3}[\s.–-]+)\d{3}[\s.–-]*\d{4}(?=\D+\d)")
_IN_BRACKETS = re.compile(r"[(\[]\s*((?:ext|extn|extension|x|#)[^()\[\]]*)[)\]]\s*$", re.I)
_EMPTY_EXTENSION = re.compile(r"(?<=\d)[\s,]+(?:extension|extn|ext|x)\.?\s*[:#]?\s*$", re.I)
_NUMBER_TEXT = re.compile(r"[+\d\s().\-–‐‑‒—−/\xa0]+")
_TRUNK_ZERO = re.compile(r"\(\s*0\s*\)")
_SHORTEST = len("+123456")
_RUN_OF_DIGITS: Final = "01234567890123456789"
_MIN_DIGITS: Final = 7


def read_phone(cell: str, region: str) -> PhoneNumber | Refusal:
    """Read the first number of `cell`. `region` (ISO 3166, e.g. "US") is the country of numbers without a prefix."""
    return read_phones(cell, region)[0]


@lru_cache(maxsize=4096)
def read_phones(cell: str, region: str) -> tuple[PhoneNumber | Refusal, ...]:
    """Read every number of `cell` in order; the result has at least one entry, and no refusal beside a number."""
    text = _INVISIBLE.sub("", cell[: MAX_CELL + 1]).strip(" \t\r\n\xa0;,/")
    if refusal := _refuse_text(text):
        return (refusal,)
    text = unicodedata.normalize("NFKC", text).strip()
    parts = _several(text)
    if any(char in part for part in parts for char in "\r\n"):
        return (Refusal("hostile"),)
    found = tuple(_read_number(part, region.upper()) for part in parts)
    numbers = tuple(dict.fromkeys(each for each in found if isinstance(each, PhoneNumber)))
    hostile = any(isinstance(each, Refusal) and each.reason == "hostile" for each in found)
    return (Refusal("hostile"),) if hostile else numbers or found[:1]


def _several(text: str) -> list[str]:
    """The numbers of a cell, each with its extension; the whole cell when it does not fall into numbers."""
    parts = [part for part in _SEPARATOR.split(text) if part.strip()]
    if len(parts) > 1 and all(_digits(_EXTENSION.sub("", f" {part}")) >= _MIN_DIGITS for part in parts):
        return parts
    if _EXTENSION.search(text) and ("\n" in text or "|" in text):
        return [part for part in re.split(r"\s*[\n\r|]+\s*", text) if part]
    return [text]


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def _refuse_text(text: str) -> Refusal | None:
    """Refuse what is no number as a whole, before any of it is taken apart."""
    if not text:
        return Refusal("blank")
    if len(text) > MAX_CELL:
        return Refusal("too_long")
    if _CONTROL.search(text):
        return Refusal("hostile")
    if text.casefold() in words("placeholders") or not any(char.isalnum() for char in text.replace("*", "0")):
        return Refusal("placeholder")
    if re.match(r"\s*'?\s*(?:sips?|sms|mailto|https?|javascript|file|data)\s*:", text, re.I) or "<" in text:
        return Refusal("hostile")
    if _EMAIL.fullmatch(text):
        return Refusal("email_in_phone")
    if re.search(r";(?!\s*ext\s*=)\s*[a-z-]+\s*=", text, re.I) or "@" in text:
        return Refusal("hostile")
    return None


def _read_number(text: str, region: str) -> PhoneNumber | Refusal:
    text = re.sub(r"^['’‘`\"]+|['\"]+$", "", text.strip()).strip()
    if _SCIENTIFIC.fullmatch(text):
        return Refusal("excel_sci")
    text = _SCHEME.sub("", text, count=1)
    if _MASKED.search(text):
        return Refusal("masked")
    if "*" in text or text.endswith("#"):  # a service code: call forwarding and the like
        return Refusal("hostile")
    if _EXT_ONLY.fullmatch(text):
        return Refusal("ext_only")
    text = _LABEL.sub("", text, count=1) if _LABEL.match(text) else text
    text = _EMPTY_EXTENSION.sub("", _IN_BRACKETS.sub(r" \1", _drop_note(text)))
    extension = None
    if found := _EXTENSION.search(text):
        extension = found[1]
        text = text[: found.start()]
    text = _drop_note(text)
    if re.fullmatch(r"\+?\d{7,15}[.,]0{1,2}", text):  # a number cell that was read as a decimal
        text = re.split(r"[.,]", text)[0]
    if not _NUMBER_TEXT.fullmatch(text):
        return Refusal("letters" if any(char.isalpha() for char in text) else "hostile")
    if _code_of(region) == _NANP and _TAIL.match(text):  # with more digits behind it is another country's number
        return Refusal("too_long")
    return _parse(_international(text, region), region, extension)


def _drop_note(text: str) -> str:
    """Drop a note such as "(cell)" from the end; a note of other words stays, and refuses the cell."""
    found = _NOTE.search(text)
    noted = re.findall(r"[^\W\d_]+", found[0].casefold()) if found else []
    return text[: found.start()].rstrip() if found and noted and words("phone_notes").issuperset(noted) else text


def _international(text: str, region: str) -> str:
    """Return digits, with "+" where the text names a country: "+", "00", or a trunk zero in brackets after them."""
    text = text.strip()
    digits = "".join(str(unicodedata.digit(c)) for c in _TRUNK_ZERO.sub(" ", text) if c.isdigit())
    if text.startswith(("+", "(+")):
        return "+" + digits
    if digits.startswith("00") and len(digits) >= 9 and digits.strip("0"):
        return "+" + digits[2:]
    if _code_of(region) == _NANP and digits.startswith("011") and len(digits) >= 12:
        return "+" + digits[3:]
    return "".join(str(unicodedata.digit(c)) for c in text if c.isdigit())


def _parse(digits: str, region: str, extension: str | None) -> PhoneNumber | Refusal:
    import phonenumbers

    if refusal := _refuse_digits(digits, region):
        return refusal
    try:
        number = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException as error:
        short = phonenumbers.NumberParseException.TOO_SHORT_NSN, phonenumbers.NumberParseException.NOT_A_NUMBER
        if error.error_type in short:
            return Refusal("too_short")
        return Refusal("too_long" if len(digits) > 15 else "bad_area_code")
    valid = phonenumbers.is_valid_number(number)
    if not valid and not digits.startswith("+"):
        # Digits that make no number at home but are one with their own country's prefix in front.
        own = f"+{digits}"
        if digits.startswith(str(number.country_code)) or len(digits) > 11:
            other = _parse_or_none(own)
            if other is not None and (
                phonenumbers.is_valid_number(other)
                or (phonenumbers.is_possible_number(other) and not phonenumbers.is_possible_number(number))
            ):
                number, valid = other, phonenumbers.is_valid_number(other)
    if not valid and (refusal := _refuse_number(number)):
        return refusal
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if len(e164) <= _SHORTEST:  # possible in a few plans, and dialed by nobody from outside
        return Refusal("too_short")
    return PhoneNumber(e164, extension, valid)


def _parse_or_none(text: str) -> "library.PhoneNumber | None":
    import phonenumbers

    try:
        return phonenumbers.parse(text, None)
    except phonenumbers.NumberParseException:
        return None


def _refuse_digits(digits: str, region: str) -> Refusal | None:
    """Refuse filler digits, emergency and short codes, and area codes no North American number can have."""
    import phonenumbers

    bare = digits.lstrip("+")
    if len(bare) <= 4 and phonenumbers.connects_to_emergency_number(bare, region):
        return Refusal("hostile")
    significant = bare[1:] if digits.startswith("+1") else bare
    if len(bare) >= 5 and (len(set(significant)) == 1 or significant in _RUN_OF_DIGITS[:12] + _RUN_OF_DIGITS[1:12]):
        return Refusal("zeros")
    if digits.startswith("+"):
        national = bare[1:] if bare.startswith("1") else ""
    elif _code_of(region) == _NANP:
        national = bare[1:] if len(bare) == 11 and bare.startswith("1") else bare
    else:
        national = ""
    if len(national) == 10 and not _area_code_can_exist(national[:3]):
        return Refusal("bad_area_code")
    return None


def _area_code_can_exist(code: str) -> bool:
    """The North American plan: no leading 0 or 1, no service codes (N11), no N9X, nothing in 37X and 96X."""
    return code[0] not in "01" and code[1:] != "11" and code[1] != "9" and code[:2] not in ("37", "96")


def _refuse_number(number: "library.PhoneNumber") -> Refusal | None:
    import phonenumbers

    why = phonenumbers.is_possible_number_with_reason(number)
    reason = phonenumbers.ValidationResult
    if why == reason.IS_POSSIBLE:
        return None
    if why in (reason.TOO_SHORT, reason.IS_POSSIBLE_LOCAL_ONLY):
        return Refusal("too_short")
    return Refusal("bad_area_code" if why == reason.INVALID_COUNTRY_CODE else "too_long")


@lru_cache(maxsize=256)
def _code_of(region: str) -> int:
    import phonenumbers

    return int(phonenumbers.country_code_for_region(region))
