"""Refusals and failures as RFC 9457 problem details."""

import logging
import re
from http import HTTPStatus
from typing import Any

import msgspec
from evendial_chassis.database import NO_TEXT, TRANSIENT
from litestar import Request, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.exceptions.http_exceptions import RequestEntityTooLarge
from litestar.types import ExceptionHandlersMap

from evendial_campaigns.api.idempotency import KeyInUse
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.entity_tags import etag
from evendial_campaigns.import_store import ImportInterrupted, ImportRunning
from evendial_campaigns.throttle import TooManyAttempts

logger = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"

STATUS_OF_REJECTED = {
    "invalid_field": HTTPStatus.BAD_REQUEST,
    "wrong_credentials": HTTPStatus.UNAUTHORIZED,
    "https_needed": HTTPStatus.FORBIDDEN,
    "foreign_origin": HTTPStatus.FORBIDDEN,
    "csrf_token_needed": HTTPStatus.FORBIDDEN,
    "ivr_is_the_admins": HTTPStatus.FORBIDDEN,
    "not_found": HTTPStatus.NOT_FOUND,
    "version_mismatch": HTTPStatus.PRECONDITION_FAILED,
    "unreadable_list": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unusable_audio": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unsupported_media_type": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "too_slow": HTTPStatus.REQUEST_TIMEOUT,
    "too_many_feeds": HTTPStatus.TOO_MANY_REQUESTS,
    "no_feed_free": HTTPStatus.SERVICE_UNAVAILABLE,
    "idempotency_key_reused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "number_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "interrupted": HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_attempts": HTTPStatus.TOO_MANY_REQUESTS,
    "busy": HTTPStatus.SERVICE_UNAVAILABLE,
}
"""Any other refusal is a conflict with how things stand: 409."""

TYPES = {
    HTTPStatus.BAD_REQUEST: "bad_request",
    HTTPStatus.UNAUTHORIZED: "unauthorized",
    HTTPStatus.FORBIDDEN: "forbidden",
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "unsupported_media_type",
}

SOON = {"Retry-After": "1"}
OUTAGE = (
    "The database does not answer. Try again; what was asked may have been done, so repeat a POST under the "
    "same Idempotency-Key."
)

_OTHER_TYPES = {
    "unavailable": HTTPStatus.SERVICE_UNAVAILABLE,
    "import_interrupted": HTTPStatus.SERVICE_UNAVAILABLE,
}

_WHOLE_BODY = "data"
"""What Litestar calls a body of which no one field is at fault."""
_unknown_field = re.compile(r"unknown field `(.+?)`").search
_missing_field = re.compile(r"missing required field `(.+?)`").search
_missing_parameter = re.compile(r"[Mm]issing required query parameter '(.+?)'").search

AnyRequest = Request[Any, Any, Any]


