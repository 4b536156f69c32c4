"""OneCall: a Korean help assistant for certification, standards and product safety."""

__version__ = "0.1.0"
