from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.cards import UNSURE, property_to_ask, schemes_for
from assistant.knowledge import KnowledgeBase


def ids(base: KnowledgeBase, item: str, country: str, **told: str) -> list[str]:
    return [one.scheme.id for one in schemes_for(base.items[item], country, told, base)]


def test_a_known_property_leaves_its_grade_only(toy_base: KnowledgeBase) -> None:
    assert ids(toy_base, "heater", "KR", power="mains") == ["kr-certification", "kr-eco"]
    assert ids(toy_base, "heater", "KR", power="battery") == ["kr-confirmation", "kr-eco"]


@pytest.mark.parametrize("told", [{}, {"power": UNSURE}], ids=["not asked", "not known"])
def test_an_unknown_property_shows_every_grade(toy_base: KnowledgeBase, told: dict[str, str]) -> None:
    applied = schemes_for(toy_base.items["heater"], "KR", told, toy_base)

    grades = [one.scheme.id for one in applied if not one.is_certain]
    assert grades == ["kr-certification", "kr-confirmation"]
    assert all(one.open_properties == ("power",) for one in applied if not one.is_certain)


@given(st.dictionaries(st.sampled_from(["power", "radio"]), st.sampled_from([UNSURE, "mains", "battery", "yes", "no"])))
def test_knowing_less_never_drops_a_scheme(toy_base: KnowledgeBase, told: dict[str, str]) -> None:
    for item, country in product(toy_base.items, toy_base.countries):
        everything = set(ids(toy_base, item, country, **told))
        for name in told:
            less = {key: value for key, value in told.items() if key != name}

            assert everything <= set(ids(toy_base, item, country, **less))
            assert everything <= set(ids(toy_base, item, country, **told | {name: UNSURE}))


def test_in_the_real_base_not_knowing_never_drops_the_stricter_scheme(base: KnowledgeBase) -> None:
    for item in base.items.values():
        unknown = {one.scheme.id for one in schemes_for(item, "KR", {}, base)}
        for name in (name for name, value in item.properties.items() if value == "ask"):
            for option in base.properties[name].options:
                known = schemes_for(item, "KR", {name: option.value}, base)

                assert {one.scheme.id for one in known} <= unknown, (item.id, name, option.value)


def test_certain_and_mandatory_schemes_come_first(toy_base: KnowledgeBase) -> None:
    assert ids(toy_base, "heater", "KR") == ["kr-eco", "kr-certification", "kr-confirmation"]
    assert ids(toy_base, "heater", "KR", power="mains") == ["kr-certification", "kr-eco"]


def test_overseas_schemes_follow_from_the_group(toy_base: KnowledgeBase) -> None:
    assert ids(toy_base, "power-bank", "JP") == ["jp-pse"]
    assert ids(toy_base, "doll", "JP") == []


def test_the_schemes_of_a_union_hold_in_its_countries(toy_base: KnowledgeBase) -> None:
    assert ids(toy_base, "doll", "DE", radio="yes") == ids(toy_base, "doll", "EU", radio="yes") == ["eu-red", "eu-toys"]


def test_a_fixed_property_rules_out_whatever_is_told(toy_base: KnowledgeBase) -> None:
    assert "kr-radio" in ids(toy_base, "power-bank", "KR", radio="yes")
    assert "kr-radio" not in ids(toy_base, "power-bank", "KR", radio="no")


def test_the_property_that_decides_is_asked_once(toy_base: KnowledgeBase) -> None:
    heater = toy_base.items["heater"]

    assert property_to_ask(heater, "KR", {}, toy_base) == "power"
    assert property_to_ask(heater, "KR", {"power": UNSURE}, toy_base) is None
    assert property_to_ask(heater, "KR", {"power": "mains"}, toy_base) is None


def test_a_property_that_decides_nothing_here_is_not_asked(toy_base: KnowledgeBase) -> None:
    assert property_to_ask(toy_base.items["power-bank"], "JP", {}, toy_base) is None
    assert property_to_ask(toy_base.items["doll"], "EU", {}, toy_base) == "radio"
    assert property_to_ask(toy_base.items["book"], "KR", {}, toy_base) is None
