"""Names of those who hold leases: a name tells whether its process, if it ran on this machine, is dead.

So what a killed process left is taken up by its successor at once; on another machine only the lease's end tells.
"""

import hashlib
import os
import secrets
import socket

_HOST = hashlib.sha256(socket.gethostname().encode()).hexdigest()[:8]
_RUN = secrets.token_hex(4)
"""Tells this process from an earlier one that had the same number."""


def own_prefix() -> str:
    """Return what every name of this process begins with. After a fork it is the child's."""
    return f"{_HOST}{os.getpid():08x}{_RUN}"


def new_name() -> str:
    """Return a new name: 32 characters."""
    return own_prefix() + secrets.token_hex(4)


def machine_prefix() -> str:
    """Return what every name of this machine begins with."""
    return _HOST


def is_dead(name: str) -> bool:
    """Say whether the process of a name is known to be dead; of one on another machine nothing is known."""
    if not name.startswith(_HOST) or name.startswith(own_prefix()):
        return False
    number = int(name[8:16], 16)
    return number == os.getpid() or not _is_running(number)


def _is_running(number: int) -> bool:
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
