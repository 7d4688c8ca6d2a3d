"""Prompts: sound files of a user."""

import asyncio
from http import HTTPStatus
from typing import Annotated, Any, TypeVar
from uuid import UUID

from litestar import Controller, Request, Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import FromPath, HeaderParameter, JSONBody, QueryParameter

from evendial_campaigns.api.ownership import check_owner
from evendial_campaigns.api.raw_body import SoundBody
from evendial_campaigns.core.byte_range import Unsatisfiable, asked_for
from evendial_campaigns.core.rejected import Rejected
from evendial_campaigns.core.rules import check_name
from evendial_campaigns.core.wav import wav_of
from evendial_campaigns.page import Page, Window
from evendial_campaigns.people import People, Person
from evendial_campaigns.prompt_converter import convert
from evendial_campaigns.prompt_store import Prompt, Prompts
from evendial_campaigns.schemas.prompts import PromptPatch

FILE_MAX_BYTES = 10_000_000
WAV = "audio/wav"
UNKNOWN_TYPE = "application/octet-stream"

Found = TypeVar("Found")

Name = Annotated[str, QueryParameter(description="What to call the prompt.")]
For = Annotated[UUID | None, QueryParameter(description="For admins: the user whose prompt it is to be.")]
RangeHeader = Annotated[str | None, HeaderParameter(name="Range", description="`bytes=0-4095`, say.")]
IfRange = Annotated[str | None, HeaderParameter(name="If-Range", description="The ETag the range is for.")]
IfNoneMatch = Annotated[str | None, HeaderParameter(name="If-None-Match", description="ETags that you have.")]


class PromptsController(Controller):
    """What actions play."""

    path = "/prompts"
    tags = ("prompts",)

    @post(
        operation_id="CreatePrompt",
        operation_class=SoundBody,
        request_max_body_size=FILE_MAX_BYTES,
        opt={"problems": ("unusable_audio", "unsupported_media_type", "too_slow")},
    )
    async def create(
        self,
        name: Name,
        request: Request[Person, Any, Any],
        prompts: NamedDependency[Prompts],
        person: NamedDependency[Person],
        people: NamedDependency[People],
        new_id: NamedDependency[UUID],
        owner_id: For = None,
    ) -> Prompt:
        """Takes a WAV, MP3, OGG or FLAC file of up to 10 MB, 0.1 s to 10 minutes long; its owner's alone.

        It is kept as Asterisk plays it, 8 kHz mono. A silent one is refused, a very quiet one raised.
        """
        check_name(name)
        _check_media_type(request.content_type[0])
        await check_owner(owner_id, person, people)
        return await prompts.add(new_id, owner_id or person.user_id, name, await convert(request.body))

    @get(operation_id="ListPrompts")
    async def list(
        self,
        prompts: NamedDependency[Prompts],
        whose: NamedDependency[UUID | None],
        page_window: NamedDependency[Window],
    ) -> Page[Prompt]:
        """Your prompts; for an admin everybody's, or one user's."""
        return await prompts.page(whose, page_window)

    @get("/{prompt_id:uuid}", operation_id="GetPrompt")
    async def show(
        self, prompt_id: FromPath[UUID], prompts: NamedDependency[Prompts], person: NamedDependency[Person]
    ) -> Prompt:
        """One prompt."""
        return _there(await prompts.find(prompt_id, person.sees))

    @get(
        "/{prompt_id:uuid}/audio",
        operation_id="GetPromptAudio",
        media_type=WAV,
        responses={
            206: ResponseSpec(bytes, description="the range asked for", media_type=WAV),
            304: ResponseSpec(None, description="you have it", generate_examples=False),
            416: ResponseSpec(None, description="the range lies beyond its end", generate_examples=False),
        },
    )
    async def audio(
        self,
        prompt_id: FromPath[UUID],
        prompts: NamedDependency[Prompts],
        person: NamedDependency[Person],
        wanted: RangeHeader = None,
        if_range: IfRange = None,
        if_none_match: IfNoneMatch = None,
    ) -> Response[bytes]:
        """What callees hear, as a WAV file that a browser plays; Range and If-None-Match are understood."""
        audio = _there(await prompts.audio(prompt_id, person.sees))
        etag = f'"{audio.sha256}"'
        if _names(if_none_match, etag):
            return _file(b"", etag, HTTPStatus.NOT_MODIFIED)
        wav = await asyncio.to_thread(wav_of, audio.ulaw)
        if if_range is not None and if_range.strip() != etag:
            wanted = None
        try:
            part = asked_for(wanted, len(wav))
        except Unsatisfiable:
            return _file(b"", etag, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, f"bytes */{len(wav)}")
        if part is None:
            return _file(wav, etag, HTTPStatus.OK)
        where = f"bytes {part[0]}-{part[-1]}/{len(wav)}"
        return _file(wav[part.start : part.stop], etag, HTTPStatus.PARTIAL_CONTENT, where)

    @patch("/{prompt_id:uuid}", operation_id="RenamePrompt")
    async def rename(
        self,
        prompt_id: FromPath[UUID],
        data: JSONBody[PromptPatch],
        prompts: NamedDependency[Prompts],
        person: NamedDependency[Person],
    ) -> Prompt:
        """Gives it another name."""
        check_name(data.name)
        return _there(await prompts.rename(prompt_id, person.sees, data.name))

    @delete("/{prompt_id:uuid}", operation_id="DeletePrompt", opt={"problems": ("in_use",)})
    async def delete(
        self, prompt_id: FromPath[UUID], prompts: NamedDependency[Prompts], person: NamedDependency[Person]
    ) -> None:
        """Deletes it, unless a campaign that is not archived plays it.

        The sound itself goes a day later, when no prompt has it and no campaign, archived or not, plays it.
        """
        if not await prompts.delete(prompt_id, person.sees):
            raise _no_such_prompt()


def _check_media_type(media_type: str) -> None:
    if media_type and media_type != UNKNOWN_TYPE and not media_type.startswith("audio/"):
        raise Rejected(
            "unsupported_media_type", f"Send the sound as Content-Type: audio/… or {UNKNOWN_TYPE}."
        )


def _names(if_none_match: str | None, etag: str) -> bool:
    tags = [tag.strip().removeprefix("W/") for tag in (if_none_match or "").split(",")]
    return etag in tags or "*" in tags


def _file(content: bytes, etag: str, status: HTTPStatus, where: str | None = None) -> Response[bytes]:
    headers = {"ETag": etag, "Accept-Ranges": "bytes", "Cache-Control": "private, no-cache"}
    headers |= {"Content-Range": where} if where else {}
    return Response(content, status_code=status, media_type=WAV, headers=headers)


def _there(found: Found | None) -> Found:
    if found is None:
        raise _no_such_prompt()
    return found


def _no_such_prompt() -> Rejected:
    return Rejected("not_found", "There is no such prompt.")
