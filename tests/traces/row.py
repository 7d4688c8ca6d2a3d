"""One row of the truth table."""

from dataclasses import dataclass
from enum import Enum

from evendial_contracts.calls import Disposition

from tests.traces.sip_callee import Script


class Act(Enum):
    """What is done to a call, or instead of one, from our side."""

    HANG_UP = "it is hung up by AMI, cause 16, while it rings"
    DUPLICATE = "once it is up, its channel id is dialled again by somebody else"
    FORBIDDEN = "by an AMI user without the right to originate"
    APPLICATION = "by our AMI user, into an application"
    NOWHERE = "by our AMI user, into a context that is not there"
    KILL = "Asterisk is killed (kill -9) and started again"
    RESTART = "Asterisk is told `core restart now`, and started again"


@dataclass(frozen=True)
class Row:
    """What the far end does, and what must come of it: `says`, `cause` (Q.850; None: no Hangup), `rang`.

    What versions tell apart is given for each major. The far end is the callee that acts `script`, or the
    carrier, where the number begins with `digits`. `slow`: it takes half a minute, so it is only recorded.
    """

    name: str
    does: str
    says: Disposition | dict[int, Disposition]
    cause: int | dict[int, int | None] | None = None
    script: Script = ()
    rang: bool = False
    trunk: str = "callee"
    digits: str = ""
    ring_timeout_s: int = 10
    max_call_s: int = 3600
    act: Act | None = None
    slow: bool = False

    @property
    def story(self) -> str:
        """All that happens, in words."""
        return f"{self.does}; {self.act.value}" if self.act else self.does

    def expected(self, major: int) -> tuple[Disposition, int | None, bool]:
        """Disposition, `hangup_cause` and `rang` on that version."""
        says = self.says[major] if isinstance(self.says, dict) else self.says
        cause = self.cause[major] if isinstance(self.cause, dict) else self.cause
        return says, cause, self.rang


def carrier(name: str, does: str, says: Disposition, cause: int | None, **more: object) -> Row:
    """A row whose far end is the second Asterisk."""
    return Row(name, does, says, cause, trunk="carrier", **more)  # type: ignore[arg-type]
