"""Who is meant by a name."""

from __future__ import annotations

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.floor import Floor
from salesdesk.line.text import clean
from salesdesk.store import people
from salesdesk.store.people import PersonRow


def named(floor: Floor, name: str) -> PersonRow:
    """The person of this name, in whatever letters; BadRequest when nobody has it."""
    found = people.by_name(floor.session, name)
    if found is None:
        raise BadRequest("unknown_person", f"nobody here is called {clean(name)!r}")
    return found
