"""Answers to POST requests that carried an Idempotency-Key."""

import hashlib
from uuid import UUID

import asyncpg
import msgspec

from evendial_campaigns.core.idempotency import Answer, Known

KEPT_S = 48 * 3600.0
"""Longer than a client's last repeat may be away."""
SWEEP_SLICE = 1000

_CLAIM = """
insert into idempotent_answer(scope, key, fingerprint) values ($1, $2, $3)
on conflict (scope, key) do nothing returning true
"""
_FIND = "select fingerprint, status, headers, body from idempotent_answer where scope = $1 and key = $2"
_READ = "update idempotent_answer set fingerprint = $3 where scope = $1 and key = $2"
_KEEP = "update idempotent_answer set status = $3, headers = $4, body = $5 where scope = $1 and key = $2"
_FREE = "delete from idempotent_answer where scope = $1 and key = $2"
_SWEEP = """
delete from idempotent_answer where ctid = any(array(
    select ctid from idempotent_answer where created_at < clock_timestamp() - make_interval(secs => $1)
    order by created_at limit $2))
"""


class Claim(msgspec.Struct, frozen=True):
    """A key within its scope: a user, or the path where nobody is signed in. Kept as a hash only."""

    scope: UUID
    key: bytes

    @staticmethod
    def of(scope: UUID, key: str) -> "Claim":
        """The claim on a key as it was sent."""
        return Claim(scope, hashlib.sha256(key.encode()).digest())


class IdempotentAnswers:
    """The table `idempotent_answer`."""

    def __init__(self, pool: asyncpg.Pool) -> None:
        self._pool = pool

    async def claim(self, claim: Claim, fingerprint: bytes | None) -> Known | None:
        """Takes the key for a request; if it was taken before, what is known of that request."""
        while True:
            if await self._pool.fetchval(_CLAIM, claim.scope, claim.key, fingerprint):
                return None
            row = await self._pool.fetchrow(_FIND, claim.scope, claim.key)
            if row is not None:
                return _known(row)

    async def read(self, claim: Claim, fingerprint: bytes) -> None:
        """The body has been read to its end."""
        await self._pool.execute(_READ, claim.scope, claim.key, fingerprint)

    async def keep(self, claim: Claim, answer: Answer, *, secret: bool) -> None:
        """The answer for every repeat; of a secret one only that it was given."""
        headers = [] if secret else [f"{name}: {value}" for name, value in answer.headers]
        body = None if secret else answer.body
        await self._pool.execute(_KEEP, claim.scope, claim.key, answer.status, headers, body)

    async def free(self, claim: Claim) -> None:
        """The request had no effect; the key is unused."""
        await self._pool.execute(_FREE, claim.scope, claim.key)

    async def sweep(self, older_than_s: float = KEPT_S) -> int:
        """Deletes a slice of what is too old; returns how many rows that were."""
        status: str = await self._pool.execute(_SWEEP, older_than_s, SWEEP_SLICE)
        return int(status.split()[1])


def _known(row: asyncpg.Record) -> Known:
    done, body = row["status"] is not None, row["body"]
    if not done or body is None:
        return Known(fingerprint=row["fingerprint"], done=done, answer=None)
    headers = tuple((name, value) for name, _, value in (each.partition(": ") for each in row["headers"]))
    return Known(
        fingerprint=row["fingerprint"],
        done=True,
        answer=Answer(status=row["status"], headers=headers, body=body),
    )
