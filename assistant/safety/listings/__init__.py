"""Listings as files: read row by row, and the results as people take them away."""
