"""One row of the truth table."""

from dataclasses import dataclass
from enum import Enum

from evendial_contracts.calls import Disposition

from tests.traces.sip_callee import Script

End = tuple[Disposition, int | None, bool]


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
    `or_cause`: what Asterisk gives instead when its threads run the other way.
    """

    name: str
    does: str
    says: Disposition | dict[int, Disposition]
    cause: int | dict[int, int | None] | None = None
    script: Script = ()
    or_cause: int | None = None
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

    def says_on(self, major: int) -> Disposition:
        """The disposition on that version."""
        return self.says[major] if isinstance(self.says, dict) else self.says

    def ends(self, major: int) -> set[End]:
        """Disposition, `hangup_cause` and `rang` on that version: one end, or two that are as good."""
        cause = self.cause[major] if isinstance(self.cause, dict) else self.cause
        causes = {cause, cause if self.or_cause is None else self.or_cause}
        return {(self.says_on(major), each, self.rang) for each in causes}


def carrier(name: str, does: str, says: Disposition, cause: int | None, **more: object) -> Row:
    """A row whose far end is the second Asterisk."""
    return Row(name, does, says, cause, trunk="carrier", **more)  # type: ignore[arg-type]
