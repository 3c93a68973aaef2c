"""How a field of a request is written as a word of the command line."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, get_args, get_origin

from pydantic import BaseModel

from salesdesk.desk.fields import bare
from salesdesk.headless.files import in_base64


@dataclass(frozen=True)
class Kind:
    """A kind of field. `wanted` is what help and errors call it. `read` makes of a word what the field's model takes,
    or raises ValueError; what a word says of a number or of yes and no is left to the model."""

    wanted: str
    read: Callable[[str], Any]
    many: bool = False
    """Whether `read` makes a list, so that the option may be given again to add to it."""


def kind_of(annotation: Any) -> Kind:
    """The kind of a field by the type it is declared with."""
    declared = bare(annotation)
    outer = get_origin(declared) or declared
    if outer is tuple:
        return _list_of(bare(get_args(declared)[0]))
    if outer is bytes:
        return Kind("@FILE, or base64", lambda word: in_base64(word[1:]) if word.startswith("@") else word)
    if _is_object(outer):
        return Kind("JSON", json.loads)
    return Kind({int: "a number", bool: "true or false"}.get(outer, "text"), str)


def _list_of(element: Any) -> Kind:
    if _is_object(get_origin(element) or element):
        return Kind("JSON, one or a list", _objects, many=True)
    return Kind("a list: 1,2" if element is int else "a list: a,b", _items, many=True)


def _is_object(outer: Any) -> bool:
    return outer is dict or (isinstance(outer, type) and issubclass(outer, BaseModel))


def _objects(word: str) -> list[Any]:
    found = json.loads(word)
    return found if isinstance(found, list) else [found]


def _items(word: str) -> list[Any]:
    return _objects(word) if word.startswith("[") else [*word.split(",")]
