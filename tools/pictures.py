"""Draw the README's pictures: the real screens over a fresh demo floor, as SVG."""

from __future__ import annotations

import asyncio
import re
import sys
import tempfile
import time
from pathlib import Path

from salesdesk.app import SalesdeskApp
from salesdesk.demo import seeding
from salesdesk.desk.local import LocalDesk
from salesdesk.opening import colleagues_at_work, open_desk
from salesdesk.screens import seats_for

SIZE = (120, 40)
AT_WORK = 45
"""Seconds after which every colleague has been seen on a call."""


async def draw(desk: LocalDesk, folder: Path) -> None:
    """One picture of each station, the SDR's with a lead being called."""
    app = SalesdeskApp(seats_for(desk), "sdr")
    async with app.run_test(size=SIZE) as pilot:
        await settle(pilot, "enter", "d", "space")
        (folder / "sdr.svg").write_text(picture(app), encoding="utf-8")
        for station in ("coordinator", "wallboard"):
            await app.switch_mode(station)
            await settle(pilot)
            (folder / f"{station}.svg").write_text(picture(app), encoding="utf-8")


def picture(app: SalesdeskApp) -> str:
    """The screen as SVG that asks nobody for a font."""
    svg = app.export_screenshot(title="salesdesk")
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL).replace("Fira Code", "monospace")


async def settle(pilot: object, *keys: str) -> None:
    """Press keys one by one and wait until the screen has answered each."""
    for key in keys or ("",):
        if key:
            await pilot.press(key)  # type: ignore[attr-defined]
        for _ in range(10):
            await pilot.pause(0.1)  # type: ignore[attr-defined]


def main() -> int:
    """Make a demo floor, draw, throw the floor away."""
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "demo.floor"
        for _ in seeding.prepare(path):
            pass
        desk = open_desk(str(path), seeding.YOU)
        try:
            with colleagues_at_work(path):
                time.sleep(AT_WORK)
                asyncio.run(draw(desk, folder))
        finally:
            desk.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
