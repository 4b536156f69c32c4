"""Measuring on held-out questions, side by side with what a user would take instead; and the fitting of the gates."""
