"""The client against a server that answers byte by byte as scripted, over a real socket."""

import json
import logging
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from upstreams import KEY, Raw, Scripted, certificate, foreign_recall, recall

from assistant.errors import AssistantError, BadInputError, SetupError, UpstreamError
from assistant.safety.published import client as client_module
from assistant.safety.published.client import Patience, SafetyKorea
from assistant.safety.published.pace import Pace

QUICK = Patience(tries=3, first_wait_s=0.001, longest_wait_s=0.002, connect_s=1.0, read_s=0.3, total_s=0.5)


def raw(body: object, **more: Any) -> Raw:
    return Raw((body if isinstance(body, bytes) else json.dumps(body, ensure_ascii=False).encode(),), **more)


def enveloped(code: object, data: object) -> Raw:
    return raw({"resultCode": code, "resultMsg": "", "resultData": data})


ONE = enveloped("2000", [certificate(1)])
HTML = raw(b"<!DOCTYPE html><html><body>error</body></html>", headers=(("Content-Type", "text/html"),))


def ask(script: list[Raw], call: Callable[[SafetyKorea], Any], **more: Any) -> tuple[Any, Scripted]:
    """Return what a call to a scripted server gives, or the error that it raises, and the server."""
    with Scripted(script) as server:
        client = SafetyKorea(server.url, KEY, 10_000, patience=QUICK, **more)
        try:
            return call(client), server
        except AssistantError as error:
            return error, server
        finally:
            client.close()


def by_number(client: SafetyKorea) -> Any:
    return client.certificates("certNum", "CB001")


# ---- found and absent -----------------------------------------------------------------


def test_the_key_travels_in_its_header_and_nowhere_else() -> None:
    _, server = ask([ONE], by_number)
    path, headers = server.heard[0]

    assert path == "/openapi/api/cert/certificationList.json?conditionKey=certNum&conditionValue=CB001"
    assert headers["AuthKey"] == KEY
    assert KEY not in path + "".join(value for name, value in headers.items() if name != "AuthKey")


@pytest.mark.parametrize("code", ["2000", 2000, 2000.0])
def test_a_list_is_read_whether_its_code_is_text_or_number(code: object) -> None:
    found, _ = ask([enveloped(code, [certificate(1), certificate(2)])], by_number)

    assert [one.cert_uid for one in found.rows] == [1, 2]
    assert (found.is_capped, found.unread, found.is_demo) == (False, 0, False)


@pytest.mark.parametrize("answer", [enveloped("2004", None), enveloped(2004, []), enveloped("2000", [])])
def test_no_data_is_an_empty_list(answer: Raw) -> None:
    found, server = ask([answer], by_number)

    assert (found.rows, found.is_capped) == ((), False)
    assert len(server.heard) == 1


def test_one_record_in_the_place_of_a_list_is_a_list_of_one() -> None:
    found, _ = ask([enveloped("2000", certificate(1))], by_number)

    assert len(found.rows) == 1


def test_rows_that_cannot_be_read_are_counted() -> None:
    found, _ = ask([enveloped("2000", [certificate(1), {"certUid": 5}, None])], by_number)

    assert (len(found.rows), found.unread) == (1, 2)


@pytest.mark.parametrize(("rows", "is_capped"), [(2, False), (3, True), (4, False)])
def test_as_many_rows_as_the_cap_may_be_cut_off(rows: int, is_capped: bool) -> None:
    found, _ = ask([enveloped("2000", [certificate(at) for at in range(rows)])], by_number, cap=3)

    assert found.is_capped is is_capped


def test_an_answer_that_is_too_large_has_to_be_narrowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client_module, "MAX_BYTES", 1_000)
    found, server = ask([enveloped("2000", [certificate(at) for at in range(10)])], by_number)

    assert (found.rows, found.is_capped) == ((), True)
    assert len(server.heard) == 1


