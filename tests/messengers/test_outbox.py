import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import httpx
import pytest
from messenger_parts import SEAL, arrived, change, states
from pager import Pager
from platform_standin import Standin
from sqlalchemy import Engine, update

from assistant.channel_records import Inbound, Outcome, Outgoing
from assistant.channel_turn import Line
from assistant.deliver import Deliverer, back_off, tidy
from assistant.errors import ConflictError, NotFoundError
from assistant.seal import Seal
from assistant.store.channel_scan import ChannelScan
from assistant.store.channel_tables import ChannelUserRow
from assistant.store.channel_users import ChannelStore
from assistant.store.database import reading, transaction
from assistant.store.outbox import Outbox
from assistant.store.tables import ConversationRow

# ---- sending --------------------------------------------------------------------------


def test_what_lies_in_the_outbox_is_sent_once(deliverer: Deliverer, outbox: Outbox, put, standin: Standin) -> None:
    put("하나")

    assert (deliverer.work_once(), deliverer.work_once()) == (1, 0)

    assert standin.arrived == [{"path": "/push", "to": "u1", "text": "하나"}]
    assert states(outbox) == ["sent"]


def test_of_one_user_the_order_is_kept(deliverer: Deliverer, put, standin: Standin) -> None:
    put("하나", "둘", "셋")
    standin.answers = [503, 429]

    for _ in range(6):
        deliverer.work_once()

    # 503 may have arrived, and this platform knows no repeats: "하나" is not sent again.
    assert arrived(standin) == ["둘", "셋"]


def test_a_cause_is_put_in_once(put, outbox: Outbox) -> None:
    assert put("하나") == 1
    assert put("하나") == 0


def test_copies_at_once_send_once(engine: Engine, deliverer: Deliverer, outbox: Outbox, put, standin: Standin) -> None:
    for number in range(12):
        put(f"{number}번", user=f"u{number}")
    lines = {"pager": Line(Pager(), {"secret": "s", "url": standin.url})}
    copies = [Deliverer(Outbox(engine, back_off), ChannelScan(engine), lines, SEAL) for _ in range(3)]

    with ThreadPoolExecutor(3) as pool:
        for _ in range(4):
            list(pool.map(lambda copy: copy.work_once(), copies))

    assert sorted(arrived(standin)) == sorted(f"{number}번" for number in range(12))
    for copy in copies:
        copy.close()


def test_a_platform_that_is_not_there_is_tried_again_later(engine: Engine, put) -> None:
    outbox = Outbox(engine, back_off)
    lines = {"pager": Line(Pager(), {"secret": "s", "url": "http://127.0.0.1:9"})}
    put("하나")
    deliverer = Deliverer(outbox, ChannelScan(engine), lines, SEAL)

    assert (deliverer.work_once(), deliverer.work_once()) == (1, 0)

    deliverer.close()
    found = outbox.get(1)
    assert (found.state, found.tries, found.error) == ("waiting", 1, "ConnectError")
    assert found.next_try_at > found.created_at


def test_waiting_grows_up_to_an_hour() -> None:
    waits = [back_off(tries) for tries in range(1, 20)]

    assert all(0.8 * min(2**n, 3600) <= wait <= 1.2 * min(2**n, 3600) for n, wait in enumerate(waits, start=1))


def test_an_unknown_outcome_is_not_tried_again(deliverer: Deliverer, outbox: Outbox, put, standin: Standin) -> None:
    put("하나")
    standin.answers = ["hang up"]

    deliverer.work_once()
    deliverer.work_once()

    assert (arrived(standin), states(outbox)) == (["하나"], ["uncertain"])


def test_where_the_platform_knows_repeats_it_is_tried_again_with_the_same_key(
    careful: Deliverer, outbox: Outbox, put, standin: Standin
) -> None:
    put("하나", is_repeatable=True)
    standin.answers = ["hang up"]

    careful.work_once()
    careful.work_once()

    keys = {one["X-Retry-Key"] for one in standin.headers}
    assert (len(standin.arrived), len(keys), states(outbox)) == (2, 1, ["sent"])


def test_a_refusal_is_final_and_visible(deliverer: Deliverer, outbox: Outbox, put, standin: Standin) -> None:
    put("하나")
    standin.answers = [400]

    deliverer.work_once()

    (found,) = outbox.listed()
    assert (found.state, found.error) == ("failed", "400")


