"""Who waits for a silent database is let go, who waits for one that answers is not."""

import asyncio

import pytest
from evendial_campaigns import pulse
from evendial_campaigns.pulse import Pulse

pytestmark = pytest.mark.unit


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulse, "GRACE_S", 0)


async def passed() -> None:
    """Everything that was due has run."""
    done = asyncio.Event()
    asyncio.get_running_loop().call_later(0, done.set)
    await done.wait()


async def test_who_waits_is_let_go() -> None:
    beat = Pulse()
    with beat.waiting() as before:
        beat.lost()
        with beat.waiting() as after:
            await passed()
            assert before.done()
            assert after.done()


async def test_a_short_loss_turns_nobody_away() -> None:
    beat = Pulse()
    with beat.waiting() as waiting:
        beat.lost()
        beat.found()
        await passed()
        assert not waiting.done()


async def test_it_may_be_lost_again() -> None:
    beat = Pulse()
    beat.lost()
    beat.found()
    with beat.waiting() as waiting:
        await passed()
        assert not waiting.done()
        beat.lost()
        await passed()
        assert waiting.done()
