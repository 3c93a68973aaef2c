"""A line to a served floor."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.floors import TestFloor
from tests.remote.lines import Line, lines


@pytest.fixture
def line(floor: TestFloor) -> Iterator[Line]:
    """The usual floor behind a server, at the end of a line that can be broken."""
    with lines(floor) as made:
        yield made
