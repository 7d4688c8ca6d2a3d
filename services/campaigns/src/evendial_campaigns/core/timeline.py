"""What a fact says in the timeline of a campaign or a number: one plain sentence, and whose act it was."""

from datetime import UTC, datetime
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

from evendial_campaigns.core.rule_words import OUTCOMES, rules_in_words

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
    VoidReason.PERSON_CAP: "the person had been called as often as is allowed",
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
            return f"The campaign “{fact.rules.name}” was made.{rules_in_words(fact.rules)}"
        case CampaignCreated():
            return (
                f"The campaign “{fact.rules.name}” was made as a copy of another.{rules_in_words(fact.rules)}"
            )
        case CampaignRulesChanged():
            return f"The rules were changed (revision {fact.revision}).{rules_in_words(fact.rules)}"
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
            return (
                f"The number is due again at {_utc(fact.retry_at)} after attempt {fact.attempt_no}:"
                f" {OUTCOMES[fact.disposition]}."
            )
        case NumberFailed():
            return f"The number will not be called again by itself: {OUTCOMES[fact.disposition]}."
        case NumberSuppressed():
            return "The number will not be called while it is suppressed."
        case NumberReleased(reason=VoidReason.SUPPRESSED):
            return "The number is free again: it is not suppressed any more."
        case NumberReleased(reason=VoidReason.PERSON_CAP, not_before=datetime() as not_before):
            due = _utc(not_before)
            return f"The person has been called as often as is allowed; the number is due at {due}."
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
            return f"{attempt} ended: {OUTCOMES[fact.disposition]}."


def _of_actions(fact: ActionCompleted | SequenceEnded) -> str:
    if isinstance(fact, ActionCompleted):
        return f"Action {fact.index + 1} ({fact.kind}) {_ACTION_ENDS[fact.result]}."
    return f"{_SEQUENCE_ENDS[fact.result]}: {fact.actions_done} of {fact.actions_total} actions done."


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"


def _numbers(count: int) -> str:
    return f"{count} number" if count == 1 else f"{count} numbers"
