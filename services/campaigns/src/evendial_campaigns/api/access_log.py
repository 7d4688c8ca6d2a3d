"""Who signed in, and who changed users and keys."""

from typing import Annotated
from uuid import UUID

import asyncpg
from litestar import get
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from evendial_campaigns import access_log
from evendial_campaigns.access_log import AccessEntry
from evendial_campaigns.auth import admin_only
from evendial_campaigns.page import Page, Window

UserId = Annotated[
    UUID | None, QueryParameter(name="user_id", description="Only what they did, or what concerns them.")
]


@get("/access-log", tags=["users"], operation_id="GetAccessLog", guards=[admin_only])
async def get_access_log(
    database: NamedDependency[asyncpg.Pool],
    page_window: NamedDependency[Window],
    about: UserId = None,
) -> Page[AccessEntry]:
    """Sign-ins, failed ones too, and changes of users, limits and keys; newest first."""
    return await access_log.page(database, about, page_window)
