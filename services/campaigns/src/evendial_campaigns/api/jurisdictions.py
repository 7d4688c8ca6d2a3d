"""Laws on calling hours, to choose from."""

from litestar import get
from litestar.di import NamedDependency

from evendial_campaigns.core.jurisdictions import Jurisdictions
from evendial_campaigns.page import Page
from evendial_campaigns.schemas.jurisdictions import JurisdictionView
from evendial_campaigns.views import jurisdiction_view


@get("/jurisdictions", tags=["campaigns"], operation_id="ListJurisdictions", sync_to_thread=False)
def list_jurisdictions(jurisdictions: NamedDependency[Jurisdictions]) -> Page[JurisdictionView]:
    """The laws on calling hours that a campaign may be put under; none holds unless it is chosen."""
    known = sorted(jurisdictions.by_id.items())
    return Page([jurisdiction_view(jurisdiction) for _, jurisdiction in known], None)
