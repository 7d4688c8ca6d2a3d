"""Who did what about whom: sign-ins, failures, changes of users and keys. Rows are added, never changed."""

import logging
from datetime import datetime
from enum import StrEnum
from uuid import UUID

import asyncpg
import msgspec
from evendial_chassis.outbox import Connection

from evendial_campaigns.page import Page, Window

logger = logging.getLogger(__name__)

_ADD = """
insert into access_log(what, user_id, about_user_id, about_key_id, key_id, session_id, address)
values ($1, $2, $3, $4, $5, $6, $7)
"""
_LIST = """
select seq, at, what, user_id, about_user_id, about_key_id, key_id, session_id, address from access_log
where ($1::uuid is null or user_id = $1 or about_user_id = $1) and ($2::bigint is null or seq < $2)
order by seq desc limit $3
"""


class Deed(StrEnum):
    """What was done."""

    SIGNED_IN = "signed_in"
    SIGN_IN_FAILED = "sign_in_failed"
    SIGN_IN_THROTTLED = "sign_in_throttled"
    SIGNED_OUT = "signed_out"
    FIRST_ADMIN_MADE = "first_admin_made"
    FIRST_ADMIN_REFUSED = "first_admin_refused"
    PASSWORD_CHANGED = "password_changed"
    PASSWORD_REFUSED = "password_refused"
    PASSWORD_RESET = "password_reset"
    USER_MADE = "user_made"
    USER_RENAMED = "user_renamed"
    USER_DISABLED = "user_disabled"
    USER_ENABLED = "user_enabled"
    MADE_ADMIN = "made_admin"
    MADE_USER = "made_user"
    LIMITS_DEFINED = "limits_defined"
    KEY_MADE = "key_made"
    KEY_REVOKED = "key_revoked"


class Doer(msgspec.Struct, frozen=True, kw_only=True):
    """Who acts, by which key or session, and from where; nobody is known before a sign-in."""

    address: str
    user_id: UUID | None = None
    key_id: UUID | None = None
    session_id: UUID | None = None


class AccessEntry(msgspec.Struct, frozen=True, kw_only=True):
    """One row: `user_id` did it, by `key_id` or `session_id`, about the other two."""

    at: datetime
    what: Deed
    user_id: UUID | None
    about_user_id: UUID | None
    about_key_id: UUID | None
    key_id: UUID | None
    session_id: UUID | None
    address: str


async def record(
    connection: Connection | asyncpg.Pool,
    doer: Doer,
    deed: Deed,
    about_user_id: UUID | None = None,
    about_key_id: UUID | None = None,
) -> None:
    """Adds a row, in the transaction of what was done, and says it in the log."""
    ids = (doer.user_id, about_user_id, about_key_id, doer.key_id, doer.session_id)
    await connection.execute(_ADD, deed, *ids, doer.address)
    say(doer, deed, about_user_id, about_key_id)


def say(doer: Doer, deed: Deed, about_user_id: UUID | None = None, about_key_id: UUID | None = None) -> None:
    """Says it in the log alone: for what may come too often to be kept."""
    logger.info(
        deed,
        extra={
            "action": deed,
            "user_id": doer.user_id,
            "about_user_id": about_user_id,
            "about_key_id": about_key_id,
            "address": doer.address,
        },
    )


async def page(pool: asyncpg.Pool, user_id: UUID | None, window: Window) -> Page[AccessEntry]:
    """What one user did or had done about them, or everything; newest first."""
    rows = await pool.fetch(_LIST, user_id, window.cursor, window.limit + 1)
    return Page.of(rows, window, _entry)


def _entry(row: asyncpg.Record) -> AccessEntry:
    return msgspec.convert(dict(row), AccessEntry)
