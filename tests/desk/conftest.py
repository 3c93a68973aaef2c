"""The desk's tests are its contract: they run on every engine, unless a test is marked to be about one of them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.floors import ENGINE, ENGINES


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
