"""Idempotency-Key: a POST is carried out once, and each repeat gets the answer of the first."""

import hmac
import logging
from typing import Any
from uuid import UUID, uuid5

from evendial_chassis.database import TRANSIENT
from litestar.enums import ScopeType
from litestar.types import ASGIApp, HTTPScope, Receive, Scope, Send

from evendial_campaigns.api.answer_capture import Capture, lasting, play, replayed
from evendial_campaigns.api.body_hash import HashedBody
from evendial_campaigns.api.dependencies import IDEMPOTENCY_NAMESPACE
from evendial_campaigns.core.idempotency import KEY_HEADER, Answer, Known, check_key, repeat
from evendial_campaigns.idempotency_store import Claim, IdempotentAnswers

logger = logging.getLogger(__name__)

SECRET = "secret"
"""Set in the `opt` of a route whose body or answer holds a secret: of these nothing is kept."""
ACCEPTED = 202
"""Not the last word: a repeat may know more."""

_header = KEY_HEADER.lower().encode()


class KeyInUse(Exception):
    """The first request under the key is still being carried out."""


class Idempotency:
    """Answers repeats. `running` are the claims of this process, for one database has one process."""

    def __init__(
        self, app: ASGIApp, answers: IdempotentAnswers, running: set[Claim], small_body: int
    ) -> None:
        self._app = app
        self._answers = answers
        self._running = running
        self._small_body = small_body

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Concerns POST requests with the header only."""
        values = [value.decode("latin-1") for name, value in scope["headers"] if name == _header]
        if scope["type"] != ScopeType.HTTP or scope["method"] != "POST" or not values:
            await self._app(scope, receive, send)
            return
        key = check_key(values)
        claim = Claim.of(_owner(scope), key)
        if claim in self._running:
            raise KeyInUse
        self._running.add(claim)
        try:
            answer = await self._once(scope, receive, claim, key)
        finally:
            self._running.discard(claim)
        await play(answer, send)

    async def _once(self, scope: HTTPScope, receive: Receive, claim: Claim, key: str) -> Answer:
        handler: Any = scope["route_handler"]
        limit = handler.resolve_request_max_body_size()
        body = HashedBody(receive, _fingerprint(scope, key), limit)
        if handler.opt.get(SECRET):
            return await self._secret(scope, receive, claim)
        if limit is not None and limit <= self._small_body:
            return await self._small(scope, body, claim)
        return await self._streamed(scope, body, claim)

    async def _secret(self, scope: HTTPScope, receive: Receive, claim: Claim) -> Answer:
        """Neither the answer nor a hash of the body is kept: a password could be guessed from that."""
        known = await self._answers.claim(claim, None)
        if known is not None:
            repeat(known, None)
        answer = await self._carry_out(scope, receive)
        await self._settle(claim, answer, first=known is None, secret=True)
        return answer

    async def _small(self, scope: HTTPScope, body: HashedBody, claim: Claim) -> Answer:
        """The body is known before anything is done."""
        await body.read_all()
        known = await self._answers.claim(claim, body.digest)
        again = repeat(known, body.digest) if known else None
        if again is not None:
            return replayed(again)
        answer = await self._carry_out(scope, body.replay)
        await self._settle(claim, answer, first=known is None)
        return answer

    async def _streamed(self, scope: HTTPScope, body: HashedBody, claim: Claim) -> Answer:
        """The body is known when it has passed; what it makes counts only after that."""
        known = await self._answers.claim(claim, None)
        if known is not None and known.done:
            await body.drain()
            return replayed(_certain(repeat(known, body.digest)))
        check = _Check(self._answers, claim, known)
        body.at_end = check.check
        answer = await self._carry_out(scope, body.receive)
        if check.refused:
            return answer
        if _is_final(answer):
            await body.drain()
        await self._settle(claim, answer, first=known is None)
        return answer

    async def _carry_out(self, scope: HTTPScope, receive: Receive) -> Answer:
        capture = Capture()
        await self._app(scope, receive, capture.send)
        return capture.answer()

    async def _settle(self, claim: Claim, answer: Answer, *, first: bool, secret: bool = False) -> None:
        """Success is kept, a refusal leaves the key unused, and after a failure it may be repeated."""
        try:
            if _is_final(answer):
                await self._answers.keep(claim, lasting(answer), secret=secret)
            elif first and 400 <= answer.status < 500:
                await self._answers.free(claim)
        except TRANSIENT as error:
            # a repeat is carried out again, under the same ids
            logger.warning("answer not kept", extra={"action": "answer_not_kept", "reason": repr(error)})


class _Check:
    """At the end of a streamed body: is it the one that the key was used for?"""

    def __init__(self, answers: IdempotentAnswers, claim: Claim, known: Known | None) -> None:
        self.refused = False
        self._answers = answers
        self._claim = claim
        self._known = known

    async def check(self, digest: bytes) -> None:
        """Raises `Rejected` if not; else it is the one from here on."""
        if self._known is not None:
            try:
                repeat(self._known, digest)
            except Exception:
                self.refused = True
                raise
        await self._answers.read(self._claim, digest)


def _is_final(answer: Answer) -> bool:
    return 200 <= answer.status < 300 and answer.status != ACCEPTED


def _certain(answer: Answer | None) -> Answer:
    assert answer is not None, "a request that is done has its answer"
    return answer


def _owner(scope: Scope) -> UUID:
    person = scope.get("user")
    if person is None:
        return uuid5(IDEMPOTENCY_NAMESPACE, scope["path"])
    return uuid5(person.user_id, person.role)


def _fingerprint(scope: HTTPScope, key: str) -> hmac.HMAC:
    """Of all that makes the request; keyed, so that no number can be guessed from it."""
    kind = next((value for name, value in scope["headers"] if name == b"content-type"), b"")
    head = b"\n".join([scope["path"].encode(), scope["query_string"], kind, b""])
    return hmac.new(key.encode(), head, "sha256")
