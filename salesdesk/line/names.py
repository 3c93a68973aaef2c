"""Names of companies, compared as people mean them."""

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


def account_key(name: str) -> str:
    """A company's name without case, accents, punctuation and legal form; "" when nothing is left of it."""
    plain = unicodedata.normalize("NFKD", name.casefold().replace("e.v.", "").replace("s.a.", ""))
    words = re.findall(r"[^\W_]+", "".join(char for char in plain if not unicodedata.combining(char)))
    return " ".join(word for word in words if word not in _FORMS)
