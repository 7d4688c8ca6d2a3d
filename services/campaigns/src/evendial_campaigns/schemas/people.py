"""Who signs in, as the API shows them."""

from uuid import UUID

import msgspec

from evendial_campaigns.people import Role


class Me(msgspec.Struct, frozen=True, kw_only=True):
    """Who you are."""

    user_id: UUID
    name: str
    role: Role
