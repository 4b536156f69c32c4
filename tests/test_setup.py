"""The set-up: Python, .venv, the locks, the checks before the start, and the Makefile."""

import ast
import errno
import os
import re
import shutil
import socket
import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from assistant.encoder_build import build_encoder
from assistant.errors import SetupError
from assistant.settings import ROOT, Settings
from assistant.setup_steps import check, check_port, is_prepared, prepare, sentence_for

SCRIPTS = ROOT / "scripts"
LOCKS = ("requirements.lock", "requirements-torch.txt", "requirements-dev.lock")


def names_in(lock: str) -> dict[str, str]:
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    pins = [line.split("==") for line in lines if line and not line.startswith("#")]
    return {re.sub(r"[-_.]+", "-", name).lower(): version for name, version in pins}


def name_of(requirement: str) -> str:
    return re.sub(r"[-_.]+", "-", re.split(r"[^\w.-]", requirement)[0]).lower()


def test_every_dependency_is_pinned() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    dev = names_in("requirements-torch.txt") | names_in("requirements-dev.lock")

    assert {name_of(one) for one in project["dependencies"]} <= names_in("requirements.lock").keys()
    assert {name_of(one) for one in [*extras["dev"], *extras["torch"], *extras["scale"]]} <= dev.keys()


def test_every_import_is_declared() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    stated = [*project["dependencies"], *extras["torch"], *extras["scale"]]
    declared = {name_of(one) for one in stated} | {"starlette", "anyio"}  # FastAPI's interface shows these two
    homes = packages_distributions()
    files = [path for path in (ROOT / "assistant").rglob("*.py") if "rasa_parts" not in path.parts]
    imported = {name for path in files for name in imports_of(path)} - sys.stdlib_module_names - {"assistant"}

    assert {name for name in imported if not declared & {name_of(home) for home in homes.get(name, [name])}} == set()


def imports_of(path: Path) -> set[str]:
    nodes = list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
    plain = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    sources = [node.module or "" for node in nodes if isinstance(node, ast.ImportFrom) and node.level == 0]
    return {name.partition(".")[0] for name in [*plain, *sources]}


def test_no_package_is_pinned_twice() -> None:
    names = [name for lock in LOCKS for name in names_in(lock)]

    assert sorted(set(names)) == sorted(names)


