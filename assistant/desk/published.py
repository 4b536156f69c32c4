"""What was published of the centre behind this service, 1381 인증표준 콜센터, with the year of each number. Pure.

Shares are percent of all calls. 2014 is the year it opened (end of March); 2016 sums up medical goods, cosmetics and
food as one sector.
"""

from collections.abc import Mapping

YEARS = (2014, 2016)

FIELDS: Mapping[int, Mapping[str, int]] = {
    2014: {"domestic": 45, "overseas": 21, "standard": 14},
    2016: {"domestic": 57, "overseas": 12, "standard": 13},
}

SECTORS: Mapping[int, Mapping[str, int]] = {
    2014: {"electrical": 43, "machinery": 8, "medical_cosmetic": 8, "chemical_environment": 5},
    2016: {"electrical": 41, "chemical_environment": 8, "metal_construction": 6, "machinery": 4},
}

TOGETHER = ("medical_cosmetic", "food")
TOGETHER_SHARE: Mapping[int, int] = {2016: 7}
"""Sectors that were published as one, and their share."""
