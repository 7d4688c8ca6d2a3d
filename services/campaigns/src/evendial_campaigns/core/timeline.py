"""What a fact says in the timeline of a campaign or a number: one plain sentence, and whose act it was."""

from datetime import UTC
from enum import StrEnum
from uuid import UUID

from evendial_contracts.actions import ActionCompleted, ActionResult, SequenceEnded, SequenceResult
from evendial_contracts.calls import CallAnswered, CallEnded, CallOriginated, Disposition
from evendial_contracts.campaigns import (
    CampaignActivated,
    CampaignArchived,
    CampaignCreated,
    CampaignDeleted,
    CampaignExhausted,
    CampaignFinished,
    CampaignRestored,
    CampaignRules,
    CampaignRulesChanged,
    CampaignStopped,
    NumbersImported,
    NumbersRedialled,
    NumbersRemoved,
    RemovalReason,
    SequenceChanged,
)
from evendial_contracts.dialing import NumberDialVoided, VoidReason
from evendial_contracts.message import Message
from evendial_contracts.numbers import (
    NumberFailed,
    NumberReleased,
    NumberScheduled,
    NumberSuppressed,
    NumberWaitingRetry,
)
from evendial_contracts.retries import Retry, RetryPolicy

NumberFact = NumberScheduled | NumberWaitingRetry | NumberFailed | NumberSuppressed | NumberReleased


class Kind(StrEnum):
    """What a fact is about: the first part of its type."""

    CAMPAIGN = "campaign"
    NUMBER = "number"
    CALL = "call"
    ACTION = "action"


_ACTORS = (
    "created_by",
    "changed_by",
    "imported_by",
    "removed_by",
    "redialled_by",
    "activated_by",
    "stopped_by",
    "archived_by",
    "restored_by",
    "deleted_by",
)

_OUTCOMES = {
    Disposition.ANSWERED: "answered",
    Disposition.BUSY: "busy",
    Disposition.NO_ANSWER: "no answer",
    Disposition.REJECTED: "rejected",
    Disposition.INVALID_NUMBER: "no valid number",
    Disposition.CONGESTION: "congestion on the trunk",
    Disposition.FAILED_SYSTEM: "the trunk or the system failed",
    Disposition.UNKNOWN: "unknown",
}

_NOT_DIALLED = {
    VoidReason.EXPIRED: "its slot had passed",
    VoidReason.STOPPED: "the campaign was stopped",
    VoidReason.WINDOW_CLOSED: "the window was closed",
    VoidReason.SUPPRESSED: "the number is suppressed",
    VoidReason.IN_ANOTHER_CALL: "the number was in another call",
    VoidReason.ATTEMPT_HELD: "the same attempt was held by another command",
    VoidReason.CAP: "a limit of calls at once was reached",
    VoidReason.BREAKER: "the trunk is failing",
    VoidReason.NO_ORIGINATOR: "no originator took it",
    VoidReason.NO_ASTERISK: "no Asterisk was connected",
    VoidReason.OVERLOADED: "Asterisk was behind with the calls before it",
    VoidReason.NO_AGI: "no agi service would have served an answered call",
    VoidReason.REFUSED: "Asterisk refused it",
    VoidReason.TOMBSTONE: "nobody had taken it in time",
    VoidReason.LEDGER_EPOCH: "the record of calls had been restored from an earlier time",
}

_REMOVED = {
    RemovalReason.DELETED: "deleted",
    RemovalReason.IMPORT_UNDONE: "taken off, as their import was undone",
    RemovalReason.ERASED: "erased",
}

_ACTION_ENDS = {
    ActionResult.DONE: "was run to its end",
    ActionResult.CALLEE_HUNG_UP: "was cut off, the callee hung up",
    ActionResult.FAILED: "failed",
}

_SEQUENCE_ENDS = {
    SequenceResult.COMPLETED: "All actions were run",
    SequenceResult.HANDED_OVER: "The call was handed over",
    SequenceResult.CALLEE_HUNG_UP: "The callee hung up",
    SequenceResult.FAILED: "The actions failed",
    SequenceResult.CONFIG_ERROR: "The actions could not be run as they are configured",
    SequenceResult.INTERRUPTED: "The actions were interrupted",
}


_PLAIN: dict[type[Message], str] = {
    CampaignActivated: "The campaign was activated.",
    CampaignStopped: "The campaign was stopped.",
    CampaignExhausted: "The scheduler found no number left to call.",
    CampaignFinished: "The campaign is finished: no number is left to call.",
    CampaignArchived: "The campaign was archived.",
    CampaignRestored: "The campaign was taken out of the archive.",
    CampaignDeleted: "The campaign was deleted.",
}


