"""Fitted weights and thresholds: one file for each understanding of OneCall's own base, plain.json for other bases."""

import json
from dataclasses import asdict
from pathlib import Path

from assistant.decide import Calibration, Gate
from assistant.errors import SetupError

_FOLDER = Path(__file__).parent


def load(name: str, folder: Path = _FOLDER) -> Calibration:
    """Read a calibration by name.

    Raises:
        SetupError: there is none of that name, or it cannot be read.
    """
    path = folder / f"{name}.json"
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        return Calibration(**{**data, "scope": Gate(**data["scope"]), "fit": Gate(**data["fit"])})
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise SetupError(f"보정 파일을 읽을 수 없어요: {path.name}") from error


def save(name: str, calibration: Calibration, folder: Path = _FOLDER) -> None:
    """Write a calibration, readable and in a stable order."""
    text = json.dumps(asdict(calibration), ensure_ascii=False, indent=2)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
