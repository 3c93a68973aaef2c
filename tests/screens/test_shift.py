"""One whole shift, 08:25 to 17:00 on a fixed clock: a working day's bullets in order, on four screens at once.

Each step is what somebody on the floor does, and what they and their colleagues then see; in the end the floor's
facts are counted again from its events.
"""

from __future__ import annotations

import json
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from salesdesk.app import SalesdeskApp
from salesdesk.desk.cards import TicketCard
from salesdesk.desk.explaining import ExplainTicket
from salesdesk.desk.inbound import SpeedToLead
from salesdesk.desk.inquiries import AddInbound
from salesdesk.desk.suppressing import READ_ALOUD
from salesdesk.screens import station as shared
from salesdesk.screens import wallboard
from salesdesk.screens.sdr import SdrScreen
from salesdesk.screens.station import Station
from salesdesk.widgets.banner import Banner
from tests.floors import TestFloor, import_rows, make_floor, release_campaign
from tests.screens.driving import drive, said, screen_text, settle, station, write
from tests.steps import assert_clean, row, rows, tamper, value

HERE = ZoneInfo("America/New_York")
DAY = datetime(2026, 11, 19, tzinfo=HERE)


def leads(companies: int, area: str = "212", first: int = 0) -> bytes:
    """Two people of each company, each with a direct and a mobile number."""
    lines = ["First Name,Last Name,Email,Phone Number,Mobile Phone Number,Job Title,Company Name,Country/Region"]
    for n in range(first, first + companies):
        anna, ben, hers, his = (f"+1{area}555{100 + n % 25 + k * 25:04d}" for k in range(4))
        lines.append(f"Anna{n},Alder{n},anna{n}@co{n}.example,{anna},{hers},VP Finance,Company {n} Inc.,US")
        lines.append(f"Ben{n},Birch{n},ben{n}@co{n}.example,{ben},{his},Controller,Company {n} Inc.,US")
    return "\n".join(lines).encode()


@dataclass
class Day:
    """A floor, the screens of the people at work, and the time of day."""

    floor: TestFloor
    screens: AsyncExitStack
    apps: dict[str, SalesdeskApp] = field(default_factory=dict)
    callback: str = ""
    """The e-mail address of whom Dana has promised to call at one, their time."""

    async def sits(self, who: str, **seat: Any) -> SalesdeskApp:
        """Somebody opens the program at their station."""
        size = (120, 40) if "wallboard" in seat else (80, 24)
        self.apps[who] = await self.screens.enter_async_context(station(self.floor, size=size, **seat))
        return self.apps[who]

    async def at(self, time: str) -> None:
        """The clock goes on; whoever sits somewhere is alive, and every screen sees what has happened."""
        hour, minute, *second = (int(part) for part in time.split(":"))
        moment = int(DAY.replace(hour=hour, minute=minute, second=second[0] if second else 0).timestamp())
        assert moment >= self.floor.clock.time, "time does not run backwards"
        for each in ("seat", "hold"):  # every station beats all the while
            tamper(self.floor, f"UPDATE {each} SET beat = ?", moment * 1000)
        self.floor.clock.time = moment
        for app in self.apps.values():
            if isinstance(app.screen, SdrScreen):
                app.screen._touched = moment
        await self.see()

    async def see(self) -> None:
        """What every screen does by its own clock when something has happened."""
        for app in self.apps.values():
            assert isinstance(app.screen, Station)
            await app.screen._look()
            app.screen.tick(self.floor.clock.time)
            await settle(app)

    def did(self, kind: str) -> list[str]:
        """Who did something, by the events, in order."""
        query = "SELECT p.name FROM event e JOIN person p ON p.id = e.person_id WHERE e.kind = ? ORDER BY e.id"
        return [each["name"] for each in rows(self.floor, query, kind)]

    def state(self, person: int) -> str:
        """The state of somebody's seat."""
        return str(value(self.floor, "SELECT state FROM seat WHERE person_id = ?", person))

    def seconds(self, person: int, state: str) -> int:
        """The seconds charged to a state today."""
        query = "SELECT coalesce(sum(seconds), 0) AS n FROM seat_time WHERE person_id = ? AND state = ?"
        return int(value(self.floor, query, person, state))


