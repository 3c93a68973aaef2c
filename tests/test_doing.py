"""An operation's fields as words of the command line."""

from __future__ import annotations

from typing import Any, Literal

import pytest
from pydantic import Base64Bytes, BaseModel

from salesdesk.desk.errors import BadRequest
from salesdesk.desk.fields import bare
from salesdesk.desk.registry import operations
from salesdesk.headless.doing import do, explain_operation
from salesdesk.headless.kinds import kind_of


class Printed(BaseModel):
    """An object, whose name holds the name of another type."""


FIELDS = [
    (name, field, kind.annotation)
    for name, what in operations().items()
    for field, kind in what.request.model_fields.items()
]


@pytest.mark.parametrize(
    ("declared", "wanted", "word", "read"),
    [
        (str, "text", "[a]", "[a]"),
        (Literal["int", "bool"], "text", "int", "int"),
        (int | None, "a number", "7", "7"),
        (bool, "true or false", "true", "true"),
        (dict[str, int] | None, "JSON", '{"a": 1}', {"a": 1}),
        (Printed | None, "JSON", "{}", {}),
        (Base64Bytes | None, "@FILE, or base64", "YQ==", "YQ=="),
        (tuple[int, ...], "a list: 1,2", "1,2", ["1", "2"]),
        (tuple[str, ...], "a list: a,b", "{{me}},b", ["{{me}}", "b"]),
        (tuple[str, ...] | None, "a list: a,b", '["a,b"]', ["a,b"]),
        (tuple[Printed, ...], "JSON, one or a list", "{}", [{}]),
        (tuple[Printed, ...], "JSON, one or a list", "[{}, {}]", [{}, {}]),
    ],
)
def test_a_field_is_named_and_read_by_its_type(declared: Any, wanted: str, word: str, read: Any) -> None:
    kind = kind_of(declared)
    assert (kind.wanted, kind.read(word)) == (wanted, read)


@pytest.mark.parametrize(("name", "field", "declared"), FIELDS)
def test_only_text_is_described_as_text(name: str, field: str, declared: Any) -> None:
    assert (kind_of(declared).wanted == "text") == (bare(declared) is str)


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("import_list", "(@FILE, or base64, required)"),
        ("audit", "(JSON, one or a list, default [])"),
        ("seen", "(a list: 1,2, required)"),
        ("draft_batch", "(JSON, default null)"),
    ],
)
def test_help_says_what_to_type(name: str, told: str) -> None:
    assert told in explain_operation(name)


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["draft_batch", "--segment", "all"], "--segment wants JSON: Expecting value"),
        (["seen", "--notices", "[1,"], "--notices wants a list: 1,2: Expecting value"),
        (["audit", "--anchors", "[" * 100_000], "--anchors wants JSON, one or a list: maximum recursion"),
    ],
)
def test_a_word_that_cannot_be_read_is_said_with_its_option(words: list[str], told: str) -> None:
    with pytest.raises(BadRequest, match=told):
        do(words[0], words[1:], "nowhere.floor", None, as_json=False)
