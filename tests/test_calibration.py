from pathlib import Path

import pytest
from builders import understood
from fakes import FakeEncoder

from assistant import calibration
from assistant.decide import Calibration, Gate, fit_features, scope_features
from assistant.errors import SetupError
from assistant.index import SearchIndex
from assistant.knowledge import KnowledgeBase
from assistant.records import MaskedText
from assistant.search import Query, search

NAMES = sorted(path.stem for path in Path(calibration.__file__).parent.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_thresholds_stand_in_their_order(name: str) -> None:
    loaded = calibration.load(name)

    assert 0 < loaded.scope_min < 1
    assert 0 < loaded.ask_min < loaded.answer_min <= 1


@pytest.mark.parametrize("name", NAMES)
def test_every_weight_has_its_feature(name: str, toy_base: KnowledgeBase, toy_index: SearchIndex) -> None:
    loaded = calibration.load(name)
    query = Query(MaskedText("인증"), FakeEncoder().encode(["인증"])[0], understood())
    hits = search(query, toy_index, toy_base, loaded.ranking)

    assert set(loaded.scope.weights) <= set(scope_features(understood(), hits))
    assert set(loaded.fit.weights) <= set(fit_features(understood(), hits, 0.5))
    assert set(loaded.ranking) <= set(hits[0].parts)


@pytest.mark.parametrize("name", ["rasa", "builtin", "plain"])
def test_every_understanding_has_its_own(name: str) -> None:
    assert name in NAMES


def test_what_is_saved_is_what_is_loaded(tmp_path: Path) -> None:
    made = Calibration({"dense": 2.0}, Gate(1.0, {"dense": 0.5}), Gate(), 0.5, 0.7, 0.3, {"questions": 1})

    calibration.save("mine", made, tmp_path)

    assert calibration.load("mine", tmp_path) == made


@pytest.mark.parametrize("content", [None, "", "{", "[]", "{}", '{"scope": {}, "fit": {"slope": 1}}'])
def test_a_calibration_that_cannot_be_read_is_named(tmp_path: Path, content: str | None) -> None:
    if content is not None:
        (tmp_path / "mine.json").write_text(content)

    with pytest.raises(SetupError, match=r"mine\.json"):
        calibration.load("mine", tmp_path)
