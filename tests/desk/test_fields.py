"""What the fields of requests take."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import Base64Bytes, BaseModel, Field

from salesdesk.desk.fields import bare, takes_file
from salesdesk.desk.registry import operations

pytestmark = pytest.mark.engines("sqlite")


class Base64Settings(BaseModel):
    """No file, whatever it is called."""


class NoFile(BaseModel):
    """Carries none."""

    settings: Base64Settings = Base64Settings()
    note: str = Field(default="", json_schema_extra={"format": "Base64"})


class MaybeFile(BaseModel):
    """May carry one."""

    picture: Annotated[Base64Bytes, Field(max_length=9)] | None = None


@pytest.mark.parametrize(
    ("declared", "kind"),
    [
        (int, int),
        (int | None, int),
        (Annotated[int, Field(ge=1)] | None, int),
        (Annotated[int | None, Field(ge=1)], int),
        (Base64Bytes, bytes),
        (str | int, str | int),
        (tuple[int, ...] | None, tuple[int, ...]),
    ],
)
def test_a_field_is_what_it_takes_when_it_is_given_something(declared: Any, kind: Any) -> None:
    assert bare(declared) == kind


def test_a_request_carries_a_file_by_its_types_not_by_their_names() -> None:
    assert takes_file(MaybeFile)
    assert not takes_file(NoFile)
    assert {name for name, what in operations().items() if takes_file(what.request)} == {"import_list", "preview_list"}
