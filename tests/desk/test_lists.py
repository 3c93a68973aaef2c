"""Lists come in: what became of every row, and what must never come of one."""

from __future__ import annotations

import base64
import json
from functools import cache
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk.errors import BadRequest, Refused
from salesdesk.desk.lists import CHUNK, ImportList, PreviewList, ShowLists, ShowRejects
from salesdesk.desk.registry import Progress
from salesdesk.line.text import clean
from tests.floors import EXPORTS, TestFloor, csv_of, import_rows, make_floor, people_rows, release_campaign
from tests.steps import HOUR, assert_clean, claim, nothing, refused, row, rows, value

FILES = {"hubspot-contacts.csv": "US", "salesforce-leads.csv": "US", "small-messy.csv": "DE"}
HEADER = b"First Name,Last Name,Email,Phone Number,Company Name,Country/Region,Do not call\n"


@pytest.fixture
def bare(tmp_path: Path) -> Any:
    """A floor with people and nothing else."""
    with make_floor(tmp_path, leads=0, release=False) as made:
        yield made


@cache
def truth(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((EXPORTS / "manifest.json").read_text())["files"][name]
    return found


def live(name: str) -> dict[int, dict[str, Any]]:
    """The rows of a file that are no rejects, by number."""
    found = enumerate(truth(name)["rows"], 1)
    return {number: each for number, each in found if not set("DQ") & set(each.get("flags", ""))}


@pytest.mark.parametrize("name", FILES)
def test_a_real_export_is_taken_in_as_its_manifest_says(bare: TestFloor, name: str) -> None:
    done = import_rows(bare, (EXPORTS / name).read_bytes(), name=name, region=FILES[name])
    people: dict[int, list[dict[str, Any]]] = {}
    for each in live(name).values():
        people.setdefault(each["person"], []).append(each)
    rejected = len(truth(name)["rows"]) - len(live(name))
    assert (done.rows, done.rejects) == (len(truth(name)["rows"]), rejected)
    assert done.leads + done.duplicates + done.rejects == done.rows
    # People who share neither an address nor a number with their copies stay two records, which people may merge.
    assert len(people) <= done.leads <= len(people) * 1.02
    good = [each for each in people.values() if not any("O" in one.get("flags", "") for one in each)]
    with_number = sum(
        any((one["e164"] and "P" not in one.get("flags", "")) or one.get("other_e164") for one in each) for each in good
    )
    assert abs(done.callable - with_number) <= len(people) * 0.02
    stored = row(bare, "SELECT rows_read, leads, duplicates, rejects FROM lead_list")
    assert tuple(stored.values()) == (done.rows, done.leads, done.duplicates, done.rejects)
    assert value(bare, "SELECT count(*) FROM lead") == done.leads
    assert len(bare.ask("Cleo", ShowRejects(list_id=done.list_id)).rejects) == min(rejected, 200)
    assert_clean(bare)


@pytest.mark.parametrize("name", FILES)
def test_importing_a_list_twice_adds_nobody(bare: TestFloor, name: str) -> None:
    """Who has neither an address nor a number is known by the id that the list gives them."""
    first = import_rows(bare, (EXPORTS / name).read_bytes(), region=FILES[name])
    again = import_rows(bare, (EXPORTS / name).read_bytes(), region=FILES[name], name="again")
    assert (again.rows, again.leads) == (first.rows, 0)
    assert value(bare, "SELECT count(*) FROM lead") == first.leads


def test_companies_without_a_person_are_known_when_they_come_again(bare: TestFloor) -> None:
    data = b"Company,Phone\nAcme Inc,\nHalden,212-555-0101\nHalden,212-555-0102\n"
    assert import_rows(bare, data).leads == 3
    assert import_rows(bare, data, name="again").leads == 0
    assert import_rows(bare, b"Company,Phone\nAcme,212-555-0103\nHalden,212-555-0104\n", name="more").leads == 1
    assert value(bare, "SELECT count(*) FROM phone JOIN contact ON id = contact_id WHERE id = 1") == 1


def test_an_id_alone_is_nobody(bare: TestFloor) -> None:
    """Lists count their rows, each from one: the name and the company must be the same too."""
    line = b"Nr.,First Name,Last Name,Company\n1,%b,Lee,%b\n"
    leads = [
        import_rows(bare, line % each).leads
        for each in ((b"Ann", b""), (b"Ann", b""), (b"Bob", b""), (b"Ann", b"Acme"), (b"Ann", b"Acme Inc"))
    ]
    assert leads == [1, 0, 1, 1, 0]


def test_second_addresses_are_kept_and_what_is_no_address_is_told(bare: TestFloor) -> None:
    """A second address may be a colleague's: alone it makes nobody a copy."""
    done = import_rows(
        bare,
        b"First Name,Last Name,Email,Notes\nAnn,Lee,Ann Lee <ann@x.example>; bob@x.example,fair\n"
        b"Bob,Roe,bob@x.example,\nA.,Lee,ann@x.example,\nCy,Poe,cy at x.example,\n",
    )
    assert (done.leads, done.duplicates, done.further_emails, done.emails_unread) == (3, 1, 1, 1)
    assert rows(bare, "SELECT email, notes FROM contact ORDER BY id")[0] == {
        "email": "ann@x.example",
        "notes": "fair; also bob@x.example",
    }


def test_a_wish_holds_for_every_address_of_its_cell(bare: TestFloor) -> None:
    import_rows(bare, b"First Name,Last Name,Email,Phone\nBob,Roe,b@x.example,212-555-0101\n")
    import_rows(bare, b"First Name,Last Name,Email,DNC\nAnn,Lee,a@x.example; b@x.example,x\n", name="wishes")
    with pytest.raises(Refused, match="no lead that may be called"):
        release_campaign(bare)


@cache
def opted_out_with_copies() -> list[list[tuple[str, int]]]:
    """Every row of the people who are flagged on one of their rows and not on another, in whichever file."""
    seen: dict[int, list[tuple[str, int, bool]]] = {}
    for name in FILES:
        for number, each in live(name).items():
            seen.setdefault(each["person"], []).append((name, number, "O" in each.get("flags", "")))
    mixed = [each for each in seen.values() if len({flag for *_, flag in each}) == 2]
    return [[(name, number) for name, number, _ in each] for each in mixed]


def test_the_manifest_names_such_people() -> None:
    assert len(opted_out_with_copies()) == 9
    assert any(len({name for name, _ in each}) == 2 for each in opted_out_with_copies())


@pytest.mark.parametrize("order", [tuple(FILES), tuple(reversed(FILES))])
def test_no_copy_of_a_person_who_opted_out_can_be_called(bare: TestFloor, order: tuple[str, ...]) -> None:
    """Opt-outs reach every copy, within a file and across files, whichever comes first."""
    from salesdesk.desk.batches import CheckBatch, DraftBatch
    from salesdesk.desk.campaigns import CreateCampaign
    from salesdesk.desk.checking import candidates
    from salesdesk.line import intake
    from salesdesk.line.intake import LeadRecord
    from salesdesk.store import campaigns

    for name in order:
        import_rows(bare, (EXPORTS / name).read_bytes(), name=name, region=FILES[name])
    created = bare.ask("Cleo", CreateCampaign(offer="x", initial="y", script="z"))
    ids = [each["id"] for each in rows(bare, "SELECT id FROM lead")]

    def going(session: Any) -> set[int]:
        floor = bare.counter.floor(session)
        campaign = campaigns.by_id(session, created.campaign)
        assert campaign is not None
        return {each.lead.id for each in candidates(floor, campaign, ids) if each.cause is None}

    callable_now = bare.counter.store.read(going)
    assert len(callable_now) > 3000
    records = {name: list(intake.read((EXPORTS / name).read_bytes(), FILES[name])) for name in FILES}
    slipped = []
    for copies in opted_out_with_copies():
        for name, number in copies:
            record = records[name][number - 1]
            assert isinstance(record, LeadRecord)
            reached = rows(
                bare,
                "SELECT DISTINCT l.id FROM lead l JOIN contact k ON k.id = l.contact_id LEFT JOIN phone p"
                " ON p.contact_id = k.id WHERE k.email = ? OR (p.e164 = ? AND k.last_name = ?)",
                record.email,
                record.phones[0].e164 if record.phones else "-",
                record.last_name,
            )
            slipped += [(name, number, each["id"]) for each in reached if each["id"] in callable_now]
    assert slipped == []
    draft = bare.ask("Cleo", DraftBatch(campaign=created.campaign, quantity=10_000))
    found = bare.run("Cleo", CheckBatch(batch=draft.batch))
    assert found.going == len(callable_now)
    assert found.going + sum(each.leads for each in found.causes) == found.considered
    assert_clean(bare)


PAIR = (b"Ada,Byron,ada@one.example,+12125550100,One Inc,US,%b\n", b"Ada,Byron,,+13125550101,One Inc.,US,%b\n")


@pytest.mark.parametrize("flagged", [0, 1])
@pytest.mark.parametrize("order", list(permutations((0, 1))))
@pytest.mark.parametrize("together", [True, False])
def test_an_opt_out_counts_for_a_like_name_at_the_same_company(
    bare: TestFloor, flagged: int, order: tuple[int, int], together: bool
) -> None:
    from tests.floors import release_campaign

    lines = [PAIR[n] % (b"Yes" if n == flagged else b"") for n in order]
    if together:
        import_rows(bare, HEADER + b"".join(lines))
    else:
        for line in lines:
            import_rows(bare, HEADER + line)
    with pytest.raises(Exception, match="no lead that may be called"):
        release_campaign(bare)
    assert value(bare, "SELECT count(*) FROM lead") == 2, "they are kept apart all the same"


def test_an_opt_out_in_a_list_closes_what_was_released_and_tells_it(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(2))) as floor:
        import_rows(floor, HEADER + b"First0,Last0,p0@company0.example,+12125550100,Company 0 Inc,US,Yes\n", name="Off")
        states = {each["lead_id"]: each["state"] for each in rows(floor, "SELECT lead_id, state FROM ticket")}
        assert states == {1: "done", 2: "ready"}
        assert value(floor, "SELECT count(*) FROM rollup WHERE outcome = '#opt_out'") == 0, "nobody asked on a call"
        assert_clean(floor)


