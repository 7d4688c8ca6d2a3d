"""What the judge has looked at, and where a rule was broken."""

from collections import Counter
from dataclasses import dataclass, field

from tests.oracle.log import instant


@dataclass(frozen=True)
class Breach:
    """A rule that did not hold, when, and what was seen."""

    rule: str
    at_us: int
    seen: str

    def __str__(self) -> str:
        return f"{instant(self.at_us).isoformat()} {self.rule}: {self.seen}"


@dataclass
class Findings:
    """How often each rule was looked at, and where it was broken."""

    checked: Counter[str] = field(default_factory=Counter)
    breaches: list[Breach] = field(default_factory=list)

    def look(self, rule: str, holds: bool, at_us: int, *seen: object) -> None:
        """One look at one rule."""
        self.checked[rule] += 1
        if not holds:
            self.breaches.append(Breach(rule, at_us, " ".join(map(str, seen))))
