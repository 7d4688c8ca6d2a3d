"""Devices: what calls are placed through and billed to."""

from uuid import UUID

import msgspec
from evendial_contracts.resources import DeviceDefined
from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from evendial_campaigns.api.definitions import CHANGED, listed, patch_of, shown
from evendial_campaigns.api.tagged import ETAG
from evendial_campaigns.auth import admin_only
from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.definition_edits import DefinitionEdits
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import People, Person
from evendial_campaigns.schemas.resources import Device, DeviceCreate, DevicePatch


class Devices(Controller):
    """What calls are placed through and billed to; an admin makes them, a user sees their own."""

    path = "/devices"
    tags = ("devices",)

    @post(operation_id="CreateDevice", guards=[admin_only], response_headers=[ETAG])
    async def create(
        self,
        data: JSONBody[DeviceCreate],
        new_id: NamedDependency[UUID],
        people: NamedDependency[People],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[Device]:
        """Makes a device for a user."""
        if not await people.exists(data.owner_id):
            raise invalid("owner_id", "must be a user")
        device = DeviceDefined(device_id=new_id, revision=1, **msgspec.structs.asdict(data))
        return shown(await definition_edits.make(device), Device)

    @get(operation_id="ListDevices")
    async def list(
        self,
        definitions: NamedDependency[Definitions],
        whose: NamedDependency[UUID | None],
        page_window: NamedDependency[Window],
    ) -> Page[Device]:
        """Your devices; for an admin everybody's, or one user's."""
        return listed(await definitions.page(DeviceDefined, whose, page_window), Device)

    @get("/{device_id:uuid}", operation_id="GetDevice", response_headers=[ETAG])
    async def read(
        self,
        device_id: FromPath[UUID],
        person: NamedDependency[Person],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[Device]:
        """One device."""
        return shown(await definition_edits.find(DeviceDefined, device_id, person.sees), Device)

    @patch(
        "/{device_id:uuid}",
        operation_id="ChangeDevice",
        response_headers=[ETAG],
        guards=[admin_only],
        opt={"problems": CHANGED},
    )
    async def change(
        self,
        device_id: FromPath[UUID],
        data: JSONBody[DevicePatch],
        expected: NamedDependency[Expected],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[Device]:
        """Changes it, but for its owner, and for caller ids that campaigns show."""
        changed = await definition_edits.change(DeviceDefined, device_id, patch_of(data), expected)
        return shown(changed, Device)

    @delete("/{device_id:uuid}", operation_id="DeleteDevice", guards=[admin_only], opt={"problems": CHANGED})
    async def delete(
        self,
        device_id: FromPath[UUID],
        expected: NamedDependency[Expected],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> None:
        """Deletes a device that no campaign calls through."""
        await definition_edits.delete(DeviceDefined, device_id, expected)
