"""Measuring the product-safety side: speed at full size, and whether the verdicts of the labelled set are right."""
