"""Made-up data: the same every time, marked as made up, with every state and every kind of dirt."""

from itertools import islice

import pytest
from sqlalchemy import Engine

from assistant.product_safety import Certificate
from assistant.safety import demo
from assistant.safety.invented import words
from assistant.safety.invented.certificates import STATES, Press
from assistant.safety.invented.recalls import domestic
from assistant.safety.mirror.reading import Mirror
from assistant.screening.barcodes import barcode_keys
from assistant.screening.numbers import bare_key, find_numbers


@pytest.fixture(scope="module")
def made() -> list[Certificate]:
    return list(Press(20_000, 1))


def test_a_made_up_mirror_says_so(demo_engine: Engine) -> None:
    freshness = Mirror(demo_engine).freshness()

    assert (freshness.certificates, freshness.recalls) == (6_000, 600)
    assert (freshness.is_demo, freshness.is_complete) == (True, True)


def test_a_mirror_that_is_being_made_up_says_so_too(mirror: Mirror) -> None:
    told = []

    def watch(share: float, text: str) -> None:
        told.append((share, text, mirror.freshness().is_demo, mirror.freshness().is_complete))

    demo.make(mirror, certificates=50, recalls=9, progress=watch)

    assert {(is_demo, is_complete) for _, _, is_demo, is_complete in told[:-1]} == {(True, False)}
    assert [share for share, *_ in told] == sorted(share for share, *_ in told)
    assert told[-1][0] == 1.0


def test_making_it_up_replaces_what_was_there(mirror: Mirror) -> None:
    demo.make(mirror, certificates=60, recalls=9)
    demo.make(mirror, certificates=40, recalls=18)

    assert (mirror.freshness().certificates, mirror.freshness().recalls) == (40, 18)
    assert mirror.changes(0, 10) == []


def test_the_same_seed_makes_the_same_certificates() -> None:
    first, again, other = (list(Press(3_000, seed)) for seed in (1, 1, 2))

    assert first == again
    assert first != other


def test_certificates_are_made_one_by_one() -> None:
    endless = iter(Press(9_900_000, 1))

    assert len(list(islice(endless, 10))) == 10


def test_numbers_are_all_different(made: list[Certificate]) -> None:

    assert len({one.cert_uid for one in made}) == len(made)
    assert len({one.cert_num for one in made}) > len(made) * 0.99


def test_every_state_division_and_kind_is_there(made: list[Certificate]) -> None:

    assert {one.cert_state for one in made} >= set(STATES)
    assert {one.category_name for one in made} == {kind.category for kind in words.KINDS}
    assert len({one.cert_div for one in made}) == 6


def test_toys_are_valid_and_expired_in_the_published_shares(made: list[Certificate]) -> None:
    toys = [one for one in made if one.category_name == "완구"]
    share = {state: sum(one.cert_state == state for one in toys) / len(toys) for state in ("적합", "기간만료")}

    assert 0.60 < share["기간만료"] < 0.70
    assert 0.28 < share["적합"] < 0.38


def test_what_expired_is_often_renewed(made: list[Certificate]) -> None:
    states = {one.cert_num: one.cert_state for one in made}
    renewals = [one for one in made if bare_key(one.first_cert_num) not in ("", bare_key(one.cert_num))]

    assert len(renewals) > 200
    assert {states[one.first_cert_num] for one in renewals} == {"기간만료"}


def test_numbers_come_with_and_without_letters_at_their_end(made: list[Certificate]) -> None:
    bare = [bare_key(one.cert_num) for one in made]

    assert len(set(bare)) < len(bare) - 100
    assert sum(len(find_numbers(one.cert_num)) == 1 for one in made) > len(made) * 0.99


def test_careless_people_typed_some_of_it(made: list[Certificate]) -> None:

    assert any("０" <= one.model_name[-1:] <= "９" for one in made)
    assert any(", " in one.model_name for one in made)
    assert any(not one.maker_name for one in made)
    assert any(one.cert_num != one.cert_num.upper() for one in made)
    assert any(one.maker_name.startswith("(주)") for one in made)
    assert any(one.maker_name.endswith("CO., LTD.") for one in made)


def test_recalls_have_numbers_barcodes_and_generic_names() -> None:
    press = Press(6_000, 1)
    list(press)
    made = list(domestic(2_000, press, 1))

    assert all(barcode_keys(one["barcodeNum"]) for one in made if one["barcodeNum"])
    assert sum(len(find_numbers(one["certNum"])) for one in made) > 1_000
    assert any(len(find_numbers(one["certNum"])) > 1 for one in made)
    assert {one["recallModelName"] for one in made} & set(words.SHORT_NAMES)