def test_a_switchboard_is_not_one_person(bare: TestFloor) -> None:
    names = (("Ada", "Byron"), ("Grace", "Hopper"))
    import_rows(bare, csv_of([[a, b, "", "+12125550100", "VP", "One Inc", "", "", "US"] for a, b in names]))
    assert value(bare, "SELECT count(*) FROM lead") == 2


def test_a_known_person_keeps_their_facts_and_gains_new_ones(bare: TestFloor) -> None:
    import_rows(bare, csv_of([["Ada", "Byron", "ada@one.example", "+12125550100", "VP", "One Inc", "", "", "US"]]))
    more = csv_of([["Ada", "Byron", "ada@one.example", "+13125550101", "Clerk", "One Inc", "Chicago", "IL", "US"]])
    done = import_rows(bare, more, name="more")
    assert (done.leads, done.duplicates) == (0, 1)
    known = row(bare, "SELECT * FROM contact")
    assert (known["title"], known["city"]) == ("VP", "Chicago")
    assert [each["e164"] for each in rows(bare, "SELECT e164 FROM phone ORDER BY position")] == [
        "+12125550100",
        "+13125550101",
    ]


ANN = b"First Name,Last Name,Email,Phone,Company,City,State,Country,Unsubscribed\n%b"


def test_a_known_person_is_called_at_no_hour_that_either_list_forbids(tmp_path: Path) -> None:
    """New York until 17:30 and Guam from 08:30: the second address leaves no hour in which both are awake."""
    with make_floor(tmp_path, leads=0, data=ANN % b"Ann,Lee,a@a.example,212-555-0101,Acme,,,,\n") as floor:
        before = value(floor, "SELECT lane_id FROM ticket")
        import_rows(floor, ANN % b"Ann,Lee,a@a.example,212-555-0101,Acme,Hagatna,GU,US,Yes\n", name="B")
        known = row(floor, "SELECT zones, regions, do_not_email FROM contact")
        assert known == {"zones": "Pacific/Guam", "regions": "US-GU", "do_not_email": 1}
        assert value(floor, "SELECT lane_id FROM ticket") != before
        floor.clock.forward(5 * HOUR + 25 * 60)  # 06:55 in Guam, 15:55 in New York
        nothing(floor)
        import_rows(floor, ANN % b"Ann,Lee,a@a.example,212-555-0101,Acme,Boise,ID,US,\n", name="C")
        known = row(floor, "SELECT zones, regions, do_not_email FROM contact")
        assert known == {"zones": "America/Boise Pacific/Guam", "regions": "US-GU US-ID", "do_not_email": 1}
        assert_clean(floor)


