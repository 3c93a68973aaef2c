"""Names of companies, compared as people mean them.

`account_key` is stored, as key and within keyed marks of who is not to be called: its results may not change.
`company_core` is compared and never stored, and takes more for the same company.
"""

from __future__ import annotations

import re
import unicodedata

_FORMS = frozenset(
    (
        *("inc", "incorporated", "corp", "corporation", "co", "company", "llc", "llp", "lp", "ltd", "limited", "plc"),
        *("gmbh", "ag", "kg", "ohg", "kgaa", "ug", "mbh", "ev", "sa", "sarl", "sas", "spa", "srl", "bv", "nv", "oy"),
        *("ab", "as", "the", "and", "und", "et"),
    )
)
_VAGUE = frozenset(
    (
        *("grp", "group", "holding", "holdings", "partners", "sons", "stiftung", "pty", "ges", "gbr", "se", "eg"),
        *("e", "g", "v", "s", "a", "r", "l", "c", "p", "m", "b", "h"),
    )
)
"""Tells companies of one name rarely apart: groups, further legal forms, and the letters of A/S, S.p.A. or G.m.b.H."""


def account_key(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form; "" when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("e.v.", "").replace("s.a.", ""))
    words = re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return " ".join(word for word in words if word not in _FORMS)


def company_core(name: str) -> frozenset[str]:
    """The words by which companies are thought alike: those of `account_key` without groups and rarer legal forms."""
    return frozenset(account_key(name).split()) - _VAGUE
