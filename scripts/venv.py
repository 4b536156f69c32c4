"""Makes .venv, or brings it up to date, or leaves it alone: by digest, so that a second start costs nothing.

Runs before anything is installed, hence on the standard library alone:

    python3.11 scripts/venv.py          what OneCall needs (requirements.lock)
    python3.11 scripts/venv.py --dev    what its tests need on top
"""

import argparse
import hashlib
import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

PIP = ("-m", "pip", "install", "-qq", "--no-input", "--no-compile", "--disable-pip-version-check")
"""-qq hides the warnings about index locations; without --no-compile the whole takes twice as long."""

BASE = ("requirements.lock",)
DEV = ("requirements-torch.txt", "requirements-dev.lock")
"""In this order: torch's pin has to be asked for by itself."""

FAILED = "{what} 설치를 마치지 못했어요. 위의 오류와 인터넷, 디스크의 빈 공간(3 GB)을 살핀 뒤 다시 실행해 주세요."


def main() -> int:
    """Do what the command line says; return the exit code."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--dev", action="store_true")
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    args = parser.parse_args()
    stage, files = ("dev", DEV) if args.dev else ("base", BASE)
    try:
        bring_up(args.root.resolve(), stage, files)
    except (OSError, subprocess.CalledProcessError) as error:
        if isinstance(error, OSError):
            print(error, file=sys.stderr)
        print(FAILED.format(what=".venv"), file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        return 130
    return 0


def bring_up(root: Path, stage: str, files: tuple[str, ...]) -> None:
    """Install one stage into .venv unless its stamp says that it is there.

    A stamp that does not fit is taken away first and put back last, so an installation that was cut off is seen.
    """
    venv, stamp = root / ".venv", root / ".venv" / f".onecall-{stage}"
    wanted = {"path": str(venv), "python": sys.version, "digest": digest(root, files)}
    there = read(stamp)
    if there == wanted and runs(venv):
        return
    began = time.monotonic()
    print(f"파이썬 패키지를 설치해요 ({', '.join(files)}): 1분쯤 걸려요", file=sys.stderr, flush=True)
    if stage == "base" and ({**there, "digest": ""} != {**wanted, "digest": ""} or not runs(venv)):
        make(venv)
    stamp.unlink(missing_ok=True)
    for file in files:
        pip(venv, "-r", str(root / file))
    if stage == "base":
        pip(venv, "--no-deps", "--no-build-isolation", "-e", str(root))
    stamp.write_text(json.dumps(wanted), encoding="utf-8")
    print(f"파이썬 패키지를 설치했어요 ({time.monotonic() - began:.0f}초)", file=sys.stderr, flush=True)


def digest(root: Path, files: tuple[str, ...]) -> str:
    """Return the digest of everything that decides what is installed."""
    texts = [(root / name).read_bytes() for name in ("pyproject.toml", *files)]
    return hashlib.sha256(b"\0".join(texts)).hexdigest()


def read(stamp: Path) -> dict[str, str]:
    """Return what a stamp says; nothing where it is missing or spoiled."""
    try:
        said = json.loads(stamp.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return said if isinstance(said, dict) else {}


def runs(venv: Path) -> bool:
    """Say whether the environment's Python starts and has pip; after a system upgrade it may not."""
    check = [str(venv / "bin" / "python"), "-c", "import pip"]
    try:
        return subprocess.run(check, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def make(venv: Path) -> None:
    """Make an empty environment in place of what is there."""
    if venv.exists():
        print("끝까지 만들어지지 않았거나 옮겨진 .venv를 새로 만들어요", file=sys.stderr, flush=True)
        shutil.rmtree(venv)
    subprocess.run([sys.executable, "-m", "venv", str(venv)], check=True)


def pip(venv: Path, *arguments: str) -> None:
    """Run pip's install in the environment, without a question."""
    env = os.environ | {"PIP_NO_INPUT": "1", "PIP_ROOT_USER_ACTION": "ignore"}
    env.pop("PYTHONPATH", None)
    subprocess.run([str(venv / "bin" / "python"), *PIP, *arguments], check=True, env=env)


if __name__ == "__main__":
    sys.exit(main())
