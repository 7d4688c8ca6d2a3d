"""Which problems an operation can answer with, and how they look in the OpenAPI document."""

from collections.abc import Iterator
from http import HTTPStatus
from itertools import groupby
from typing import Any

import msgspec

from evendial_campaigns.problem_meanings import MEANINGS
from evendial_campaigns.problems import MEDIA_TYPE, status_of

Json = dict[str, Any]

JSON = "application/json"
PROBLEM_REF = "#/components/schemas/Problem"
_TEXT = {"type": "string"}
_PROBLEM = {
    "title": "Problem",
    "description": "RFC 9457. `type` is stable and for programs, `detail` for people.",
    "type": "object",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": _TEXT | {"description": "What it is; stable."},
        "title": _TEXT | {"description": "The status in words."},
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT | {"description": "What is wrong, and what would be right."},
        "field": _TEXT | {"description": "The input at fault."},
        "reason": _TEXT | {"description": "What it must be; reads on after the field."},
        "missing": {"type": "array", "items": _TEXT, "description": "What is not there yet."},
    },
}
_WAIT = {"Retry-After": {"description": "Seconds.", "schema": {"type": "integer", "minimum": 0}}}
_HEADERS: dict[HTTPStatus, Json] = {
    HTTPStatus.UNAUTHORIZED: {"WWW-Authenticate": {"description": "How to sign in.", "schema": _TEXT}},
    HTTPStatus.CONFLICT: _WAIT,
    HTTPStatus.PRECONDITION_FAILED: {"ETag": {"description": "The version that it is at.", "schema": _TEXT}},
    HTTPStatus.TOO_MANY_REQUESTS: _WAIT,
    HTTPStatus.SERVICE_UNAVAILABLE: _WAIT,
}


class Nature(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of an operation from how it is declared. `body`: media types; `own`: as declared."""

    is_open: bool
    reads: bool
    posts: bool
    admin_only: bool
    secret: bool
    names_one: bool
    body: tuple[str, ...]
    own: tuple[str, ...]


def problem_components() -> Json:
    """The schema that all problems share."""
    return {"Problem": _PROBLEM}


def describe_problems(nature: Nature) -> Json:
    """A response for each status."""
    slugs = sorted({*_common(nature), *nature.own}, key=lambda slug: (status_of(slug), slug))
    return {str(int(status)): _response(status, list(same)) for status, same in groupby(slugs, key=status_of)}


def _common(nature: Nature) -> Iterator[str]:
    yield from ("bad_request", "invalid_field", "unavailable")
    if not nature.is_open:
        yield "unauthorized"
        if nature.admin_only or not nature.reads:
            yield "forbidden"
        if not nature.reads:
            yield from ("csrf_token_needed", "foreign_origin")
    if nature.names_one:
        yield "not_found"
    if nature.body:
        yield from ("too_large", "too_slow")
    if nature.posts:
        yield from ("idempotency_key_in_use", "idempotency_key_reused")
        if nature.secret:
            yield "already_done"


def _response(status: HTTPStatus, slugs: list[str]) -> Json:
    schema = {
        "allOf": [{"$ref": PROBLEM_REF}],
        "properties": {"type": {"enum": slugs}, "status": {"const": int(status)}},
    }
    response: Json = {
        "description": "\n".join(f"- `{slug}`: {MEANINGS[slug]}" for slug in slugs),
        "content": {
            MEDIA_TYPE: {"schema": schema, "examples": {slug: _example(status, slug) for slug in slugs}}
        },
    }
    if status in _HEADERS:
        response["headers"] = _HEADERS[status]
    return response


def _example(status: HTTPStatus, slug: str) -> Json:
    detail = MEANINGS[slug]
    value: Json = {"type": slug, "title": status.phrase, "status": int(status), "detail": detail}
    if slug == "invalid_field":
        value |= {"detail": "name: is missing", "field": "name", "reason": "is missing"}
    return {"value": value}
