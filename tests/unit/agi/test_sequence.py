from uuid import UUID

import pytest
from evendial_agi.core.sequence import Progress, begin, evolve
from evendial_contracts.actions import Action, ActionResult, Ivr, Play, SequenceResult, Wait
from hypothesis import given
from hypothesis import strategies as st

pytestmark = pytest.mark.unit

WAIT = Wait(seconds=2)
PLAY = Play(prompt_id=UUID(int=1), sha256="0" * 64, duration_ms=1000)
IVR = Ivr(ivr_id=UUID(int=2), context="menu")

DONE, HUNG_UP, FAILED = ActionResult.DONE, ActionResult.CALLEE_HUNG_UP, ActionResult.FAILED


def after(actions: tuple[Action, ...], *results: ActionResult) -> Progress:
    progress = begin(actions)
    for result in results:
        progress = evolve(progress, result)
    return progress


def test_actions_are_due_one_after_the_other() -> None:
    actions = (WAIT, PLAY, WAIT)
    assert after(actions).due == WAIT
    assert after(actions, DONE).due == PLAY
    assert after(actions, DONE, DONE).due == WAIT


def test_all_done_is_completed() -> None:
    assert after((WAIT, PLAY), DONE, DONE) == Progress(
        actions=(WAIT, PLAY), done=2, ended=SequenceResult.COMPLETED
    )


def test_a_hangup_in_the_middle_ends_it_normally() -> None:
    ended = after((WAIT, PLAY), DONE, HUNG_UP)
    assert (ended.due, ended.done, ended.ended) == (None, 1, SequenceResult.CALLEE_HUNG_UP)


def test_an_action_that_fails_ends_it() -> None:
    ended = after((PLAY, WAIT), FAILED)
    assert (ended.due, ended.done, ended.ended) == (None, 0, SequenceResult.FAILED)


def test_an_ivr_hands_the_call_over() -> None:
    ended = after((PLAY, IVR), DONE, DONE)
    assert (ended.due, ended.done, ended.ended) == (None, 2, SequenceResult.HANDED_OVER)


def test_an_ivr_that_is_not_there_is_a_configuration_error() -> None:
    ended = after((PLAY, IVR), DONE, FAILED)
    assert (ended.due, ended.done, ended.ended) == (None, 1, SequenceResult.CONFIG_ERROR)


@pytest.mark.parametrize("actions", [(), (IVR, PLAY), (WAIT, IVR, IVR)])
def test_an_empty_sequence_and_one_that_goes_on_after_an_ivr_run_nothing(actions: tuple[Action, ...]) -> None:
    assert begin(actions) == Progress(actions=actions, done=0, ended=SequenceResult.CONFIG_ERROR)


@given(
    st.lists(st.sampled_from([WAIT, PLAY, IVR]), max_size=6).map(tuple),
    st.lists(st.sampled_from(list(ActionResult)), min_size=6, max_size=6),
)
def test_every_sequence_ends_once(actions: tuple[Action, ...], results: list[ActionResult]) -> None:
    progress, asked = begin(actions), 0
    while progress.due is not None:
        progress = evolve(progress, results[asked])
        asked += 1
    assert progress.ended is not None
    assert progress.done <= asked <= len(actions)
    assert (progress.ended is SequenceResult.COMPLETED) <= (progress.done == len(actions) > 0)