def card(app: SalesdeskApp) -> TicketCard:
    """The lead on an SDR's screen."""
    assert isinstance(app.screen, SdrScreen)
    assert app.screen.shift.card is not None, screen_text(app)
    return app.screen.shift.card


def shows(app: SalesdeskApp, *parts: str) -> None:
    """All of this stands on the screen."""
    text = " ".join(screen_text(app).split())
    for part in parts:
        assert part in text, f"{part!r} is not there:\n{screen_text(app)}"


async def log_in(day: Day) -> None:
    """`sign_in` takes one seat. The start page; Enter = ready. Paid time starts here."""
    dana = await day.sits("Dana", sdr="Dana")
    await day.sits("Ito", sdr="Ito")
    await day.sits("Sam", wallboard="Sam")
    await day.sits("Cleo", coordinator="Cleo")
    shows(dana, "Good morning, Dana.", "you call for Spring Audit · second: Autumn Freight", "target today")
    shows(dana, "new scripts", "MY PROMISES TODAY", "MY LAST 20 DAYS")
    assert day.did("signed_in") == ["Dana", "Ito", "Cleo"]
    assert day.state(1) == "ready"


async def a_lead_is_served(day: Day) -> None:
    """Digits need a dial in this hold; a dial starts the timer, Space is when they picked up."""
    dana = day.apps["Dana"]
    await day.at("08:30")
    await drive(dana, "enter 1")
    assert said(dana) == "! dial (d) or skip (s)"
    await drive(dana, "d")
    await day.at("08:30:09")
    shows(dana, "ringing 0:09")
    await drive(dana, "space")
    await day.at("08:31:39")
    shows(dana, "talking 1:30")
    await drive(dana, "6 n enter enter")
    assert said(dana) == "✓ no: closed here · F8 undoes"


async def no_answer_and_a_misfire(day: Day) -> None:
    """One digit, next lead painted. A misfire: undo restores the hold with its timer running, and the lead just served
    goes back uncounted."""
    dana = day.apps["Dana"]
    await day.at("08:32")
    served = card(dana)
    await drive(dana, "d 1 enter")
    assert card(dana).lead != served.lead
    dealt = value(day.floor, "SELECT sum(n) FROM dealt WHERE person_id = 1")
    await day.at("08:32:04")
    await drive(dana, "f8")
    assert card(dana).lead == served.lead
    shows(dana, "ringing 0:04")
    assert value(day.floor, "SELECT sum(n) FROM dealt WHERE person_id = 1") == dealt - 1


async def objections(day: Day) -> None:
    """`o` and a letter; recorded as codes per call."""
    dana = day.apps["Dana"]
    await day.at("08:33")
    await drive(dana, "space o t o m o m")
    shows(dana, "objections noted: no time")
    await drive(dana, "6 n enter enter")
    last = row(day.floor, "SELECT data FROM event WHERE kind = 'recorded' ORDER BY id DESC LIMIT 1")
    assert json.loads(last["data"])["objections"] == ["no_time"]


async def gatekeeper(day: Day) -> None:
    """The same company: one live hold, and for four hours nobody calls another of its people; then it is Dana's."""
    dana, ito = day.apps["Dana"], day.apps["Ito"]
    await day.at("08:35")
    called = card(dana)
    await drive(dana, "d")
    other = row(day.floor, "SELECT t.id FROM ticket t JOIN lead l ON l.id = t.lead_id WHERE l.account_id ="
                " (SELECT account_id FROM lead WHERE id = ?) AND l.id <> ?", called.lead, called.lead)  # fmt: skip
    why = day.floor.ask("Cleo", ExplainTicket(ticket=other["id"]))
    assert "company" in " ".join((why.summary, *why.lines))
    await drive(dana, "space 3 n enter enter enter enter")
    await drive(ito, "enter")
    assert card(ito).account not in (called.account, card(dana).account)
    await drive(dana, "a")
    shows(dana, "2 of 2 numbers")


async def a_wrong_number(day: Day) -> None:
    """It is blocked for this contact, the next number is offered; a defect of the list, never the rep's."""
    dana = day.apps["Dana"]
    await day.at("08:36")
    await drive(dana, "d space 7 p enter enter")
    shows(dana, "1 of 2 numbers, 1 good")
    assert said(dana).startswith("✓ bad record: next number of the same contact")
    assert value(day.floor, "SELECT what FROM defect") == "wrong_person"


