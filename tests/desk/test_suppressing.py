"""Do not call: one key, the whole floor, the same transaction."""

from __future__ import annotations

from pathlib import Path

import pytest

from salesdesk.desk.calls import Dialed, NextNumber
from salesdesk.desk.people import GiveBack
from salesdesk.desk.presence import Heartbeat
from salesdesk.desk.recording import RecordOutcome
from salesdesk.desk.suppressing import READ_ALOUD, STOPPED, OptOut
from tests.floors import TestFloor, csv_of, import_rows, make_floor, people_rows, release_campaign
from tests.steps import assert_clean, claim, dial, nothing, record, refused, row, rows, tamper, ticket, value, work


def test_it_needs_no_dial_and_gives_a_line_to_read_aloud(one: TestFloor) -> None:
    card = claim(one)
    assert one.ask("Dana", OptOut(ticket=card.ticket, token=card.token)).note == READ_ALOUD
    assert ticket(one, card)["state"] == "done"
    nothing(one)
    assert value(one, "SELECT n FROM rollup WHERE outcome = 'do_not_call'") == 1
    assert value(one, "SELECT n FROM rollup WHERE outcome = '#opt_out'") == 1
    assert_clean(one)


def test_the_outcome_and_the_operation_do_the_same(one: TestFloor) -> None:
    card = claim(one)
    record(one, card, "do_not_call")
    assert {each["scope"] for each in rows(one, "SELECT scope FROM suppression")} == {"number", "person"}
    assert value(one, "SELECT n FROM rollup WHERE outcome = 'do_not_call'") == 1
    assert_clean(one)


def test_a_colleague_who_previews_them_is_stopped(company: TestFloor) -> None:
    theirs = claim(company, "Ito")
    company.ask(
        "Cleo", OptOut(lead=value(company, "SELECT min(id) FROM lead WHERE id <> ?", theirs.lead), scope="company")
    )
    old = {"ticket": theirs.ticket, "token": theirs.token}
    assert company.ask("Ito", Heartbeat(**old)).stop == STOPPED
    for ask in (Dialed(**old), RecordOutcome(**old, outcome="no_answer")):
        assert refused(company, "Ito", ask, "void_hold") == STOPPED
    assert ticket(company, theirs)["state"] == "done"
    nothing(company, "Ito")
    assert_clean(company)


@pytest.mark.parametrize("how", ["gives back", "dies"])
def test_a_stopped_lead_never_returns_to_the_pool(company: TestFloor, how: str) -> None:
    theirs = claim(company, "Ito")
    company.ask(
        "Cleo", OptOut(lead=value(company, "SELECT min(id) FROM lead WHERE id <> ?", theirs.lead), scope="company")
    )
    if how == "gives back":
        company.ask("Ito", GiveBack())
    else:
        company.clock.forward(60)
        nothing(company)
    assert ticket(company, theirs)["state"] == "done"
    assert rows(company, "SELECT 1 FROM hold") == []
    assert_clean(company)


def test_promises_and_other_campaigns_are_cancelled(tmp_path: Path) -> None:
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = work(floor, "call_back", when="2026-11-19T11:00-05:00")
        stand_at_executive(floor)
        floor.ask("Cleo", OptOut(lead=card.lead))
        assert rows(floor, "SELECT * FROM promise") == []
        assert {each["state"] for each in rows(floor, "SELECT state FROM ticket")} == {"done"}
        floor.clock.forward(3600)
        nothing(floor)
        assert_clean(floor)


def stand_at_executive(floor: TestFloor) -> None:
    """The same lead in the hands of another station too."""
    from salesdesk.desk.routing import blank
    from salesdesk.store import counters, events, tickets

    def put(session: object) -> None:
        id = counters.take(session, "ticket")  # type: ignore[arg-type]
        tickets.add_many(session, [blank(id, 1, 1, "executive") | {"kind": "meeting"}])  # type: ignore[arg-type]
        events.append(
            session,  # type: ignore[arg-type]
            events.EventRow(
                0,
                floor.clock.time,
                "2026-11-19",
                "routed",
                0,
                1,
                id,
                1,
                "executive",
                "",
                0,
                {"tickets": [[id, "ready", 0, 0]]},
            ),
        )

    floor.counter.store.write(put)


