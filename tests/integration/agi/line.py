"""An answered call, as both Asterisks of these tests offer it: the fake one and the real one."""

from dataclasses import dataclass
from typing import Protocol


@dataclass(frozen=True, kw_only=True)
class Callee:
    """What the person at the other end does; `number` is who behaves so at the local carrier."""

    number: str
    hangs_up_after_s: float | None = None
    presses_key: bool = False


STAYS = Callee(number="1190000800")
HANGS_UP = Callee(number="1400000800", hangs_up_after_s=0.5)
PRESSES_KEY = Callee(number="1500000800", presses_key=True)


@dataclass(frozen=True, kw_only=True)
class Ended:
    """How the call ended: whether the done marker was set, and which context it was handed over to."""

    marked: bool
    context: str | None = None


class Line(Protocol):
    """An Asterisk that hands answered calls to the agi service."""

    async def call(self, token: str, callee: Callee) -> Ended:
        """One call from its answer to its end."""
        ...
