"""Listings without a number that anybody has: not_found where one is needed, not_required where none is."""

import re
from dataclasses import replace

from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.free_kinds import AGE_SAID, BABY, OTHER_LAWS, WITHOUT_DUTY
from assistant.safety.labelled.goods import Goods
from assistant.safety.labelled.kinds import CLEAR
from assistant.safety.labelled.unclear import PLACEHOLDERS
from assistant.safety.labelled.world import World

_NO_NUMBERS = (
    "02-1234-5678",
    "고객센터 1588-1234",
    "010-9876-5432",
    "사업자등록번호 123-45-67890",
    "2024-03-12",
    "KC 62133-2",
    "KC인증 완료",
    "KC12345",
    "KC마크 있음",
    "?",
)
"""What has not the shape of a number."""
_ZERO_IN_FRONT = re.compile("[A-Z]+0")


def _free(world: World, several: tuple[tuple[str, str], ...], field: str) -> Draft:
    title, category = world.one(several)
    goods = world.goods()
    model = world.one((goods.model, "", "FREE", "블랙"))
    listing = goods.listing(world.random, product_name=title, category=category, cert_field=field, model_name=model)
    return Draft(listing, (field,) if field else ())


# ---- not required -----------------------------------------------------------------------


def no_duty(world: World) -> Draft:
    """not_required: supplier's conformity, the safety standard alone or no duty, and no number."""
    return _free(world, WITHOUT_DUTY, "")


def no_duty_with_words(world: World) -> Draft:
    """not_required: a placeholder is no number."""
    return _free(world, WITHOUT_DUTY, world.one(PLACEHOLDERS))


def no_duty_with_no_number(world: World) -> Draft:
    """not_required: a telephone number, a date or a standard is no number either."""
    return _free(world, WITHOUT_DUTY, world.one(_NO_NUMBERS))


def duty_of_other_laws(world: World) -> Draft:
    """not_required: food, cosmetics and chemicals have no number of this register."""
    return _free(world, OTHER_LAWS, world.one(PLACEHOLDERS))


def age_said(world: World) -> Draft:
    """not_required: the age is said, and for that age no number is needed."""
    return _free(world, AGE_SAID, world.one(PLACEHOLDERS))


# ---- not found --------------------------------------------------------------------------


def never_issued(world: World) -> Draft:
    """not_found: the number has the right shape, and nobody has it."""
    goods = world.goods()
    return world.dressed(goods.listing(world.random), goods)


def mistyped(world: World) -> Draft:
    """not_found: one digit of the own number is wrong, or two are exchanged."""
    goods = world.goods()
    world.publish(goods.certificate())
    front, back = goods.number.split("-")
    swapped = back[1] + back[0] + back[2:]
    wrong = swapped if back[0] != back[1] else str((int(back[0]) + 5) % 10) + back[1:]
    return Draft(goods.listing(world.random, cert_field=f"{front}-{wrong}"), ("near_number",))


def other_end(world: World) -> Draft:
    """not_found: a number written with letters at its end never matches others."""
    goods = world.goods()
    bare = world.number(goods.kind.division, has_end=False)
    world.publish(goods.certificate(cert_num=bare + "A"))
    goods = replace(goods, number=bare + world.one("BCD"))
    return world.dressed(goods.listing(world.random), goods)


def absent_second(world: World) -> Draft:
    """not_found: every number is looked at; the second one does not exist."""
    goods = world.goods()
    world.publish(goods.certificate())
    field = f"{goods.number}{world.one((', ', ' / ', '<br>'))}{world.number(goods.kind.division)}"
    return Draft(goods.listing(world.random, cert_field=field), ("several",))


def _published(world: World) -> Goods:
    """Return a product that has its number, which its listing does not tell."""
    goods = world.goods(world.one(CLEAR))
    world.publish(goods.certificate())
    return goods


def needed(world: World) -> Draft:
    """not_found: the product needs a certificate, and the field is empty or has a placeholder."""
    field = world.one(PLACEHOLDERS)
    return Draft(_published(world).listing(world.random, cert_field=field), (field,) if field else ())


def needed_no_number(world: World) -> Draft:
    """not_found: the product needs a certificate, and what stands there has not the shape of a number."""
    field = world.one(_NO_NUMBERS)
    return Draft(_published(world).listing(world.random, cert_field=field), (field,))


def needed_for_babies(world: World) -> Draft:
    """not_found: for children under three the product needs a certificate."""
    return _free(world, BABY, world.one(PLACEHOLDERS))


def letter_for_digit(world: World) -> Draft:
    """not_found: an O for the first 0; such a text has not the shape of a number."""
    goods = _published(world)
    while not _ZERO_IN_FRONT.match(goods.number):
        goods = _published(world)
    return Draft(goods.listing(world.random, cert_field=goods.number.replace("0", "O", 1)), ("letter_o",))


def lost_letter(world: World) -> Draft:
    """not_found: the dash was lost when CP949 was read as something else."""
    goods = _published(world)
    return Draft(goods.listing(world.random, cert_field=goods.number.replace("-", "?")), ("lost_letter",))
