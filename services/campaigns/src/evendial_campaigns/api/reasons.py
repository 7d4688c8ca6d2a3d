"""Why a campaign is not calling."""

from litestar import Controller, get
from litestar.di import NamedDependency

from evendial_campaigns.campaign_store import KeptCampaign
from evendial_campaigns.core.commands import Actor
from evendial_campaigns.core.reasons import PACING
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.preflight_reader import Foreseen, PreflightReader
from evendial_campaigns.reason_reader import Explained, ReasonReader
from evendial_campaigns.schemas.preflight import PreflightView, WarningView, refusal_view
from evendial_campaigns.schemas.reasons import BlockersView, counted_view, reason_view


class ReasonsController(Controller):
    """What keeps calls from starting."""

    path = "/campaigns/{campaign_id:uuid}"
    tags = ("campaigns",)

    @get("/blockers", operation_id="GetBlockers")
    async def blockers(
        self, kept: NamedDependency[KeptCampaign], reason_reader: NamedDependency[ReasonReader]
    ) -> BlockersView:
        """Why the campaign is not calling right now, or that it is; how many numbers have which reason."""
        explained = await reason_reader.read(kept.campaign.campaign_id)
        if explained is None:
            raise Rejected("not_found", "There is no such campaign.")
        return _view(explained)

    @get("/preflight", operation_id="GetPreflight")
    async def preflight(
        self,
        kept: NamedDependency[KeptCampaign],
        actor: NamedDependency[Actor],
        preflight_reader: NamedDependency[PreflightReader],
    ) -> PreflightView:
        """What an activation now would come to, and what it would be refused with; changes nothing."""
        foreseen = await preflight_reader.read(kept.campaign.campaign_id, actor)
        if foreseen is None:
            raise Rejected("not_found", "There is no such campaign.")
        return _foreseen_view(foreseen)


def _view(explained: Explained) -> BlockersView:
    told, top = explained.told, explained.top
    others = [each for each in explained.blockers if each != top and each.code not in PACING]
    return BlockersView(
        campaign_id=explained.campaign.campaign_id,
        status=explained.campaign.status,
        at=explained.at,
        calling=top.code in PACING,
        reason=reason_view(top, told),
        others=[reason_view(each, told) for each in others],
        next_slot_at=explained.next_slot_at or (top.until if top.code in PACING else None),
        numbers=sum(each.numbers for each in explained.counts),
        reasons=[counted_view(each, told) for each in explained.counts],
        scheduler_answers=explained.answered,
    )


def _foreseen_view(foreseen: Foreseen) -> PreflightView:
    explained, outlook = foreseen.explained, foreseen.outlook
    told, top = explained.told, explained.top
    blocked = [each for each in explained.counts if each.reason.code not in PACING]
    return PreflightView(
        campaign_id=explained.campaign.campaign_id,
        status=explained.campaign.status,
        at=explained.at,
        can_activate=foreseen.refusal is None,
        refusal=refusal_view(foreseen.refusal) if foreseen.refusal else None,
        reason=reason_view(top, told),
        numbers=sum(each.numbers for each in explained.counts),
        callable_now=outlook.callable_now,
        to_call=outlook.to_call,
        blocked=[counted_view(each, told) for each in blocked],
        calls_per_hour=outlook.calls_per_hour,
        expected_start_at=outlook.start_at,
        expected_finish_at=outlook.finish.finish_at,
        expected_finish_reason=outlook.finish.reason or outlook.latest.reason,
        latest_finish_at=outlook.latest.finish_at,
        assumptions=outlook.assumptions,
        warnings=[WarningView(code=code, why=why) for code, why in outlook.warnings],
        scheduler_answers=explained.answered,
    )
