#!/bin/sh
# Prints the Python 3.11 to use, or one sentence about what is missing. PYTHON names another one to try first.
wanted='import sys; assert sys.version_info[:2] == (3, 11); import ensurepip, sqlite3, ssl, venv'
for python in ${PYTHON:+"$PYTHON"} python3.11 python3 python; do
    if command -v "$python" >/dev/null 2>&1 && "$python" -c "$wanted" >/dev/null 2>&1; then
        command -v "$python"
        exit 0
    fi
done
echo "Python 3.11이 venv 모듈과 함께 있어야 해요(데비안·우분투: apt-get install python3.11-venv). / OneCall needs Python 3.11 with its venv module." >&2
exit 1
