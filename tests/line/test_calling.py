"""May this number be called now: the checked cases, every state's hours, caps, lists, zones and the evidence."""

import csv
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.line import tzdata
from salesdesk.line.calling import Courtesy, Decision, Place, decide, may_call, whereabouts

CASES_FILE = Path(__file__).parents[1] / "data/calling-hours-cases.csv"
CASES = list(csv.DictReader(CASES_FILE.read_text(encoding="utf-8").splitlines()))
NEW_YORK, FLORIDA, TOLL_FREE = "+12125550123", "+13055550123", "+18005550123"

MON, SAT, SUN = date(2026, 11, 16), date(2026, 11, 21), date(2026, 11, 22)
# Mon-Fri, Sat, Sun in local minutes; None = no call that day. Copied by hand from the state table, not from the packs.
EIGHT_TO_EIGHT, EIGHT_TO_NINE, NINE_TO_EIGHT, NINE_TO_NINE = (480, 1200), (480, 1260), (540, 1200), (540, 1260)
STATES = {
    "AL": (EIGHT_TO_EIGHT, EIGHT_TO_EIGHT, None),
    "CT": (NINE_TO_EIGHT,) * 3,
    "FL": (EIGHT_TO_EIGHT,) * 3,
    "IL": (EIGHT_TO_NINE,) * 3,
    "KY": ((600, 1260),) * 3,
    "LA": (EIGHT_TO_EIGHT, EIGHT_TO_EIGHT, None),
    "MD": (EIGHT_TO_EIGHT,) * 3,
    "MA": (EIGHT_TO_EIGHT,) * 3,
    "MI": (NINE_TO_NINE,) * 3,
    "MN": (NINE_TO_NINE,) * 3,
    "NM": (NINE_TO_NINE,) * 3,
    "MS": (EIGHT_TO_EIGHT, EIGHT_TO_EIGHT, None),
    "NV": (NINE_TO_EIGHT,) * 3,
    "OK": (EIGHT_TO_EIGHT,) * 3,
    "OR": (EIGHT_TO_EIGHT,) * 3,
    "PA": (EIGHT_TO_NINE, EIGHT_TO_NINE, (810, 1260)),
    "RI": ((540, 1080), (600, 1020), None),
    "SD": (NINE_TO_NINE, NINE_TO_NINE, None),
    "TX": (NINE_TO_NINE, NINE_TO_NINE, (720, 1260)),
    "UT": (EIGHT_TO_NINE, EIGHT_TO_NINE, None),
    "WA": (EIGHT_TO_EIGHT,) * 3,
    "WY": (EIGHT_TO_EIGHT,) * 3,
    **dict.fromkeys(["CA", "CO", "DC", "GA", "IN", "NJ", "NY", "OH", "PR", "GU", "VA", "WI"], (EIGHT_TO_NINE,) * 3),
}


