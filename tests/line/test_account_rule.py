"""One voice in a company: who of it is left in peace, until when, and whose it is."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from salesdesk.line.accounts import BETWEEN, STAYS, Company, contacted, keeper, lifted, paused, restored, rests_until

NOBODY = Company(None, None, None, None)
ADA, GRACE, DANA, ITO, NOW = 1, 2, 7, 8, 1_000_000


def test_the_others_rest_for_four_hours_after_a_contact_and_the_contact_does_not() -> None:
    company = contacted(NOBODY, lead=ADA, person=DANA, now=NOW, sells=True)
    assert rests_until(company, GRACE, NOW) == NOW + 4 * 3600
    assert rests_until(company, GRACE, NOW + BETWEEN - 1) == NOW + BETWEEN
    assert rests_until(company, GRACE, NOW + BETWEEN) is None
    assert rests_until(company, ADA, NOW) is None


def test_a_company_stays_with_its_caller_for_five_days_from_their_last_call() -> None:
    company = contacted(NOBODY, lead=ADA, person=DANA, now=NOW, sells=True)
    assert keeper(company, NOW + STAYS - 1) == (DANA, NOW + 5 * 86_400)
    assert keeper(company, NOW + STAYS) is None
    again = contacted(company, lead=ADA, person=DANA, now=NOW + 86_400, sells=True)
    assert keeper(again, NOW + STAYS) == (DANA, NOW + 86_400 + STAYS)


def test_a_colleague_who_keeps_a_promise_there_does_not_take_the_company() -> None:
    company = contacted(NOBODY, lead=ADA, person=DANA, now=NOW, sells=True)
    after = contacted(company, lead=GRACE, person=ITO, now=NOW + 60, sells=True)
    assert keeper(after, NOW + 60) == keeper(company, NOW)
    assert (after.contacted_lead, after.rests_until) == (GRACE, NOW + 60 + BETWEEN)
    later = contacted(company, lead=GRACE, person=ITO, now=NOW + STAYS, sells=True)
    assert keeper(later, NOW + STAYS) == (ITO, NOW + 2 * STAYS)


def test_whoever_sells_nothing_there_lets_it_rest_and_keeps_nothing() -> None:
    company = contacted(NOBODY, lead=ADA, person=DANA, now=NOW, sells=False)
    assert keeper(company, NOW) is None
    assert rests_until(company, GRACE, NOW) == NOW + BETWEEN


def test_a_pause_outlasts_a_contact_and_ends_when_it_is_lifted() -> None:
    company = paused(contacted(NOBODY, lead=ADA, person=DANA, now=NOW, sells=True), lead=ADA, until=NOW + 7 * 86_400)
    assert rests_until(contacted(company, lead=ADA, person=DANA, now=NOW + 60, sells=True), GRACE, NOW) == NOW + 604_800
    soon = lifted(company, last_lead=ADA, last_at=NOW, now=NOW + 3600)
    assert rests_until(soon, GRACE, NOW + 3600) == NOW + BETWEEN
    late = lifted(company, last_lead=ADA, last_at=NOW, now=NOW + BETWEEN)
    assert rests_until(late, GRACE, NOW + BETWEEN) is None
    assert rests_until(lifted(company, last_lead=None, last_at=None, now=NOW), GRACE, NOW) is None


def test_the_pause_for_a_meeting_stays_for_whom_it_is_whatever_contacts_follow() -> None:
    until = NOW + 90 * 86_400
    company = paused(contacted(NOBODY, lead=ADA, person=DANA, now=NOW, sells=True), lead=ADA, until=until)
    after = contacted(company, lead=GRACE, person=DANA, now=NOW + 60, sells=True)
    assert (after.contacted_lead, after.rests_until) == (ADA, until)
    assert keeper(after, NOW + 60) == (DANA, NOW + 60 + STAYS)
    assert paused(after, lead=GRACE, until=NOW + 2 * 86_400) == after, "nor by what their switchboard says"
    later = paused(after, lead=GRACE, until=until + 1)
    assert (later.contacted_lead, later.rests_until) == (GRACE, until + 1), "her own meeting is later"


def test_what_is_undone_leaves_the_rest_of_before_or_that_of_whoever_was_contacted_since() -> None:
    company = paused(contacted(NOBODY, lead=ADA, person=DANA, now=NOW, sells=True), lead=ADA, until=NOW + 10**7)
    before = NOW + BETWEEN
    alone = restored(company, contacted=ADA, until=before, last_lead=ADA, last_at=NOW)
    assert (alone.contacted_lead, alone.rests_until) == (ADA, before)
    since = restored(company, contacted=ADA, until=before, last_lead=GRACE, last_at=NOW + 60)
    assert (since.contacted_lead, since.rests_until) == (GRACE, NOW + 60 + BETWEEN)
    assert restored(company, contacted=None, until=None, last_lead=None, last_at=None).rests_until is None


@given(
    st.lists(
        st.tuples(st.sampled_from([ADA, GRACE, 3]), st.sampled_from([DANA, ITO]), st.integers(0, 2 * STAYS)),
        max_size=12,
    )
)
def test_whatever_happens_a_company_never_rests_shorter_than_its_last_contact_asks_for(
    calls: list[tuple[int, int, int]],
) -> None:
    company, now = NOBODY, NOW
    for lead, person, after in calls:
        now += after
        before = keeper(company, now)
        company = contacted(company, lead=lead, person=person, now=now, sells=True)
        assert company.rests_until is not None
        assert company.rests_until >= now + BETWEEN
        whose = keeper(company, now)
        assert whose is not None
        assert whose.person_id == (before.person_id if before else person)
