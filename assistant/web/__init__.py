"""The web door: the HTTP interface, the chat page, health and metrics."""
