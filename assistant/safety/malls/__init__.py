"""Malls that call: keys, quotas, policies, usage."""
