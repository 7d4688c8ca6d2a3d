"""How loud a sound is, and what is done about one that a callee could hardly hear.

Levels are RMS in dB relative to digital full scale: a sine that just fits measures -3. A sound is measured
where it is no pause, in blocks of 100 ms, for what ITU-T P.56 calls the active level; -26 is the one at which
telephony is tested (ITU-T P.830).
"""

import numpy as np
from numpy.typing import NDArray

from evendial_campaigns.prompt_converter import RATE_HZ, PromptWarning

Samples = NDArray[np.float32]

PAUSE_DBFS = -60.0
INAUDIBLE_DBFS = -50.0
QUIET_DBFS = -35.0
TARGET_DBFS = -26.0
PEAK_MAX_DBFS = -1.0
BLOCK = RATE_HZ // 10
FLAT_FROM = 0.98
CLIPPED_SHARE = 0.001
SILENCE_DBFS = -120.0


def speech_dbfs(samples: Samples) -> float:
    """The level of what is no pause; -120 when all of it is."""
    whole = np.append(samples, np.zeros(-len(samples) % BLOCK, dtype=np.float32)).reshape(-1, BLOCK)
    powers = np.square(whole, dtype=np.float64).mean(axis=1)
    loud = powers[powers > 10 ** (PAUSE_DBFS / 10)]
    return float(10 * np.log10(loud.mean())) if len(loud) else SILENCE_DBFS


def peak_dbfs(samples: Samples) -> float:
    """The level of the loudest sample."""
    peak = float(np.abs(samples).max(initial=0.0))
    return 20 * float(np.log10(peak)) if peak > 0 else SILENCE_DBFS


def raised(samples: Samples) -> Samples:
    """As loud as speech on the telephone, or as loud as it can be without being cut off."""
    gain_db = min(TARGET_DBFS - speech_dbfs(samples), PEAK_MAX_DBFS - peak_dbfs(samples))
    return samples * np.float32(10 ** (max(gain_db, 0.0) / 20))


def cut_off(samples: Samples) -> int:
    """How many samples lie beyond full scale, or go on at one extreme as they do where a wave was cut off."""
    level = np.abs(samples)
    flat = (level[1:] >= FLAT_FROM) & (samples[1:] == samples[:-1])
    return int(np.count_nonzero(flat) + np.count_nonzero(level > 1.0))


def warning(level_dbfs: float, cut_off_share: float) -> PromptWarning | None:
    """What the sender of a sound should know of it."""
    if level_dbfs < QUIET_DBFS:
        return PromptWarning.VERY_QUIET
    return PromptWarning.CLIPPED if cut_off_share > CLIPPED_SHARE else None
