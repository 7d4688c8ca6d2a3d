"""Prompts: sound files of a user."""

from typing import Annotated, Any

from litestar import Controller, Request, get, post
from litestar.di import NamedDependency
from litestar.params import QueryParameter

from evendial_campaigns.api.raw_body import WavBody
from evendial_campaigns.core.rules import check_name
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import Person
from evendial_campaigns.prompt_converter import to_ulaw
from evendial_campaigns.prompt_store import Prompt, Prompts

WAV_MAX_BYTES = 10_000_000

Name = Annotated[str, QueryParameter(description="What to call the prompt.")]


class PromptsController(Controller):
    """What actions play."""

    path = "/prompts"
    tags = ("prompts",)

    @post(
        operation_id="CreatePrompt",
        operation_class=WavBody,
        request_max_body_size=WAV_MAX_BYTES,
    )
    async def create(
        self,
        name: Name,
        request: Request[Person, Any, Any],
        prompts: NamedDependency[Prompts],
        person: NamedDependency[Person],
    ) -> Prompt:
        """Takes a WAV file of up to 10 MB and 10 minutes; it is yours alone."""
        check_name(name)
        return await prompts.add(person.user_id, name, await to_ulaw(request.body))

    @get(operation_id="ListPrompts")
    async def list(
        self,
        prompts: NamedDependency[Prompts],
        person: NamedDependency[Person],
        page_window: NamedDependency[Window],
    ) -> Page[Prompt]:
        """Your prompts; for an admin everybody's."""
        return await prompts.page(person.sees, page_window)
