"""Trunks, devices and IVRs: an admin makes them, a user sees their own devices."""

from typing import TypeVar
from uuid import uuid4

import msgspec
from evendial_contracts.resources import DeviceDefined, IvrDefined, TrunkDefined
from litestar import Controller, get, post
from litestar.di import NamedDependency
from litestar.params import JSONBody

from evendial_campaigns.auth import admin_only
from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.core.rules import check_name
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import People, Person
from evendial_campaigns.schemas.resources import Device, DeviceCreate, IvrCreate, IvrView, Trunk, TrunkCreate

View = TypeVar("View", Trunk, Device, IvrView)


class Trunks(Controller):
    """What carries calls."""

    path = "/trunks"
    tags = ("trunks",)
    guards = (admin_only,)

    @post(operation_id="CreateTrunk")
    async def create(self, data: JSONBody[TrunkCreate], definitions: NamedDependency[Definitions]) -> Trunk:
        """Makes a trunk; its endpoint must be one that Asterisk knows."""
        check_name(data.name)
        trunk = TrunkDefined(trunk_id=uuid4(), revision=1, **msgspec.structs.asdict(data))
        await definitions.define(trunk)
        return _shown(trunk, Trunk)

    @get(operation_id="ListTrunks")
    async def list(
        self, definitions: NamedDependency[Definitions], page_window: NamedDependency[Window]
    ) -> Page[Trunk]:
        """All trunks."""
        page = await definitions.page(TrunkDefined, None, page_window)
        return Page([_shown(each, Trunk) for each in page.items], page.next)


class Devices(Controller):
    """What calls are placed through and billed to."""

    path = "/devices"
    tags = ("devices",)

    @post(operation_id="CreateDevice", guards=[admin_only])
    async def create(
        self,
        data: JSONBody[DeviceCreate],
        definitions: NamedDependency[Definitions],
        people: NamedDependency[People],
    ) -> Device:
        """Makes a device for a user."""
        check_name(data.name)
        if not await people.exists(data.owner_id):
            raise invalid("owner_id", "must be a user")
        if await definitions.find(TrunkDefined, data.trunk_id) is None:
            raise invalid("trunk_id", "must be a trunk")
        device = DeviceDefined(device_id=uuid4(), revision=1, **msgspec.structs.asdict(data))
        await definitions.define(device)
        return _shown(device, Device)

    @get(operation_id="ListDevices")
    async def list(
        self,
        definitions: NamedDependency[Definitions],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
    ) -> Page[Device]:
        """Your devices; for an admin everybody's."""
        page = await definitions.page(DeviceDefined, person.sees, page_window)
        return Page([_shown(each, Device) for each in page.items], page.next)


class Ivrs(Controller):
    """Dialplan contexts that may end a sequence."""

    path = "/ivrs"
    tags = ("ivrs",)
    guards = (admin_only,)

    @post(operation_id="CreateIvr")
    async def create(self, data: JSONBody[IvrCreate], definitions: NamedDependency[Definitions]) -> IvrView:
        """Offers a dialplan context; it must be one that Asterisk knows."""
        check_name(data.name)
        ivr = IvrDefined(ivr_id=uuid4(), revision=1, **msgspec.structs.asdict(data))
        await definitions.define(ivr)
        return _shown(ivr, IvrView)

    @get(operation_id="ListIvrs")
    async def list(
        self, definitions: NamedDependency[Definitions], page_window: NamedDependency[Window]
    ) -> Page[IvrView]:
        """All IVRs."""
        page = await definitions.page(IvrDefined, None, page_window)
        return Page([_shown(each, IvrView) for each in page.items], page.next)


def _shown(definition: msgspec.Struct, kind: type[View]) -> View:
    return msgspec.convert(definition, kind, from_attributes=True)
