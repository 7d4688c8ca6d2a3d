"""What only a simulated Asterisk does: fail when told to, and keep its record over its end."""

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from time import monotonic

import pytest

from deploy.local.ami import AmiRefused, AmiSession
from deploy.local.ports import Ports
from deploy.pbx.control import Order, order
from deploy.pbx.core.faults import Faults
from deploy.pbx.instance import SimulatedInstance, configure_simulated
from tests.integration.pbx.agi_server import AgiServer
from tests.integration.pbx.phones import Phones, callee
from tests.waiting import until

pytestmark = pytest.mark.integration


@pytest.fixture
async def phones(run_folder: Path, ports: Ports, tmp_path: Path) -> AsyncIterator[Phones]:
    """A simulated Asterisk of this test alone, connected."""
    agi = AgiServer(agi_port := ports.one())
    folder = run_folder / tmp_path.name
    simulated = configure_simulated(folder, ports=ports, agi_port=agi_port)
    made = Phones(simulated, simulated.record, agi, major=22)
    made.process = await simulated.start()
    await agi.start()
    await made.connect()
    yield made
    await agi.stop()
    await made.disconnect()
    await made.process.stop()


def simulated(phones: Phones) -> SimulatedInstance:
    """Its configuration."""
    assert isinstance(phones.dialer, SimulatedInstance)
    return phones.dialer


async def fail(phones: Phones, command: Order) -> None:
    """Give an order."""
    await order(simulated(phones).control, command)


async def test_a_lost_reply_is_no_lost_call(phones: Phones) -> None:
    await fail(phones, Order(faults=Faults(lose_replies=1)))
    number = callee("20")
    phones.send_originate(number, "ed-lost")
    assert len(await phones.recorded(number)) == 1
    assert phones.replies("ed-lost") == []
    await fail(phones, Order())
    assert (await phones.ask("Ping"))["Ping"] == "Pong"


async def test_events_are_lost_doubled_and_late(phones: Phones) -> None:
    number = callee("20")
    await fail(phones, Order(faults=Faults(lose_events=1)))
    lost = await phones.dial(number)
    await phones.recorded(number)
    await fail(phones, Order(faults=Faults(duplicate_events=1)))
    doubled = await phones.dial(callee("20"))
    await until(lambda: len(phones.told(doubled)) == 8)
    assert phones.told(lost) == []
    await fail(phones, Order(faults=Faults(delay_events_s=1.5)))
    number = callee("20")
    late = await phones.dial(number)
    await phones.recorded(number)
    assert len(phones.told(late)) < 4
    await until(lambda: len(phones.told(late)) == 4)


async def test_a_congested_carrier_and_one_that_is_not_any_more(phones: Phones) -> None:
    await fail(phones, Order(faults=Faults(congested=True)))
    told = await phones.over(await phones.dial(callee("12")))
    assert told["Hangup"]["Cause"] == "34"
    await fail(phones, Order())
    await phones.agi.session(await phones.dial(callee("11")))


async def test_logins_are_refused_for_a_while(phones: Phones) -> None:
    await fail(phones, Order(faults=Faults(refuse_logins=True)))
    with pytest.raises(AmiRefused):
        await AmiSession.open(phones.dialer.ami)
    await fail(phones, Order())
    await (await AmiSession.open(phones.dialer.ami)).close()


async def test_slow_originates_and_a_stall(phones: Phones) -> None:
    await fail(phones, Order(faults=Faults(setup_s=0.3)))
    began = monotonic()
    channel = await phones.dial(callee("20"))
    await phones.event(channel, "Newchannel")
    assert monotonic() - began >= 0.3
    began = monotonic()
    await fail(phones, Order(stall_s=0.5))
    assert monotonic() - began >= 0.5


async def test_faults_from_the_start(run_folder: Path, ports: Ports, tmp_path: Path) -> None:
    folder = run_folder / f"{tmp_path.name}-faulty"
    faulty = configure_simulated(folder, ports=ports, agi_port=ports.one(), faults=Faults(congested=True))
    phones = Phones(faulty, faulty.record, AgiServer(0), major=22)
    phones.process = await faulty.start()
    await phones.connect()
    assert (await phones.over(await phones.dial(callee("12"))))["Hangup"]["Cause"] == "34"
    await phones.disconnect()
    await phones.process.stop()


async def test_an_order_that_is_none_is_said_so(phones: Phones) -> None:
    with pytest.raises(ValueError, match="lose_events"):
        await fail(phones, Order(faults=Faults(lose_events=2)))


async def test_a_power_cut_ends_every_call_and_no_record_is_lost(phones: Phones) -> None:
    number = callee("30")
    channel = await phones.dial(number)
    await phones.event(channel, "DialState")
    await fail(phones, Order(power_cut_s=0.1))
    await phones.until_cut()
    await phones.disconnect()
    await phones.connect()
    assert phones.told(channel, "Hangup") == []
    assert len(await phones.recorded(number)) == 1


async def test_a_kill_in_mid_call_is_in_the_record_after_the_restart(phones: Phones) -> None:
    number = callee("119")
    await phones.agi.session(await phones.dial(number))
    await fail(phones, Order(kill=True))
    await phones.start_again()
    [call] = await phones.recorded(number)
    assert call.answered_at is not None


async def test_two_have_the_callees_in_common(phones: Phones, run_folder: Path, ports: Ports) -> None:
    other = configure_simulated(
        run_folder / "simulated-2", ports=ports, agi_port=ports.one(), record=simulated(phones).record
    )
    number = callee("13")
    assert (await phones.over(await phones.dial(number)))["Hangup"]["Cause"] == "17"
    second = Phones(other, other.record, phones.agi, major=22)
    second.process = await other.start()
    await second.connect()
    channel = await second.dial(number)
    assert (await second.event(channel, "OriginateResponse"))["Response"] == "Success"
    await second.disconnect()
    await second.process.stop()


async def test_fifty_calls_a_second_on_a_share_of_one_core(phones: Phones) -> None:
    ticks_before, began = cpu_s(phones), monotonic()
    channels = []
    for place in range(100):
        await until(partial(passed, began + place / 50), every=0.002)
        channels.append(await phones.dial(callee("20")))
    await until(lambda: all(phones.told(channel, "Hangup") for channel in channels))
    assert cpu_s(phones) - ticks_before < 1.0, "2 s of 50 calls/s"


def passed(instant: float) -> bool:
    """Whether it is later than that, on the monotonic clock."""
    return monotonic() >= instant


def cpu_s(phones: Phones) -> float:
    """Processor time of the simulated Asterisk so far."""
    fields = Path(f"/proc/{phones.process.pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / 100
