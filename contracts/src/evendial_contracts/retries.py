"""How a campaign calls again, outcome by outcome."""

import msgspec


class Retry(msgspec.Struct, frozen=True, kw_only=True):
    """What follows on one outcome.

    The first of `delays_s` is waited after a number's first end of that kind, the second after its second,
    and so on; the last one after all others. None at all: the campaign's `retry_delay_s`. `max_retries` is
    how many retries such ends lead to; None: as many as the campaign allows.
    """

    delays_s: tuple[int, ...] = ()
    max_retries: int | None = None


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """What follows on each outcome that may be retried; one that is not named is treated as without a policy.

    Whatever it says, a number gets 1 + `max_retries` attempts of its campaign at most. `rejected` is retried
    only where it is named. What answered, is no valid number or is unknown is never called again by itself.
    """

    busy: Retry | None = None
    no_answer: Retry | None = None
    rejected: Retry | None = None
    congestion: Retry | None = None
    failed_system: Retry | None = None
