"""Where a number of a campaign's list stands."""

from enum import IntEnum


class State(IntEnum):
    """As stored. The first two may be called, the next two are in a command's hands, the others have ended.

    The numbers stand in the indexes and statements of the database: never change one.
    """

    FREE = 0
    WAITING_RETRY = 1
    SCHEDULED = 2
    CALLING = 3
    COMPLETED = 4
    FAILED = 5
    UNKNOWN = 6
    REMOVED = 7
    SUPPRESSED = 8
