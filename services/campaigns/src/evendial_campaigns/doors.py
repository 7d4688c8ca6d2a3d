"""Everything about who comes in and what they may, put together."""

import time
from datetime import datetime

import asyncpg
import msgspec
from evendial_chassis.clock import HOST_CLOCK

from evendial_campaigns import key_store, session_store
from evendial_campaigns.auth import Gate
from evendial_campaigns.core.roles import Role
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.first_admin import FirstAdmin
from evendial_campaigns.front import Front
from evendial_campaigns.key_issue import KeyIssue
from evendial_campaigns.key_store import Keys
from evendial_campaigns.last_seen import LastSeen
from evendial_campaigns.limits import Limits
from evendial_campaigns.passwords import Passwords
from evendial_campaigns.people import People
from evendial_campaigns.session_store import Sessions
from evendial_campaigns.settings import Settings
from evendial_campaigns.sign_in import SignIn
from evendial_campaigns.throttle import Throttle


class Doors(msgspec.Struct, frozen=True, kw_only=True):
    """What the handlers work with; each is injected under its name here."""

    people: People
    keys: Keys
    key_issue: KeyIssue
    limits: Limits
    passwords: Passwords
    front: Front
    gate: Gate
    sign_in: SignIn
    first_admin: FirstAdmin


def doors_of(pool: asyncpg.Pool, definitions: Definitions, settings: Settings) -> Doors:
    """With the clocks of this machine."""
    keys, passwords, throttle = Keys(pool), Passwords(), Throttle(time.monotonic)
    front = Front(settings.public_url, settings.trusted_proxies)
    return Doors(
        people=People(pool),
        keys=keys,
        key_issue=KeyIssue(pool, _now),
        limits=Limits(definitions),
        passwords=passwords,
        front=front,
        gate=Gate(
            keys=keys,
            sessions=Sessions(pool),
            front=front,
            keys_seen=LastSeen(pool, key_store.USED),
            sessions_seen=LastSeen(pool, session_store.SEEN),
            now=_now,
        ),
        sign_in=SignIn(pool, passwords, throttle, _now),
        first_admin=FirstAdmin(pool, passwords, throttle, _now),
    )


async def open_doors(doors: Doors, settings: Settings) -> None:
    """Lets in who signs in by the settings, and tells the operator the token if nobody manages this yet."""
    await doors.people.admit_by_setting(Role.ADMIN, settings.admin_api_key)
    await doors.people.admit_by_setting(Role.USER, settings.user_api_key)
    token = await doors.first_admin.offer()
    if token:
        print(_first_start(token, settings), flush=True)


def _first_start(token: str, settings: Settings) -> str:
    console = settings.public_url or f"http://{settings.host}:{settings.http_port}"
    return (
        f"No admin can sign in yet. {console.rstrip('/')}/#/first-start?token={token} makes one, once "
        f"(or POST /v1/first-admin with this token: {token})"
    )


def _now() -> datetime:
    return HOST_CLOCK.now()
