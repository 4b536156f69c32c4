"""The mirror of published certificates and recalls: its tables, writing, reading."""