def at(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def local(day: date, minute: int, zone: str = "America/New_York") -> datetime:
    return datetime.combine(day, time(), tzdata.zone(zone)) + timedelta(minutes=minute)


def state(name: str, zone: str = "America/New_York") -> Place:
    return Place((zone,), (f"US-{name}",))


@pytest.mark.parametrize("case", CASES, ids=[case["id"] for case in CASES])
def test_checked_case(case: dict[str, str]) -> None:
    decision = may_call(
        case["number"],
        instant=at(case["utc"]),
        kind=case["kind"],
        profile=case["profile"],
        address_region=case["addr"],
        address_zone=case["addr_zone"],
        confirmed_zone=case["confirmed"],
        flags=[flag for flag in case["flags"].split("|") if flag],
        attempts=[at(attempt) for attempt in case["attempts"].split("|") if attempt],
    )
    assert (decision.verdict, decision.reason) == (case["expected"], case["reason"])


class TestStates:
    @pytest.mark.parametrize("name", STATES)
    @pytest.mark.parametrize(("day", "column"), [(MON, 0), (SAT, 1), (SUN, 2)], ids=["weekday", "sat", "sun"])
    def test_hours_are_half_open(self, name: str, day: date, column: int) -> None:
        hours = STATES[name][column]
        place = state(name)
        if hours is None:
            assert {decide(place, instant=local(day, m)).reason for m in range(0, 1440, 30)} == {"sunday"}
            return
        start, stop = hours
        verdicts = [decide(place, instant=local(day, m)).allow for m in (start - 1, start, stop - 1, stop)]
        assert verdicts == [False, True, True, False]

    @pytest.mark.parametrize(
        ("name", "day"),
        [
            ("AL", "2026-07-03"),  # 4 July is a Saturday
            ("AL", "2026-04-27"),
            ("LA", "2026-02-17"),  # Mardi Gras
            ("LA", "2026-04-03"),  # Good Friday
            ("LA", "2026-11-27"),
            ("MS", "2026-04-27"),
            ("PA", "2026-11-03"),  # Election Day
            ("PA", "2027-06-14"),  # Flag Day
            ("RI", "2026-08-10"),  # Victory Day
            ("RI", "2027-12-27"),  # Christmas on a Saturday: the Monday too
            ("UT", "2026-07-24"),  # Pioneer Day
            ("UT", "2027-12-31"),  # New Year 2028 observed in the year before
        ],
    )
    def test_holidays_ban_the_day(self, name: str, day: str) -> None:
        assert decide(state(name), instant=local(date.fromisoformat(day), 720)).reason == "holiday"
        assert decide(state("NY"), instant=local(date.fromisoformat(day), 720)).allow

    @pytest.mark.parametrize("name", ["FL", "MD", "OK", "OR"])
    @pytest.mark.parametrize("profile", ["strict", "statute"])
    def test_three_calls_in_24_hours(self, name: str, profile: str) -> None:
        now = local(MON, 900)
        day_old = [now - timedelta(hours=24), now - timedelta(hours=5), now - timedelta(hours=4)]
        assert decide(state(name), instant=now, profile=profile, attempts=day_old).allow
        refused = decide(state(name), instant=now - timedelta(seconds=1), profile=profile, attempts=day_old)
        assert refused.reason == "attempt_cap"
        assert refused.next_allowed == now

    def test_only_recent_calls_count_towards_a_cap(self) -> None:
        now = local(MON, 900)
        recent = [now - timedelta(hours=h) for h in (1, 2, 3)]
        assert decide(state("FL"), instant=now, attempts=[*recent, now - timedelta(days=9)]).reason == "attempt_cap"
        assert decide(state("FL"), instant=now, attempts=[*recent[1:], now - timedelta(days=9)]).allow

    def test_other_states_have_no_cap(self) -> None:
        now = local(MON, 900)
        assert decide(state("NY"), instant=now, attempts=[now - timedelta(hours=h) for h in range(9)]).allow

    @pytest.mark.parametrize(
        ("name", "statute"), [("TX", True), ("LA", True), ("FL", False), ("OK", False), ("WA", False)]
    )
    def test_statute_profile_applies_only_documented_exemptions(self, name: str, statute: bool) -> None:
        evening = local(MON, 8 * 60 + 15) if name == "TX" else local(MON, 20 * 60 + 15)
        assert not decide(state(name), instant=evening).allow
        assert decide(state(name), instant=evening, profile="statute").allow is statute
        assert not decide(state(name), instant=evening, profile="statute", kind="consumer").allow

    def test_a_state_we_do_not_know_is_not_called(self) -> None:
        assert decide(state("ZZ"), instant=local(MON, 720)).reason == "no_rules"

    def test_the_strictest_of_two_jurisdictions_wins(self) -> None:
        both = Place(("America/New_York",), ("US-FL", "US-KY"))
        assert [decide(both, instant=local(MON, m)).allow for m in (599, 600, 1199, 1200)] == [False, True, True, False]


class TestZones:
    @pytest.mark.parametrize(
        ("utc", "allow"),
        [
            ("2026-03-08T11:59:00Z", False),  # the morning the clocks went forward: 07:59 EDT
            ("2026-03-08T12:00:00Z", True),
            ("2026-11-01T12:59:00Z", False),  # went back: 07:59 EST
            ("2026-11-01T13:00:00Z", True),
        ],
    )
    def test_clock_change_days(self, utc: str, allow: bool) -> None:
        assert may_call(NEW_YORK, instant=at(utc)).allow is allow

    def test_weeks_when_america_and_europe_differ(self) -> None:
        for utc, allow in (("2026-03-20T08:59:00Z", False), ("2026-03-20T09:00:00Z", True)):
            assert may_call("+442079460018", instant=at(utc)).allow is allow
        assert may_call(NEW_YORK, instant=at("2026-03-20T12:00:00Z")).allow

    def test_lord_howe_moves_by_half_an_hour(self) -> None:
        place = Place(("Australia/Lord_Howe",), ("AU",))
        for utc, allow in (
            ("2026-04-02T21:59:00Z", False),  # UTC+11, Good Friday: closed anyway
            ("2026-04-06T22:29:00Z", False),  # Tuesday after Easter, UTC+10:30
            ("2026-04-06T22:30:00Z", True),
            ("2026-10-04T22:00:00Z", True),  # Monday 09:00, UTC+11 again
            ("2026-10-04T21:59:00Z", False),
        ):
            assert decide(place, instant=at(utc)).allow is allow

    def test_date_line_guam_is_a_day_ahead_of_honolulu(self) -> None:
        sunday_in_guam = at("2026-11-21T22:00:00Z")  # Sunday 08:00 in Guam, Saturday noon in Honolulu
        guam, honolulu = (
            decide(whereabouts("+16715550123"), instant=sunday_in_guam),
            may_call("+18085550123", instant=sunday_in_guam),
        )
        assert guam.allow
        assert honolulu.allow
        assert guam.local_times["Pacific/Guam"].weekday() == 6
        assert honolulu.local_times["Pacific/Honolulu"].weekday() == 5
        banned_on_sunday = Place(("Pacific/Guam", "Pacific/Honolulu"), ("US-UT",))
        assert decide(banned_on_sunday, instant=sunday_in_guam).reason == "sunday"

    @pytest.mark.parametrize(
        ("number", "utc", "allow"),
        [
            ("+16045550123", "2026-11-24T16:00:00Z", True),  # Vancouver 09:00, UTC-7 all year
            ("+16045550123", "2026-11-24T15:59:00Z", False),
            ("+14035550123", "2026-11-24T15:00:00Z", True),  # Calgary 09:00, UTC-6 all year
            ("+14035550123", "2026-11-24T14:59:00Z", False),
            ("+12045550123", "2026-11-24T14:00:00Z", True),  # Winnipeg 09:00, UTC-5 all year
            ("+12045550123", "2026-11-25T02:30:00Z", False),  # 21:30
        ],
    )
    def test_western_canada_keeps_one_time_from_november_2026(self, number: str, utc: str, allow: bool) -> None:
        assert may_call(number, instant=at(utc)).allow is allow

    def test_toll_free_needs_all_its_zones_or_to_know_where(self) -> None:
        morning = at("2026-11-20T15:00:00Z")
        assert len(whereabouts(TOLL_FREE).zones) == 42
        assert not may_call(TOLL_FREE, instant=morning).allow
        assert may_call(TOLL_FREE, instant=morning, confirmed_zone="America/New_York").allow
        assert may_call(TOLL_FREE, instant=morning, address_region="US-NY").allow
        assert (
            may_call(TOLL_FREE, instant=morning, address_region="US-TX").reason == "outside_hours"
        )  # 08:00 in El Paso

    @pytest.mark.parametrize(("month", "minutes"), [(1, 150), (7, 90)])
    def test_toll_free_is_callable_this_long_a_day(self, month: int, minutes: int) -> None:
        first, place = datetime(2026, month, 7, tzinfo=UTC), whereabouts(TOLL_FREE)
        assert (
            sum(decide(place, instant=first + timedelta(minutes=m), look_ahead=False).allow for m in range(0, 1440, 15))
            * 15
            == minutes
        )

    def test_number_and_address_must_both_agree(self) -> None:
        place = whereabouts("+14155550123", "US-NY", "America/New_York")
        assert place.zones == ("America/Los_Angeles", "America/New_York")
        assert place.jurisdictions == ("US-CA", "US-NY")

    def test_an_address_region_without_a_zone_brings_its_zones(self) -> None:
        assert whereabouts("+14155550123", "us-ny").zones == ("America/Los_Angeles", "America/New_York")
        assert whereabouts(FLORIDA, "US-FL").zones == ("America/Chicago", "America/New_York")  # it may be Pensacola
        assert whereabouts("+61291234567", "AU-NSW").zones == ("Australia/Sydney",)

    def test_a_confirmed_zone_replaces_zones_but_not_law(self) -> None:
        place = whereabouts("+18504341234", "US-GA", "America/New_York", "America/Chicago")
        assert place == Place(("America/Chicago",), ("US-FL", "US-GA"))

    @pytest.mark.parametrize(
        "number",
        [
            "+447700900123",
            "+5215512345678",
            "+12120555012",
            "+19995550123",
            "2125550123",
            "",
            "call me",
            "\x1b]0;x\x07",
            "+" * 400,
        ],
    )
    def test_a_number_without_a_zone_is_not_called(self, number: str) -> None:
        assert may_call(number, instant=at("2026-11-20T15:00:00Z")).reason == "unknown_zone"
        assert not may_call(number, instant=at("2026-11-20T15:00:00Z"), address_region="US-NY").allow

    @pytest.mark.parametrize(
        "zone",
        ["Etc/Unknown", "Mars/Olympus", "America", "../../etc/passwd", "\x00", "Factory", "x" * 400, "tzdata.zi"],
    )
    def test_a_zone_that_does_not_exist_refuses(self, zone: str) -> None:
        instant = at("2026-11-20T15:00:00Z")
        assert may_call(NEW_YORK, instant=instant, address_zone=zone).reason == "unknown_zone"
        assert may_call(NEW_YORK, instant=instant, confirmed_zone=zone).reason == "unknown_zone"
        assert decide(Place((zone,), ("US-NY",)), instant=instant).reason == "unknown_zone"

    @pytest.mark.parametrize(
        ("number", "country"), [("+353861234567", "IE"), ("+34912345678", "ES"), ("+18765550123", "JM")]
    )
    def test_a_country_without_rules_is_not_called(self, number: str, country: str) -> None:
        place = whereabouts(number)
        assert place.jurisdictions == (country,)
        assert decide(place, instant=at("2026-11-20T15:00:00Z")).reason == "no_rules"

    def test_jurisdiction_never_comes_from_the_zone(self) -> None:
        assert whereabouts("+447911123456").jurisdictions == ("GB",)  # the library files it under Guernsey
        assert "Europe/London" in whereabouts("+35314960000").zones
        assert whereabouts("+35314960000").jurisdictions == ("IE",)

    def test_stale_zone_data_refuses_to_answer(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert tzdata.tz_version() >= tzdata.FLOOR
        monkeypatch.setattr("tzdata.IANA_VERSION", "2025b")
        with pytest.raises(tzdata.StaleZoneData, match="2025b is too old"):
            tzdata.use_pinned_zones.__wrapped__()

    def test_zone_files_of_the_system_are_not_read(self, tmp_path: Path) -> None:
        wheel = files("tzdata").joinpath("zoneinfo/America/New_York").read_bytes()
        (tmp_path / "America").mkdir()
        (tmp_path / "America/Vancouver").write_bytes(wheel)
        reset_tzpath(to=[str(tmp_path)])
        tzdata.use_pinned_zones.__wrapped__()
        winter = datetime(2026, 12, 1, 12, tzinfo=UTC).astimezone(ZoneInfo("America/Vancouver"))
        assert winter.utcoffset() == timedelta(hours=-7)

    def test_a_library_user_gets_the_wheel_and_a_claim_loads_no_number_library(self) -> None:
        code = """
import sys
from datetime import datetime, UTC
from salesdesk.line.calling import Place, decide, whereabouts
assert whereabouts("+16045550123").jurisdictions == ("CA",)
place = Place(("America/Vancouver",), ("CA",))
assert not decide(place, instant=datetime(2026, 11, 25, 5, tzinfo=UTC)).allow
assert not {"phonenumbers", "holidays", "pydantic", "textual"} & set(sys.modules)
"""
        subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


class TestNumbersNeverDialled:
    @pytest.mark.parametrize(
        "number", ["911", "+911", "+1911", "112", "999", "+44999", "000", "+61000", "+33 15", "988"]
    )
    def test_emergency(self, number: str) -> None:
        decision = may_call(number, instant=at("2026-11-20T15:00:00Z"), confirmed_zone="America/New_York")
        assert (decision.verdict, decision.reason, decision.next_allowed) == ("deny", "emergency_number", None)

    @pytest.mark.parametrize(
        ("number", "reason"),
        [
            ("+19005550123", "premium_number"),
            ("+12129765012", "premium_number"),
            ("+449098790879", "premium_number"),
            ("72345", "short_number"),
        ],
    )
    def test_premium_and_short(self, number: str, reason: str) -> None:
        assert may_call(number, instant=at("2026-11-20T15:00:00Z")).reason == reason


class TestLists:
    NOON = at("2026-11-20T17:00:00Z")

    @pytest.mark.parametrize(
        ("flags", "kind", "profile", "reason"),
        [
            ({"erased", "internal_dnc"}, "business", "strict", "suppressed_hash"),
            ({"internal_dnc", "consent"}, "business", "statute", "internal_dnc"),
            ({"national_dnc"}, "business", "strict", "national_dnc"),
            ({"national_dnc"}, "business", "statute", "ok"),
            ({"national_dnc"}, "consumer", "statute", "national_dnc"),
            ({"national_dnc", "consent"}, "consumer", "strict", "ok"),
            ({"national_dnc", "presumed_consent"}, "consumer", "strict", "national_dnc"),
            ({"internal_dcn"}, "business", "strict", "unknown_flag"),
        ],
    )
    def test_lists(self, flags: set[str], kind: str, profile: str, reason: str) -> None:
        decision = may_call(NEW_YORK, instant=self.NOON, flags=flags, kind=kind, profile=profile)
        assert decision.reason == reason
        assert decision.next_allowed is None

    def test_tps_and_ctps_are_told_apart(self) -> None:
        morning = at("2026-11-20T10:00:00Z")
        for flag in ("tps", "ctps"):
            assert may_call("+442079460018", instant=morning, flags=[flag]).reason == flag
        assert may_call("+442079460018", instant=morning, flags=["ctps", "consent"]).allow

    def test_a_stale_list_holds_consumers(self) -> None:
        decision = may_call(NEW_YORK, instant=self.NOON, kind="consumer", flags=["list_stale"])
        assert (decision.verdict, decision.allow, decision.reason) == ("hold", False, "list_stale")

    @pytest.mark.parametrize(
        ("number", "kind", "flags", "allow"),
        [
            ("+4930123456", "business", ["presumed_consent"], True),
            ("+4930123456", "business", ["consent"], True),
            ("+4930123456", "consumer", ["presumed_consent"], False),
            ("+4930123456", "consumer", ["consent"], True),
            ("+33123456789", "business", [], True),
            ("+33123456789", "consumer", [], False),
        ],
    )
    def test_consent(self, number: str, kind: str, flags: list[str], allow: bool) -> None:
        assert may_call(number, instant=at("2026-11-20T10:00:00Z"), kind=kind, flags=flags).allow is allow

    def test_the_first_refusal_is_the_reason_and_all_are_kept(self) -> None:
        night = at("2026-11-20T05:00:00Z")
        decision = may_call(FLORIDA, instant=night, flags=["internal_dnc"], attempts=[night] * 3)
        assert decision.reasons == ("internal_dnc", "attempt_cap", "outside_hours")
        assert "any-internal-dnc" in decision.rule_ids
        assert "us-fl-hours" in decision.rule_ids


class TestCourtesy:
    def test_law_first_then_courtesy(self) -> None:
        courtesy = Courtesy()
        reasons = [
            decide(state("NY"), instant=local(MON, m), courtesy=courtesy).reason
            for m in (479, 480, 509, 510, 1049, 1050)
        ]
        assert reasons == ["outside_hours", "courtesy_hours", "courtesy_hours", "ok", "ok", "courtesy_hours"]
        assert decide(state("NY"), instant=local(SAT, 720), courtesy=courtesy).reason == "courtesy_hours"

    def test_courtesy_cannot_widen_the_law(self) -> None:
        wide = Courtesy(frozenset(range(7)), time(0), time(23, 59))
        assert not decide(state("FL"), instant=local(MON, 1200), courtesy=wide).allow

    def test_hours_must_start_before_they_stop(self) -> None:
        with pytest.raises(ValueError, match="start before"):
            Courtesy(start=time(17), stop=time(9))


class TestWhen:
    def test_closes_and_opens(self) -> None:
        open_now = decide(state("FL"), instant=local(MON, 1170))
        assert open_now.closes_at == local(MON, 1200)
        assert open_now.next_allowed is None
        shut = decide(state("FL"), instant=local(MON, 1200))
        assert shut.closes_at is None
        assert shut.next_allowed == local(MON + timedelta(days=1), 480)

    def test_next_allowed_steps_over_a_holiday_and_a_sunday(self) -> None:
        saturday_night = local(date(2026, 7, 4), 720)  # banned in Alabama, and so is the Sunday
        assert decide(state("AL"), instant=saturday_night).next_allowed == local(date(2026, 7, 6), 480)

    def test_a_cap_that_ends_at_night_waits_for_the_morning(self) -> None:
        calls = [local(MON, 1190) + timedelta(seconds=s) for s in (0, 60, 120)]
        decision = decide(state("FL"), instant=local(MON + timedelta(days=1), 600), attempts=calls)
        assert decision.next_allowed == local(MON + timedelta(days=1), 1190)
        late = [call + timedelta(hours=3) for call in calls]
        decision = decide(state("FL"), instant=local(MON + timedelta(days=1), 600), attempts=late)
        assert decision.next_allowed == local(MON + timedelta(days=2), 480)

    def test_last_start_margin_covers_the_ringing(self) -> None:
        margin = timedelta(minutes=2)
        assert decide(state("FL"), instant=local(MON, 1197), last_start=margin).allow
        refused = decide(state("FL"), instant=local(MON, 1198), last_start=margin)
        assert refused.reason == "last_start"
        assert refused.next_allowed == local(MON + timedelta(days=1), 480)

    def test_whole_days_run_on_past_midnight_and_clock_changes(self) -> None:
        free = Place(("Europe/Paris",), ("FR",))
        decision = decide(free, instant=at("2026-10-24T12:00:00Z"), profile="statute")
        assert decision.closes_at is not None
        assert decision.closes_at > at("2026-10-26T00:00:00Z")

    def test_closing_time_after_a_clock_change_on_the_way(self) -> None:
        place, night = Place(("America/New_York",), ("FR",)), Courtesy(frozenset(range(7)), time(1), time(5))
        decision = decide(place, instant=at("2026-03-08T06:30:00Z"), profile="statute", courtesy=night)
        assert decision.closes_at == at("2026-03-08T09:00:00Z")  # 05:00 summer time, two and a half hours on

    def test_naive_times_are_a_programming_error(self) -> None:
        with pytest.raises(ValueError, match="timezone-aware"):
            decide(state("NY"), instant=datetime(2026, 11, 20))
        with pytest.raises(ValueError, match="timezone-aware"):
            decide(state("NY"), instant=local(MON, 720), attempts=[datetime(2026, 11, 20)])

    @pytest.mark.parametrize("words", [{"kind": "alien"}, {"profile": "lax"}])
    def test_unknown_kinds_and_profiles_are_a_programming_error(self, words: dict[str, str]) -> None:
        with pytest.raises(ValueError, match="must be one of"):
            decide(state("NY"), instant=local(MON, 720), **words)  # type: ignore[arg-type]


def test_the_decision_is_its_own_evidence() -> None:
    decision = may_call("+18505550123", instant=at("2026-11-20T15:00:00Z"))
    assert decision.allow
    assert decision.zones == ("America/Chicago", "America/New_York")
    assert {zone: now.strftime("%a %H:%M") for zone, now in decision.local_times.items()} == {
        "America/Chicago": "Fri 09:00",
        "America/New_York": "Fri 10:00",
    }
    assert decision.rule_ids == ("us-federal-hours", "us-fl-hours")
    assert decision.tz_version == tzdata.tz_version()
    assert decision.numbers_version
    assert len(decision.rules_version) == 12


@given(st.text(max_size=40), st.text(max_size=12), st.text(max_size=20))
@settings(max_examples=60, deadline=None)
def test_text_from_outside_never_raises(number: str, region: str, zone: str) -> None:
    assert isinstance(
        may_call(number, instant=at("2026-11-20T15:00:00Z"), address_region=region, address_zone=zone), Decision
    )


ZONES = {
    "FL": "America/New_York",
    "TX": "America/Denver",
    "RI": "America/New_York",
    "PA": "America/New_York",
    "OR": "America/Boise",
    "NY": "America/St_Johns",
    "MI": "Pacific/Guam",
    "GA": "Pacific/Honolulu",
}


def offset_table(zone: str) -> list[tuple[int, int]]:
    """The zone's offsets as a walk of quarter hours over three years, in the manner of zdump."""
    tz = tzdata.zone(zone)
    out: list[tuple[int, int]] = []
    for second in range(1_767_225_600, 1_767_225_600 + 3 * 366 * 86_400, 900):
        offset = datetime.fromtimestamp(second, tz).utcoffset()
        assert offset is not None
        if not out or out[-1][1] != offset.total_seconds():
            out.append((second, int(offset.total_seconds())))
    return out


TABLES = {zone: offset_table(zone) for zone in set(ZONES.values())}


@given(st.sampled_from(sorted(ZONES)), st.integers(0, 3 * 365 * 1440))
@settings(max_examples=400, deadline=None)
def test_allow_means_inside_the_local_window_by_another_path(name: str, minute: int) -> None:
    second = 1_767_225_600 + minute * 60
    offset = [gap for begun, gap in TABLES[ZONES[name]] if begun <= second][-1]
    days, wall = divmod(second + offset, 86_400)
    weekday = (days + 3) % 7  # 1 January 1970 was a Thursday
    hours = STATES[name][0 if weekday < 5 else weekday - 4]
    inside = hours is not None and hours[0] <= wall // 60 < hours[1]
    decision = decide(state(name, ZONES[name]), instant=datetime.fromtimestamp(second, UTC), look_ahead=False)
    assert decision.allow is inside or (decision.reason == "holiday" and name in ("RI", "PA"))
