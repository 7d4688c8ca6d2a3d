"""How loud a sound is, and how a quiet one is raised."""

import numpy as np
import pytest
from evendial_campaigns.prompt_converter import PromptWarning
from evendial_campaigns.prompt_loudness import (
    SILENCE_DBFS,
    Samples,
    cut_off,
    peak_dbfs,
    raised,
    speech_dbfs,
    warning,
)

pytestmark = pytest.mark.unit

SILENCE = np.zeros(8000, dtype=np.float32)


def tone(amplitude: float, samples: int = 8000) -> Samples:
    return (amplitude * np.sin(2 * np.pi * 400 * np.arange(samples) / 8000)).astype(np.float32)


@pytest.mark.parametrize(("amplitude", "level"), [(1.0, -3.0), (0.1, -23.0), (0.01, -43.0)])
def test_a_tone_measures_what_it_is(amplitude: float, level: float) -> None:
    assert speech_dbfs(tone(amplitude)) == pytest.approx(level, abs=0.05)
    assert peak_dbfs(tone(amplitude)) == pytest.approx(level + 3.0, abs=0.05)


def test_pauses_do_not_count() -> None:
    assert speech_dbfs(np.concatenate([SILENCE, tone(0.1), SILENCE])) == pytest.approx(-23.0, abs=0.05)


@pytest.mark.parametrize("samples", [SILENCE, tone(0.001), SILENCE[:0]])
def test_silence_has_no_level(samples: Samples) -> None:
    assert speech_dbfs(samples) == SILENCE_DBFS


def test_a_quiet_sound_is_raised_to_the_level_of_speech() -> None:
    assert speech_dbfs(raised(tone(0.005))) == pytest.approx(-26.0, abs=0.05)


def test_a_quiet_sound_with_one_loud_click_is_raised_only_as_far_as_it_fits() -> None:
    click = tone(0.005)
    click[100] = 0.5
    assert peak_dbfs(raised(click)) == pytest.approx(-1.0, abs=0.05)


def test_what_is_loud_enough_stays_as_it_is() -> None:
    assert raised(tone(0.9)).tolist() == tone(0.9).tolist()


def test_a_wave_that_was_cut_off_shows_and_a_loud_one_does_not() -> None:
    assert cut_off(tone(1.0)) == 0
    assert cut_off(tone(4.0).clip(-1, 1)) > 4000
    assert cut_off(tone(1.2)) > 1000


def test_what_is_said_of_it() -> None:
    assert warning(-20.0, 0.0) is None
    assert warning(-20.0, 0.01) is PromptWarning.CLIPPED
    assert warning(-40.0, 0.0) is PromptWarning.VERY_QUIET