def test_an_address_that_could_not_be_read_gives_way_to_one_that_can(bare: TestFloor) -> None:
    regions = []
    for place in (b"Miami,Flordia,US", b"Miami,FL,US", b"Miami,Flordia,US"):
        import_rows(bare, ANN % b"Ann,Lee,a@a.example,212-555-0101,Acme,%b,\n" % place, name="again")
        regions.append(value(bare, "SELECT regions FROM contact"))
    assert regions == ["ZZ", "US-FL", "US-FL ZZ"]


def test_an_opt_out_finds_people_by_what_a_later_list_told_of_them(tmp_path: Path) -> None:
    """The address came with the second list, and is all that the third one knows."""
    header = b"First Name,Last Name,Email,Phone,Lead ID,Do not call\n"
    with make_floor(tmp_path, leads=0, data=header + b"Ann,Lee,,212-555-0101,,\n") as floor:
        import_rows(floor, header + b"Ann,Lee,ann@a.example,212-555-0101 ext 7,L-7,\n", name="B")
        known = row(floor, "SELECT email, external_id, extension FROM contact JOIN phone ON contact_id = id")
        assert known == {"email": "ann@a.example", "external_id": "L-7", "extension": "7"}
        assert import_rows(floor, header + b"A.,Lee,ann@a.example,,,Yes\n", name="C").leads == 0
        nothing(floor)
        assert_clean(floor)


