"""Rasa's own components. They run in Rasa's process and environment and import nothing of the assistant but text."""
