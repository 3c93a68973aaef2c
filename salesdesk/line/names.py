"""Names of companies, compared as people mean them.

`account_key` is stored, as key and within keyed marks of who is not to be called: whoever changes its results changes
the stored ones with a step of the schema. `company_core` is compared and never stored, and takes more for the same.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_FIRST: Final = frozenset(("the", "ооо", "зао", "оао", "пао", "ooo", "zao", "oao", "pao"))
_CONJUNCTIONS: Final = frozenset(("and", "und", "et"))
_FORMS: Final = frozenset(
    (
        *("inc", "incorporated", "corp", "corporation", "llc", "llp", "lllp", "pllc", "ltd", "limited", "plc"),
        *("pty", "pvt", "pte", "proprietary", "gmbh", "mbh", "ohg", "kgaa", "gbr", "haftungsbeschrankt"),
        *("aktiengesellschaft", "kommanditgesellschaft", "sarl", "eurl", "sasu", "srl", "bvba", "sprl", "ltda"),
        *("eireli", "sdn", "bhd", "tbk", "aps", "oyj", "ehf", "kft", "zrt", "nyrt", "sro", "doo", "spzoo", "gesmbh"),
    )
)
"""Legal forms that are hardly ever a word of a name: none wherever it stands, but for a name that begins with it."""
_LAST: Final = frozenset(
    (
        *(
            "co",
            "company",
            "the",
            "lp",
            "pc",
            "ag",
            "kg",
            "ug",
            "og",
            "ev",
            "ek",
            "eg",
            "se",
            "sa",
            "sas",
            "spa",
            "snc",
        ),
        *("sl", "slu", "sau", "lda", "bv", "nv", "oy", "ab", "as", "asa", "kk", "gk"),
    )
)
"""Legal forms that are words of other names too (AS Roma, Delta SA Power): only at the end of a name."""
_LONG: Final = frozenset(
    (
        *("sadecv", "sabdecv", "srldecv", "sderldecv", "sapidecv", "sderl", "spzoo", "spolkazoo", "spolkaakcyjna"),
        *("spk", "spj", "spolsro", "ltdsti", "anonimsirketi", "limitedsirketi", "sociedadanonima", "societeanonyme"),
        *("privatelimited", "privateltd", "gesellschaftmitbeschrankterhaftung", "naamlozevennootschap"),
        *("beslotenvennootschap", "unipessoallda", "sarl"),
    )
)
"""Legal forms of several words, without the spaces between them."""
_LONGEST: Final = 6  # words of a legal form

_GLUED = re.compile(
    "株式会社|有限会社|合同会社|株式會社|股份有限公司|有限公司|[(（][株有주][)）]|[㈱㈲]|주식회사|유한회사"
)
_SPELLED = re.compile(r"(?<!\w)[^\W\d_]\.(?:\s?[^\W\d_]\.)*(?:[^\W\d_](?!\w))?")
_SLASHED = re.compile(r"(?<!\w)(?:[akip]/s|s/a)(?!\w)")
_OTHER_LETTERS: Final = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "æ": "ae", "œ": "oe", "ı": "i"})

_VAGUE: Final = frozenset(
    (
        *("grp", "group", "holding", "holdings", "partners", "sons", "stiftung", "ges"),
        *("e", "g", "v", "s", "a", "r", "l", "c", "p", "m", "b", "h"),
    )
)
"""Tells companies of one name rarely apart: groups, and the letters of forms that nobody listed."""


def account_key(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form; "" when nothing is left of it."""
    words = [word for word in re.findall(r"[^\W_]+", _plain(name)) if word not in _CONJUNCTIONS]
    while len(words) > 1 and words[0] in _FIRST:
        words = words[1:]
    whole = _without_end(words)
    return " ".join(_without_end([word for n, word in enumerate(whole) if n == 0 or word not in _FORMS]))


def company_core(name: str) -> frozenset[str]:
    """The words by which companies are thought alike: those of `account_key` without groups and stray letters."""
    return frozenset(account_key(name).split()) - _VAGUE


def _plain(name: str) -> str:
    """In lower case without accents; letters spelled one by one ("S.A.", "A/S") are a word."""
    text = _GLUED.sub(" ", name).casefold().translate(_OTHER_LETTERS)
    text = _SLASHED.sub(" ltd ", unicodedata.normalize("NFKC", text))
    text = _SPELLED.sub(lambda found: re.sub(r"[\s.]", "", found[0]) + " ", text)
    bare = "".join(char for char in unicodedata.normalize("NFKD", text) if not "\u0300" <= char <= "\u036f")
    return unicodedata.normalize("NFC", bare)


def _without_end(words: list[str]) -> list[str]:
    """The words without the legal forms at their end, of which one of several words goes before one of one."""
    longest = min(_LONGEST, len(words))
    for count in range(longest, 0, -1):
        end = words[-count:]
        spelled = count == 1 or (count < len(words) and all(len(word) == 1 for word in end))
        if (form := "".join(end)) in _LONG or (spelled and form in _FORMS | _LAST):
            return _without_end(words[:-count])
    return words