class Problem(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """`type` is stable and for programs; `field` and `reason` name bad input, `missing` what is not there."""

    type: str
    title: str
    status: int
    detail: str
    field: str | None = None
    reason: str | None = None
    missing: tuple[str, ...] = ()


def status_of(slug: str) -> HTTPStatus:
    """The status that a `type` comes with."""
    by_type = {type: status for status, type in TYPES.items()}
    return {**by_type, **_OTHER_TYPES, **STATUS_OF_REJECTED}.get(slug, HTTPStatus.CONFLICT)


def _respond(
    status: HTTPStatus,
    type: str,
    detail: str,
    *,
    field: str | None = None,
    missing: tuple[str, ...] = (),
    headers: dict[str, str] | None = None,
) -> Response[Problem]:
    problem = Problem(
        type=type,
        title=status.phrase,
        status=status,
        detail=f"{field}: {detail}" if field else detail,
        field=field,
        reason=detail if field else None,
        missing=missing,
    )
    return Response(problem, status_code=status, media_type=MEDIA_TYPE, headers=headers)


def _headers(refusal: Rejected, status: HTTPStatus) -> dict[str, str] | None:
    if status is HTTPStatus.SERVICE_UNAVAILABLE:
        return SOON
    return None if refusal.version is None else {"ETag": etag(refusal.version)}


def _rejected(_: AnyRequest, refusal: Rejected) -> Response[Problem]:
    status = STATUS_OF_REJECTED.get(refusal.slug, HTTPStatus.CONFLICT)
    return _respond(
        status,
        refusal.slug,
        refusal.detail,
        field=refusal.field,
        missing=refusal.missing,
        headers=_headers(refusal, status),
    )


def _invalid(_: AnyRequest, error: ValidationException) -> Response[Problem]:
    told = error.extra[0] if isinstance(error.extra, list) and error.extra else {}
    path = str(told.get("key", "")).removeprefix(_WHOLE_BODY)
    field, reason = _named(path, str(told.get("message", error.detail)))
    return _respond(HTTPStatus.BAD_REQUEST, "invalid_field", reason, field=field or "body")


def _named(path: str, message: str) -> tuple[str, str]:
    """The field at fault and what would be right, from msgspec's words."""
    for search, reason in _REASONS:
        if match := search(message):
            return ".".join(part for part in (path, match[1]) if part), reason
    if message == repr(_WHOLE_BODY):
        return path, "is missing"
    if "matching regex" in message:
        return path, _FORMS.get(path, "is not of the form that is taken here")
    return path, f"{message[:1].lower()}{message[1:]}"


_FORMS = {"cursor": "must be the `next` of the page before"}
_REASONS = (
    (_unknown_field, "is not a field here"),
    (_missing_field, "is missing"),
    (_missing_parameter, "is missing"),
)


def _http(_: AnyRequest, error: HTTPException) -> Response[Problem]:
    status = HTTPStatus(error.status_code)
    type = TYPES.get(
        status, "internal_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "bad_request"
    )
    return _respond(status, type, error.detail, headers=error.headers)


def _too_large(request: AnyRequest, _: RequestEntityTooLarge) -> Response[Problem]:
    limit = request.route_handler.resolve_request_max_body_size()
    detail = f"{limit:,} bytes at most are taken here."
    return _respond(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too_large", detail)


def _too_deep(_: AnyRequest, __: RecursionError) -> Response[Problem]:
    return _respond(HTTPStatus.BAD_REQUEST, "bad_request", "The JSON is nested too deeply.")


def _not_utf8(_: AnyRequest, __: UnicodeDecodeError) -> Response[Problem]:
    return _respond(HTTPStatus.BAD_REQUEST, "bad_request", "The JSON is not UTF-8 text (RFC 8259).")


def _too_many_attempts(_: AnyRequest, error: TooManyAttempts) -> Response[Problem]:
    detail = f"Too many of these failed. Try again in {error.retry_after_s} s."
    headers = {"Retry-After": str(error.retry_after_s)}
    return _respond(HTTPStatus.TOO_MANY_REQUESTS, "too_many_attempts", detail, headers=headers)


def _no_text(_: AnyRequest, __: Exception) -> Response[Problem]:
    return _respond(
        HTTPStatus.BAD_REQUEST, "bad_request", "A text holds NUL (U+0000), which is no character."
    )


def _import_running(_: AnyRequest, __: ImportRunning) -> Response[Problem]:
    detail = "Another list is being imported into this campaign; send this one when that is done."
    return _respond(HTTPStatus.CONFLICT, "import_running", detail)


def _import_interrupted(_: AnyRequest, __: ImportInterrupted) -> Response[Problem]:
    detail = "The service was restarted during the import; nothing was kept. Send the list again."
    return _unavailable("import_interrupted", detail)


def _key_in_use(_: AnyRequest, __: KeyInUse) -> Response[Problem]:
    detail = "The first request under this key is still being carried out; its answer is ready soon."
    return _respond(HTTPStatus.CONFLICT, "idempotency_key_in_use", detail, headers=SOON)


def _database_gone(request: AnyRequest, error: Exception) -> Response[Problem]:
    logger.warning(
        "request failed",
        extra={"action": "request_failed", "path": request.url.path, "reason": repr(error)},
    )
    return _unavailable("unavailable", OUTAGE)


def _unavailable(type: str, detail: str) -> Response[Problem]:
    return _respond(HTTPStatus.SERVICE_UNAVAILABLE, type, detail, headers=SOON)


def _failed(request: AnyRequest, error: Exception) -> Response[Problem]:
    logger.error(
        "request failed", exc_info=error, extra={"action": "request_failed", "path": request.url.path}
    )
    detail = "Something went wrong here; the log of the service says what."
    return _respond(HTTPStatus.INTERNAL_SERVER_ERROR, "internal_error", detail)


HANDLERS: ExceptionHandlersMap = {
    Exception: _failed,
    HTTPException: _http,
    ValidationException: _invalid,
    RequestEntityTooLarge: _too_large,
    RecursionError: _too_deep,
    UnicodeDecodeError: _not_utf8,
    Rejected: _rejected,
    TooManyAttempts: _too_many_attempts,
    ImportRunning: _import_running,
    ImportInterrupted: _import_interrupted,
    KeyInUse: _key_in_use,
    **dict.fromkeys(NO_TEXT, _no_text),
    **dict.fromkeys(TRANSIENT, _database_gone),
}
