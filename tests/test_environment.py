"""What variables mean, and what counts where they are not set."""

from __future__ import annotations

import pytest

from salesdesk.environment import Environment


def test_nothing_needs_to_be_set() -> None:
    bare = Environment({})
    assert (bare.floor, bare.token, bare.connections) == ("floor.floor", "", None)
    assert bare.celebrates
    assert not bare.debug


def test_a_variable_that_is_empty_names_no_floor() -> None:
    assert Environment({"SALESDESK_FLOOR": ""}).floor == "floor.floor"


@pytest.mark.parametrize("told", ["", "0", "-1", "many"])
def test_a_number_of_connections_that_is_none_is_refused_in_a_sentence(told: str) -> None:
    with pytest.raises(ValueError, match="a number such as 8"):
        _ = Environment({"SALESDESK_CONNECTIONS": told}).connections


def test_any_no_color_means_no_colour() -> None:
    """As https://no-color.org has it: whatever its value."""
    assert Environment({"NO_COLOR": ""}).no_color


def test_tokens_are_in_no_repr() -> None:
    assert "secret" not in repr(Environment({"SALESDESK_TOKEN": "secret"}))
