"""Files that malls send: stored, and worked off in child processes."""
