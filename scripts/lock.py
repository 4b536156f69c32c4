"""Writes requirements.lock and requirements-dev.lock anew from pyproject.toml: `make lock`, about four minutes.

Each is what pip finds for an empty environment. torch's pin in requirements-torch.txt is changed by hand.
"""

import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
HEADS = {
    "requirements.lock": "What .venv holds, exactly: pyproject.toml's dependencies (`make lock`).",
    "requirements-dev.lock": "What tests and checks add to the other two, exactly (`make lock`).",
}


def main() -> None:
    """Install pyproject.toml's packages into an empty environment, in two steps, and write down each."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    extras = project["project"]["optional-dependencies"]
    torch = ["-r", str(ROOT / "requirements-torch.txt")]
    with tempfile.TemporaryDirectory() as folder:
        python = Path(folder) / "venv" / "bin" / "python"
        subprocess.run([sys.executable, "-m", "venv", str(python.parent.parent)], check=True)
        # setuptools builds the project itself, without build isolation, which would ask the network again
        base = install(python, *project["build-system"]["requires"], *project["project"]["dependencies"])
        write("requirements.lock", base)
        install(python, *torch)
        tools = [*extras["torch"], *extras["scale"], *extras["dev"]]
        both = install(python, "-c", str(ROOT / "requirements.lock"), *torch, *tools)
        write("requirements-dev.lock", [line for line in both if line not in base and not line.startswith("torch==")])


def install(python: Path, *what: str) -> list[str]:
    """Install and return everything that is then there, as pins."""
    pip = [str(python), "-m", "pip", "--disable-pip-version-check"]
    subprocess.run([*pip, "install", "-qq", "--no-input", "--no-compile", "--upgrade", *what], check=True)
    frozen = subprocess.run([*pip, "freeze", "--exclude", "pip", "--all"], check=True, capture_output=True, text=True)
    return sorted(frozen.stdout.split("\n")[:-1], key=str.lower)


def write(name: str, pins: list[str]) -> None:
    """Write a lock file."""
    (ROOT / name).write_text("\n".join([f"# {HEADS[name]}", *pins, ""]), encoding="utf-8")


if __name__ == "__main__":
    main()
