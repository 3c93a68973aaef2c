"""A whole shift from a script, and how the command line says no."""

from __future__ import annotations

from pathlib import Path

from tests.real.program import EXPORT, Program

SCRIPT = "Hi {{first_name}}, {{me}} here."


def test_a_shift_is_worked_from_a_script(tmp_path: Path) -> None:
    program = Program(tmp_path)
    program.working_hours_floor()
    imported = program.json("import", str(EXPORT), "--supplier", "Apex")
    assert (imported["rows"], imported["opted_out"], imported["no_number"]) == (3000, 30, 112)
    segment = '{"countries": ["US"]}'
    program.run(
        *("do", "create_campaign", "--offer", "a freight audit", "--initial", "May I show you?"),
        *("--script", SCRIPT, "--segment", segment),
    )
    program.run("do", "draft_batch", "--campaign", "1", "--quantity", "60")
    assert "60 leads of a freight audit are on the floor" in program.run("release", "1", "--yes")

    program.run("do", "sign_in", "--station", "sdr")
    card = program.json("do", "claim_next", "--station", "sdr")
    assert card["may_call"]
    assert card["script"].startswith(f"Hi {card['first_name']}, Dana here.")
    hold = ("--ticket", str(card["ticket"]), "--token", card["token"])
    refused = program.run("do", "record_outcome", *hold, "--outcome", "no_answer", code=1)
    assert refused.strip() == "salesdesk: dial or skip"
    assert program.json("do", "dialed", *hold)["allowed"]
    program.run("do", "answered", *hold)
    said = '{"when": "today 17:00", "with": "right_party", "proposition_spoken": "yes"}'
    program.run("do", "record_outcome", *hold, "--outcome", "call_back", "--answers", said)
    assert program.json("do", "sign_in")["promises"][0]["ticket"] == card["ticket"]

    again = program.json("do", "undo")
    assert again["ticket"] == card["ticket"]
    assert again["token"] != card["token"]
    program.run("do", "opt_out", "--ticket", str(again["ticket"]), "--token", again["token"])
    assert program.json("do", "claim_next")["ticket"] != card["ticket"]
    numbers = program.json("do", "my_numbers")
    assert numbers["mine"]["dials"] == 1
    board = program.run("board", "--plain", "--width", "100")
    assert "ACT NOW" in board
    assert "Dana" in board
    assert program.json("board")
    program.run("do", "give_back")
    program.run("do", "sign_out")
    assert "0 differences" in program.run("audit")


def test_bad_input_is_one_clear_line_and_nothing_is_lost(tmp_path: Path) -> None:
    program = Program(tmp_path)
    assert "there is no floor at" in program.run("do", "list_people", code=1)
    floor = program.working_hours_floor()
    empty = tmp_path / "empty.csv"
    empty.write_bytes(b"")
    for code, words in (
        (2, ("nonsense",)),
        (2, ("do", "claim_nxt")),
        (2, ("do", "claim_next", "--staton", "sdr")),
        (2, ("do", "record_outcome", "--ticket", "x", "--token", "y", "--outcome", "1")),
        (2, ("do", "record_outcome", "--ticket")),
        (2, ("import", str(empty))),
        (2, ("import", str(tmp_path / "nowhere.csv"))),
        (1, ("do", "list_people", "--person", "Nobody")),
        (1, ("init", str(floor))),
        (2, ("init", "other.floor", "--zone", "Mars/Olympus")),
        (2, ("release", "7", "--yes")),
        (2, ("may-call", "+12125550123", "--at", "yesterday")),
        (1, ("may-call", "911")),
    ):
        lines = program.run(*words, code=code).strip().splitlines()
        assert len(lines) == 1, f"{words}: {lines}"
        assert "Traceback" not in lines[0]
    assert not program.json("do", "show_lists")["lists"]


def test_help_teaches_without_loading_the_floor(tmp_path: Path) -> None:
    program = Program(tmp_path)
    commands = ("", "demo", "init", "import", "release", "do", "board", "may-call", "audit", "seal", "seal-key")
    for command in commands:
        assert "Usage" in program.run(*filter(None, [command]), "--help") or command == "do"
    told = program.run("do", "claim_next", "--help")
    assert "--station" in told
    assert "for:" in told
    assert "claim_next" in program.run("do", "--list")
