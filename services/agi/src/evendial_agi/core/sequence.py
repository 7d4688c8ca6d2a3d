"""The way through a sequence of actions on one answered call."""

from typing import assert_never
from uuid import UUID

import msgspec
from evendial_contracts.actions import Action, ActionResult, Ivr, Play, SequenceResult, Wait


class Sequence(msgspec.Struct, frozen=True, kw_only=True):
    """One version of a campaign's actions, as it was announced on the bus."""

    owner_id: UUID
    actions: tuple[Action, ...]


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a call is in its sequence: `done` actions have run; `ended` is None until it ends."""

    actions: tuple[Action, ...]
    done: int = 0
    ended: SequenceResult | None = None

    @property
    def due(self) -> Action | None:
        """The action to perform now, or None when the sequence has ended."""
        return self.actions[self.done] if self.ended is None else None


def begin(actions: tuple[Action, ...]) -> Progress:
    """The start. No action at all, or one after an IVR, is a configuration error: nothing is performed."""
    hands_over_too_soon = any(isinstance(action, Ivr) for action in actions[:-1])
    broken = not actions or hands_over_too_soon
    return Progress(actions=actions, ended=SequenceResult.CONFIG_ERROR if broken else None)


def evolve(progress: Progress, result: ActionResult) -> Progress:
    """The state after the due action ended so."""
    action = progress.due
    assert action is not None, "the sequence has ended"
    match result:
        case ActionResult.DONE:
            return _after_done(progress, action)
        case ActionResult.CALLEE_HUNG_UP:
            return msgspec.structs.replace(progress, ended=SequenceResult.CALLEE_HUNG_UP)
        case ActionResult.FAILED:
            return msgspec.structs.replace(progress, ended=_failure_of(action))
        case _:
            assert_never(result)


def _after_done(progress: Progress, action: Action) -> Progress:
    done = progress.done + 1
    if isinstance(action, Ivr):
        return msgspec.structs.replace(progress, done=done, ended=SequenceResult.HANDED_OVER)
    ended = SequenceResult.COMPLETED if done == len(progress.actions) else None
    return msgspec.structs.replace(progress, done=done, ended=ended)


def _failure_of(action: Action) -> SequenceResult:
    match action:
        case Ivr():
            return SequenceResult.CONFIG_ERROR
        case Wait() | Play():
            return SequenceResult.FAILED
        case _:
            assert_never(action)
