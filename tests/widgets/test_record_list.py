"""The cursor of a list stays on its record, and tells ids, never row numbers."""

from __future__ import annotations

from collections.abc import Hashable, Sequence

from textual import events, on
from textual.app import App, ComposeResult

from salesdesk.widgets.lines import line
from salesdesk.widgets.record_list import Record, RecordList


class Show(App[None]):
    def __init__(self) -> None:
        super().__init__()
        self.heard: list[tuple[str, Hashable]] = []

    def compose(self) -> ComposeResult:
        yield RecordList()

    @on(RecordList.Pointed)
    def _pointed(self, event: RecordList.Pointed) -> None:
        self.heard.append(("pointed", event.id))

    @on(RecordList.Chosen)
    def _chosen(self, event: RecordList.Chosen) -> None:
        self.heard.append(("chosen", event.id))


def chosen(app: App[None]) -> Hashable:
    return app.query_one(RecordList).chosen


def records(ids: Sequence[str]) -> list[Record]:
    return [Record(id, line(f"record {id}")) for id in ids]


async def test_the_cursor_stays_on_its_record_when_rows_above_it_go() -> None:
    app = Show()
    async with app.run_test(size=(30, 6)) as pilot:
        rows = app.query_one(RecordList)
        rows.focus()
        rows.show_records(records("abcdef"))
        for key in ("j", "j", "down"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert chosen(app) == "d"
        rows.show_records(records("bdef"))
        assert chosen(app) == "d"
        rows.show_records(records("bef"))
        assert chosen(app) == "e"
        rows.show_records([])
        assert chosen(app) is None


async def test_keys_move_and_enter_chooses_by_id() -> None:
    app = Show()
    async with app.run_test(size=(30, 6)) as pilot:
        rows = app.query_one(RecordList)
        rows.focus()
        rows.show_records(records("abcdefghij"), head=[line("head")])
        for key in ("G", "k", "enter", "g", "pagedown"):
            app.post_message(events.Key(key, key if len(key) == 1 else None))
        await pilot.pause()
        assert ("chosen", "i") in app.heard
        assert chosen(app) == "e"
        assert "record e" in rows.text
        assert rows.text.startswith("head")
        rows.point("b")
        assert chosen(app) == "b"
