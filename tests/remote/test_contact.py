"""What a station knows of the line: offline within three seconds, the floor's own time, and clocks that differ."""

from __future__ import annotations

from dataclasses import dataclass

from salesdesk.remote.contact import Contact


@dataclass
class Watch:
    """Both clocks of a machine, stood still."""

    ticks: float = 1000.0
    wall: float = 2_000_000.0

    def on(self, seconds: float) -> None:
        self.ticks += seconds
        self.wall += seconds


def contact(watch: Watch) -> Contact:
    made = Contact(lambda: watch.ticks, lambda: watch.wall)
    made.heard(watch.wall)
    return made


def test_one_lost_answer_is_no_outage() -> None:
    watch = Watch()
    line = contact(watch)
    line.missed()
    assert line.state == "slow"
    line.heard(None)
    assert line.state == "online"


def test_silence_alone_is_asked_about_and_is_no_outage() -> None:
    watch = Watch()
    line = contact(watch)
    watch.on(60)
    assert (line.quiet(), line.state) == (True, "online")


def test_a_floor_that_misses_its_call_is_offline_within_three_seconds() -> None:
    watch = Watch()
    line = contact(watch)
    watch.on(2.6)
    line.missed()
    assert line.state == "offline"
    assert line.since == 2_000_000


def test_a_server_that_cannot_reach_its_floor_tells_the_time_and_nothing_else() -> None:
    watch = Watch()
    line = contact(watch)
    watch.on(3)
    line.missed(5_000_000)
    assert (line.state, line.now(), line.since) == ("offline", 5_000_000, 4_999_997)


def test_a_late_answer_is_a_slow_line() -> None:
    line = contact(Watch())
    line.heard(None, took=1.4)
    assert line.state == "slow"


def test_screens_look_again_when_the_floor_is_back() -> None:
    watch = Watch()
    line = contact(watch)
    before = line.moves
    line.missed()
    watch.on(10)
    line.heard(None)
    assert line.moves == before + 1


def test_the_floors_time_goes_on_while_it_is_away_and_whatever_this_clock_says() -> None:
    watch = Watch()
    line = contact(watch)
    line.heard(5_000_000)
    watch.on(90)
    watch.wall -= 3600
    assert line.now() == 5_000_090


def test_a_clock_that_is_ten_minutes_off_is_told() -> None:
    watch = Watch()
    line = contact(watch)
    line.heard(watch.wall - 600)
    assert line.skew == 600
    line.heard(watch.wall + 29)
    assert line.skew == 0
    line.heard(watch.wall + 600)
    assert line.skew == -600


def test_it_was_last_heard_at_the_time_that_it_told_then() -> None:
    """Not a moment before, which is another second, and now and then another minute on the screen."""
    watch = Watch()

    def ticking() -> float:
        watch.on(0.001)
        return watch.ticks

    line = Contact(ticking, lambda: watch.wall)
    line.heard(5_000_000)
    assert line.since == 5_000_000
