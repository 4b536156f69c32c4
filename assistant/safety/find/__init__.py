"""Finding certificates and recalls by what a person types."""