KNOWN = b"First Name,Last Name,Email,Phone\nAnn,Lee,ann@a.example,212-555-0101\nBob,Roe,bob@b.example,212-555-0102\n"


@pytest.mark.parametrize(
    ("data", "left"),
    [
        (b"First Name,Last Name,Phone,IsDeleted,DoNotCall\nAnn,Lee,212-555-0101,true,true\n", "Bob"),
        (b"First Name,Email,Phone,DoNotCall\n,bob@b.example,212-555-0102,true\n", "Ann"),
        (b"Phone,Do not call\n212-555-0101,x\n", "Bob"),
    ],
)
def test_an_opt_out_counts_on_a_row_that_is_not_taken_in(tmp_path: Path, data: bytes, left: str) -> None:
    with make_floor(tmp_path, leads=0, data=KNOWN) as floor:
        done = import_rows(floor, data, name="Off")
        assert (done.leads, done.rejects, done.opted_out) == (0, 1, 1)
        detail = floor.ask("Cleo", ShowRejects(list_id=done.list_id)).rejects[0].detail
        assert detail.endswith("that they are not to be called counts")
        assert claim(floor).name.startswith(left)
        nothing(floor, "Ito")
        assert_clean(floor)


def test_the_flag_of_a_rejected_row_reaches_a_live_copy_in_the_same_file(tmp_path: Path) -> None:
    header = b"First Name,Last Name,Phone,Mobile,IsDeleted,DoNotCall\n"
    lines = b"Ann,Lee,212-555-0101,212-555-0109,,\nAnn,Lee,212-555-0101,,true,true\nCy,Poe,212-555-0103,,,\n"
    with make_floor(tmp_path, leads=0, data=header + lines) as floor:
        assert claim(floor).name.startswith("Cy")
        nothing(floor, "Ito")


