#!/bin/sh
# Prints the Python 3.11 to use, or one sentence about what is missing. PYTHON names another one to try first.
# The base of an activated environment is taken, not the environment: it may be the one that is to be made anew.
wanted='import sys; assert sys.version_info[:2] == (3, 11)
import ensurepip, sqlite3, ssl, venv; print(sys._base_executable)'
for python in ${PYTHON:+"$PYTHON"} python3.11 python3 python; do
    "$python" -c "$wanted" 2>/dev/null && exit 0
done
echo "Python 3.11이 venv 모듈과 함께 있어야 해요(데비안·우분투: apt-get install python3.11-venv). / OneCall needs Python 3.11 with its venv module." >&2
exit 1