def actor_of(fact: Message) -> UUID | None:
    """Whose act it was; None: a service's."""
    return next((by for name in _ACTORS if (by := getattr(fact, name, None))), None)


def sentence(fact: Message) -> str:
    """What happened, in words; phone numbers are not in facts, so not here either."""
    if isinstance(fact, NumbersImported | NumbersRemoved | NumbersRedialled):
        return _of_list(fact)
    if isinstance(fact, NumberFact):
        return _of_number(fact)
    if isinstance(fact, NumberDialVoided | CallOriginated | CallAnswered | CallEnded):
        return _of_call(fact)
    if isinstance(fact, ActionCompleted | SequenceEnded):
        return _of_actions(fact)
    return _of_campaign(fact)


def _of_campaign(fact: Message) -> str:
    match fact:
        case CampaignCreated(cloned_from=None):
            return f"The campaign “{fact.rules.name}” was made.{_more(fact.rules)}"
        case CampaignCreated():
            return f"The campaign “{fact.rules.name}” was made as a copy of another.{_more(fact.rules)}"
        case CampaignRulesChanged():
            return f"The rules were changed (revision {fact.revision}).{_more(fact.rules)}"
        case CampaignStopped(hang_up=True):
            return "The campaign was stopped, and its calls were hung up."
        case SequenceChanged():
            return f"The actions were changed: {len(fact.actions)} now, version {fact.sequence_version}."
        case _:
            return _PLAIN.get(type(fact), "Something happened that this version has no words for.")


def _of_list(fact: NumbersImported | NumbersRemoved | NumbersRedialled) -> str:
    match fact:
        case NumbersImported():
            return (
                f"A list was imported: {_numbers(fact.accepted)} taken, {fact.duplicates} duplicate,"
                f" {fact.rejected} refused."
            )
        case NumbersRemoved(number_id=None):
            return f"{_numbers(fact.numbers)} of the list {_REMOVED[fact.reason]}."
        case NumbersRemoved():
            return f"The number was {_REMOVED[fact.reason]}."
        case NumbersRedialled(number_id=None):
            return f"{_numbers(fact.numbers)} that had failed will be called again."
        case NumbersRedialled():
            return "The number will be called again."


def _of_number(fact: NumberFact) -> str:
    match fact:
        case NumberScheduled():
            return f"Attempt {fact.attempt_no} was given its slot."
        case NumberWaitingRetry():
            due = f"{fact.retry_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
            return (
                f"The number is due again at {due} after attempt {fact.attempt_no}:"
                f" {_OUTCOMES[fact.disposition]}."
            )
        case NumberFailed():
            return f"The number will not be called again by itself: {_OUTCOMES[fact.disposition]}."
        case NumberSuppressed():
            return "The number will not be called while it is suppressed."
        case NumberReleased(reason=VoidReason.SUPPRESSED):
            return "The number is free again: it is not suppressed any more."
        case NumberReleased():
            return f"The number is free again; nothing was consumed: {_NOT_DIALLED[fact.reason]}."


def _of_call(fact: NumberDialVoided | CallOriginated | CallAnswered | CallEnded) -> str:
    attempt = f"Attempt {fact.attempt_no}"
    match fact:
        case NumberDialVoided():
            return f"{attempt} was not dialled: {_NOT_DIALLED[fact.reason]}."
        case CallOriginated():
            return f"{attempt} is being dialled."
        case CallAnswered():
            return f"{attempt} was answered."
        case CallEnded(disposition=Disposition.ANSWERED):
            return f"{attempt} ended: answered, {fact.billed_s} s billed."
        case CallEnded():
            return f"{attempt} ended: {_OUTCOMES[fact.disposition]}."


def _of_actions(fact: ActionCompleted | SequenceEnded) -> str:
    if isinstance(fact, ActionCompleted):
        return f"Action {fact.index + 1} ({fact.kind}) {_ACTION_ENDS[fact.result]}."
    return f"{_SEQUENCE_ENDS[fact.result]}: {fact.actions_done} of {fact.actions_total} actions done."


def _numbers(count: int) -> str:
    return f"{count} number" if count == 1 else f"{count} numbers"


def _more(rules: CampaignRules) -> str:
    return _retries(rules) + _law(rules)


def _retries(rules: CampaignRules) -> str:
    """What the policy says, outcome by outcome; nothing where there is none."""
    named: list[str] = []
    for outcome in RetryPolicy.__struct_fields__ if rules.retry_policy else ():
        retry: Retry | None = getattr(rules.retry_policy, outcome)
        if retry:
            named.append(f"{_OUTCOMES[Disposition(outcome)]} {_delays(retry, rules)}")
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
