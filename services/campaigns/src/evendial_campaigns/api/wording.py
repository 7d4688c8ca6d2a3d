"""What a field of a body would take, in words, from how its type is declared."""

import re
from collections.abc import Iterator, Sequence
from enum import Enum
from typing import Any, get_args, get_type_hints

import msgspec
from msgspec import Meta

_steps = re.compile(r"[a-z_][a-z0-9_]*").findall
_wrong_type = re.compile(r"^Expected `(\w+)(?: \| null)?`, got").search
_out_of_bounds = re.compile(r"^Expected `(?:int|float)(?: \| null)?` (>=|<=|>|<) (\S+)$").search

_TYPES = {
    "int": "a whole number",
    "float": "a number",
    "str": "text",
    "bool": "true or false",
    "array": "a list",
    "object": "an object",
}
_BOUNDS = {">=": "at least", "<=": "at most", ">": "more than", "<": "less than"}


def worded(body: Any, place: str, message: str) -> str:
    """What msgspec says of the field at this place of a body, without regular expressions and Python's types.

    The `description` of a type with a pattern says what matches it; it reads on after "must be".
    """
    found = list(_declared(body, _steps(place)))
    if "matching regex" in message:
        described = [each.description for each in found if isinstance(each, Meta) and each.description]
        return f"must be {described[0]}" if described else "is not of the form that is taken here"
    if message.startswith("Invalid enum value"):
        kinds = [each for each in found if isinstance(each, type) and issubclass(each, Enum)]
        return f"must be one of {', '.join(str(each.value) for kind in kinds for each in kind)}"
    if (match := _wrong_type(message)) and match[1] in _TYPES:
        return f"must be {_TYPES[match[1]]}"
    if match := _out_of_bounds(message):
        return f"must be {_BOUNDS[match[1]]} {match[2]}"
    return message


def _declared(hint: Any, steps: Sequence[str]) -> Iterator[Any]:
    """Everything that the field which these steps lead to is declared with."""
    for each in (hint, *(part for argument in get_args(hint) for part in _declared(argument, ()))):
        if not steps:
            yield each
        elif (
            isinstance(each, type) and issubclass(each, msgspec.Struct) and steps[0] in each.__struct_fields__
        ):
            yield from _declared(get_type_hints(each, include_extras=True)[steps[0]], steps[1:])
