"""Retries by outcome, as the API takes and shows them."""

from typing import Annotated

from msgspec import Meta

from evendial_campaigns.schemas.body import Body

Delays = Annotated[
    tuple[int, ...],
    Meta(
        description="Seconds from the end of the attempt: the first after the first such end, and so on; "
        "the last for all that come after. None: `retry_delay_s`.",
        examples=[[300, 1800]],
    ),
]
MaxRetries = Annotated[
    int,
    Meta(description="How many retries such ends lead to; null: what the campaign's `max_retries` leaves."),
]


class RetryBody(Body, frozen=True, kw_only=True):
    """What follows on one outcome."""

    delays_s: Delays = ()
    max_retries: MaxRetries | None = None


class RetryPolicyBody(Body, frozen=True, kw_only=True):
    """What follows on each outcome, where that is not `retry_delay_s`.

    A number gets 1 + `max_retries` attempts at most, whatever is said here. `rejected` is retried only if it
    is named; `congestion` and `failed_system` use no attempt up.
    """

    busy: RetryBody | None = None
    no_answer: RetryBody | None = None
    rejected: RetryBody | None = None
    congestion: RetryBody | None = None
    failed_system: RetryBody | None = None
