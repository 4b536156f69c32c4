from enum import StrEnum


class Engines(StrEnum):
    LOCAL = "local"
    DUCKDB = "duckdb"
    SPARK = "spark"