async def a_callback(day: Day) -> None:
    """Natural entry, echoed; refused: past, day off, closed window, more than 30 days. "I'm in Denver"."""
    dana = day.apps["Dana"]
    await day.at("08:38")
    day.callback = card(dana).email
    await drive(dana, "d space l")
    await write(dana, "Denver")
    await drive(dana, "enter")
    shows(dana, "06:38 Denver")
    await drive(dana, "4")
    for asked, refused in (
        ("today 6am", "past"),
        ("sat 3pm", "your day off"),
        ("today 11pm", "outside the legal hours there"),
        ("in 40 days", "more than 30 days ahead"),
    ):
        await write(dana, asked)
        await drive(dana, "enter")
        shows(dana, refused)
        await drive(dana, " ".join(["backspace"] * len(asked)))
    await write(dana, "1pm")
    shows(dana, "Thu 13:00 Denver = 15:00 yours · legal · you on shift")
    await drive(dana, "enter r m y enter")
    assert said(dana) == "✓ call back: Thu 13:00 Denver = 15:00 yours · you on shift · F8 undoes"


async def a_promise_comes_due(day: Day) -> None:
    """Near the time fresh leads are held back from me; it keeps its rank on a no-answer; if I talk when it is due it
    passes at +5 min to anyone, with its context."""
    dana, ito, sam = day.apps["Dana"], day.apps["Ito"], day.apps["Sam"]
    await day.at("08:40")
    promised = card(dana)
    await drive(dana, "d space 4")
    await write(dana, "in 20 min")
    await drive(dana, "enter r m y enter d")
    await day.at("08:59")
    await drive(dana, "1 enter")
    shows(dana, "YOUR PROMISE IS NEXT", "in 1:00", f"your promise to {promised.name} is next")
    assert day.state(1) == "ready"
    await day.at("09:00")
    assert card(dana).lead == promised.lead
    await drive(dana, "d 1 enter")
    assert said(dana) == "✓ no answer: the promise is tried again Thu 09:15 yours · F8 undoes"
    await drive(dana, "d space")
    await day.at("09:19")
    shows(sam, "PROMISE Dana 09:15, 4 min late, on a call goes to anyone 09:20 p pass on")
    await drive(ito, "d 1 enter")
    assert card(ito).lead != promised.lead
    await day.at("09:20:10")
    await drive(ito, "d 1 enter")
    assert card(ito).lead == promised.lead
    shows(ito, "why now: a promise to call back is due", "call back, Dana")


async def they_ring_back(day: Day) -> None:
    """`f`: full number or e-mail, exact match, one result, logged; the undialed lead goes back."""
    dana = day.apps["Dana"]
    await day.at("09:25")
    await drive(dana, "6 n enter enter")
    mine = card(dana)
    await drive(dana, "f")
    await write(dana, day.callback)
    await drive(dana, "enter")
    assert card(dana).email == day.callback
    shows(dana, "07:25 Denver", "why now: they rang back, and are on the line")
    assert day.did("looked_up") == ["Dana"]
    assert row(day.floor, "SELECT state, dealt FROM ticket WHERE id = ?", mine.ticket) == {"state": "ready", "dealt": 0}
    await drive(dana, "1 enter")
    assert said(dana) == "✓ no answer: the promise stands · F8 undoes"


async def a_meeting(day: Day) -> None:
    """Three slots in the prospect's zone, one held while we talk; .ics written; invite pending, sent; booked and held
    are never one number. A meeting is celebrated once, on every screen."""
    dana, ito, sam, cleo = (day.apps[who] for who in ("Dana", "Ito", "Sam", "Cleo"))
    await day.at("09:30")
    await drive(dana, "d space 8")
    shows(dana, "1 Thu 11:30 New York = 11:30 yours · Eve", "2 Fri", "3 Mon")
    await drive(dana, "enter")
    assert value(day.floor, "SELECT kept_until FROM slot") == day.floor.clock.time + 180
    await write(dana, "anna@co.example")
    await drive(dana, "enter d")
    await write(dana, "fewer bills")
    await drive(dana, "enter")
    await write(dana, "Larkin")
    await drive(dana, "enter y")
    await day.see()
    for app in (ito, sam, cleo):
        shows(app, "★ Dana: meeting, Spring Audit")
        assert isinstance(app.screen, Station)
        app.screen.banner._celebrated()
    shows(sam, "meetings booked (invite sent 0) 1")
    await drive(cleo, "5 s")
    await day.at("09:31")
    shows(cleo, "agreed by Dana, Spring Audit", "invitation sent")
    shows(sam, "meetings booked (invite sent 1) 1")
    assert "★" not in screen_text(sam)


