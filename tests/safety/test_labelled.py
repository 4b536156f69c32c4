"""The labelled set: its own properties, and the verdicts that it has to get."""

import json
from collections import Counter

import pytest

from assistant.product_safety import VERDICTS
from assistant.safety.goods.requirements import Requirements
from assistant.safety.labelled.cases import LabelledSet
from assistant.safety.labelled.dirt import MODEL_WAYS, NUMBER_WAYS
from assistant.safety.labelled.judge import Judged, Judgement, judge
from assistant.safety.labelled.make import make

FALSE_BLOCK_MAX = 0.01


@pytest.fixture(scope="module")
def labelled() -> LabelledSet:
    return make()


@pytest.fixture(scope="module")
def judgement(labelled: LabelledSet, requirements: Requirements, tmp_path_factory: pytest.TempPathFactory) -> Judgement:
    return judge(labelled, requirements, tmp_path_factory.mktemp("labelled"))


# ---- the set itself -------------------------------------------------------------------


def test_the_same_seed_makes_the_same_set(labelled: LabelledSet) -> None:
    assert make() == labelled
    assert make(seed=7) != labelled


def test_there_are_2000_cases_and_80_or_more_of_each_verdict(labelled: LabelledSet) -> None:
    counts = Counter(case.expected for case in labelled.cases)

    assert counts.total() == 2_000
    assert {verdict: counts[verdict] for verdict in VERDICTS if counts[verdict] < 80} == {}


def test_no_id_is_used_twice(labelled: LabelledSet) -> None:
    listings = [case.listing.id for case in labelled.cases]
    certificates = [one.cert_uid for one in labelled.certificates]
    recalls = [one.uid for one in labelled.recalls]

    assert [len(set(ids)) for ids in (listings, certificates, recalls)] == [
        len(ids) for ids in (listings, certificates, recalls)
    ]


def test_no_number_is_published_twice(labelled: LabelledSet) -> None:
    numbers = Counter(one.cert_num for one in labelled.certificates)

    assert [number for number, uses in numbers.items() if uses > 1] == []


def test_every_way_to_write_a_number_and_a_model_occurs(labelled: LabelledSet) -> None:
    used = {way for case in labelled.cases for way in case.ways}

    assert {*NUMBER_WAYS, *MODEL_WAYS} - used == set()


def test_the_set_can_be_handed_on_as_json(labelled: LabelledSet) -> None:
    read = json.loads(labelled.as_json())

    assert [len(read[name]) for name in ("cases", "certificates", "recalls")] == [
        len(labelled.cases),
        len(labelled.certificates),
        len(labelled.recalls),
    ]


# ---- what the real rules make of it ---------------------------------------------------


def told(several: tuple[Judged, ...]) -> list[str]:
    """What a failing test shows: enough to find the case again."""
    return [
        f"{one.case.listing.id} {one.case.family}: not {one.case.expected} but {one.verdict.verdict} "
        f"({one.verdict.rule}): {one.case.listing.product_name} / {one.case.listing.cert_field[:60]}"
        for one in several
    ]


def test_nothing_that_asks_for_attention_is_called_ok_or_let_through(judgement: Judgement) -> None:
    assert told(judgement.false_ok) == []
    assert told(judgement.false_pass) == []


def test_of_a_hundred_harmless_listings_one_at_most_is_blocked_or_held(judgement: Judgement) -> None:
    share, cases = judgement.false_block_share, "\n".join(told(judgement.false_blocks))

    assert share <= FALSE_BLOCK_MAX, cases


def test_nothing_harmless_is_blocked(judgement: Judgement) -> None:
    assert told(tuple(one for one in judgement.false_blocks if one.verdict.action == "block")) == []
