"""What the retries of a campaign may be."""

from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.retries import Retry, RetryPolicy

from evendial_campaigns.core.rejected import invalid

DELAYS_MAX = 20
DELAY_MAX_S = 2_592_000
RETRIES_MAX = 1_000


def check_retries(rules: CampaignRules) -> None:
    """Raises `Rejected` for a policy that cannot be, or that could never lead to a retry."""
    for outcome in RetryPolicy.__struct_fields__ if rules.retry_policy else ():
        retry: Retry | None = getattr(rules.retry_policy, outcome)
        if retry:
            _check(f"retry_policy.{outcome}", retry)
            if rules.max_retries == 0 and retry.max_retries != 0 and Disposition(outcome).consumes_attempt:
                raise invalid("max_retries", f"must be 1 or more where retry_policy has {outcome}")


def _check(field: str, retry: Retry) -> None:
    if len(retry.delays_s) > DELAYS_MAX:
        raise invalid(f"{field}.delays_s", f"must be {DELAYS_MAX} delays at most; the last one repeats")
    for index, delay_s in enumerate(retry.delays_s):
        if not 0 <= delay_s <= DELAY_MAX_S:
            raise invalid(f"{field}.delays_s[{index}]", f"must be 0 to {DELAY_MAX_S} seconds")
    if retry.max_retries is not None and not 0 <= retry.max_retries <= RETRIES_MAX:
        raise invalid(f"{field}.max_retries", f"must be 0 to {RETRIES_MAX} retries")
