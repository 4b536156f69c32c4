"""What the tests of watching start from; conftest.py hands it out."""

import ssl
from collections.abc import Callable, Iterator, Sequence

import pytest
from receivers import Receiver
from sqlalchemy import Engine, select
from watch_samples import CHANGED, FAN, LAMP, PlainRequirements

from assistant.product_safety import Known, Listing
from assistant.safety.gather import Gatherer
from assistant.safety.mirror.reading import Mirror
from assistant.safety.watch.deliveries import Deliveries
from assistant.safety.watch.events import Event, EventFeed, NewEvent, append, hold_malls
from assistant.safety.watch.listings import Watch
from assistant.safety.watch.sending import Sender
from assistant.safety.watch.sweep import Sweep
from assistant.safety.watch.tables import DeliveryRow
from assistant.safety.watch.webhooks import Webhooks
from assistant.screening.policy import DEFAULT_POLICY, Policy
from assistant.store.database import transaction

MALL = "mall-1"
TLS = ssl.create_default_context()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def sender() -> Sender:
    return Sender(tls=TLS, allows_local=True, seconds=0.4)


@pytest.fixture
def webhooks(watch_engine: Engine, sender: Sender, clock) -> Webhooks:
    return Webhooks(watch_engine, sender, clock)


@pytest.fixture
def deliveries(watch_engine: Engine, sender: Sender, clock) -> Deliveries:
    return Deliveries(watch_engine, sender, clock)


@pytest.fixture
def feed(watch_engine: Engine, clock) -> EventFeed:
    return EventFeed(watch_engine, clock)


@pytest.fixture
def tell(watch_engine: Engine, clock):
    """Write events of the mall."""

    def write(*drafts: NewEvent, mall: str = MALL) -> None:
        with transaction(watch_engine) as session:
            hold_malls(session, [mall])
            append(session, mall, drafts or [CHANGED], clock())

    return write


@pytest.fixture
def states(watch_engine: Engine):
    """The state, tries and last status of every delivery."""

    def read() -> list[tuple[str, int, str | None]]:
        query = select(DeliveryRow.state, DeliveryRow.tries, DeliveryRow.last_status).order_by(DeliveryRow.id)
        with transaction(watch_engine) as session:
            return [tuple(row) for row in session.execute(query)]

    return read


@pytest.fixture
def watched(watch_engine: Engine) -> Mirror:
    """A complete mirror with two certificates."""
    full = Mirror(watch_engine)
    full.clear()
    full.put_certificates([FAN, LAMP])
    full.mark("20261122", is_complete=True, is_demo=False)
    return full


@pytest.fixture
def gather(watched: Mirror) -> Callable[[Sequence[Listing]], list[Known]]:
    return lambda listings: Gatherer(watched, PlainRequirements()).gathered(listings)


@pytest.fixture
def policies() -> dict[str, Policy]:
    return {}


@pytest.fixture
def watch(watch_engine: Engine, gather, clock, policies) -> Watch:
    return Watch(watch_engine, gather, lambda mall: policies.get(mall, DEFAULT_POLICY), clock)


@pytest.fixture
def make_sweep(watch_engine: Engine, watched: Mirror, gather, clock, policies):
    """Make a sweeper as each copy of the service has one."""

    def make(rules: str = "1") -> Sweep:
        policy_of = lambda mall: policies.get(mall, DEFAULT_POLICY)  # noqa: E731
        return Sweep(watch_engine, watched, gather, policy_of, rules=rules, clock=clock)

    return make


@pytest.fixture
def sweep(make_sweep) -> Sweep:
    """A sweeper that has seen the mirror as it is."""
    made = make_sweep()
    made.sweep()
    return made


@pytest.fixture
def events(watch_engine: Engine, clock) -> Callable[..., list[Event]]:
    """The mall's events behind a cursor; those of registering left out."""

    def read(after: int = 0, mall: str = MALL) -> list[Event]:
        found = EventFeed(watch_engine, clock).after(mall, after, 10_000).events
        return [one for one in found if one.kind not in ("listing_registered", "listing_updated")]

    return read
