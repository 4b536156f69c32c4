"""The consultants' desk: who works there, what they work on, and what is learned from it."""
