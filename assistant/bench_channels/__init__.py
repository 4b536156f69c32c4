"""The messengers' platforms on this machine, and many conversations at once over them."""
