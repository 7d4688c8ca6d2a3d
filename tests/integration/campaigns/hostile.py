"""Requests with one hostile value each, worked out from the OpenAPI document."""

import json
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import cycle, islice
from typing import Any
from urllib.parse import quote
from uuid import uuid4

Json = dict[str, Any]

ALWAYS = (
    "'; select pg_sleep(3); --",
    "a\x00b",
)
"""In every place."""
IN_TURN = (
    "x' or pg_sleep(3) is null or '1'='2",
    "a\r\nAction: Originate\r\nSet-Cookie: x=y",
    "../../../../etc/passwd",
    "\U0001f600" * 40,
    "\ud800",
    "x" * 100_000,
    "",
    " ",
    "$$; select pg_sleep(3); $$",
    '"; drop table campaign cascade; --',
    "1); delete from person; --",
    "%' or '%'='",
    "\x1b[31m\x07\x7f",
    "..\\..\\windows",
    "%2e%2e%2f%00",
    "%s%n{0}${x}",
    "<script>alert(1)</script>",
    '=HYPERLINK("x")',
    "\u202e\u2066evil\u2069\u202c",
    "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
    "\ufeff\u200b\u0301",
    "\udfff\ud800",
    "9" * 400,
    "-1",
    "1e309",
    "NaN",
)
"""A few in each place, and all of them where `EVENDIAL_TEST_EVERY_TEXT` is set."""
A_FEW = len(IN_TURN) if os.environ.get("EVENDIAL_TEST_EVERY_TEXT") else 3
ODD: tuple[Any, ...] = ("x", -1, 10**30, -(10**30), 1.5, 1e308, True, None, [], {}, [[[]]], {"a": {"b": 1}})
LIKELY = (
    "carrier",
    "acc1",
    "menu",
    "15550001111",
    "+4915512345678",
    "09:00",
    "UTC",
    "campaign",
    "DE",
    "1",
    "nine boats under the bridge",
)


URL_MAX = 60_000
"""Longer ones this client does not send."""


@dataclass
class Hostile:
    """One request, and where its hostile value is."""

    method: str
    url: str
    place: str
    headers: dict[str, bytes] = field(default_factory=dict)
    content: bytes = b""


class Book:
    """The document, and known things for the places that are not hostile."""

    def __init__(self, document: Json, known: dict[str, str]) -> None:
        self._document = document
        self._known = known
        self._turn = cycle(IN_TURN)

    def requests(self, path: str, method: str) -> Iterator[Hostile]:
        """Each parameter and each field of the body in turn, with each hostile value."""
        operation = self._document["paths"][path][method]
        plain = _Plain(self, path, method.upper(), operation)
        for parameter in operation.get("parameters", []):
            for text in self.texts():
                yield from plain.with_parameter(parameter, text)
        yield from plain.with_bodies()

    def texts(self) -> tuple[str, ...]:
        """Those for the next place."""
        return (*ALWAYS, *islice(self._turn, A_FEW))

    def resolved(self, schema: Json) -> Json:
        """The schema itself, of several the first that is not null."""
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rsplit("/", 1)[1]]
        for word in ("oneOf", "anyOf", "allOf"):
            if word in schema:
                return self.resolved(next(each for each in schema[word] if each.get("type") != "null"))
        return schema

    def sample(self, schema: Json, name: str = "") -> Any:
        """A value that the schema allows, and mostly the service, too."""
        schema = self.resolved(schema)
        if name in self._known:
            return self._known[name]
        for word in ("const", "default"):
            if word in schema:
                return schema[word]
        if choices := schema.get("enum", schema.get("examples")):
            return choices[0]
        kind = schema.get("type")
        match kind if isinstance(kind, str) else (kind or ["string"])[0]:
            case "object":
                wanted = schema.get("required", [])
                return {each: self.sample(schema["properties"][each], each) for each in wanted}
            case "array":
                return [self.sample(schema.get("items", {}), name)] * schema.get("minItems", 0)
            case "integer" | "number":
                return max(schema.get("minimum", 1), 1)
            case "boolean":
                return False
            case _:
                return _text(schema)