def test_an_opt_out_that_two_known_people_may_mean_counts_for_both(tmp_path: Path) -> None:
    header = b"First Name,Last Name,Email,Phone,Mobile,Do not call\n"
    lines = b"Ann,Lee,ann@a.example,212-555-0101,,\nAnn,Lee,,212-555-0102,212-555-0109,\n"
    with make_floor(tmp_path, leads=0, data=header + lines) as floor:
        import_rows(floor, header + b"Ann,Lee,ann@a.example,212-555-0102,,x\n", name="Off")
        assert value(floor, "SELECT count(*) FROM lead") == 2
        nothing(floor)
        assert_clean(floor)


def test_a_bounced_address_bars_mail_to_itself_only(bare: TestFloor) -> None:
    line = b"First Name,Last Name,Email,Phone,Bounced\nAnn,Lee,%b,212-555-0101,%b\n"
    import_rows(bare, line % (b"a@a.example", b""))
    import_rows(bare, line % (b"old@a.example", b"hard bounce"), name="B")
    assert value(bare, "SELECT do_not_email FROM contact") == 0
    import_rows(bare, line % (b"a@a.example", b"hard bounce"), name="C")
    assert value(bare, "SELECT do_not_email FROM contact") == 1


def test_hostile_text_is_stored_harmless(bare: TestFloor) -> None:
    done = import_rows(bare, (EXPORTS / "hostile.csv").read_bytes())
    assert done.rows == 64
    for table in ("contact", "account", "lead_list", "reject"):
        for each in rows(bare, f"SELECT * FROM {table}"):
            for cell in each.values():
                if isinstance(cell, str):
                    assert clean(cell, limit=100_000) == cell, (table, cell)
    assert {each["e164"][0] for each in rows(bare, "SELECT e164 FROM phone")} <= {"+"}
    bare.ask("Cleo", ShowLists())


def test_hostile_names_can_be_served(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=(EXPORTS / "hostile.csv").read_bytes()) as floor:
        card = claim(floor)
        assert clean(card.name) == card.name
        assert clean(card.script, lines=True, limit=10_000) == card.script


def test_progress_is_told_while_stations_go_on(tmp_path: Path) -> None:
    """Between two chunks of an import other people are served; no chunk has more than 250 rows."""
    with make_floor(tmp_path) as floor:
        data = (EXPORTS / "hubspot-contacts.csv").read_bytes()
        job = floor.desk("Cleo").start(ImportList(data=base64.b64encode(data), name="Big"))
        seen: list[Progress] = []
        sizes = [0]
        while True:
            try:
                seen.append(next(job))
            except StopIteration as end:
                done = end.value
                break
            if seen[-1].note == "taking in":
                sizes.append(seen[-1].done)
                card = claim(floor)
                assert card is not None
        assert list(dict.fromkeys(each.note for each in seen)) == ["reading", "taking in"]
        assert all(each.done <= each.total for each in seen)
        assert max(b - a for a, b in pairwise(sizes)) <= CHUNK <= 250
        assert sizes[-1] >= done.leads
        assert_clean(floor)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x01\x02\xff" * 50, b"one,two\n1,2\n", b"%PDF-1.7 nothing here", b"PK\x03\x04 no workbook"],
)
def test_a_file_that_is_no_list_gives_one_line_and_keeps_nothing(bare: TestFloor, data: bytes) -> None:
    before = value(bare, "SELECT count(*) FROM event")
    with pytest.raises(BadRequest) as caught:
        import_rows(bare, data)
    assert "\n" not in caught.value.message
    assert "nothing was imported" in caught.value.message
    for table in ("lead_list", "contact", "reject", "account"):
        assert rows(bare, f"SELECT 1 FROM {table}") == []
    assert value(bare, "SELECT count(*) FROM event") == before


