"""Screening: a listing, held against certificates and recalls, gets a verdict. Pure."""
