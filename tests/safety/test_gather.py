"""What is gathered before a listing is screened."""

from typing import Any

from assistant.errors import UpstreamError
from assistant.product_safety import Certificate, Listing, Recall
from assistant.safety.gather import Fetch, Gatherer
from assistant.safety.goods.requirements import Requirements
from assistant.safety.mirror.reading import Mirror
from assistant.screening.screen import screen


class Counting:
    """The mirror, and how often each of its methods was called."""

    def __init__(self, mirror: Mirror) -> None:
        self._mirror = mirror
        self.calls: list[str] = []

    def __getattr__(self, name: str) -> Any:
        self.calls.append(name)
        return getattr(self._mirror, name)


def listing(number: int, model: str = "") -> Listing:
    return Listing(f"P{number}", "보조배터리", f"XU10{number:04d}-26001", model or f"GA-{number + 1000}", "가온")


def test_a_thousand_listings_take_a_few_queries(known_mirror: Mirror, requirements: Requirements) -> None:
    mirror = Counting(known_mirror)
    known = Gatherer(mirror, requirements).gathered([listing(number) for number in range(1, 1_001)])

    assert sorted(mirror.calls) == ["certificates", "freshness", "recalls", "successors"]
    assert [len(one.certificates) for one in known] == [1] * 1_000


def test_known_holds_all_that_screening_asks_for(known_mirror: Mirror, requirements: Requirements) -> None:
    known = Gatherer(known_mirror, requirements).gathered([listing(62), listing(1), listing(900)])

    assert [one.cert_num for one in known[0].successors["XU10006226001"]] == ["XU100063-26001A"]
    assert known[1].successors == {}
    assert known[2].certificates == {"XU10090026001": ()}
    assert (known[0].requirement.grade, known[0].items["보조배터리"]) == ("confirmation", "power-bank")
    assert (known[0].data_date, known[0].is_complete, known[0].is_demo) == ("20261121", True, False)


def test_new_recall_is_seen_by_whoever_asks_next(known_mirror: Mirror, requirements: Requirements) -> None:
    gatherer = Gatherer(known_mirror, requirements)
    before = gatherer.gathered([listing(1)])[0]
    known_mirror.put_recalls([Recall("D9", False, "보조배터리", "가온", "GA-1001", raw={"recallUid": 9})])
    after = gatherer.gathered([listing(1)])[0]

    assert before.recalls == ()
    assert [one.uid for one in after.recalls] == ["D9"]


def test_recalls_are_asked_for_once_a_minute(known_mirror: Mirror, requirements: Requirements) -> None:
    mirror = Counting(known_mirror)
    gatherer = Gatherer(mirror, requirements)
    known = [gatherer.gathered([listing(1, "GA-7000X")])[0] for _ in range(3)]

    assert mirror.calls.count("recalls") == 1
    assert [[one.uid for one in each.recalls] for each in known] == [["D7"]] * 3


# ---- asking the interface on the spot ----------------------------------------------------


def fetching(answers: dict[str, Certificate | None], asked: list[str]) -> Fetch:
    def fetch(number: str) -> Certificate | None:
        asked.append(number)
        if number not in answers:
            raise UpstreamError("away")
        return answers[number]

    return fetch


def test_number_that_the_mirror_lacks_is_fetched_and_kept(known_mirror: Mirror, requirements: Requirements) -> None:
    new = Certificate(999, "XU200001-26001A", "적합", product_name="보조배터리", model_name="GA-9", has_detail=True)
    asked: list[str] = []
    gatherer = Gatherer(known_mirror, requirements, fetching({"XU200001-26001A": new}, asked))
    one = Listing("P1", "보조배터리", "XU200001-26001A", "GA-9")
    verdicts = [screen(one, gatherer.known_now(one)).verdict for _ in range(2)]

    assert verdicts == ["ok", "ok"]
    assert asked == ["XU200001-26001A"]


def test_interface_that_does_not_answer_leaves_what_is_known(known_mirror: Mirror, requirements: Requirements) -> None:
    asked: list[str] = []
    gatherer = Gatherer(known_mirror, requirements, fetching({}, asked))
    known = gatherer.known_now(Listing("P1", "보조배터리", "XU200001-26001A, XU100001-26001A", "GA-1001"))

    assert asked == ["XU200001-26001A"]
    assert (known.certificates["XU20000126001"], known.failed) == ((), frozenset())
    assert known.certificates["XU10000126001"][0].cert_num == "XU100001-26001A"


def test_mirror_that_is_away_is_never_taken_for_an_absent_number(requirements: Requirements) -> None:
    class Away:
        def __getattr__(self, name: str) -> Any:
            raise UpstreamError("away", code="database")

    one = Listing("P1", "보조배터리", "XU200001-26001A", "GA-9")
    known = Gatherer(Away(), requirements).known_for([one])[0]

    assert known.failed == {"XU20000126001"}
    assert screen(one, known).verdict == "cannot_check"
