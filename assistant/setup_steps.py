"""The steps before serving: what can be seen to go wrong at once, what has to be built, and Rasa's own.

`python -m assistant.setup_steps check | prepare | rasa` runs one of them. `check` needs the standard library only, so
that `make run` can say that the port is taken before it installs anything; the others are run as child processes, so
that what they load is gone afterwards.
"""

import errno
import fcntl
import hashlib
import os
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from assistant.errors import AssistantError, SetupError
from assistant.settings import PREFIX, ROOT, Settings

Tell = Callable[[str], None]

_PREPARED = ".prepared"
_PROBE_BYTES = 1_000_000
_NO_SPACE = (errno.ENOSPC, errno.EDQUOT)
_NO_RIGHT = (errno.EACCES, errno.EPERM, errno.EROFS)


def check(settings: Settings) -> None:
    """Look at what would stop the service later.

    Raises:
        SetupError: the port is taken or not allowed, or a folder cannot be written.
    """
    check_port(settings.host, settings.port, "PORT")
    for folder in _written_folders(settings):
        try:
            folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=folder) as probe:
                probe.write(b"\0" * _PROBE_BYTES)
        except OSError as error:
            raise SetupError(sentence_for(error, folder)) from error


def check_port(host: str, port: int, setting: str) -> None:
    """Raise a SetupError unless the address can be listened on; `setting` names the port's setting without prefix."""
    name = f"{PREFIX}{setting}"
    try:
        if port > 65_535:  # getaddrinfo would wrap it round
            raise OverflowError(port)
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[
            0
        ]
        with socket.socket(family, kind) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        number = getattr(error, "errno", None)
        if number == errno.EADDRINUSE:
            message = f"포트 {port}번은 다른 프로그램이 쓰고 있어요. 그 프로그램을 끄거나 {name}에 다른 번호를 주세요."
        elif number in _NO_RIGHT:
            message = f"포트 {port}번은 열 권한이 없어요. {name}에 1024보다 큰 번호를 주세요."
        else:
            message = f"{host}의 포트 {port}번을 열 수 없어요. {PREFIX}HOST와 {name}를 확인해 주세요."
        raise SetupError(message) from error


def _written_folders(settings: Settings) -> list[Path]:
    kind, _, path = settings.database_url.partition(":///")
    database = [Path(path).absolute().parent] if kind == "sqlite" and path not in ("", ":memory:") else []
    return [settings.cache_dir, *database]


def sentence_for(error: OSError, folder: Path | None = None) -> str:
    """Say in a sentence what the system refused."""
    where = folder or error.filename or "파일"
    if error.errno in _NO_SPACE:
        return f"디스크가 가득 찼어요({where}). 빈 공간을 만든 뒤 다시 시작해 주세요."
    if error.errno in _NO_RIGHT:
        return f"쓸 권한이 없어요({where}). 폴더의 권한을 바꾸거나 다른 폴더를 설정해 주세요."
    return f"파일을 쓸 수 없어요({where}): {error.strerror or error}"


def prepare(settings: Settings, progress: Tell) -> None:
    """Convert the encoder, build the index and migrate the database, each only where it is needed."""
    from assistant import bootstrap
    from assistant.encoder_build import build_encoder, is_built
    from assistant.store.database import open_database

    def korean(line: str) -> None:
        if not line.startswith("encoder:"):  # what the conversion says is for its developers
            progress(line)

    folder = bootstrap.encoder_folder(settings)
    with _alone(settings, progress):
        if settings.encoder == "default" and not is_built(folder):
            with _timed("인코더를 변환해요", progress):
                build_encoder(folder)
        bootstrap.build_index(settings, korean, only_if_stale=True)
        open_database(settings.database_url).dispose()
        bootstrap.saved_token(settings)
        (settings.cache_dir / _PREPARED).write_text(_fingerprint(settings), encoding="utf-8")


def is_prepared(settings: Settings) -> bool:
    """Say whether nothing has been touched since the last preparation: in milliseconds, and without loading anything.

    Sizes and times are looked at, not contents; what gets past them is refused by the service (StaleIndexError).
    """
    try:
        return (settings.cache_dir / _PREPARED).read_text(encoding="utf-8") == _fingerprint(settings)
    except OSError:
        return False


def _fingerprint(settings: Settings) -> str:
    code = Path(__file__).parent
    folders = (settings.kb_dir, settings.nlu_dir, settings.index_dir, settings.cache_dir / "encoder", code)
    paths = sorted(path for folder in folders for path in folder.rglob("*") if path.suffix != ".pyc" and path.is_file())
    seen = [(str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in paths]
    return hashlib.sha256(repr((settings.encoder, settings.database_url, sys.version, seen)).encode()).hexdigest()


def set_up_rasa(_: Settings, progress: Tell) -> None:
    """Install and train Rasa where that has not been done with the same inputs."""
    from assistant import rasa_setup

    rasa_setup.install(ROOT, progress)
    rasa_setup.train(ROOT, progress)


@contextmanager
def _timed(what: str, progress: Tell) -> Iterator[None]:
    progress(what)
    began = time.monotonic()
    yield
    progress(f"{what.removesuffix('해요')}했어요 ({time.monotonic() - began:.1f}초)")


@contextmanager
def _alone(settings: Settings, progress: Tell) -> Iterator[None]:
    """Let one process at a time build in the cache folder."""
    settings.cache_dir.mkdir(parents=True, exist_ok=True)
    with (settings.cache_dir / ".setup.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            progress("다른 준비가 끝나기를 기다려요")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def main() -> int:
    """Run the step that the command line names; say in one sentence why it failed."""
    steps = {"check": lambda settings, _: check(settings), "prepare": prepare, "rasa": set_up_rasa}
    settings = Settings()
    try:
        settings = Settings.from_env(os.environ)
        steps[sys.argv[1]](settings, lambda line: print(line, flush=True))
    except AssistantError as error:
        print(f"오류({error.code}): {error.message}", flush=True)
    except OSError as error:
        print(f"오류(setup): {sentence_for(error)}", flush=True)
    except Exception as error:
        if os.strerror(errno.ENOSPC) not in str(error):  # how faiss and safetensors tell of a full disk
            raise
        print(f"오류(setup): {sentence_for(OSError(errno.ENOSPC, ''), settings.cache_dir)}", flush=True)
    except KeyboardInterrupt:
        return 130
    else:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
