"""Starts Rasa's server with its secret taken from the environment: every user of a machine can read a command line."""

import os
import sys

from rasa.__main__ import main

TOKEN_VARIABLE = "ONECALL_RASA_TOKEN"

if __name__ == "__main__":
    token = os.environ.get(TOKEN_VARIABLE, "")
    if not token:  # without one anybody on this machine could read conversations and replace the model
        sys.exit(f"{TOKEN_VARIABLE} is not set")
    sys.argv[0] = "rasa"
    sys.argv += ["--auth-token", token]
    main()
