"""Settings from the environment; every one has a default that works on a single machine."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path

from assistant.errors import SetupError

ROOT = Path(__file__).resolve().parent.parent
"""The folder that holds kb/, nlu_data/ and index/: OneCall runs from its checkout."""

PREFIX = "ONECALL_"
_ORIGIN = re.compile(r"https?://(?:[a-z0-9.-]+|\[[0-9a-f:]+\])(?::[0-9]{1,5})?")
_READ_ELSEWHERE = ("ONECALL_ENCODER_DIR", "ONECALL_TEST_POSTGRES")
"""Read by Rasa's process and by the tests; no settings of the service."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting; the environment variable is the name in capitals behind ONECALL_."""

    host: str = "127.0.0.1"
    port: int = 8000
    database_url: str = f"sqlite:///{ROOT / 'var' / 'onecall.db'}"
    kb_dir: Path = ROOT / "kb"
    index_dir: Path = ROOT / "index"
    nlu_dir: Path = ROOT / "nlu_data" / "nlu"
    cache_dir: Path = ROOT / ".cache"
    encoder: str = "default"
    encoder_threads: int = 1
    understanding: str = "rasa"
    rasa_url: str = ""
    rasa_port: int = 5005
    rasa_token: str = ""
    rasa_timeout_ms: int = 800
    ticket_hours: int = 48
    desk_hours: str = "09:00-18:00"
    desk_lunch: str = "12:00-13:00"
    desk_days: str = "mon-fri"
    desk_closed: str = ""
    smtp_url: str = ""
    mail_from: str = ""
    public_url: str = ""
    redis_url: str = ""
    safety_database_url: str = ""
    safety_url: str = "https://www.safetykorea.kr/openapi/api"
    safety_key: str = ""
    safety_rate: int = 5
    safety_dir: Path = ROOT / "var" / "safety"
    visitor_secret: str = ""
    widget_origins: str = ""
    kakao_secret: str = ""
    kakao_header: str = "X-OneCall-Secret"
    kakao_bot_id: str = ""
    kakao_rest_key: str = ""
    kakao_operator: str = ""
    kakao_url: str = "https://bot-api.kakao.com"
    kakao_consult_url: str = ""
    kakao_consult_path: str = ""
    kakao_consult_id: str = ""
    kakao_consult_secret: str = ""
    kakao_consult_sender_key: str = ""
    naver_path: str = ""
    naver_token: str = ""
    naver_ranges: str = "211.249.40.0/27,211.249.68.0/27,220.230.168.0/27"
    naver_handover: str = ""
    naver_url: str = "https://gw.talk.naver.com"
    line_secret: str = ""
    line_token: str = ""
    line_url: str = "https://api.line.me"
    telegram_token: str = ""
    telegram_secret: str = ""
    telegram_url: str = "https://api.telegram.org"
    oidc_url: str = ""
    oidc_client: str = ""
    oidc_secret: str = ""
    oidc_claim: str = "email"
    retention_days: int = 365
    log_level: str = "INFO"

    @property
    def rasa_address(self) -> str:
        """Where Rasa is asked: the one that is set, else the one that `onecall run` starts here."""
        return self.rasa_url or f"http://127.0.0.1:{self.rasa_port}"

    @property
    def safety_database(self) -> str:
        """The database of the product-safety side: the one that is set, else PostgreSQL's own, else a file beside it.

        With SQLite it is a file of its own: filling the mirror must not keep a visitor's message waiting.
        """
        if self.safety_database_url:
            return self.safety_database_url
        is_server = self.database_url.startswith("postgres")
        return self.database_url if is_server else f"sqlite:///{self.safety_dir / 'safety.db'}"

    @property
    def allowed_origins(self) -> frozenset[str]:
        """The sites whose pages may show the widget, beside the service's own.

        Raises:
            SetupError: one of them is no origin.
        """
        given = [one.strip().removesuffix("/").lower() for one in self.widget_origins.split(",") if one.strip()]
        for one in given:
            if not _ORIGIN.fullmatch(one):
                raise SetupError(f"{PREFIX}WIDGET_ORIGINS에는 https://shop.example 같은 주소만 쓸 수 있어요: {one!r}")
        return frozenset(given)

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the settings.

        Raises:
            SetupError: a value cannot be used, or a name behind ONECALL_ is not a setting; the sentence names it.
        """
        known = {field.name: field for field in fields(cls)}
        given: dict[str, object] = {}
        for name, raw in environ.items():
            if not name.startswith(PREFIX) or name in _READ_ELSEWHERE or not raw:
                continue
            key = name.removeprefix(PREFIX).lower()
            if key not in known:
                raise SetupError(f"{name}이라는 설정은 없어요. 이름을 확인해 주세요")
            given[key] = _parsed(name, raw, str(known[key].type))
        settings = cls(**given)  # type: ignore[arg-type]
        if settings.understanding not in ("rasa", "builtin"):
            raise SetupError(f"{PREFIX}UNDERSTANDING은 rasa나 builtin이어야 해요: {settings.understanding!r}")
        _ = settings.allowed_origins  # refused at the start, and not at the first visitor
        return settings


def _parsed(name: str, raw: str, kind: str) -> object:
    if "Path" in kind:
        return Path(raw).expanduser().resolve()
    if "int" not in kind:
        return raw
    try:
        value = int(raw)
    except ValueError:
        value = 0
    if value <= 0:
        raise SetupError(f"{name}에는 0보다 큰 숫자를 넣어 주세요: {raw!r}")
    return value
