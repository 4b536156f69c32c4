"""A messenger made for tests: the plainest channel that can be written to at any time, in one file like the others."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from assistant.channel_records import Call, Capabilities, Inbound, Keys, Outcome, Outgoing, Parcel, Request, Said
from assistant.channels import base


class Pager:
    """Payload: {"user", "id", "text", "kind", "standby", "control", "extra", "product"}."""

    name = "pager"
    capabilities = Capabilities(text_max=200)
    is_repeatable = False

    def is_on(self, keys: Keys) -> bool:
        return bool(keys.get("secret"))

    def prove(self, call: Call, keys: Keys) -> None:
        base.refuse_unless_equal(call.headers.get("x-pager", ""), keys["secret"])

    def parse(self, call: Call, payload: Any, keys: Keys, now: datetime) -> list[Inbound]:
        return [self._inbound(one) for one in payload["events"]]

    def _inbound(self, one: dict[str, Any]) -> Inbound:
        return Inbound(
            self.name,
            base.user_hash("pager", base.needed(one.get("user"), "user")),
            one["id"],
            one.get("kind", "typed"),
            one.get("text", ""),
            base.ids(one.get("extra")),
            standby=one.get("standby", False),
            control=one.get("control", ""),
            product=one.get("product", {}),
            address={"user": one["user"]},
        )

    def at_once(self, inbound: Inbound) -> list[Outgoing]:
        return [Outgoing("typing", {"typing": True}, is_repeatable=True)] if inbound.text == "typing" else []

    def render(self, said: Sequence[Said], keys: Keys) -> list[Outgoing]:
        pieces = [piece for one in said for piece in base.split(base.plain(one.reply), self.capabilities.text_max)]
        return [Outgoing("push", {"text": piece}, self.is_repeatable) for piece in pieces]

    def request(self, parcel: Parcel, keys: Keys) -> Request:
        user = base.needed(parcel.address.get("user"), "user")
        return Request(f"{keys['url']}/push", {"to": user, **parcel.outgoing.body}, {"X-Retry-Key": parcel.key})

    def read(self, status: int, body: Any) -> Outcome:
        return base.outcome_of(status)

    def acknowledge(self) -> Any:
        return None


class CarefulPager(Pager):
    """The same with a retry key that its platform knows repeats by."""

    is_repeatable = True
