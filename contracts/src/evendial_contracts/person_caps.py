"""How often one person is called at most, in all campaigns of an owner together."""

import msgspec


class PersonCap(msgspec.Struct, frozen=True, kw_only=True):
    """No more than so many attempts in any `hours` that follow each other.

    Rolling hours, as in the rules that they are for (three in 24 hours: Florida Statutes 501.616(6)(b); seven
    in seven days: 12 CFR 1006.14(b)(2)), and whatever the zone. What counts is an attempt that is used up,
    unknown ones included; congestion, our own failures and voids do not.
    """

    attempts: int
    hours: int
