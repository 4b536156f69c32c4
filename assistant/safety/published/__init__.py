"""SafetyKorea's open interface: asking it, reading what it answers, and filling the mirror from it."""
