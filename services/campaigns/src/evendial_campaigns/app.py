"""The parts of the campaigns service, put together."""

import gc
import os
import zoneinfo

import asyncpg
from evendial_chassis import bus as buses
from evendial_chassis.bus import Bus
from evendial_chassis.database import open_pool
from evendial_chassis.dead_letters import DeadLetters
from evendial_chassis.health import Part, serve_health
from evendial_chassis.migrations import migrate
from evendial_chassis.objects import Objects
from evendial_chassis.outbox import Relay
from evendial_chassis.run import Stop, together
from evendial_chassis.settings import load
from evendial_chassis.stream_room import StreamRoom
from evendial_chassis.vitals import Vitals
from evendial_contracts.subjects import PROMPT_BUCKET

from evendial_campaigns import rebuild_tables
from evendial_campaigns.api.application import Parts, create_application
from evendial_campaigns.batch_feed import BatchFeed
from evendial_campaigns.batch_store import Batches
from evendial_campaigns.batch_sweeper import BatchSweeper
from evendial_campaigns.campaign_facts import FactReader
from evendial_campaigns.campaign_sweeper import CampaignSweeper
from evendial_campaigns.command_handler import CommandHandler
from evendial_campaigns.core.jurisdictions import Jurisdictions
from evendial_campaigns.definition_edits import DefinitionEdits
from evendial_campaigns.definition_store import Definitions
from evendial_campaigns.doors import doors_of, open_doors
from evendial_campaigns.erased_messages import ErasedMessages
from evendial_campaigns.erased_numbers import ErasedNumbers
from evendial_campaigns.erased_texts import ErasedTexts
from evendial_campaigns.eraser import Eraser
from evendial_campaigns.erasure_store import Erasures
from evendial_campaigns.event_store import SERVICE
from evendial_campaigns.idempotency_store import IdempotentAnswers
from evendial_campaigns.idempotency_sweeper import IdempotencySweeper
from evendial_campaigns.import_reports import ImportReports
from evendial_campaigns.import_store import Imports
from evendial_campaigns.import_sweeper import ImportSweeper
from evendial_campaigns.jurisdictions import jurisdictions
from evendial_campaigns.list_acts import ListActs
from evendial_campaigns.live_feed import LiveFeeds
from evendial_campaigns.live_reader import LiveReader
from evendial_campaigns.number_adder import NumberAdder
from evendial_campaigns.number_feed import NumberFeed
from evendial_campaigns.number_import import NumberImport
from evendial_campaigns.numbering_plan import numbering_plan
from evendial_campaigns.preflight_reader import PreflightReader
from evendial_campaigns.progress_store import ProgressReader
from evendial_campaigns.projector import Projector
from evendial_campaigns.prompt_publisher import PromptPublisher
from evendial_campaigns.prompt_store import Prompts
from evendial_campaigns.pulse import Pulse
from evendial_campaigns.reason_reader import ReasonReader
from evendial_campaigns.record_teller import RecordTeller
from evendial_campaigns.sequence_resolver import SequenceResolver
from evendial_campaigns.service_watch import ServiceWatch
from evendial_campaigns.settings import Settings
from evendial_campaigns.sound_store import Sounds
from evendial_campaigns.stopper import Stopper
from evendial_campaigns.suppression_changes import SuppressionChanges
from evendial_campaigns.suppression_ends import SuppressionEnds
from evendial_campaigns.suppression_import import SuppressionImport
from evendial_campaigns.suppression_lists import SuppressionLists
from evendial_campaigns.suppression_store import Suppressions
from evendial_campaigns.suppression_sweeper import SuppressionSweeper
from evendial_campaigns.suppression_teller import SuppressionTeller
from evendial_campaigns.trunk_conditions import TrunkConditions
from evendial_campaigns.waker import Waker
from evendial_campaigns.web import serve_http

POOL_SIZE = 10


async def serve(stop: Stop) -> None:
    """The service with the settings of this process' environment."""
    await run(load(Settings, SERVICE, os.environ), stop)


async def run(settings: Settings, stop: Stop) -> None:
    """Until told to stop; then the requests in progress are answered and what was decided is said."""
    parts: dict[str, Part] = {"start": lambda: "waiting for Postgres and NATS"}
    laws = jurisdictions(settings.jurisdiction_folder)
    drained = Stop()
    await together(
        stop,
        serve_health(settings.health_port, parts, drained, settings.health_host),
        _connect(settings, laws, parts, stop, drained),
    )


async def _connect(
    settings: Settings, laws: Jurisdictions, health: dict[str, Part], stop: Stop, drained: Stop
) -> None:
    try:
        pool = await open_pool(settings.database_url, stop=stop, name=SERVICE, size=POOL_SIZE)
        if pool is None:
            return
        try:
            await migrate(pool, "evendial_campaigns")
            await rebuild_tables.remove_leftovers(pool)
            async with buses.connect(settings.nats_url, SERVICE, stop, Vitals(health)) as bus:
                if bus is not None:
                    await _work(settings, laws, health, pool, bus, stop, drained)
        finally:
            await pool.close()
    finally:
        drained.request()


