"""The routes put together."""

from typing import Any

import asyncpg
import msgspec
from evendial_chassis.dead_letters import DeadLetters
from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.middleware import DefineMiddleware
from litestar.openapi import OpenAPIConfig

from evendial_campaigns import problems
from evendial_campaigns.api import dependencies, imports
from evendial_campaigns.api.access_log import get_access_log
from evendial_campaigns.api.availability import Availability
from evendial_campaigns.api.calls import Calls, provide_wanted_calls
from evendial_campaigns.api.campaigns import Campaigns
from evendial_campaigns.api.console import console
from evendial_campaigns.api.dead_letters import DeadLettersController
from evendial_campaigns.api.devices import Devices
from evendial_campaigns.api.dialing import Dialing
from evendial_campaigns.api.documented import FinishedDocument
from evendial_campaigns.api.erasures import ErasuresController
from evendial_campaigns.api.exact_path import ExactPath
from evendial_campaigns.api.exact_query import Taken, exact_query, taken_by
from evendial_campaigns.api.exports import Exports
from evendial_campaigns.api.health import get_health
from evendial_campaigns.api.idempotency import Idempotency
from evendial_campaigns.api.ivrs import Ivrs
from evendial_campaigns.api.jurisdictions import list_jurisdictions
from evendial_campaigns.api.keys import ApiKeys
from evendial_campaigns.api.listed_numbers import ListedNumbers, provide_wanted_numbers, undo_import
from evendial_campaigns.api.live import Live
from evendial_campaigns.api.methods import EveryMethod
from evendial_campaigns.api.ownership import provide_whose
from evendial_campaigns.api.pace import PaceController
from evendial_campaigns.api.people import change_password, get_me
from evendial_campaigns.api.prompts import PromptsController
from evendial_campaigns.api.reasons import ReasonsController
from evendial_campaigns.api.reference import reference
from evendial_campaigns.api.sessions import begin_session, end_session, make_first_admin, show_session
from evendial_campaigns.api.shelf import Shelf
from evendial_campaigns.api.strict_json import StrictRequest
from evendial_campaigns.api.suppression_lists import SuppressionListsController, import_suppressions
from evendial_campaigns.api.suppressions import SuppressionsController, export_suppressions
from evendial_campaigns.api.timeline import Timelines
from evendial_campaigns.api.trunks import Trunks
from evendial_campaigns.api.users import Users
from evendial_campaigns.auth import Authentication
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.jurisdictions import Jurisdictions
from evendial_campaigns.definition_edits import DefinitionEdits
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.doors import Doors
from evendial_campaigns.erasure_store import Erasures
from evendial_campaigns.idempotency_store import Claim, IdempotentAnswers
from evendial_campaigns.import_reports import ImportReports
from evendial_campaigns.list_acts import ListActs
from evendial_campaigns.live_feed import LiveFeeds
from evendial_campaigns.number_adder import NumberAdder
from evendial_campaigns.number_import import NumberImport
from evendial_campaigns.preflight_reader import PreflightReader
from evendial_campaigns.progress_store import ProgressReader
from evendial_campaigns.prompt_store import Prompts
from evendial_campaigns.pulse import Pulse
from evendial_campaigns.reason_reader import ReasonReader
from evendial_campaigns.security_headers import security_headers
from evendial_campaigns.sequence_resolver import SequenceResolver
from evendial_campaigns.service_watch import ServiceWatch
from evendial_campaigns.stopper import Stopper
from evendial_campaigns.suppression_import import SuppressionImport
from evendial_campaigns.suppression_lists import SuppressionLists
from evendial_campaigns.suppression_store import Suppressions
from evendial_campaigns.suppression_teller import SuppressionTeller
from evendial_campaigns.trunk_conditions import TrunkConditions

JSON_MAX_BYTES = 1_000_000
SCHEMA_PATH = "/schema"


