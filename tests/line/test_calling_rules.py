"""The rule packs are whole: every entry has its source, every window opens before it closes, every day is named."""

from datetime import date, timedelta

import pytest

from salesdesk.line.calling_rules import RulePackError, applied, known_flags, packs, parse, review_due, rules_version
from salesdesk.line.calling_rules.days import banned_days, intersect
from salesdesk.line.calling_rules.packs import Consent, Listing, Rule

RULES = [rule for pack in packs().values() for rule in pack.rules]
ENTRIES: list[Rule | Listing | Consent] = list(RULES)
for _pack in packs().values():
    ENTRIES += [*_pack.listings, *_pack.consents]
GOOD = """
name = "Test"
country = "XX"
checked_on = 2026-11-21
expires_on = 2027-05-20
[calendars]
xx = ["07-04"]
[[rule]]
id = "xx-hours"
jurisdiction = "XX"
binds = ["business"]
hours = { mon-fri = ["10:00-13:00", "14:00-24:00"], sat-sun = "closed" }
days = { calendars = ["xx"], observed = ["nearest"] }
cap = { calls = 3, hours = 24 }
evidence = "policy"
source = "a test"
"""


@pytest.mark.parametrize("rule", RULES, ids=[rule.id for rule in RULES])
def test_every_window_opens_before_it_closes(rule: Rule) -> None:
    assert len(rule.hours) == 7
    for spans in rule.hours:
        edges = [edge for span in spans for edge in span]
        assert edges == sorted(edges)
        assert all(0 <= start < stop <= 86_400 for start, stop in spans)


def test_every_entry_carries_its_source_and_every_pack_its_dates() -> None:
    assert all(entry.source and entry.evidence for entry in ENTRIES)
    assert len({entry.id for entry in ENTRIES}) == len(ENTRIES)
    for pack in packs().values():
        assert timedelta(0) < pack.expires_on - pack.checked_on <= timedelta(days=180)


def test_a_pack_comes_up_for_review() -> None:
    assert review_due(date(2026, 11, 21)) == ()
    assert "United States" in review_due(date(2027, 5, 20))


def test_the_version_names_the_law_that_was_applied() -> None:
    assert rules_version() == rules_version()
    assert {"consent", "presumed_consent", "internal_dnc", "national_dnc", "tps", "ctps", "erased"} <= known_flags()


def test_a_pack_reads_back() -> None:
    (rule,) = parse(GOOD, "xx.toml").rules
    assert rule.hours[0] == ((36_000, 46_800), (50_400, 86_400))
    assert rule.hours[6] == ()
    assert rule.cap is not None
    assert (rule.cap.calls, rule.cap.seconds) == (3, 86_400)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("10:00-13:00", "12:00-12:00", "start before"),  # the 12pm-9pm record once stored as 1200-1200
        ("10:00-13:00", "13:00-10:00", "start before"),
        ('14:00-24:00"', '12:30-24:00"', "in order"),
        ("24:00", "24:01", "not a time"),
        ("10:00", "10:75", "not a time"),
        ("sat-sun", "sat", "nothing for sun"),
        ("sat-sun", "fri-sun", "twice"),
        ("sat-sun", "sat-fun", "not a weekday"),
        ('sat-sun = "closed"', "sat-sun = []", "no hours"),
        ('"07-04"', '"4 July"', "not a day"),
        ('["xx"]', '["yy"]', "yy is missing"),
        ('"nearest"', '"sometimes"', "observed"),
        ('["business"]', '["robots"]', "binds"),
        ('"policy"', '"hearsay"', "evidence"),
        ('source = "a test"', "", "source is missing"),
        ('source = "a test"', 'source = " "', "source: empty"),
        ("2027-05-20", "2026-11-20", "checked_on"),
        ("[[rule]]", "[[rule", "xx.toml"),
    ],
)
def test_a_malformed_pack_is_refused_by_name(old: str, new: str, message: str) -> None:
    assert old in GOOD
    with pytest.raises(RulePackError, match=message) as refusal:
        parse(GOOD.replace(old, new), "xx.toml")
    assert str(refusal.value).startswith("xx.toml")


# Our calendars against the `holidays` package: what we leave out on purpose. What we add is only ever stricter.
LEFT_OUT = {"PA": {"Day After Thanksgiving"}}


@pytest.mark.parametrize("state", ["AL", "LA", "MS", "PA", "RI", "UT"])
@pytest.mark.parametrize("year", range(2025, 2032))
def test_state_calendars_cover_the_holidays_package(state: str, year: int) -> None:
    import holidays

    (rule,) = [rule for rule in RULES if rule.jurisdiction == f"US-{state}"]
    listed = holidays.country_holidays("US", subdiv=state, years=year)
    missing = {name for day, name in listed.items() if day.year == year and day not in banned_days(rule, year)}
    assert missing <= LEFT_OUT.get(state, set())


@pytest.mark.parametrize("country", ["AU", "FR", "DE"])
@pytest.mark.parametrize("year", range(2025, 2032))
def test_national_calendars_cover_the_holidays_package(country: str, year: int) -> None:
    import holidays

    (rule,) = [rule for rule in RULES if rule.jurisdiction == country]
    listed = {day for day in holidays.country_holidays(country, years=year) if day.year == year}
    assert listed <= banned_days(rule, year)
    if country != "AU":
        assert listed == banned_days(rule, year)


def test_weekend_holidays_of_australia_move_to_free_weekdays() -> None:
    (rule,) = [rule for rule in RULES if rule.jurisdiction == "AU"]
    december = {day.day for day in banned_days(rule, 2027) if day.month == 12}
    assert december == {25, 26, 27, 28}


def test_strict_binds_everybody_and_statute_only_whom_the_text_binds() -> None:
    texas = ("US-TX",)
    assert applied(texas, "business", "strict").ids == ("us-federal-hours", "us-tx-hours")
    assert applied(texas, "business", "statute").ids == ("us-federal-hours",)
    assert applied(texas, "consumer", "statute").ids == ("us-federal-hours", "us-tx-hours")


def test_territories_and_provinces_find_their_law_by_either_code() -> None:
    assert applied(("PR",), "business", "strict").ids == applied(("US-PR",), "business", "strict").ids
    assert applied(("CA-ON",), "business", "strict").ids == ("ca-hours",)
    assert applied(("US-ZZ", "JP"), "business", "strict").unknown == ("US-ZZ", "JP")


def test_overlap_of_spans() -> None:
    assert intersect(((0, 10), (20, 30)), ((5, 25),)) == ((5, 10), (20, 25))
    assert intersect(((0, 10),), ((10, 20),)) == ()