def test_every_target_is_explained() -> None:
    shown = subprocess.run(["make", "help"], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    for target in ("run", "test", "check", "index", "train", "serve", "bench", "eval", "clean"):
        assert f"make {target} " in shown


def test_a_wrong_python_gives_one_sentence_in_two_languages(tmp_path: Path) -> None:
    fake = tmp_path / "python3"
    fake.write_text("#!/bin/sh\nexit 1\n")
    fake.chmod(0o755)
    done = subprocess.run(
        [shutil.which("sh") or "/bin/sh", SCRIPTS / "find-python.sh"],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout) == (1, "")
    assert "3.11이" in done.stderr
    assert "needs Python 3.11" in done.stderr
    assert len(done.stderr.splitlines()) == 1


BACKEND = """
import zipfile

def build_editable(folder, config_settings=None, metadata_directory=None):
    with zipfile.ZipFile(f"{folder}/tiny-1-py3-none-any.whl", "w") as wheel:
        wheel.writestr("tiny-1.dist-info/METADATA", "Metadata-Version: 2.1\\nName: tiny\\nVersion: 1\\n")
        wheel.writestr("tiny-1.dist-info/WHEEL", "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n")
        wheel.writestr("tiny-1.dist-info/RECORD", "")
    return "tiny-1-py3-none-any.whl"
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """Return a project without dependencies: its environment is made without a look at the network."""
    (tmp_path / "pyproject.toml").write_text(
        '[build-system]\nrequires = []\nbuild-backend = "backend"\nbackend-path = ["."]\n'
        '[project]\nname = "tiny"\nversion = "1"\n'
    )
    (tmp_path / "backend.py").write_text(BACKEND)
    (tmp_path / "requirements.lock").write_text("# nothing\n")
    return tmp_path


def set_up(project: Path) -> str:
    """Run the script; return what it said."""
    argv = [sys.executable, SCRIPTS / "venv.py", "--root", project]
    done = subprocess.run(argv, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stderr
    return done.stderr


def test_an_environment_is_made_once_and_again_when_it_was_half_made(project: Path) -> None:
    assert "설치했어요" in set_up(project)
    assert set_up(project) == ""

    (project / ".venv" / ".onecall-base").unlink()
    (project / ".venv" / "half-made").touch()

    assert "새로 만들어요" in set_up(project)
    assert not (project / ".venv" / "half-made").exists()


def test_a_changed_lock_is_installed_into_what_is_there(project: Path) -> None:
    set_up(project)
    (project / ".venv" / "kept").touch()
    (project / "requirements.lock").write_text("# something else\n")

    assert "설치했어요" in set_up(project)
    assert (project / ".venv" / "kept").exists()


def test_an_installation_that_fails_says_so_and_leaves_no_stamp(project: Path) -> None:
    (project / "requirements.lock").write_text("/no/such/wheel.whl\n")
    done = subprocess.run(
        [sys.executable, SCRIPTS / "venv.py", "--root", project], capture_output=True, text=True, check=False
    )

    assert done.returncode == 1
    assert "설치를 마치지 못했어요" in done.stderr.splitlines()[-1]
    assert "Traceback" not in done.stderr
    assert not (project / ".venv" / ".onecall-base").exists()


# ---- before the start -------------------------------------------------------------------


def test_a_taken_port_is_named_with_its_setting() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]

        with pytest.raises(SetupError, match=rf"포트 {port}번은 다른 프로그램이 쓰고 있어요.*ONECALL_PORT"):
            check_port("127.0.0.1", port, "PORT")


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", 70_000), ("192.0.2.1", 8000), ("없는.호스트.invalid", 8000)])
def test_an_address_that_cannot_be_had_is_one_sentence(host: str, port: int) -> None:
    with pytest.raises(SetupError, match="ONECALL_HOST와 ONECALL_PORT를 확인해"):
        check_port(host, port, "PORT")


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    settings = Settings.from_env({"ONECALL_CACHE_DIR": str(tmp_path / "file" / "cache"), "ONECALL_HOST": "127.0.0.2"})

    with pytest.raises(SetupError, match=str(tmp_path / "file")):
        check(settings)


@pytest.mark.parametrize(
    ("number", "said"),
    [(errno.ENOSPC, "디스크가 가득 찼어요"), (errno.EACCES, "쓸 권한이 없어요"), (errno.EROFS, "쓸 권한이 없어요")],
)
def test_what_the_system_refuses_is_said_in_korean(number: int, said: str) -> None:
    assert sentence_for(OSError(number, os.strerror(number), "/data")).startswith(f"{said}(/data)")


def test_a_taken_port_ends_the_start_before_anything_is_built(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        env = os.environ | {"ONECALL_PORT": str(other.getsockname()[1]), "ONECALL_CACHE_DIR": str(tmp_path)}
        argv = [sys.executable, "-S", "-m", "assistant.setup_steps", "check"]
        done = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stderr, len(done.stdout.splitlines())) == (1, "", 1)
    assert "다른 프로그램이 쓰고 있어요" in done.stdout
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_prepared_again_until_a_file_changes(tmp_path: Path) -> None:
    base = tmp_path / "kb"
    shutil.copytree(ROOT / "tests" / "data" / "toy_kb", base)
    cache = Settings().cache_dir
    build_encoder(cache / "encoder")
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "encoder").symlink_to(cache / "encoder")
    settings = Settings(
        kb_dir=base,
        nlu_dir=ROOT / "tests" / "data" / "toy_nlu",
        index_dir=tmp_path / "index",
        cache_dir=tmp_path / "cache",
        database_url=f"sqlite:///{tmp_path / 'onecall.db'}",
    )

    assert not is_prepared(settings)
    prepare(settings, print)
    assert is_prepared(settings)

    (base / "new.yml").touch()

    assert not is_prepared(settings)
