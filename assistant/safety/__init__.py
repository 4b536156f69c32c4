"""Product safety: the mirror of published certificates and recalls, and what hangs on it."""
