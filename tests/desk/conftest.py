"""The desk's tests are its contract: they run on every engine, unless a test is marked to be about one of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.floors import COLLEAGUES, ENGINE, ENGINES, TestFloor, csv_of, make_floor, people_rows


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Each test once for each engine."""
    mark = metafunc.definition.get_closest_marker("engines")
    metafunc.parametrize("engine", mark.args if mark else ENGINES, indirect=True)


@pytest.fixture(autouse=True)
def engine(request: pytest.FixtureRequest) -> Iterator[str]:
    """The engine on which this test makes its floors."""
    name = getattr(request, "param", "sqlite")  # a unittest case names its engine itself
    token = ENGINE.set(name)
    yield name
    ENGINE.reset(token)


@pytest.fixture
def company(tmp_path: Path) -> Iterator[TestFloor]:
    """Three people of one company, each with a number."""
    rows = [[a, b, f"{a}@one.example".lower(), n, "VP", "One Inc", "", "", "US"] for a, b, n in COLLEAGUES]
    with make_floor(tmp_path, leads=0, data=csv_of(rows)) as made:
        yield made


@pytest.fixture
def one(tmp_path: Path) -> Iterator[TestFloor]:
    """A single lead."""
    with make_floor(tmp_path, leads=0, data=csv_of(people_rows(1))) as made:
        yield made


@pytest.fixture
def two_numbers(tmp_path: Path) -> Iterator[TestFloor]:
    """A single lead who has two numbers."""
    header = b"First Name,Last Name,Email,Phone Number,Mobile Phone Number,Company Name,Country/Region\n"
    data = header + b"Ada,Byron,ada@one.example,+12125550100,+13125550101,One Inc,US\n"
    with make_floor(tmp_path, leads=0, data=data) as made:
        yield made
