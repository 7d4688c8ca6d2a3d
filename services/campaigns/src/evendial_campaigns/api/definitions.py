"""How trunks, devices and IVRs are shown and changed alike."""

from collections.abc import Callable
from typing import TypeVar

import msgspec
from evendial_contracts.resources import DeviceDefined, IvrDefined, TrunkDefined
from litestar import Response

from evendial_campaigns.api.tagged import tagged
from evendial_campaigns.core.patch import named
from evendial_campaigns.page import Page
from evendial_campaigns.schemas.body import Body
from evendial_campaigns.schemas.resources import Device, IvrView, Trunk

View = TypeVar("View", Trunk, Device, IvrView)
Kind = TypeVar("Kind", TrunkDefined, DeviceDefined, IvrDefined)

CHANGED = ("version_mismatch", "in_use")
"""The refusals of an edit."""


def shown(definition: TrunkDefined | DeviceDefined | IvrDefined, view: type[View]) -> Response[View]:
    """One definition, with its revision as ETag."""
    return tagged(msgspec.convert(definition, view, from_attributes=True), definition.revision)


def listed(page: Page[Kind], view: type[View]) -> Page[View]:
    """Many."""
    return Page([msgspec.convert(each, view, from_attributes=True) for each in page.items], page.next)


def patch_of(body: Body) -> Callable[[Kind], Kind]:
    """What a PATCH does to whatever the definition is when it is its turn."""
    fields = named(body)
    return lambda definition: msgspec.structs.replace(definition, **fields)
