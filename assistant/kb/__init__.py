"""The knowledge base: one readable file per card, read into frozen records."""
