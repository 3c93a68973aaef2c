"""May this lead be served or dialed now? Every rule of eligibility, in one order, with the reason in words.

The claim, the dial, the batch check, "why this lead" and "why is it dry" all ask here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from salesdesk.line.preapproach import NEVER

CAUSES: Final[dict[str, str]] = {
    "suppressed": "asked not to be called",
    "excluded": "on an exclusion list",
    "resting": "resting",
    "no_number": "no number that can be dialed",
    "paused": "campaign is paused",
    "ended": "in a campaign that has ended",
    "unopened": "in a campaign whose calls are not open yet",
    "law": "outside the hours in which a call is allowed",
    "unknown_zone": "time zone unknown, so no hour is surely allowed",
    "attempt_cap": "called as often as the law allows for now",
    "holiday": "a day on which nobody may be called there",
    "consent": "without the recorded consent that is needed first",
    "no_rules": "in a country whose calling law is not in the rule packs",
    "courtesy": "outside the campaign's courtesy hours",
    "company_rests": "in a company that was contacted lately",
    "kept": "kept for the colleague whose company it is",
    "company_busy": "in a company that a colleague is calling",
    "elsewhere": "on a colleague's screen",
    "in_campaign": "already in this campaign",
}
"""Every cause that blocks a lead, in words that follow "is" or "are"."""

_LAW = {
    "unknown_zone": "unknown_zone",
    "attempt_cap": "attempt_cap",
    "holiday": "holiday",
    "sunday": "holiday",
    "consent_required": "consent",
    "no_rules": "no_rules",
    "courtesy_hours": "courtesy",
}
PASSING = frozenset({"outside_hours", "courtesy_hours", "holiday", "sunday", "attempt_cap", "last_start"})
"""Reasons of the law that time alone removes; a lead with any other is not released."""
LATER = 900
"""Seconds to wait before asking again when nobody knows a better time."""


@dataclass(frozen=True, slots=True)
class Standing:
    """All that decides about one lead at one moment. Times are epoch seconds. From when the campaign's calls are open
    (see `line.preapproach`), whether it has ended (see `line.ending`), until when their company rests and until when it
    is a colleague's (see `line.accounts`) bear on calls that we choose to make."""

    now: int
    suppressed: str | None
    excluded: str | None
    rests_until: int | None
    dialable: bool
    live: bool
    law_allows: bool
    law_reason: str
    law_next: int | None
    held_by_other: bool
    ended: bool = False
    opens_at: int = 0
    company_rests_until: int | None = None
    kept_until: int | None = None
    company_busy: bool = False


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether the lead may be served; if not, the first cause in the order of CAUSES and when to ask again."""

    cause: str | None
    until: int | None = None
    detail: str = ""

    @property
    def allowed(self) -> bool:
        """Whether a call may be placed now."""
        return self.cause is None

    def __str__(self) -> str:
        return "may be called" if self.cause is None else CAUSES[self.cause]


def eligible(standing: Standing) -> Verdict:
    """The verdict on one lead: the first rule that says no, or none.

    Lasting causes come before passing ones, so that the reason shown is the one that matters.
    """
    now = standing.now
    if standing.suppressed:
        return Verdict("suppressed", None, standing.suppressed)
    if standing.excluded:
        return Verdict("excluded", None, standing.excluded)
    if not standing.dialable:
        return Verdict("no_number")
    if standing.rests_until is not None and standing.rests_until > now:
        return Verdict("resting", standing.rests_until)
    if not standing.live:
        return Verdict("paused", now + LATER)
    if standing.ended:
        return Verdict("ended", now + LATER)
    if standing.opens_at > now:
        return Verdict("unopened", standing.opens_at if standing.opens_at < NEVER else now + LATER)
    if not standing.law_allows:
        cause = _LAW.get(standing.law_reason, "law")
        return Verdict(cause, standing.law_next or now + LATER, standing.law_reason)
    if standing.company_rests_until is not None:
        return Verdict("company_rests", standing.company_rests_until)
    if standing.kept_until is not None:
        return Verdict("kept", standing.kept_until)
    if standing.company_busy:
        return Verdict("company_busy", now + LATER)
    if standing.held_by_other:
        return Verdict("elsewhere", now + LATER)
    return Verdict(None)
