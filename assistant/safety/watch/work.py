"""The background work of watching: following changes, delivering events, cleaning up."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from assistant.safety.watch.blocked import Blocked
from assistant.safety.watch.deliveries import Delivered, Deliveries
from assistant.safety.watch.events import EventFeed
from assistant.safety.watch.sweep import Sweep, Swept

_CLEAN_EVERY, _POLICIES_EVERY = timedelta(hours=1), timedelta(seconds=30)
_ROUNDS = 4


@dataclass(frozen=True, slots=True)
class Done:
    """How much one call did."""

    swept: Swept = field(default_factory=Swept)
    delivered: Delivered = field(default_factory=Delivered)
    expired: int = 0
    cleaned: int = 0

    @property
    def is_nothing(self) -> bool:
        """Whether there was nothing to do; the caller may then wait some seconds before the next call."""
        return self == Done()


@dataclass(slots=True)
class WatchWork:
    """Does the background work of one copy of the service; any number of copies may do so at once."""

    sweep: Sweep
    deliveries: Deliveries
    feed: EventFeed
    blocked: Blocked
    _cleaned_at: datetime | None = field(default=None, init=False)
    _policies_at: datetime | None = field(default=None, init=False)

    def work_once(self) -> Done:
        """Do what is due, for a minute or so at the most; what is left is done by the next call.

        Raises:
            UpstreamError: the database does not answer; nothing is lost, and the next call goes on from there.
        """
        self._follow_policies()
        swept = self.sweep.sweep()
        delivered = Delivered()
        for _ in range(_ROUNDS):
            round_ = self.deliveries.deliver_due()
            delivered += round_
            if round_.delivered == 0:
                break
        return Done(swept, delivered, self.deliveries.expire(), self._clean())

    def _follow_policies(self) -> None:
        now = self.feed.clock()
        if self._policies_at is None or now >= self._policies_at + _POLICIES_EVERY:
            self.sweep.follow_policies()
            self._policies_at = now

    def _clean(self) -> int:
        now = self.feed.clock()
        if self._cleaned_at is not None and now < self._cleaned_at + _CLEAN_EVERY:
            return 0
        cleaned = self.feed.clean() + self.blocked.clean()
        if cleaned == 0:
            self._cleaned_at = now
        return cleaned
