"""What goes on while a fault strikes: three campaigns, a stop, a window's end and retries, all by a seed."""

from dataclasses import dataclass
from random import Random

STOPPED_PER_MINUTE, EDGED_PER_MINUTE, MAIN_PER_MINUTE = 180, 120, 240
EDGED_CAP = 3
MAX_RETRIES, RETRY_DELAY_S = 1, 2
RING_TIMEOUT_S = 10

MAIN = {"13": 4, "20": 5, "21": 1, "22": 2, "24": 1, "111": 20, "14": 6}
"""The behaviours of the callees (see the carrier's extensions.conf); the busy ones are called again."""
SHARED = 6
"""So many persons stand on two lists of one owner."""


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Moments are in seconds after the campaigns were activated."""

    main: list[str]
    """Dialled to its end: callees that answer, are busy, ring out, refuse."""
    stopped: list[str]
    """Its campaign is stopped at `stop_at_s`."""
    edged: list[str]
    """Its campaign's window ends at `closes_at_s`, and it may have three calls at once."""
    stop_at_s: float
    closes_at_s: int
    strikes_at_s: float
    strength: float
    """Between 0 and 1: how long or how hard the fault is, as far as that is left open."""


def scene(seed: str, serial: int) -> Scene:
    """Numbers are new for each `serial`, so that the carrier's record of one cell is its own."""
    lots = Random(seed)
    main = [
        number for behaviour, count in MAIN.items() for number in _numbers(behaviour, serial, range(count))
    ]
    lots.shuffle(main)
    shared = [number for number in main if number.startswith("4930111")][:SHARED]
    stopped = [*_numbers("30", serial, range(3)), *_numbers("112", serial, range(100, 130)), *shared]
    lots.shuffle(stopped)
    return Scene(
        main=main,
        stopped=stopped,
        edged=_numbers("112", serial, range(200, 230)),
        stop_at_s=lots.uniform(3, 8),
        closes_at_s=lots.randint(4, 9),
        strikes_at_s=lots.uniform(2, 6),
        strength=lots.random(),
    )


def _numbers(behaviour: str, serial: int, which: range) -> list[str]:
    """The carrier looks at the ten digits after 4930."""
    digits = 10 - len(behaviour)
    return [f"4930{behaviour}{(serial * 300 + n) % 10**digits:0{digits}d}" for n in which]
