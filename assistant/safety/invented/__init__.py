"""Made-up certificates and recalls in the shape of the published ones; no company, product or case in them is real."""
