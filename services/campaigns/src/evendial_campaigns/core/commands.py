"""What can be asked of a campaign, and what is known when it is decided."""

from uuid import UUID

import msgspec
from evendial_contracts.actions import Action
from evendial_contracts.campaigns import CampaignRules
from evendial_contracts.resources import DeviceDefined


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks."""

    user_id: UUID
    admin: bool = False


class Create(msgspec.Struct, frozen=True, kw_only=True):
    """Make a campaign; it belongs to who asks."""

    campaign_id: UUID
    by: Actor
    rules: CampaignRules


class ChangeRules(msgspec.Struct, frozen=True, kw_only=True):
    """Replace the rules as a whole."""

    by: Actor
    rules: CampaignRules


class SetSequence(msgspec.Struct, frozen=True, kw_only=True):
    """Replace the actions as a whole."""

    by: Actor
    actions: tuple[Action, ...]


class RecordImport(msgspec.Struct, frozen=True, kw_only=True):
    """A list has been read to its end and stored."""

    by: Actor
    import_id: UUID
    accepted: int
    duplicates: int
    rejected: int
    chunks: int
    sha256: str


class Activate(msgspec.Struct, frozen=True, kw_only=True):
    """Dial from now on."""

    by: Actor


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Dial nothing any more."""

    by: Actor


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """The scheduler found nothing left to call under this epoch."""

    epoch: int


CampaignCommand = Create | ChangeRules | SetSequence | RecordImport | Activate | Stop | Finish


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision needs to know beyond the campaign's own past.

    `device` is the one that the rules in question name, if it is the owner's; `free_numbers` counts those
    still to be called.
    """

    device: DeviceDefined | None = None
    free_numbers: int = 0
    time_zones: frozenset[str] = frozenset()