def _text(schema: Json) -> str:
    match schema.get("format"):
        case "uuid":
            return str(uuid4())
        case "date-time":
            return "2026-11-23T10:00:00Z"
        case "date":
            return "2026-11-23"
        case _:
            pattern = re.compile(schema.get("pattern", ""))
            least = schema.get("minLength", 0)
            return next((each for each in LIKELY if pattern.search(each) and len(each) >= least), "x")


class _Plain:
    """A request with nothing hostile in it yet."""

    def __init__(self, book: Book, path: str, method: str, operation: Json) -> None:
        self._book = book
        self._path = path
        self._method = method
        self._body = operation.get("requestBody", {}).get("content", {})
        self._parameters = operation.get("parameters", [])

    def with_parameter(self, parameter: Json, text: str) -> Iterator[Hostile]:
        name, where = parameter["name"], parameter["in"]
        raw = text.encode("utf-8", "surrogatepass")[:URL_MAX]
        request = self._request(f"{where} {name}", path=(name, raw) if where == "path" else None)
        if where == "query":
            request.url += f"{'&' if '?' in request.url else '?'}{name}={quote(raw, safe='')}"
        elif where == "header":
            if set(raw) & set(b"\r\n\0"):
                return  # no client can send it: it would be another header
            request.headers[name] = raw.strip()
        request.content = self._content(request)
        yield request

    def with_bodies(self) -> Iterator[Hostile]:
        for kind, body in self._body.items():
            if kind != "application/json":
                yield from self._raw(kind)
                continue
            whole = self._book.sample(body["schema"])
            for place, hostile in self._spoiled(body["schema"], whole):
                yield self._request(f"body {place}", kind=kind, content=json.dumps(hostile).encode())

    def _raw(self, kind: str) -> Iterator[Hostile]:
        for text in self._book.texts():
            content = text.encode("utf-8", "surrogatepass")
            yield self._request(f"body as {kind}", kind=kind.replace("*", "wav"), content=content)

    def _spoiled(self, schema: Json, whole: Any) -> Iterator[tuple[str, Any]]:
        yield from (("itself", value) for value in (*self._book.texts(), *ODD))
        schema = self._book.resolved(schema)
        for name, each in schema.get("properties", {}).items():
            for value in (*self._book.texts(), *ODD, [ALWAYS[0]], {ALWAYS[1]: ALWAYS[0]}):
                yield name, {**whole, name: value}
            inner = self._book.resolved(each)
            if inner.get("type") == "object" and inner.get("properties"):
                sample = self._book.sample(inner)
                yield from (
                    (f"{name}.{at}", {**whole, name: bad}) for at, bad in self._spoiled(inner, sample)
                )
            items = self._book.resolved(inner["items"]) if "items" in inner else {}
            if items.get("properties"):
                sample = self._book.sample(items)
                spoiled = self._spoiled(items, sample)
                yield from ((f"{name}[0].{at}", {**whole, name: [bad]}) for at, bad in spoiled)
        for text in self._book.texts():
            yield "a field's name", {**whole, text: 1}

    def _request(
        self,
        place: str,
        *,
        path: tuple[str, bytes] | None = None,
        kind: str | None = None,
        content: bytes = b"",
    ) -> Hostile:
        url = self._path
        for each in self._parameters:
            if each["in"] == "path":
                value: Any = self._book.sample(each["schema"], each["name"])
                hostile = path is not None and path[0] == each["name"]
                raw = path[1] if hostile and path else str(value).encode()
                url = url.replace("{" + each["name"] + "}", quote(raw, safe=""))
        needed = [each for each in self._parameters if each["in"] == "query" and each.get("required")]
        if needed:
            url += "?" + "&".join(f"{each['name']}=x" for each in needed if f"query {each['name']}" != place)
        headers = {"Content-Type": kind.encode()} if kind else {}
        return Hostile(self._method, url, place, headers, content)

    def _content(self, request: Hostile) -> bytes:
        for kind, body in self._body.items():
            request.headers.setdefault("Content-Type", kind.replace("*", "wav").encode())
            if kind == "application/json":
                return json.dumps(self._book.sample(body["schema"])).encode()
        return b""
