"""Screening of catalogues beyond one machine's database: the same function, over Parquet partitions."""

from enum import StrEnum


class Engines(StrEnum):
    LOCAL = "local"
    DUCKDB = "duckdb"
    SPARK = "spark"