@pytest.mark.parametrize("region", ["XX", "ZZ", "", "1x"])
def test_a_country_that_is_none_is_refused(bare: TestFloor, region: str) -> None:
    with pytest.raises(BadRequest, match="is no country"):
        import_rows(bare, csv_of(people_rows(1)), region=region)
    refused(bare, "Rae", PreviewList(data=base64.b64encode(csv_of(people_rows(1))), region=region), "unknown_country")


@pytest.mark.parametrize("region", ["gb", "UK"])
def test_a_country_is_known_as_people_write_it(bare: TestFloor, region: str) -> None:
    import_rows(bare, b"Name,Phone\nAnn Lee,020 7946 0123\n", region=region)
    assert value(bare, "SELECT e164 FROM phone") == "+442079460123"


def test_a_file_without_a_row_is_refused(bare: TestFloor) -> None:
    with pytest.raises(BadRequest, match="no row below its header"):
        import_rows(bare, HEADER)
    assert rows(bare, "SELECT 1 FROM lead_list") == []


@pytest.mark.parametrize(
    ("purpose", "data", "at"),
    [
        ("leads", csv_of(people_rows(2 * CHUNK)), "taking in"),
        ("customers", csv_of(people_rows(2 * CHUNK)), "taking in"),
        ("leads", b"Phone,DNC\n" + b"".join(b"212555%d,x\n" % n for n in range(2000, 2000 + 2 * CHUNK)), "taking off"),
    ],
)
def test_a_list_whose_import_was_stopped_says_so(bare: TestFloor, purpose: str, data: bytes, at: str) -> None:
    job = bare.desk("Cleo").start(ImportList(data=base64.b64encode(data), name="Half", purpose=purpose))
    while next(job).note != at:
        pass
    job.close()
    half = bare.ask("Cleo", ShowLists()).lists[0]
    assert (half.partial, half.rows, half.rows_due) == (True, CHUNK, 2 * CHUNK)
    import_rows(bare, data, purpose=purpose)
    again = bare.ask("Cleo", ShowLists()).lists[0]
    assert (again.partial, again.rows, again.rows_due) == (False, 2 * CHUNK, 2 * CHUNK)


def test_a_list_of_customers_makes_no_leads(bare: TestFloor) -> None:
    done = import_rows(bare, csv_of(people_rows(3)), purpose="customers")
    assert (done.leads, done.rows) == (0, 3)
    assert value(bare, "SELECT count(DISTINCT purpose) FROM exclusion") == 1
    assert value(bare, "SELECT count(*) FROM lead") == 0
    with pytest.raises(BadRequest, match="purpose is one of"):
        import_rows(bare, csv_of(people_rows(3)), purpose="friends")


def test_a_preview_keeps_nothing(bare: TestFloor) -> None:
    seen = bare.ask("Rae", PreviewList(data=base64.b64encode(csv_of(people_rows(3)))))
    assert seen.counts["leads"] == 3
    assert seen.phones == ("Phone Number",)
    assert rows(bare, "SELECT 1 FROM lead_list") == []
    refused(bare, "Rae", PreviewList(data=base64.b64encode(b"")), "bad_file")


def test_callers_see_no_lists(bare: TestFloor) -> None:
    refused(bare, "Dana", ShowLists(), "role")
    refused(bare, "Dana", ShowRejects(list_id=1), "role")
