"""Becomes another program that dies with the process that started it.

    python -I -S tether.py PARENT SIGNAL PROGRAM ARGUMENT...

A file run by itself, because the request to the kernel has to be made in the child: between fork and exec (preexec_fn)
Python code may deadlock, here it cannot. Where there is no such request (outside Linux) the program just runs.
"""

import ctypes
import os
import sys
from collections.abc import Sequence

_PR_SET_PDEATHSIG = 1


def tethered(argv: Sequence[str], signal: int) -> list[str]:
    """Return the command that runs `argv` so that it gets `signal` when the calling process dies."""
    return [sys.executable, "-I", "-S", __file__, str(os.getpid()), str(int(signal)), *argv]


def main() -> None:
    """Ask for the signal at the parent's death, look whether the parent is still there, become the program."""
    parent, signal, program = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal, 0, 0, 0)
    if os.getppid() != parent:
        sys.exit(1)
    os.execvp(program[0], program)


if __name__ == "__main__":
    main()