@pytest.mark.parametrize(("is_repeatable", "state"), [(False, "uncertain"), (True, "waiting")])
def test_what_a_killed_copy_was_sending(engine: Engine, outbox: Outbox, put, is_repeatable: bool, state: str) -> None:
    put("하나", is_repeatable=is_repeatable)
    (lost,) = outbox.claim("pager", 1)
    assert outbox.claim("pager", 1) == []
    change(engine, leased_until=datetime.now(UTC) - timedelta(seconds=1))

    again = outbox.claim("pager", 0)

    assert again == []
    assert outbox.get(1).state == state
    assert outbox.settle(lost, Outcome("sent")) == state  # the copy that was thought dead changes nothing


def test_who_left_is_not_written_to(
    engine: Engine, deliverer: Deliverer, outbox: Outbox, put, standin: Standin
) -> None:
    put("하나")
    ChannelStore(engine, SEAL).leave(1)
    change(engine, state="waiting")

    deliverer.work_once()

    assert (standin.arrived, states(outbox)) == ([], ["dropped"])


@pytest.mark.parametrize(("speaker", "count"), [("assistant", 0), ("notice", 1), ("consultant", 1)])
def test_the_owner_is_looked_at_again_before_sending(
    engine: Engine, deliverer: Deliverer, put, standin: Standin, speaker: str, count: int
) -> None:
    put("하나", speaker=speaker)
    with transaction(engine) as session:
        session.execute(update(ConversationRow).values(owner="human"))

    deliverer.work_once()

    assert len(standin.arrived) == count


def test_what_was_to_be_told_at_once_is_not_told_late(engine: Engine, deliverer: Deliverer, outbox: Outbox) -> None:
    given = Inbound("pager", "u" * 64, "e1", "typed", address={"user": "u1"})
    ChannelStore(engine, SEAL).receive(given, [Outgoing("typing", {"typing": True})])
    change(engine, expires_at=datetime.now(UTC))

    deliverer.work_once()

    assert states(outbox) == ["dropped"]


def test_an_address_is_kept_anew_after_the_secret_changed(engine: Engine) -> None:
    given = Inbound("pager", "u" * 64, "e1", "typed", address={"user": "u1"})
    for secret in ("old", "new"):
        ChannelStore(engine, Seal(secret)).receive(given)

    with reading(engine) as session:
        assert json.loads(Seal("new").open(session.query(ChannelUserRow.address).scalar())) == {"user": "u1"}


def test_a_gap_is_kept_between_messages_to_one_user(outbox: Outbox, put) -> None:
    put("하나", "둘")
    (first,) = outbox.claim("pager", 5)

    outbox.settle(first, Outcome("sent"), gap_s=60)

    assert outbox.claim("pager", 5) == []


def test_what_a_platform_answers_at_length_is_not_read_to_the_end(engine: Engine, outbox: Outbox, put) -> None:
    def endless(_: httpx.Request) -> httpx.Response:
        return httpx.Response(200, content=b"[" * 10_000_000)

    put("하나")
    lines = {"pager": Line(Pager(), {"secret": "s", "url": "http://pager"})}
    client = httpx.Client(transport=httpx.MockTransport(endless))
    deliverer = Deliverer(outbox, ChannelScan(engine), lines, SEAL, client=client)

    deliverer.work_once()

    deliverer.close()
    assert states(outbox) == ["sent"]


# ---- what an operator does ------------------------------------------------------------


def test_a_failed_message_is_sent_again_by_hand(deliverer: Deliverer, outbox: Outbox, put, standin: Standin) -> None:
    put("하나")
    standin.answers = [400]
    deliverer.work_once()

    outbox.retry(1)
    deliverer.work_once()

    assert (arrived(standin), states(outbox)) == (["하나"], ["sent"])


def test_what_was_sent_is_neither_sent_again_nor_dropped(deliverer: Deliverer, outbox: Outbox, put) -> None:
    put("하나")
    deliverer.work_once()

    with pytest.raises(ConflictError, match="이미"):
        outbox.retry(1)
    with pytest.raises(ConflictError, match="이미"):
        outbox.drop(1)


def test_a_dropped_message_is_never_sent(deliverer: Deliverer, outbox: Outbox, put, standin: Standin) -> None:
    put("하나")

    outbox.drop(1)
    deliverer.work_once()

    assert standin.arrived == []
    with pytest.raises(ConflictError):
        outbox.retry(1)


def test_what_is_not_there_is_not_found(outbox: Outbox) -> None:
    for act in (outbox.get, outbox.retry, outbox.drop):
        with pytest.raises(NotFoundError):
            act(7)


def test_old_and_sent_messages_are_deleted(engine: Engine, deliverer: Deliverer, outbox: Outbox, put) -> None:
    put("하나")
    deliverer.work_once()
    change(engine, created_at=datetime.now(UTC) - timedelta(days=8))

    assert tidy(ChannelStore(engine, SEAL), outbox) == 1
    assert sum(outbox.counts().values()) == 0