class Parts(msgspec.Struct, frozen=True, kw_only=True):
    """What the handlers work with; each is injected under its name here, and so is each of the doors'."""

    database: asyncpg.Pool
    doors: Doors
    definitions: Definitions
    jurisdictions: Jurisdictions
    definition_edits: DefinitionEdits
    trunk_conditions: TrunkConditions
    prompts: Prompts
    suppressions: Suppressions
    suppression_teller: SuppressionTeller
    suppression_lists: SuppressionLists
    suppression_import: SuppressionImport
    erasures: Erasures
    dead_letters: DeadLetters
    service_watch: ServiceWatch
    import_reports: ImportReports
    handler: CommandHandler
    number_import: NumberImport
    list_acts: ListActs
    number_adder: NumberAdder
    resolver: SequenceResolver
    progress_reader: ProgressReader
    reason_reader: ReasonReader
    preflight_reader: PreflightReader
    stopper: Stopper
    feeds: LiveFeeds


def create_application(
    parts: Parts,
    import_max_bytes: int,
    pulse: Pulse,
    answers: IdempotentAnswers,
    console_folder: str | None = None,
) -> EveryMethod:
    """The ASGI application; the console's files come from that folder, if one is named."""
    lists = Router(
        "/",
        route_handlers=[imports.import_numbers, import_suppressions],
        request_max_body_size=import_max_bytes,
    )
    taken: dict[BaseRouteHandler, Taken] = {}
    v1 = Router(
        "/v1",
        middleware=[ExactPath],
        before_request=exact_query(taken),
        route_handlers=[
            show_session,
            begin_session,
            end_session,
            make_first_admin,
            get_me,
            change_password,
            Users,
            ApiKeys,
            get_access_log,
            Trunks,
            Devices,
            Ivrs,
            list_jurisdictions,
            PromptsController,
            SuppressionsController,
            export_suppressions,
            SuppressionListsController,
            ErasuresController,
            DeadLettersController,
            get_health,
            Campaigns,
            Shelf,
            Dialing,
            Calls,
            ReasonsController,
            Timelines,
            Live,
            PaceController,
            lists,
            imports.list_imports,
            imports.get_import,
            imports.get_refused,
            undo_import,
            ListedNumbers,
            Exports,
        ],
    )
    running: set[Claim] = set()
    application = Litestar(
        [v1, reference(f"{SCHEMA_PATH}/docs"), console(console_folder)],
        dependencies=_dependencies(parts),
        middleware=[
            DefineMiddleware(Availability, pulse=pulse, small_body=JSON_MAX_BYTES),
            DefineMiddleware(Authentication, gate=parts.doors.gate),
            DefineMiddleware(Idempotency, answers=answers, running=running, small_body=JSON_MAX_BYTES),
        ],
        before_send=[security_headers(parts.doors.front.is_https)],
        exception_handlers=problems.HANDLERS,
        request_class=StrictRequest,
        request_max_body_size=JSON_MAX_BYTES,
        openapi_config=OpenAPIConfig(
            title="Evendial",
            version="1",
            path=SCHEMA_PATH,
            render_plugins=[FinishedDocument()],
            use_handler_docstrings=True,
        ),
        logging_config=None,
    )
    taken.update(taken_by(application))
    return EveryMethod(application)


def _dependencies(parts: Parts) -> dict[str, Provide]:
    fixed: dict[str, Any] = {name: getattr(parts, name) for name in Parts.__struct_fields__}
    fixed |= {name: getattr(parts.doors, name) for name in Doors.__struct_fields__}
    return {name: Provide(_always(part), sync_to_thread=False) for name, part in fixed.items()} | {
        "person": Provide(dependencies.provide_person, sync_to_thread=False),
        "access": Provide(dependencies.provide_access, sync_to_thread=False),
        "actor": Provide(dependencies.provide_actor, sync_to_thread=False),
        "whose": Provide(provide_whose, sync_to_thread=False),
        "page_window": Provide(dependencies.provide_window, sync_to_thread=False),
        "expected": Provide(dependencies.provide_expected, sync_to_thread=False),
        "wanted_numbers": Provide(provide_wanted_numbers, sync_to_thread=False),
        "wanted_calls": Provide(provide_wanted_calls, sync_to_thread=False),
        "new_id": Provide(dependencies.provide_new_id, sync_to_thread=False),
        "kept": Provide(dependencies.provide_kept),
    }


def _always(part: Any) -> Any:
    return lambda: part
