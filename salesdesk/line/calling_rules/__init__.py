"""The calling law as data: one TOML file per country, read once, validated, and reviewed like code.

Keys of a ``[[rule]]``: ``id``; ``jurisdiction`` (``US``, ``US-FL``); ``binds``, the kinds of contact that the text
itself protects (the strict profile applies every rule to everybody, the statute profile only to these);
``hours``, weekdays to spans of the called party's wall clock, half-open, every weekday once; ``days``, calendars of
banned days and how a weekend day is observed (``nearest``: Saturday to Friday, Sunday to Monday; ``next``: to the
next weekday that is free); ``cap``, calls in a rolling number of elapsed hours; ``evidence`` (primary, secondary,
unverified, policy) and ``source``. A ``[[list]]`` is a flag that forbids a call, a ``[[consent]]`` a flag that a call
needs. A file is ``checked_on`` a date and wants a review by ``expires_on``.
"""

from salesdesk.line.calling_rules.days import Courtesy, Day, day, intersect
from salesdesk.line.calling_rules.packs import (
    TERRITORIES,
    Applied,
    Cap,
    Consent,
    Listing,
    Rule,
    RulePack,
    RulePackError,
    applied,
    jurisdiction,
    known_flags,
    load,
    packs,
    parse,
    review_due,
    rules_version,
)

__all__ = [
    "TERRITORIES",
    "Applied",
    "Cap",
    "Consent",
    "Courtesy",
    "Day",
    "Listing",
    "Rule",
    "RulePack",
    "RulePackError",
    "applied",
    "day",
    "intersect",
    "jurisdiction",
    "known_flags",
    "load",
    "packs",
    "parse",
    "review_due",
    "rules_version",
]