async def a_pause(day: Day) -> None:
    """Armed during a call; its limit turns amber, never locks; an undialed lead returns to the head of its stratum."""
    dana, ito, sam = day.apps["Dana"], day.apps["Ito"], day.apps["Sam"]
    await day.at("10:00")
    await drive(dana, "d p 2")
    assert said(dana) == "lunch begins when this call is recorded; p 0 takes it back"
    await drive(dana, "1 enter")
    shows(dana, "lunch, 45 min", "Enter when you are back")
    mine = card(ito)
    await drive(ito, "p 1")
    await day.at("10:47")
    shows(sam, "Dana LUNCH 47 of 45", "Ito BREAK 47 of 15", "PROMISE")
    await drive(ito, "enter")
    assert card(ito).lead == mine.lead
    await drive(dana, "enter")
    assert day.seconds(1, "paused") == 47 * 60


async def nobody_is_there(day: Day) -> None:
    """No key and no dial for five minutes = away, lead returned."""
    dana = day.apps["Dana"]
    assert isinstance(dana.screen, SdrScreen)
    await day.at("10:50")
    mine = card(dana)
    dana.screen._touched = day.floor.clock.time - 300
    dana.screen.tick(day.floor.clock.time)
    await settle(dana)
    assert day.state(1) == "away"
    assert value(day.floor, "SELECT state FROM ticket WHERE id = ?", mine.ticket) == "ready"
    await day.at("10:52")
    await drive(dana, "enter")
    assert day.seconds(1, "away") == 120


async def a_dry_queue(day: Day) -> None:
    """The SDR sees why; the time counts as starved; falls to my second campaign with a banner and its script first."""
    dana, ito, sam, cleo = (day.apps[who] for who in ("Dana", "Ito", "Sam", "Cleo"))
    await day.at("11:00")
    await drive(cleo, "4 x y")
    await drive(ito, "d 1 enter")
    shows(ito, "NOTHING TO CALL", "cooling", "this time is the floor's, not yours")
    await drive(dana, "d 1 enter")
    shows(dana, "Autumn Freight · script A", "! second campaign: Autumn Freight · read its script first")
    await day.at("11:03:10")
    assert day.state(2) == "starved"
    shows(sam, "DRY Spring Audit for 3:10 · 1 person starved: Ito", "Ito STARVED 3:10")


async def somebody_moves(day: Day) -> None:
    """Marks with Space, `m`, picks a campaign, sees the effect, `y`; a banner on the seat; undo."""
    ito, sam = day.apps["Ito"], day.apps["Sam"]
    await drive(sam, "right space m")
    shows(sam, "Autumn Freight cover 22 → 11 min", "their promises stay theirs")
    await drive(sam, "enter y")
    await day.at("11:03:12")
    shows(ito, "» MOVE Sam moved you to Autumn Freight, after your current call F6 seen")
    assert card(ito).campaign == "Autumn Freight"
    assert day.seconds(2, "starved") == 192
    await drive(sam, "u")
    await day.see()
    turns = rows(day.floor, "SELECT campaign_id, turn FROM assignment WHERE person_id = 2 AND turn > 0")
    assert turns == [{"campaign_id": 1, "turn": 1}]


async def inbound_arrives(day: Day) -> None:
    """First free seat; after 30 s a seat in preview may swap; 60 s is an exception on the board."""
    dana, sam = day.apps["Dana"], day.apps["Sam"]
    await day.at("11:30")
    asked = AddInbound(
        name="Marta Oyelaran", company="Halden Freight", number="+1 212-555-0190", campaign="Autumn Freight",
        asked="a price for 40 lanes",
    )  # fmt: skip
    day.floor.ask("Cleo", asked)
    await day.at("11:30:38")
    shows(dana, "! inbound waiting 0:38 · t takes it")
    shows(sam, "INBOUND 1 waiting 0:38 of 1:00 · Halden Freight")
    await day.at("11:31:05")
    shows(sam, "INBOUND 1 waiting 1:05 of 1:00 · Halden Freight")
    await drive(dana, "t")
    shows(dana, "Marta Oyelaran", "why now: they asked for us at 11:30: a price for 40 lanes")
    await day.at("11:31:10")
    await drive(dana, "d")
    speed = day.floor.ask("Cleo", SpeedToLead())
    assert (speed.n, speed.median_clock, speed.within_60, speed.within_300) == (1, 70, 0, 1)


