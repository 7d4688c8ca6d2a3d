"""What a request under an Idempotency-Key gets that was used before."""

import msgspec

from evendial_campaigns.core.rejected import Rejected, invalid

KEY_HEADER = "Idempotency-Key"
KEY_MAX = 255

_REUSED = "The key was used for another request; take a new one."
ALREADY_DONE = (
    "The key was used before, for a request with a secret, and what that made is not shown again."
    " For anything else take a new key."
)


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What was answered, as it went over the wire."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """An earlier request under the same key.

    `fingerprint` is None while its body had not been read to its end, and where it held a secret. `done`: it
    was answered; `answer` is then None where it held a secret. Not done: it was cut off; it may have had its
    effect.
    """

    fingerprint: bytes | None
    done: bool
    answer: Answer | None


def check_key(values: list[str]) -> str:
    """The key from the values of its header."""
    key = values[0]
    if len(values) > 1 or not 0 < len(key) <= KEY_MAX or not all(" " <= each <= "~" for each in key):
        raise invalid(KEY_HEADER, f"must be one value of 1 to {KEY_MAX} printable ASCII characters")
    return key


def repeat(known: Known, fingerprint: bytes | None) -> Answer | None:
    """The answer to give once more; None when the request is to be carried out, again if need be.

    `fingerprint` is None for a request that holds a secret.

    Raises `Rejected` when the key belongs to another request, or when its answer held a secret.
    """
    if known.done and known.answer is None and fingerprint is None:
        raise Rejected("already_done", ALREADY_DONE)
    if known.fingerprint != fingerprint and (known.done or known.fingerprint is not None):
        raise Rejected("idempotency_key_reused", _REUSED, field=KEY_HEADER)
    return known.answer
