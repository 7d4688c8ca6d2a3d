"""IVRs: dialplan contexts that may take a call over."""

from uuid import UUID

import msgspec
from evendial_contracts.resources import IvrDefined
from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from evendial_campaigns.api.definitions import CHANGED, listed, patch_of, shown
from evendial_campaigns.api.tagged import ETAG
from evendial_campaigns.auth import admin_only
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.definition_edits import DefinitionEdits
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.page import Page, Window
from evendial_campaigns.schemas.resources import IvrCreate, IvrPatch, IvrView


class Ivrs(Controller):
    """Dialplan contexts that may end a sequence; for admins."""

    path = "/ivrs"
    tags = ("ivrs",)
    guards = (admin_only,)

    @post(operation_id="CreateIvr", response_headers=[ETAG])
    async def create(
        self,
        data: JSONBody[IvrCreate],
        new_id: NamedDependency[UUID],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[IvrView]:
        """Offers a dialplan context; it must be one that Asterisk knows."""
        ivr = IvrDefined(ivr_id=new_id, revision=1, **msgspec.structs.asdict(data))
        return shown(await definition_edits.make(ivr), IvrView)

    @get(operation_id="ListIvrs")
    async def list(
        self, definitions: NamedDependency[Definitions], page_window: NamedDependency[Window]
    ) -> Page[IvrView]:
        """All IVRs."""
        return listed(await definitions.page(IvrDefined, None, page_window), IvrView)

    @get("/{ivr_id:uuid}", operation_id="GetIvr", response_headers=[ETAG])
    async def read(
        self, ivr_id: FromPath[UUID], definition_edits: NamedDependency[DefinitionEdits]
    ) -> Response[IvrView]:
        """One IVR."""
        return shown(await definition_edits.find(IvrDefined, ivr_id, None), IvrView)

    @patch(
        "/{ivr_id:uuid}",
        operation_id="ChangeIvr",
        response_headers=[ETAG],
        opt={"problems": CHANGED},
    )
    async def change(
        self,
        ivr_id: FromPath[UUID],
        data: JSONBody[IvrPatch],
        expected: NamedDependency[Expected],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[IvrView]:
        """Changes it; its context only while no campaign hands calls over to it."""
        changed = await definition_edits.change(IvrDefined, ivr_id, patch_of(data), expected)
        return shown(changed, IvrView)

    @delete("/{ivr_id:uuid}", operation_id="DeleteIvr", opt={"problems": CHANGED})
    async def delete(
        self,
        ivr_id: FromPath[UUID],
        expected: NamedDependency[Expected],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> None:
        """Deletes an IVR that no campaign hands calls over to."""
        await definition_edits.delete(IvrDefined, ivr_id, expected)
