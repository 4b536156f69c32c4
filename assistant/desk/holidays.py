"""Korean public holidays with their substitute days, as the `holidays` library knows them."""

from datetime import date

from holidays import country_holidays

FIRST_YEAR, LAST_YEAR = 2020, 2045
"""As many years as a service could run and a deadline lie in the past; the library goes on to 2050."""


def korean_holidays() -> frozenset[date]:
    """Return every public holiday: those of law, of elections, and the substitute ones."""
    return frozenset(country_holidays("KR", years=range(FIRST_YEAR, LAST_YEAR + 1)))