def test_number_scope_takes_the_number_only(tmp_path: Path) -> None:
    header = b"First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company Name,Country/Region\n"
    data = header + b"Ada,Byron,ada@one.example,+12125550100,+13125550101,One Inc,US\n"
    with make_floor(tmp_path, leads=0, data=data) as floor:
        card = claim(floor)
        floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token, scope="number"))
        assert len(rows(floor, "SELECT * FROM suppression")) == 1


def test_company_scope_reaches_every_colleague_and_those_who_come_later(company: TestFloor) -> None:
    card = claim(company)
    company.ask("Dana", OptOut(ticket=card.ticket, token=card.token, scope="company"))
    assert {each["state"] for each in rows(company, "SELECT state FROM ticket")} == {"done"}
    late = csv_of([["Emmy", "Noether", "emmy@one.example", "+12125550109", "VP", "ONE, Inc.", "", "", "US"]])
    import_rows(company, late, name="Later")
    assert findings(company) == {"asked not to be called": 4}
    nothing(company)


def findings(floor: TestFloor) -> dict[str, int]:
    from salesdesk.desk.batches import CheckBatch, DraftBatch
    from salesdesk.desk.campaigns import CreateCampaign

    created = floor.ask("Cleo", CreateCampaign(offer="x", initial="y", script="z"))
    draft = floor.ask("Cleo", DraftBatch(campaign=created.campaign, quantity=100))
    found = floor.run("Cleo", CheckBatch(batch=draft.batch))
    return {each.cause: each.leads for each in found.causes}


def test_a_lead_without_a_company_cannot_be_taken_off_by_company(tmp_path: Path) -> None:
    data = csv_of([["Ada", "Byron", "a@one.example", "+12125550100", "VP", "", "", "", "US"]])
    with make_floor(tmp_path, leads=0, data=data) as floor:
        card = claim(floor)
        refused(floor, "Dana", OptOut(ticket=card.ticket, token=card.token, scope="company"), "no_company")


def test_the_same_person_imported_again_stays_off(one: TestFloor) -> None:
    card = claim(one)
    one.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
    import_rows(one, csv_of(people_rows(1)), name="Again")
    renamed = [["First0", "Last0", "new@company0.example", "+13125550177", "VP", "Company 0 Inc", "", "", "US"]]
    import_rows(one, csv_of(renamed), name="Under another number and address")
    assert value(one, "SELECT count(*) FROM lead") == 2
    assert findings(one)["asked not to be called"] == 2
    with pytest.raises(Exception, match="no lead that may be called"):
        release_campaign(one, name="Second try")


def test_a_new_number_of_a_known_person_does_not_bring_them_back(tmp_path: Path) -> None:
    """Without an address only the record itself tells that it is the same person."""
    first = csv_of([["Ada", "Byron", "", "+12125550100", "VP", "One Inc", "", "", "US"]])
    with make_floor(tmp_path, leads=0, data=first) as floor:
        card = claim(floor)
        floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
        header = b"First Name,Last Name,Phone Number,Mobile Phone Number,Company Name,Country/Region\n"
        import_rows(floor, header + b"Ada,Byron,+12125550100,+13125550199,One Inc,US\n", name="More numbers")
        assert value(floor, "SELECT count(*) FROM phone") == 2
        tamper(floor, "UPDATE phone SET state = 'dead' WHERE position = 1")
        assert findings(floor) == {"asked not to be called": 1}


def test_the_same_human_under_another_record_is_not_called_either(tmp_path: Path) -> None:
    rows_of_two = [
        ["Ada", "Byron", "ada@one.example", "+12125550100", "VP", "One Inc", "", "", "US"],
        ["Ada", "Byron", "ada.byron@gmail.example", "+13125550101", "VP", "One, Inc.", "", "", "US"],
    ]
    with make_floor(tmp_path, leads=0, data=csv_of(rows_of_two)) as floor:
        assert value(floor, "SELECT count(*) FROM lead") == 2, "a like name alone merges nobody"
        card = claim(floor)
        floor.ask("Dana", OptOut(ticket=card.ticket, token=card.token))
        assert {each["state"] for each in rows(floor, "SELECT state FROM ticket")} == {"done"}
        nothing(floor)