def test_both_kinds_of_recalls_are_read() -> None:
    answers = [enveloped("2000", [recall(1)]), enveloped("2000", [foreign_recall(1)])]
    found, server = ask(
        answers,
        lambda client: (client.recalls("publishDate", "202607"), client.foreign_recalls("fRecallUid", "1")),
    )

    assert [rows.rows[0].uid for rows in found] == ["D1", "F1"]
    assert [path.split("?")[0][-16:] for path, _ in server.heard] == ["/recallList.json", "fRecallList.json"]


def test_a_detail_is_found_by_exactly_its_number() -> None:
    one = certificate(1, certNum="CB061R2170-3018", derivationModels=["A-1"])
    found, server = ask([enveloped("2000", one)], lambda client: client.certificate("cb061r2170–3018"))

    assert found.derivation_models == ("A-1",)
    assert server.asked() == [{"certNum": "cb061r2170–3018"}]


def test_a_detail_of_another_number_is_not_taken_for_absent() -> None:
    other = certificate(1, certNum="CB061R2170-3018A")
    error, _ = ask([enveloped("2000", other)], lambda client: client.certificate("CB061R2170-3018"))

    assert isinstance(error, UpstreamError)
    assert error.code == "safety_answer"


def test_an_absent_detail_is_none() -> None:
    found, _ = ask(
        [enveloped("2004", None)], lambda client: (client.certificate("CB061R2170-3018"), client.recall("12"))
    )

    assert found == (None, None)


def test_a_recall_is_found_by_its_id() -> None:
    found, server = ask([enveloped("2000", recall(12))], lambda client: client.recall("12"))

    assert found.uid == "D12"
    assert server.asked() == [{"recallUid": "12"}]


# ---- refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("key", "value"), [("certNo", "CB1"), ("publishDate", "2026"), ("", "CB1"), ("certNum", ""), ("certNum", "  ")]
)
def test_what_the_interface_would_answer_with_everything_is_never_asked(key: str, value: str) -> None:
    error, server = ask([ONE], lambda client: client.certificates(key, value))

    assert isinstance(error, BadInputError)
    assert error.code == "safety_parameter"
    assert server.heard == []


@pytest.mark.parametrize(
    ("answer", "kind", "code"),
    [
        (raw(b"", status=302, headers=(("Location", "/error/auth.do"),)), SetupError, "safety_key"),
        (raw(b"", status=302), SetupError, "safety_key"),
        (enveloped("4000", None), SetupError, "safety_key"),
        (enveloped(4001, None), SetupError, "safety_ip"),
        (enveloped("4005", []), BadInputError, "safety_parameter"),
        (enveloped("4999", []), UpstreamError, "safety_answer"),
    ],
    ids=["redirect", "redirect to nowhere", "4000", "4001 as a number", "4005", "unknown code"],
)
def test_a_refusal_has_its_name_and_is_not_repeated(answer: Raw, kind: type, code: str) -> None:
    error, server = ask([answer], by_number)

    assert isinstance(error, kind)
    assert error.code == code
    assert len(server.heard) == 1


def test_an_address_that_moved_is_told_from_a_bad_key() -> None:
    moved = raw(
        b"", status=301, headers=(("Location", "https://www.example.com/openapi/api/cert/certificationList.json"),)
    )
    error, server = ask([moved], by_number)

    assert error.code == "safety_moved"
    assert "https://www.example.com" in error.message
    assert len(server.heard) == 1


# ---- could not look up ----------------------------------------------------------------

