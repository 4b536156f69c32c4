"""Watching listings: events, webhooks, statistics."""
