"""Trunks: what carries calls."""

from collections.abc import Mapping
from uuid import UUID

import msgspec
from evendial_contracts.resources import TrunkDefined
from evendial_contracts.trunks import TrunkDegraded
from litestar import Controller, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from evendial_campaigns.api.definitions import CHANGED, patch_of, shown
from evendial_campaigns.api.tagged import ETAG, tagged
from evendial_campaigns.auth import admin_only
from evendial_campaigns.core.versions import Expected
from evendial_campaigns.definition_edits import DefinitionEdits
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.page import Page, Window
from evendial_campaigns.schemas.resources import Degraded, Trunk, TrunkCreate, TrunkPatch
from evendial_campaigns.trunk_conditions import TrunkConditions


class Trunks(Controller):
    """What carries calls; for admins."""

    path = "/trunks"
    tags = ("trunks",)
    guards = (admin_only,)

    @post(operation_id="CreateTrunk", response_headers=[ETAG])
    async def create(
        self,
        data: JSONBody[TrunkCreate],
        new_id: NamedDependency[UUID],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[Trunk]:
        """Makes a trunk; its endpoint must be one that Asterisk knows."""
        trunk = TrunkDefined(trunk_id=new_id, revision=1, **msgspec.structs.asdict(data))
        return shown(await definition_edits.make(trunk), Trunk)

    @get(operation_id="ListTrunks")
    async def list(
        self,
        definitions: NamedDependency[Definitions],
        trunk_conditions: NamedDependency[TrunkConditions],
        page_window: NamedDependency[Window],
    ) -> Page[Trunk]:
        """All trunks, and which of them are given less than their calls per second now."""
        page = await definitions.page(TrunkDefined, None, page_window)
        degraded = await trunk_conditions.degraded(each.trunk_id for each in page.items)
        return Page([_view(each, degraded) for each in page.items], page.next)

    @get("/{trunk_id:uuid}", operation_id="GetTrunk", response_headers=[ETAG])
    async def read(
        self,
        trunk_id: FromPath[UUID],
        trunk_conditions: NamedDependency[TrunkConditions],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[Trunk]:
        """One trunk, and whether it is given less than its calls per second now."""
        trunk = await definition_edits.find(TrunkDefined, trunk_id, None)
        return tagged(_view(trunk, await trunk_conditions.degraded([trunk_id])), trunk.revision)

    @patch(
        "/{trunk_id:uuid}",
        operation_id="ChangeTrunk",
        response_headers=[ETAG],
        opt={"problems": ("version_mismatch",)},
    )
    async def change(
        self,
        trunk_id: FromPath[UUID],
        data: JSONBody[TrunkPatch],
        expected: NamedDependency[Expected],
        trunk_conditions: NamedDependency[TrunkConditions],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> Response[Trunk]:
        """Changes it; the calls that are planned from now on go by it."""
        changed = await definition_edits.change(TrunkDefined, trunk_id, patch_of(data), expected)
        return tagged(_view(changed, await trunk_conditions.degraded([trunk_id])), changed.revision)

    @delete("/{trunk_id:uuid}", operation_id="DeleteTrunk", opt={"problems": CHANGED})
    async def delete(
        self,
        trunk_id: FromPath[UUID],
        expected: NamedDependency[Expected],
        definition_edits: NamedDependency[DefinitionEdits],
    ) -> None:
        """Deletes a trunk that no device calls through."""
        await definition_edits.delete(TrunkDefined, trunk_id, expected)


def _view(trunk: TrunkDefined, degraded: Mapping[UUID, TrunkDegraded]) -> Trunk:
    view = msgspec.convert(trunk, Trunk, from_attributes=True)
    said = degraded.get(trunk.trunk_id)
    if said is None:
        return view
    return msgspec.structs.replace(view, degraded=msgspec.convert(said, Degraded, from_attributes=True))
