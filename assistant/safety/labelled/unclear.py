"""Listings of which nothing can be said for certain: cannot_check."""

from dataclasses import replace

from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.free_kinds import AGE_OPEN, NOBODY_KNOWS, WITHOUT_DUTY
from assistant.safety.labelled.world import World

PLACEHOLDERS = (
    "공급자적합성확인",
    "공급자적합성확인 대상",
    "비대상",
    "해당없음",
    "해당 없음",
    "상세페이지 참조",
    "없음",
    "-",
    "N/A",
    "",
)
_RADIO = ("R-R-Abc-{}", "R-C-Xyz-{}", "MSIP-CRM-ABC-{}", "MSIP-REM-Kdf-{}", "KCC-REM-SEC-{}", "KCC-CRI-Lmn-{}")


def nothing_to_compare(world: World) -> Draft:
    """The product agrees, and the listing says nothing else."""
    goods = world.goods()
    world.publish(goods.certificate())
    title = f"{goods.word}{world.one(('', ' 국내정품', ' 신형'))}"
    names = {"model_name": world.one(("", "블랙")), "brand_name": "", "maker_name": "", "importer_name": ""}
    return Draft(goods.listing(world.random, product_name=title, **names))


def company_only(world: World) -> Draft:
    """The company agrees; what the product is, nobody can tell."""
    goods = world.goods()
    world.publish(goods.certificate())
    title, category = world.one(NOBODY_KNOWS)
    return Draft(goods.listing(world.random, product_name=title, category=category, model_name=""))


def model_too_common(world: World) -> Draft:
    """The model is the same and says little; neither company nor product agrees."""
    goods = world.goods(model=world.one(("A1", "hope", "레인보우", "X2", "MINI")))
    world.publish(goods.certificate())
    title, category = world.one(NOBODY_KNOWS)
    nobody = {"brand_name": "", "maker_name": "상세페이지 참조", "importer_name": ""}
    return Draft(goods.listing(world.random, product_name=title, category=category, **nobody))


def derived_models_unknown(world: World) -> Draft:
    """Another model of the same company, and the detail was never fetched."""
    goods = world.goods()
    world.publish(goods.certificate())
    listing = goods.listing(world.random, model_name=world.model(goods.company))
    return world.dressed(listing, replace(goods, model=listing.model_name))


def models_partly(world: World) -> Draft:
    """The listing names several models, of which the certificate has one."""
    goods = world.goods()
    world.publish(goods.detailed())
    names = [goods.model, world.model(goods.company), world.model(goods.company)]
    return Draft(goods.listing(world.random, model_name=world.one((", ", " / ")).join(names)), ("models",))


def product_unclear(world: World) -> Draft:
    """The model is the same, the company not different, and the product is another."""
    goods = world.goods()
    other = world.another_kind(goods.kind)
    world.publish(goods.certificate(product_name=other.published[0], category_name=other.cert_category))
    # With a colour behind it the model would be a similar one, and the verdict a mismatch.
    return world.dressed(goods.listing(world.random), replace(goods, model=""))


def end_unclear(world: World) -> Draft:
    """The number exists as written and does not agree, while one with letters at its end does (suffix_unclear)."""
    goods = world.goods()
    goods = replace(goods, number=world.number(goods.kind.division, has_end=False))
    world.publish(goods.detailed(model_name=world.model(goods.company)))
    world.publish(goods.detailed(cert_num=goods.number + "A"))
    return world.dressed(goods.listing(world.random), goods)


def variants_differ(world: World) -> Draft:
    """Several variants agree equally well, and their states differ."""
    goods = world.goods()
    goods = replace(goods, number=world.number(goods.kind.division, has_end=False))
    world.publish(goods.detailed(cert_num=goods.number + "A"))
    world.publish(goods.detailed(world.one(("기간만료", "안전인증취소", "개선명령")), cert_num=goods.number + "B"))
    return world.dressed(goods.listing(world.random), goods)


def radio_only(world: World) -> Draft:
    """Numbers of the radio register are not kept here."""
    goods = world.goods()
    number = world.one(_RADIO).format(f"QZ{world.random.randrange(100, 999)}")
    return Draft(goods.listing(world.random, cert_field=world.one(("{}", "인증번호: {}", "{}<br>")).format(number)))


def duty_open(world: World) -> Draft:
    """No number, and the duty depends on what the listing does not say."""
    title, category = world.one(AGE_OPEN)
    field = world.one(PLACEHOLDERS)
    return Draft(world.goods().listing(world.random, product_name=title, category=category, cert_field=field))


def kind_unknown(world: World) -> Draft:
    """No number, and nobody knows what such a product needs."""
    title, category = world.one(NOBODY_KNOWS)
    field = world.one(PLACEHOLDERS)
    return Draft(world.goods().listing(world.random, product_name=title, category=category, cert_field=field))


def absent_in_partial_mirror(world: World) -> Draft:
    """A mirror that is not complete lacks the number: could not look up is not absent."""
    goods = world.goods()
    return replace(world.dressed(goods.listing(world.random), goods), mirror="partial")


def empty_mirror(world: World) -> Draft:
    """Without data nothing can be said, of a listing with a number or without."""
    goods = world.goods()
    listing = goods.listing(world.random)
    if world.chance(0.4):
        title, category = world.one(WITHOUT_DUTY)
        listing = replace(listing, product_name=title, category=category, cert_field="")
    return Draft(listing, (), "empty")


def too_many_numbers(world: World) -> Draft:
    """A field with more than 50 numbers, none of which is wrong as far as one reads."""
    goods = world.goods()
    numbers = [goods.number, *(world.number(goods.kind.division) for _ in range(54))]
    for number in numbers:
        world.publish(goods.certificate(cert_num=number))
    return Draft(goods.listing(world.random, cert_field=", ".join(numbers)), ("many",))


def too_long_field(world: World) -> Draft:
    """A field with more than 20,000 characters."""
    goods = world.goods()
    world.publish(goods.certificate())
    return Draft(
        goods.listing(world.random, cert_field=goods.number + " 상세페이지를 참조해 주세요." * 1_300), ("long",)
    )
