"""What outcomes and rules are called where people read of them."""

from evendial_contracts.calls import Disposition
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.retries import Retry, RetryPolicy

OUTCOMES = {
    Disposition.ANSWERED: "answered",
    Disposition.BUSY: "busy",
    Disposition.NO_ANSWER: "no answer",
    Disposition.REJECTED: "rejected",
    Disposition.INVALID_NUMBER: "no valid number",
    Disposition.CONGESTION: "congestion on the trunk",
    Disposition.FAILED_SYSTEM: "the trunk or the system failed",
    Disposition.UNKNOWN: "unknown",
}


def rules_in_words(rules: CampaignRules) -> str:
    """What is worth telling of rules beside that they changed: sentences, each after a blank, or nothing."""
    return _retries(rules) + _law(rules)


def _retries(rules: CampaignRules) -> str:
    """What the policy says, outcome by outcome; nothing where there is none."""
    named: list[str] = []
    for outcome in RetryPolicy.__struct_fields__ if rules.retry_policy else ():
        retry: Retry | None = getattr(rules.retry_policy, outcome)
        if retry:
            named.append(f"{OUTCOMES[Disposition(outcome)]} {_delays(retry, rules)}")
    return f" Retries by outcome: {'; '.join(named)}." if named else ""


def _law(rules: CampaignRules) -> str:
    """Which versions of a law on calling hours were recorded; nothing where there is none."""
    if rules.jurisdiction is None:
        return ""
    versions = ", ".join(each.version for each in rules.jurisdiction.versions)
    return f" Within the hours of {rules.jurisdiction.id} (version {versions})."


def _delays(retry: Retry, rules: CampaignRules) -> str:
    delays = ", then ".join(str(delay_s) for delay_s in retry.delays_s or (rules.retry_delay_s,))
    most = "" if retry.max_retries is None else f", {retry.max_retries} times at most"
    return f"after {delays} s{most}"
