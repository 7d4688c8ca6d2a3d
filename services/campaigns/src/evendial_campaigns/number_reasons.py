"""Numbers of a list, each with the reason why it is not being called right now."""

from collections.abc import Sequence

import msgspec
from evendial_contracts.reasons import Reason

from evendial_campaigns.core.campaign import Campaign
from evendial_campaigns.core.progress import NumberState
from evendial_campaigns.core.reason_words import Told, after_void, sentence
from evendial_campaigns.core.reasons import OwnRow
from evendial_campaigns.reason_reader import ReasonReader
from evendial_campaigns.schemas.numbers import ListedNumber, NumberView


async def explained(
    reader: ReasonReader, campaign: Campaign, numbers: Sequence[ListedNumber]
) -> list[NumberView]:
    """The same numbers, in the same order."""
    reasons, told = await reader.numbers(campaign, {each.number_id: _row(each) for each in numbers})
    return [_view(each, reasons[each.number_id], told) for each in numbers]


def _row(number: ListedNumber) -> OwnRow:
    return OwnRow(
        state=number.state,
        disposition=number.disposition,
        slot_at=number.slot_at,
        retry_at=number.retry_at,
    )


def _view(number: ListedNumber, reason: Reason, told: Told) -> NumberView:
    why = sentence(reason, told)
    if number.last_void and number.state is NumberState.FREE:
        why = f"{why} {after_void(number.last_void)}"
    return NumberView(reason=reason.code, why=why, **msgspec.structs.asdict(number))
