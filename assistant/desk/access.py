"""Everything about who may come in, put together: accounts, sessions, logins, the log, the provider if there is one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Engine

from assistant.desk.accounts import Accounts
from assistant.desk.audit import Audit
from assistant.desk.logins import Logins
from assistant.desk.passwords import Passwords
from assistant.desk.sessions import Sessions
from assistant.seal import Seal
from assistant.settings import Settings
from assistant.store.database import open_database

if TYPE_CHECKING:
    from assistant.desk.identities import Provider


@dataclass(frozen=True)
class Access:
    """What the doors of the desk need. With a provider only operators have passwords, for when it is away."""

    accounts: Accounts
    sessions: Sessions
    logins: Logins
    audit: Audit
    seal: Seal
    provider: "Provider | None"


@contextmanager
def open_store(settings: Settings) -> Iterator[Engine]:
    """Open the database of the desk for one command, and close it at the end."""
    engine = open_database(settings.database_url)
    try:
        yield engine
    finally:
        engine.dispose()


def _provider(settings: Settings) -> "Provider | None":
    if not settings.oidc_url:
        return None
    from assistant.desk.identities import provider_of  # its libraries take 15 MB, and most have no provider

    return provider_of(settings)


def open_access(engine: Engine, settings: Settings, secret: str, passwords: Passwords | None = None) -> Access:
    """Put it together.

    Args:
        secret: seals what must be read again (bootstrap.visitor_secret).

    Raises:
        SetupError: the provider's settings cannot be used.
    """
    passwords, seal, provider = passwords or Passwords(), Seal(secret), _provider(settings)
    return Access(
        accounts=Accounts(engine, passwords),
        sessions=Sessions(engine, settings),
        logins=Logins(engine, seal, passwords, passwords_for_all=provider is None),
        audit=Audit(engine),
        seal=seal,
        provider=provider,
    )
