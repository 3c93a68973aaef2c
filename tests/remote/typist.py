"""A station without a screen that works one lead and is then killed: run as `python typist.py URL PERSON`.

It claims and dials, says so, waits for a line on its standard input, records the outcome, says what it was told, and
then stands still until it is killed.
"""

from __future__ import annotations

import sys

from salesdesk.desk.link import SAVED
from salesdesk.remote import open_remote
from tests.remote.lines import in_hand, told


def main(url: str, person: str) -> None:
    desk = open_remote(url, person)
    card = in_hand(desk)
    sys.stdout.write(f"{card.ticket}\n")
    sys.stdout.flush()
    sys.stdin.readline()
    done = told(desk, card, "voicemail")
    sys.stdout.write(f"{'saved' if done.then == SAVED else 'sent'}\n")
    sys.stdout.flush()
    sys.stdin.readline()


if __name__ == "__main__":
    main(*sys.argv[1:])
