"""What the fields of a request take, through whichever door they come."""

from __future__ import annotations

from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel


def bare(declared: Any) -> Any:
    """The type of what a field takes when it is given something: without marks on it, and without None beside it."""
    some = [each for each in get_args(declared) if each is not NoneType]
    if get_origin(declared) is Annotated or (get_origin(declared) in (Union, UnionType) and len(some) == 1):
        return bare(some[0])
    return declared


def takes_file(request: type[BaseModel]) -> bool:
    """Whether a request carries a file."""
    return any(bare(field.annotation) is bytes for field in request.model_fields.values())
