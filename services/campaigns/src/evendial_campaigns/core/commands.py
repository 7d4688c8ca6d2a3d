"""What can be asked of a campaign, and what is known when it is decided."""

from uuid import UUID

import msgspec
from evendial_contracts.actions import Action
from evendial_contracts.campaigns import CampaignRules, RemovalReason
from evendial_contracts.resources import DeviceDefined, LimitsDefined

from evendial_campaigns.core.rules_change import RulesChange


class Actor(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks."""

    user_id: UUID
    admin: bool = False


class Create(msgspec.Struct, frozen=True, kw_only=True):
    """Make a campaign; it belongs to who asks, or to `owner_id` when an admin makes it for somebody.

    As a copy (`cloned_from`) it begins with the actions of the other.
    """

    campaign_id: UUID
    by: Actor
    rules: CampaignRules
    owner_id: UUID | None = None
    cloned_from: UUID | None = None
    actions: tuple[Action, ...] = ()

    @property
    def owner(self) -> UUID:
        """Whose campaign it is to be."""
        return self.owner_id or self.by.user_id


class ChangeRules(msgspec.Struct, frozen=True, kw_only=True):
    """Change some of the rules."""

    by: Actor
    changes: RulesChange


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


class RecordRemoval(msgspec.Struct, frozen=True, kw_only=True):
    """It is fixed which numbers are to go; `number_id` when it is one, `import_id` when it is a list."""

    by: Actor
    batch_id: UUID
    reason: RemovalReason
    numbers: int
    chunks: int
    number_id: int | None = None
    import_id: UUID | None = None


class RecordRedial(msgspec.Struct, frozen=True, kw_only=True):
    """It is fixed which numbers are to be called once more; `number_id` when a person picked one."""

    by: Actor
    batch_id: UUID
    numbers: int
    chunks: int
    number_id: int | None = None


class Activate(msgspec.Struct, frozen=True, kw_only=True):
    """Dial from now on."""

    by: Actor


class Stop(msgspec.Struct, frozen=True, kw_only=True):
    """Dial nothing any more; `hang_up`: and end the calls in progress."""

    by: Actor
    hang_up: bool = False


class Finish(msgspec.Struct, frozen=True, kw_only=True):
    """The scheduler found nothing left to call under this epoch, having heard of so many batches."""

    epoch: int
    batches: int | None = None


class Archive(msgspec.Struct, frozen=True, kw_only=True):
    """Put it away."""

    by: Actor


class Restore(msgspec.Struct, frozen=True, kw_only=True):
    """Take it out again."""

    by: Actor


class Delete(msgspec.Struct, frozen=True, kw_only=True):
    """Away with it, for good."""

    by: Actor


ListCommand = RecordImport | RecordRemoval | RecordRedial
LifeCommand = ChangeRules | SetSequence | Activate | Stop | Finish | Archive | Restore | Delete
CampaignCommand = Create | LifeCommand | ListCommand


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision needs to know beyond the campaign's own past.

    `device` is the one that the rules in question name, if it is the owner's; `free_numbers` counts those
    still to be called; `dialled` says whether the campaign had, or may be having, a call. `limits` are the
    owner's, `campaigns` and `calls_per_minute` what the owner's other campaigns take of them. `ivrs` are
    those of the actions in question that an admin still offers, `regions` the known country codes.
    """

    device: DeviceDefined | None = None
    free_numbers: int = 0
    dialled: bool = False
    limits: LimitsDefined | None = None
    campaigns: int = 0
    calls_per_minute: int = 0
    ivrs: frozenset[UUID] = frozenset()
    time_zones: frozenset[str] = frozenset()
    regions: frozenset[str] = frozenset()
