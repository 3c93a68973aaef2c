"""One table of commands: it makes the bindings, the key bar, the `?` screen, the palette and the key sheet.

A command's `id` is also its action: the station's screen answers it in `action_<id>`. With `each`, the action is told
which of its keys was pressed. Keys carry Textual's names; `shown` gives the word on the cap. Whoever adds a command
adds one row here and one action to the screen, and nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

SDR, COORDINATOR, WALLBOARD = "sdr", "coordinator", "wallboard"
STATIONS = (SDR, COORDINATOR, WALLBOARD)
RESERVED = frozenset({"ctrl+i", "ctrl+m", "ctrl+h", "ctrl+c", "ctrl+z", "ctrl+s"})
"""Keys that terminals or text fields keep for themselves."""
_CAPS = {
    "space": "Space", "enter": "Enter", "escape": "Esc", "tab": "Tab", "shift+tab": "Shift+Tab", "colon": ":",
    "question_mark": "?", "exclamation_mark": "!", "slash": "/", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "pageup": "PgUp", "pagedown": "PgDn", "home": "Home", "end": "End", "percent_sign": "%",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Command:
    """Something a person may do by key. `bar` is its place in the key bar (0: not there); no stations: every one."""

    id: str
    keys: tuple[str, ...]
    label: str
    help: str
    stations: tuple[str, ...] = ()
    bar: int = 0
    danger: bool = False
    each: bool = False

    @property
    def caps(self) -> str:
        """The keys as they stand on the keyboard."""
        if self.each and len(self.keys) > 2:
            return f"{shown(self.keys[0])}–{shown(self.keys[-1])}"
        return " ".join(shown(key) for key in self.keys)

    def action(self, key: str) -> str:
        """The action string for one of the keys."""
        return f"{self.id}({key!r})" if self.each else self.id

    def at(self, station: str) -> bool:
        """Whether the command is there at a station."""
        return not self.stations or station in self.stations


def _at(station: str, *rows: tuple[str, str, str, str, int] | Command) -> tuple[Command, ...]:
    """Rows of one station: id, keys separated by spaces, label, help, place in the key bar."""
    return tuple(
        row if isinstance(row, Command) else Command(row[0], tuple(row[1].split()), row[2], row[3], (station,), row[4])
        for row in rows
    )


_EVERYWHERE = (
    Command("keys", ("question_mark",), "keys", "Show every key; type to filter, Enter runs one.", bar=90),
    Command("figure", ("f1",), "figures", "Say what each figure on this screen means and how it is measured."),
    Command("refused", ("f7",), "refused", "Read what you typed while the floor was away, and it has refused since."),
    Command("seen", ("f6",), "seen", "Put away the notice that is shown; the one before it comes up."),
    Command("palette", ("colon", "ctrl+p"), "palette", "Find a command, a station or a theme by name."),
    Command("close", ("q", "escape"), "close", "Close the top layer: a form, a pane, a list."),
    Command("quit", ("ctrl+q",), "quit", "Leave: an undialed lead goes back, a dialed one wants its outcome first."),
)

_SDR = _at(
    SDR,
    ("dial", "d", "dial", "Dial the number shown; the timer starts. Law and do-not-call are asked once more.", 1),
    ("answered", "space", "picked up", "They picked up: talk time starts. Without this talk time stays unknown.", 2),
    ("next_number", "a", "next number", "Try the contact's next number in the same attempt.", 9),
    Command(
        "outcome", tuple("1234567890"), "outcome", "Say what came of the call; its fields appear, Enter saves.", (SDR,),
        each=True,
    ),
    ("next", "n enter", "next lead", "Be ready: serve me the next lead.", 0),
    ("skip", "s", "skip", "Give the lead back uncounted, for a reason (a letter); once dialed: line failed.", 3),
    ("pause", "p", "pause", "Pause with a code: 1 break, 2 lunch, 3 coaching, 4 training, 5 technical.", 4),
    ("andon", "exclamation_mark", "help!", "Call for help: s script wrong, l list bad, t technical, a abuse.", 0),
    ("end_day", "e", "end of day", "My day in five lines, promises that nobody would keep; Enter signs out.", 0),
    Command(
        "do_not_call", ("f9",), "do not call",
        "They asked not to be called again: scope, then y. Only a supervisor can take it back.", (SDR,), 6, danger=True,
    ),
    ("undo", "f8 z", "undo", "Take my last outcome back within ten minutes; the lead is mine again.", 6),
    ("why", "i", "why", "Say why this lead is served now.", 8),
    ("ring_back", "f", "ring back", "They ring us: find them by full number or e-mail; an undialed lead goes back.", 0),
    ("take_inbound", "t", "inbound", "Take whoever asked for us and has waited, instead of the undialed lead.", 0),
    ("place", "l", "where", "They say where they are (town, state, zone): their time and hours follow; ? undoes.", 0),
    ("objection", "o", "objections", "Note an objection that was said (a letter); it is recorded with the outcome.", 0),
    ("copy_number", "y", "copy number", "Copy the number to the clipboard.", 0),
    ("script_down", "down j pagedown", "script on", "Read on in the script.", 0),
    ("script_up", "up k pageup", "script back", "Go back in the script.", 0),
)  # fmt: skip

_COORDINATOR = _at(
    COORDINATOR,
    Command(
        "pane", tuple("12345"), "pane", "Show queues, lists, campaigns, batches or meetings.", (COORDINATOR,), each=True
    ),
    ("next_pane", "tab right", "next pane", "Show the next of the panes.", 0),
    ("previous_pane", "shift+tab left", "pane before", "Show the pane before.", 0),
    ("up", "up", "up", "Go to the row above.", 0),
    ("down", "down", "down", "Go to the row below.", 0),
    ("open", "enter", "open", "Read all there is about the row under the cursor.", 0),
    ("why", "w", "why dry", "Say why this queue is dry: what holds its leads back, by cause, and until when.", 1),
    ("import_list", "i", "import", "Import a list from a file: preview, then name, supplier, purpose, country.", 2),
    ("rejects", "j", "rejects", "Show the rows of this list that were not taken in, and why.", 0),
    ("defects", "d", "defects", "Show the open defects of this list: what is wrong, and with whose record.", 0),
    ("new_campaign", "c", "campaign", "Write a new campaign in twelve answers; Enter takes the default.", 3),
    ("pause_campaign", "l", "pause", "Stop serving this campaign's leads, or go on; calls that run go on.", 0),
    ("pre_approach", "m", "mail sent", "Say when this campaign's mail or package was sent: calls open after it.", 0),
    ("assign", "a", "assign", "Put somebody into this campaign, first or second, or take them out.", 0),
    ("takers", "t", "meetings", "Say who takes the meetings of this campaign from now on.", 0),
    ("end", "u", "ends", "Say until when this campaign runs; what that does is shown, y moves its end.", 0),
    ("draft", "b", "draft", "Draft a batch of this campaign; the proposed release is the default.", 4),
    ("check", "k", "check", "Check this batch: who goes, what keeps the others out, when they may be called.", 5),
    Command(
        "release", ("r",), "release", "Put this checked batch on the floor, after a confirm with its count.",
        (COORDINATOR,), 6, danger=True,
    ),
    Command(
        "close_batch", ("x",), "close batch", "Take back what nobody has called yet of this batch, after a confirm.",
        (COORDINATOR,), danger=True,
    ),
    ("write_invite", "g", "write invite", "Write this meeting's invitation (or its cancellation) to an .ics file.", 0),
    ("invite_sent", "s", "invite sent", "Say that this invitation went out; again: it did not after all.", 0),
    ("held", "h", "held", "Mark this meeting held, after a confirm.", 0),
    ("no_show", "o", "no-show", "Mark this meeting a no-show, after a confirm; its caller gets the lead back once.", 0),
    ("called_off", "f", "called off", "Mark this meeting called off by the prospect; its caller sets it anew.", 0),
    ("rejected", "v", "rejected", "Mark this meeting rejected, with the criterion that was not met or a reason.", 0),
    ("open_again", "f8", "take back", "Take back what was marked of this meeting.", 0),
    ("find_executive", "e", "executive", "Give this meeting to an executive who is free then.", 0),
    ("first_lead", "n", "first lead", "From a file to the first served lead, in one go.", 0),
)  # fmt: skip

_WALLBOARD = _at(
    WALLBOARD,
    ("next_block", "tab", "next block", "Go to the next block of the board; F1 then defines its figures.", 1),
    ("previous_block", "shift+tab", "block before", "Go to the block before.", 0),
    Command(
        "seat", ("up", "down", "left", "right"), "seat", "Go from person to person; the message line says more.",
        (WALLBOARD,), 2, each=True,
    ),
    ("mark", "space", "mark", "Mark this seat, or take its mark away; m, b act on all marked seats.", 3),
    ("move_people", "m", "move", "Move the marked seats to a campaign: its effect is shown, y does it.", 4),
    ("undo", "u", "undo", "Take my last move back, if nobody has changed it since.", 0),
    ("pass_on", "p", "pass on", "Pass a late promise on, to anyone or to a colleague on shift.", 5),
    ("offer", "f", "offer", "Offer whoever has asked for us and waits to a seat; t takes them there.", 6),
    ("message", "b", "message", "Write one line to the marked seats.", 0),
    ("clear", "c", "clear", "Say that a call for help was seen to.", 0),
    ("return_hold", "h", "return lead", "Return somebody's undialed lead to the head of its queue.", 0),
    ("lift", "l", "lift limit", "Let somebody who gave back or skipped too many leads go on at once.", 0),
    Command(
        "end", ("e",), "end seat", "Sign somebody out; their screen says who did it.", (WALLBOARD,), danger=True,
    ),
    ("detail", "enter", "detail", "Read how somebody's day goes; they see that you looked.", 0),
    Command(
        "release", ("r",), "release", "Release the checked batch that waits, after its figures; or go where it is.",
        (WALLBOARD,), 7, danger=True,
    ),
    ("why", "w", "why dry", "Say why a queue is dry or will be; again: the next queue.", 8),
    Command(
        "lift_do_not_call", ("f9",), "lift do-not-call",
        "Take a person or a company off the do-not-call list: number or e-mail, scope, reason, then y.", (WALLBOARD,),
        danger=True,
    ),
    ("meetings", "g", "meetings", "Go to the coordinator's meetings, where invitations and results are marked.", 0),
)  # fmt: skip

TABLE: tuple[Command, ...] = (*_SDR, *_COORDINATOR, *_WALLBOARD, *_EVERYWHERE)


@cache
def commands(station: str) -> tuple[Command, ...]:
    """The commands of a station, its own first; raises ValueError when the table is at odds with itself."""
    found = tuple(command for command in TABLE if command.at(station))
    problems = clashes(found)
    if problems:
        raise ValueError(f"{station}: {'; '.join(problems)}")
    return found


def command(station: str, id: str) -> Command:
    """The command of this id at a station; KeyError when there is none."""
    for each in commands(station):
        if each.id == id:
            return each
    raise KeyError(f"{station} has no command {id}")


def cap(station: str, id: str) -> str:
    """The first key of a command as it stands on the keyboard, for sentences that name it."""
    return shown(command(station, id).keys[0])


@cache
def hints(station: str) -> Mapping[str, str]:
    """Each command of a station, by its id, as a key and a word: `r release`."""
    return {each.id: f"{shown(each.keys[0])} {each.label}" for each in commands(station)}


def clashes(table: tuple[Command, ...]) -> list[str]:
    """What is wrong with the commands of one station: a key or an id used twice, a key that cannot be bound."""
    problems: list[str] = []
    keys: dict[str, str] = {}
    ids: set[str] = set()
    for each in table:
        if each.id in ids:
            problems.append(f"the command {each.id} is there twice")
        ids.add(each.id)
        for key in each.keys:
            if key in RESERVED:
                problems.append(f"{each.id} cannot have {key}: terminals or text fields keep it")
            if key in keys:
                problems.append(f"{key} is both {keys[key]} and {each.id}")
            keys[key] = each.id
    return problems


def shown(key: str) -> str:
    """A key as it stands on the keyboard: F9, Space, ?."""
    if key[:1] == "f" and key[1:].isdigit():
        return key.upper()
    return _CAPS.get(key, key.replace("ctrl+", "Ctrl+"))


def key_sheet() -> str:
    """Every key of every station as Markdown tables, for the README."""
    parts = [_sheet(station, [each for each in commands(station) if each.stations]) for station in STATIONS]
    return "\n\n".join([*parts, _sheet("everywhere", list(_EVERYWHERE))]) + "\n"


def _sheet(title: str, rows: list[Command]) -> str:
    head = [f"**{title}**", "", "| key | does |", "|---|---|"]
    body = [f"| `{each.caps}` | {each.label}: {each.help} |".replace("`|`", "`\\|`") for each in rows]
    return "\n".join([*head, *body])
