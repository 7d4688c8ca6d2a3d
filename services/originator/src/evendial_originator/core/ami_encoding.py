"""What may stand in an AMI action: one field, one line."""

import re
from collections.abc import Mapping

FIELD_NAME = re.compile(r"[A-Za-z]{1,40}")
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
"""C0 and C1 controls, Unicode's line separators, and halves of surrogate pairs, which have no UTF-8."""


class Unsendable(ValueError):
    """A field that would break out of its line; the message names it, never its value."""


def guarded(fields: Mapping[str, str]) -> dict[str, str]:
    """The same fields, if each stays within its line on the wire; raises `Unsendable`."""
    for name, value in fields.items():
        if not FIELD_NAME.fullmatch(name):
            raise Unsendable(f"{name!r} is not the name of an AMI field")
        if CONTROL.search(value):
            raise Unsendable(f"{name} must not hold control characters or line separators")
    return dict(fields)
