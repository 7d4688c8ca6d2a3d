"""From ids of prompts and IVRs to actions that the agi service can run without asking anybody."""

from collections.abc import Sequence
from uuid import UUID

from evendial_contracts.actions import Action, Ivr, Play, Wait
from evendial_contracts.resources import IvrDefined

from evendial_campaigns.core.rejected import invalid
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.prompt_store import Prompts
from evendial_campaigns.schemas.actions import IvrBody, PlayBody, WaitBody


class SequenceResolver:
    """Looks up what a sequence names."""

    def __init__(self, prompts: Prompts, definitions: Definitions) -> None:
        self._prompts = prompts
        self._definitions = definitions

    async def resolve(
        self, owner_id: UUID, bodies: Sequence[WaitBody | PlayBody | IvrBody]
    ) -> tuple[Action, ...]:
        """The actions for a campaign of that owner; raises `Rejected`, which names the one at fault."""
        return tuple([await self._action(owner_id, index, body) for index, body in enumerate(bodies)])

    async def _action(self, owner_id: UUID, index: int, body: WaitBody | PlayBody | IvrBody) -> Action:
        match body:
            case WaitBody():
                return Wait(seconds=body.seconds)
            case PlayBody():
                prompt = await self._prompts.find(body.prompt_id, owner_id)
                if prompt is None:
                    raise invalid(f"actions[{index}].prompt_id", "must be a prompt of the campaign's owner")
                return Play(prompt_id=prompt.prompt_id, sha256=prompt.sha256, duration_ms=prompt.duration_ms)
            case IvrBody():
                ivr = await self._definitions.find(IvrDefined, body.ivr_id)
                if ivr is None or ivr.deleted:
                    raise invalid(f"actions[{index}].ivr_id", "must be an ivr")
                return Ivr(ivr_id=ivr.ivr_id, context=ivr.context)