PASSING = [
    pytest.param(enveloped("5000", None), "safety_down", id="5000"),
    pytest.param(enveloped(5000, None), "safety_down", id="5000 as a number"),
    pytest.param(raw(b"oops", status=500), "safety_down", id="HTTP 500"),
    pytest.param(raw(b"", status=503), "safety_down", id="HTTP 503"),
    pytest.param(raw(b"", status=429), "safety_down", id="HTTP 429"),
    pytest.param(raw(b""), "safety_answer", id="empty body"),
    pytest.param(raw(b"   \n"), "safety_answer", id="blank body"),
    pytest.param(HTML, "safety_answer", id="HTML"),
    pytest.param(raw(ONE.parts[0][:-20]), "safety_answer", id="JSON that breaks off"),
    pytest.param(raw([certificate(1)]), "safety_answer", id="no envelope"),
    pytest.param(enveloped("2000", None), "safety_answer", id="success without data"),
    pytest.param(Raw((ONE.parts[0][:50],), announced=5000), "safety_down", id="connection that breaks off"),
]
SLOW = [
    pytest.param(Raw((b"x", b"y"), pause_s=0.4), "safety_down", id="silence"),
    pytest.param(Raw((b"x",) * 50, pause_s=0.1), "safety_down", id="drip"),
]


@pytest.mark.parametrize(("answer", "code"), PASSING)
def test_trouble_that_passes_is_waited_for(answer: Raw, code: str) -> None:
    found, server = ask([answer, answer, ONE], by_number)

    assert [one.cert_uid for one in found.rows] == [1]
    assert len(server.heard) == 3


@pytest.mark.parametrize(("answer", "code"), PASSING + SLOW)
def test_trouble_that_stays_is_an_error_and_never_no_data(answer: Raw, code: str) -> None:
    error, server = ask([answer], by_number)

    assert isinstance(error, UpstreamError)
    assert error.code == code
    assert len(server.heard) == QUICK.tries


def test_a_list_of_which_nothing_can_be_read_is_not_no_data() -> None:
    error, _ = ask([enveloped("2000", [{"number": "CB061R2170-3018"}])], by_number)

    assert isinstance(error, UpstreamError)
    assert error.code == "safety_answer"


def test_a_server_that_is_not_there_is_down() -> None:
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        client = SafetyKorea(f"http://127.0.0.1:{door.getsockname()[1]}/api", KEY, 10_000, patience=QUICK)
        with pytest.raises(UpstreamError, match="ConnectError") as refused:
            by_number(client)
        client.close()

    assert refused.value.code == "safety_down"


def test_neither_an_error_nor_the_log_tells_the_key(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    error, _ = ask([raw(b"", status=500)], by_number)

    chain = [error, error.__cause__, error.__context__]
    assert not any(KEY in repr(one) or KEY in str(one) for one in chain)
    assert KEY not in caplog.text
    assert getattr(error.__cause__, "request", None) is None


def test_a_client_tells_no_key_of_its_own() -> None:
    client = SafetyKorea("http://127.0.0.1:1/api", KEY)
    client.close()

    assert KEY not in repr(client)


@pytest.mark.parametrize(
    ("url", "key", "code"),
    [
        ("http://127.0.0.1", "", "safety_key"),
        ("http://127.0.0.1", "열쇠", "safety_key"),
        ("http://127.0.0.1", "a\nb", "safety_key"),
        ("http://127.0.0.1", " a ", "safety_key"),
        ("", KEY, "safety_url"),
        ("www.safetykorea.kr/openapi/api", KEY, "safety_url"),
        ("ftp://www.safetykorea.kr", KEY, "safety_url"),
        ("http://127.0.0.1:abc", KEY, "safety_url"),
        ("http://xn--/", KEY, "safety_url"),
    ],
)
def test_a_key_or_address_that_cannot_be_used_is_refused_at_once(url: str, key: str, code: str) -> None:
    with pytest.raises(SetupError) as refused:
        SafetyKorea(url, key)

    assert refused.value.code == code
    assert key.strip() == "" or key not in refused.value.message


# ---- pace -----------------------------------------------------------------------------


def test_turns_are_spaced_over_all_threads() -> None:
    pace, turns = Pace(100), []

    def take() -> None:
        for _ in range(3):
            pace.wait()
            turns.append(time.monotonic())

    threads = [threading.Thread(target=take) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    # Eleven gaps of 10 ms lie between twelve turns; a slow machine only makes them longer.
    assert max(turns) - min(turns) >= 0.1