async def _work(
    settings: Settings,
    laws: Jurisdictions,
    health: dict[str, Part],
    pool: asyncpg.Pool,
    bus: Bus,
    stop: Stop,
    drained: Stop,
) -> None:
    imports, prompts, definitions = Imports(pool), Prompts(pool), Definitions(pool)
    doors = doors_of(pool, definitions, settings)
    plan, suppressions = numbering_plan(), Suppressions(pool, settings.person_key.encode())
    handler = CommandHandler(pool, FactReader(time_zones(), frozenset(plan.regions)))
    reports, sweeper, batches = ImportReports(pool), ImportSweeper(imports), Batches(pool)
    batch_sweeper, batch_feed = BatchSweeper(batches), BatchFeed(pool, bus)
    relay, feed = Relay(pool, bus), NumberFeed(pool, bus)
    publisher = PromptPublisher(Sounds(pool), Objects(bus, PROMPT_BUCKET))
    reasons, service_watch = ReasonReader(pool, bus), ServiceWatch()
    progress, erasures = ProgressReader(pool), Erasures(pool, suppressions)
    reader = LiveReader(pool, progress)
    eraser = Eraser(
        pool,
        erasures,
        ErasedNumbers(pool, handler),
        ErasedTexts(pool),
        ErasedMessages(pool, bus),
        plan.national_of,
    )
    stopper = Stopper(pool, handler, bus)
    teller = SuppressionTeller(SuppressionChanges(pool), bus)
    suppression_lists = SuppressionLists(pool, settings.person_key.encode())
    suppression_sweeper = SuppressionSweeper(SuppressionEnds(pool))
    pulse, answers = Pulse(), IdempotentAnswers(pool)
    woken = (feed, batch_feed, publisher, reader, eraser, teller, suppression_sweeper)
    bells = [each.bell.ring for each in woken]
    waker = Waker(settings.database_url, pulse, [relay.wake, *bells])
    projector = Projector(pool, bus, handler, reader.bell.ring)
    number_import = NumberImport(imports, reports, handler, sweeper, definitions, plan, suppressions.among)
    application = create_application(
        Parts(
            database=pool,
            doors=doors,
            definitions=definitions,
            jurisdictions=laws,
            definition_edits=DefinitionEdits(pool),
            trunk_conditions=TrunkConditions(pool),
            prompts=prompts,
            suppressions=suppressions,
            suppression_teller=teller,
            suppression_lists=suppression_lists,
            suppression_import=SuppressionImport(suppression_lists, plan),
            erasures=erasures,
            dead_letters=DeadLetters(bus),
            service_watch=service_watch,
            import_reports=reports,
            handler=handler,
            number_import=number_import,
            number_adder=NumberAdder(pool, handler, number_import, suppressions.among),
            list_acts=ListActs(batches, handler, batch_sweeper),
            resolver=SequenceResolver(prompts, definitions),
            progress_reader=progress,
            reason_reader=reasons,
            preflight_reader=PreflightReader(pool, handler, definitions, reasons),
            stopper=stopper,
            feeds=LiveFeeds(pool, reader),
        ),
        settings.import_max_bytes,
        pulse,
        answers,
        settings.console_folder,
    )
    gc.freeze()  # what is here stays; a full collection that looked at it would hold up requests
    await sweeper.start()
    await suppression_lists.cut_off()
    await batch_sweeper.start()
    await open_doors(doors, settings)
    await projector.consumer.create(stop)
    await RecordTeller(pool, bus).listen()
    await service_watch.listen(bus)
    health.pop("start")
    health |= {"nats": bus.trouble, "postgres": waker.trouble}

    async def answer() -> None:
        await serve_http(application, settings.host, settings.http_port, stop)
        drained.request()

    await together(
        stop,
        answer(),
        projector.run(stop),
        reader.run(stop),
        sweeper.run(drained),
        IdempotencySweeper(answers).run(drained),
        CampaignSweeper(pool).run(drained),
        feed.run(drained),
        batch_sweeper.run(drained),
        batch_feed.run(drained),
        publisher.run(drained),
        eraser.run(stop),
        teller.run(stop),
        suppression_sweeper.run(drained),
        stopper.run(stop),
        waker.run(drained),
        relay.run(drained),
        StreamRoom(bus).run(stop),
    )


def time_zones() -> frozenset[str]:
    """The names of the IANA database; `localtime` is what this host makes of it."""
    return frozenset(zoneinfo.available_timezones() - {"localtime", "Factory"})