def test_a_number_is_taken_off_however_it_is_written(one: TestFloor) -> None:
    one.ask("Cleo", OptOut(number="+1 (212) 555-0100"))
    nothing(one)
    assert value(one, "SELECT state FROM ticket") == "done"
    assert_clean(one)


@pytest.mark.parametrize(
    ("ask", "code"),
    [
        (OptOut(), "nobody_named"),
        (OptOut(lead=999), "nobody_named"),
        (OptOut(number="212 555 0100"), "nobody_named"),
        (OptOut(number="+1"), "nobody_named"),
        (OptOut(lead=1, scope="planet"), "unknown_scope"),
        (OptOut(lead=1, reason="Ada hates us"), "unknown_reason"),
    ],
)
def test_what_names_nobody_takes_nobody_off(one: TestFloor, ask: OptOut, code: str) -> None:
    refused(one, "Cleo", ask, code)
    assert rows(one, "SELECT * FROM suppression") == []


def test_a_number_that_opts_out_between_claim_and_dial_is_not_dialed(tmp_path: Path) -> None:
    """A list that arrives meanwhile says so."""
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as floor:
        card = claim(floor)
        header = b"First Name,Last Name,Email,Phone Number,Company Name,Country/Region,Do not call\n"
        import_rows(floor, header + b"First0,Last0,p0@company0.example,+12125550100,Company 0 Inc,US,Yes\n", name="Off")
        assert refused(floor, "Dana", Dialed(ticket=card.ticket, token=card.token), "void_hold") == STOPPED
        assert rows(floor, "SELECT 1 FROM event WHERE kind = 'dialed'") == []
        assert_clean(floor)


def test_a_number_that_is_taken_off_is_not_dialed_for_whoever_it_is_given_later(one: TestFloor) -> None:
    """The rule is asked again at every dial, whatever way the number came."""
    one.ask("Cleo", OptOut(number="+13125550177"))
    card = claim(one)
    assert dial(one, card).allowed
    record(one, card, "gatekeeper", result="blocked", direct_number="+13125550177")
    one.clock.time = ticket(one, card)["due_at"]
    again = claim(one)
    one.ask("Dana", NextNumber(ticket=again.ticket, token=again.token))
    answer = dial(one, again)
    assert not answer.allowed
    assert "asked not to be called" in answer.reason
    assert_clean(one)


def test_a_lead_is_asked_for_at_the_claim_too(one: TestFloor) -> None:
    """Even where a ticket was left open, a suppressed person is not served."""
    mark = value(one, "SELECT mark FROM phone")
    tamper(one, "INSERT INTO suppression VALUES ('number', ?, 'asked', 0, 0)", mark)
    nothing(one)
    assert value(one, "SELECT state FROM ticket") == "done"
    assert_clean(one)


def test_nobody_is_dialed_after_an_opt_out_event(floor: TestFloor) -> None:
    """I8 over a little shift: no served or dialed event of a lead after its opt-out."""
    for number in range(16):
        work(
            floor,
            "do_not_call" if number % 3 == 0 else "no_answer",
            "Dana" if number % 2 else "Ito",
            **({"busy": True} if number % 3 else {}),
        )
        floor.clock.forward(300)
    off = {each["lead_id"]: each["id"] for each in rows(floor, "SELECT * FROM event WHERE kind = 'opted_out'")}
    assert off
    later = rows(floor, "SELECT * FROM event WHERE kind IN ('served', 'dialed', 'recorded')")
    assert [each for each in later if each["lead_id"] in off and each["id"] > off[each["lead_id"]]] == []
    assert row(floor, "SELECT count(*) AS n FROM suppression WHERE scope = 'number'")["n"] == len(off)
