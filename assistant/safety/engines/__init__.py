"""Screening of catalogues beyond one machine's database: the same function, over Parquet partitions."""
