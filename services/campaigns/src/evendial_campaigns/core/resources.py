"""What admins define, and what keeps a definition as it is: somebody uses it."""

import msgspec
from evendial_contracts.resources import DeviceDefined, IvrDefined, TrunkDefined

from evendial_campaigns.core.rejected import Rejected, invalid
from evendial_campaigns.core.rules import check_name

Resource = TrunkDefined | DeviceDefined | IvrDefined


class Uses(msgspec.Struct, frozen=True, kw_only=True):
    """Who uses a definition: devices use trunks, campaigns (not archived, not deleted) the others.

    `caller_ids` counts those campaigns by the caller id that they show; `trunk` is the one that a device is
    to have, if there is such a trunk.
    """

    devices: int = 0
    campaigns: int = 0
    caller_ids: dict[str, int] = {}
    trunk: TrunkDefined | None = None


def check_change(before: Resource | None, after: Resource, uses: Uses) -> None:
    """Raises `Rejected` for a definition that cannot be, or that its users could use no longer."""
    check_name(after.name)
    if after.deleted:
        _check_deletion(uses)
    elif isinstance(after, DeviceDefined):
        _check_device(before if isinstance(before, DeviceDefined) else None, after, uses)
    elif isinstance(before, IvrDefined) and isinstance(after, IvrDefined):
        _check_context(before, after, uses)


def _check_deletion(uses: Uses) -> None:
    if uses.devices:
        devices = "1 device calls" if uses.devices == 1 else f"{uses.devices} devices call"
        raise Rejected("in_use", f"{devices} through this trunk: give them another one or delete them first.")
    if uses.campaigns:
        raise Rejected("in_use", f"{_campaigns(uses.campaigns)} needs it: change or archive those first.")


def _check_device(before: DeviceDefined | None, after: DeviceDefined, uses: Uses) -> None:
    if before and after.owner_id != before.owner_id:
        raise invalid("owner_id", "cannot change: make a device for the other user instead")
    if uses.trunk is None or uses.trunk.deleted:
        raise invalid("trunk_id", "must be a trunk")
    if len(set(after.caller_ids)) < len(after.caller_ids):
        raise invalid("caller_ids", "must be different from each other")
    shown = sum(count for caller_id, count in uses.caller_ids.items() if caller_id not in after.caller_ids)
    if shown:
        used = _campaigns(shown)
        raise Rejected(
            "in_use", f"{used} shows a caller id that would be gone: change or archive those first."
        )


def _check_context(before: IvrDefined, after: IvrDefined, uses: Uses) -> None:
    if uses.campaigns and after.context != before.context:
        used = _campaigns(uses.campaigns)
        raise Rejected("in_use", f"{used} hands calls over to this context: make another IVR instead.")


def _campaigns(count: int) -> str:
    return "1 campaign" if count == 1 else f"Each of {count} campaigns"