async def take_me_off(day: Day) -> None:
    """F9, `y`: the person and all their numbers, and a line to read aloud."""
    dana = day.apps["Dana"]
    await day.at("11:40")
    await drive(dana, "f9 enter y")
    shows(dana, READ_ALOUD)
    assert value(day.floor, "SELECT count(*) FROM suppression WHERE scope = 'number'") == 1
    await drive(dana, "enter")


async def andon(day: Day) -> None:
    """`!` and a code reaches supervisor and coordinator."""
    dana, sam, cleo = day.apps["Dana"], day.apps["Sam"], day.apps["Cleo"]
    await day.at("12:00")
    await drive(dana, "exclamation_mark s")
    await day.at("12:00:02")
    for app in (sam, cleo):
        shows(app, "» ANDON Dana calls: script wrong, Autumn Freight")
    shows(sam, "! ANDON")
    await drive(sam, "c y")
    await day.at("12:00:04")
    assert value(day.floor, "SELECT count(*) FROM andon WHERE cleared_at IS NULL") == 0


async def customers_are_not_prospects(day: Day) -> None:
    """The batch check excludes customers, open deals and partners by list."""
    import_rows(day.floor, leads(1, "617", 55), name="Customers", purpose="customers")
    await day.at("12:05")
    going = rows(day.floor, "SELECT t.state FROM ticket t JOIN lead l ON l.id = t.lead_id JOIN account a"
                 " ON a.id = l.account_id WHERE a.name = 'Company 55 Inc.'")  # fmt: skip
    assert {each["state"] for each in going} == {"done"}


async def who_looked(day: Day) -> None:
    """Who looked at whose detail is logged."""
    sam = day.apps["Sam"]
    await day.at("12:10")
    await drive(sam, "right enter")
    looks = rows(day.floor, "SELECT person_id FROM look")
    assert [each["person_id"] for each in looks] == [4]
    await drive(sam, "escape")


async def sign_out(day: Day) -> None:
    """Finish or return the hold; promises are checked against their owner's shift; my day in five lines."""
    dana = day.apps["Dana"]
    await day.at("16:59")
    await drive(dana, "e")
    shows(dana, "MY DAY", "promises kept 1 of 1", "PROMISES THAT NOBODY WOULD KEEP", "today, after you have left")
    await drive(dana, "a")
    assert value(day.floor, "SELECT count(*) FROM promise WHERE person_id = 1") == 0
    await day.at("17:00")
    await drive(dana, "enter")
    shows(dana, "You are signed out.")
    assert day.state(1) == "out"
    assert value(day.floor, "SELECT count(*) FROM hold WHERE person_id = 1") == 0


SHIFT = (
    log_in,
    a_lead_is_served,
    no_answer_and_a_misfire,
    objections,
    gatekeeper,
    a_wrong_number,
    a_callback,
    a_promise_comes_due,
    they_ring_back,
    a_meeting,
    a_pause,
    nobody_is_there,
    a_dry_queue,
    somebody_moves,
    inbound_arrives,
    take_me_off,
    andon,
    customers_are_not_prospects,
    who_looked,
    sign_out,
)


async def test_a_whole_shift(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared, "NEWS", 0.0)
    monkeypatch.setattr(wallboard, "ENOUGH", 0.0)
    monkeypatch.setattr(Banner, "SHOWN", 3600)  # until the step has seen it on every screen
    morning = int(DAY.replace(hour=8, minute=25).timestamp())
    with make_floor(tmp_path, now=morning, data=leads(12)) as floor:
        import_rows(floor, leads(6, "617", 50), name="Autumn list")
        release_campaign(floor, name="Autumn Freight", callers=("Dana",), turn=2)
        async with AsyncExitStack() as screens:
            day = Day(floor, screens)
            for step in SHIFT:
                await step(day)
                assert_clean(floor)
