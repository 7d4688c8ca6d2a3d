"""Who you are."""

from litestar import get
from litestar.di import NamedDependency

from evendial_campaigns.people import Person
from evendial_campaigns.schemas.people import Me


@get("/me", tags=["people"], operation_id="GetMe", sync_to_thread=False)
def get_me(person: NamedDependency[Person]) -> Me:
    """Whose key this is."""
    return Me(user_id=person.user_id, name=person.name, role=person.role)
