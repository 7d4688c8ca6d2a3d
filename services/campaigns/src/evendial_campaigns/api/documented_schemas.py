"""The schemas of the OpenAPI document: short names, and no field that would be refused."""

import re
from collections.abc import Iterator
from typing import Any

from evendial_campaigns.schemas.body import Body

Json = dict[str, Any]

PREFIX = "#/components/schemas/"
_generic = re.compile(r"^(\w+?)_(?:[\w.]*\.)?(\w+?)_$").match


def polish_schemas(document: Json) -> Json:
    """The document with `CampaignViewPage` for a page of them, and with closed request bodies."""
    schemas = document["components"]["schemas"]
    short = {name: f"{match[2]}{match[1]}" for name in schemas if (match := _generic(name))}
    document["components"]["schemas"] = {short.get(name, name): each for name, each in schemas.items()}
    for kind in _kinds(Body):
        if kind.__name__ in schemas:
            schemas[kind.__name__]["additionalProperties"] = False
    renamed: Json = _polished(document, {PREFIX + old: PREFIX + new for old, new in short.items()})
    return renamed


def _kinds(kind: type[Any]) -> Iterator[type[Any]]:
    for each in kind.__subclasses__():
        yield each
        yield from _kinds(each)


def _polished(node: Any, references: dict[str, str]) -> Any:
    """A copy; one alternative is none, and what Litestar says of every parameter goes without saying.

    It takes the dots of `tuple[Kind, ...]` for a second kind, of which nothing is known.
    """
    if isinstance(node, list):
        return [_polished(member, references) for member in node]
    if not isinstance(node, dict):
        return references.get(node, node) if isinstance(node, str) else node
    alternatives = [each for each in node.get("oneOf", ()) if each]
    if len(alternatives) == 1:
        node = {name: each for name, each in node.items() if name != "oneOf"} | alternatives[0]
    return {
        name: _polished(each, references)
        for name, each in node.items()
        if not (name in ("deprecated", "allowEmptyValue", "allowReserved") and each is False)
    }
