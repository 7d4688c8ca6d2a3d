"""How long after an end of one kind a number is called again, if at all."""

from datetime import timedelta

import msgspec
from evendial_contracts.calls import Disposition
from evendial_contracts.retries import Retry, RetryPolicy

ASKED_FOR = frozenset({Disposition.REJECTED})
"""Who declined is called again only where the policy says so."""


class Ends(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """How often a number was left to be called again after an end of each kind."""

    busy: int = 0
    no_answer: int = 0
    rejected: int = 0
    congestion: int = 0
    failed_system: int = 0

    def of(self, disposition: Disposition) -> int:
        """How often after this one."""
        return int(getattr(self, disposition))

    def and_one(self, disposition: Disposition) -> "Ends":
        """With one more of them."""
        return msgspec.structs.replace(self, **{disposition: self.of(disposition) + 1})


class RetryRules(msgspec.Struct, frozen=True, kw_only=True):
    """Attempts = 1 + `max_retries`; delays, in seconds, run from the end of the attempt."""

    max_retries: int
    retry_delay_s: int
    retry_policy: RetryPolicy | None = None


def delay_after(rules: RetryRules, disposition: Disposition, before: Ends) -> timedelta | None:
    """After an end that may be retried; None: not again. `before` counts the ends that went before it."""
    retry: Retry | None = getattr(rules.retry_policy, disposition, None)
    if retry is None:
        return None if disposition in ASKED_FOR else timedelta(seconds=rules.retry_delay_s)
    if retry.max_retries is not None and before.of(disposition) >= retry.max_retries:
        return None
    delays_s = retry.delays_s or (rules.retry_delay_s,)
    return timedelta(seconds=delays_s[min(before.of(disposition), len(delays_s) - 1)])
