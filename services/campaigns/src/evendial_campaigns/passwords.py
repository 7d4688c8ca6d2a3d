"""Passwords: which are taken, and how they are kept (argon2id, RFC 9106's second recommended option)."""

import asyncio
import unicodedata
from collections.abc import Callable
from typing import TypeVar

import argon2
import zxcvbn
from argon2.exceptions import InvalidHashError, VerificationError

from evendial_campaigns.core.rejected import Rejected, invalid

LENGTH_MIN = 12
LENGTH_MAX = 1024
GUESSES_MIN = 10**8
"""zxcvbn's "safely unguessable", https://github.com/dropbox/zxcvbn."""
RATED_CHARACTERS = 32
"""The estimate takes long for long ones; so much says enough."""
AT_ONCE = 1
"""One hash takes 64 MiB and four threads for 0.1 s."""
WAITING_MAX = 50

Result = TypeVar("Result")


class Passwords:
    """Hashes and verifies, one at a time, off the event loop."""

    def __init__(self, hasher: argon2.PasswordHasher | None = None) -> None:
        self._hasher = hasher or argon2.PasswordHasher()
        self._turn = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0
        self._nobodys: str | None = None

    async def hash(self, password: str, name: str, field: str = "password") -> str:
        """What is kept of a new password; raises `Rejected` for one that is easy to guess."""
        if not LENGTH_MIN <= len(password) <= LENGTH_MAX:
            raise invalid(field, f"must be {LENGTH_MIN} to {LENGTH_MAX} characters")
        if not await self._off_the_loop(lambda: is_hard_to_guess(password, name)):
            raise invalid(field, "is among the first that are guessed: take other or more words")
        return await self._off_the_loop(lambda: self._hasher.hash(_normal(password)))

    async def verify(self, kept: str | None, password: str) -> bool:
        """Whether it is the password; without one to compare to it takes as long and is False."""
        if self._nobodys is None:
            self._nobodys = await self._off_the_loop(lambda: self._hasher.hash("nobody's"))
        compared = kept or self._nobodys
        right = await self._off_the_loop(lambda: self._matches(compared, password))
        return right and kept is not None

    async def rehash(self, kept: str, password: str) -> str | None:
        """The hash to keep instead, when the parameters have changed since."""
        if not self._hasher.check_needs_rehash(kept):
            return None
        return await self._off_the_loop(lambda: self._hasher.hash(_normal(password)))

    def _matches(self, kept: str, password: str) -> bool:
        try:
            return self._hasher.verify(kept, _normal(password))
        except (VerificationError, InvalidHashError):
            return False

    async def _off_the_loop(self, work: Callable[[], Result]) -> Result:
        if self._waiting >= WAITING_MAX:
            raise Rejected("busy", "Too many passwords are being checked at once. Try again in a moment.")
        self._waiting += 1
        try:
            async with self._turn:
                return await asyncio.to_thread(work)
        finally:
            self._waiting -= 1


def is_hard_to_guess(password: str, name: str) -> bool:
    """Whether it takes more than 10^8 guesses, by known passwords, words, names, dates and keyboard rows."""
    rating = zxcvbn.zxcvbn(password[:RATED_CHARACTERS], user_inputs=[name, "evendial"])
    return bool(rating["guesses"] >= GUESSES_MIN)


def _normal(password: str) -> str:
    """The same for the same characters, however a keyboard composed them (NIST SP 800-63B-4 §3.1.1.2)."""
    return unicodedata.normalize("NFKC", password)
