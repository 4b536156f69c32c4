"""What a product's name says it is, and what the law asks of such goods."""
