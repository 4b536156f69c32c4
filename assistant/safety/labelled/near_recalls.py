"""Listings with a recall that comes near but is not theirs: the verdict is what it would be without it."""

from dataclasses import replace

from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.free_kinds import WITHOUT_DUTY
from assistant.safety.labelled.goods import Goods
from assistant.safety.labelled.world import World

SHORT = ("hope", "레인보우", "A1", "FREE", "블랙 2호", "500ml", "MINI", "PRO")


def _valid(world: World, goods: Goods) -> Draft:
    world.publish(goods.certificate())
    return world.dressed(goods.listing(world.random), goods)


def short_model_shared(world: World) -> Draft:
    """Recalls: a short or generic model never matches alone, or with the product alone."""
    goods = world.goods(model=world.one(SHORT))
    world.publish(goods.certificate())
    product = world.one((goods.published, goods.word, world.another_kind(goods.kind).published[0]))
    world.recall(model_name=goods.model, product_name=product, brand_name=world.company().root)
    return world.dressed(goods.listing(world.random), replace(goods, model=""))


def model_of_another_product(world: World) -> Draft:
    """Recalls: the same specific model, but of another product and another company."""
    goods, stranger = world.goods(), world.company()
    product = world.another_kind(goods.kind).published[0]
    world.recall(model_name=goods.model, product_name=product, maker_name=stranger.name, brand_name=stranger.root)
    return _valid(world, goods)


def model_of_another_company(world: World) -> Draft:
    """Recalls: the same specific model and product, but another company (rule 4: no company is different)."""
    goods = world.goods(is_imported=False)
    goods = replace(goods, brand=goods.company.root)
    stranger = world.company()
    world.recall(
        model_name=goods.model, product_name=goods.published, maker_name=stranger.name, brand_name=stranger.root
    )
    return _valid(world, goods)


def longer_model(world: World) -> Draft:
    """Recalls: the model has to be the same, not a similar one."""
    goods = world.goods()
    model = f"{goods.model[:-1]}9{goods.model[-1]}"
    world.recall(model_name=model, product_name=goods.published, maker_name=goods.company.name)
    return _valid(world, goods)


def number_with_other_model(world: World) -> Draft:
    """Recalls: the certificate's number is the listing's, but both name a model and none agrees."""
    goods = world.goods()
    models = f"{world.model(goods.company)}, {world.model(goods.company)}"
    world.recall(cert_num=goods.number, model_name=models, product_name=goods.published, maker_name=goods.company.name)
    return _valid(world, goods)


def number_with_other_end(world: World) -> Draft:
    """Recalls: the number exactly, its end included where both have one."""
    goods = world.goods()
    bare = world.number(goods.kind.division, has_end=False)
    goods = replace(goods, number=bare + "A")
    world.recall(cert_num=bare + "C", product_name=goods.published, maker_name=world.company().name)
    return _valid(world, goods)


def own_numbering(world: World) -> Draft:
    """Recalls: a shop's own numbering (20 to 29 in front) is no barcode."""
    goods = world.goods()
    digits = f"2{world.barcode()[3:-1]}00"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    code = digits + str(-total % 10)
    world.recall(barcode=code, product_name=world.another_kind(goods.kind).published[0])
    world.publish(goods.certificate())
    return world.dressed(goods.listing(world.random, barcode=code), goods)


def broken_barcode(world: World) -> Draft:
    """Recalls: a barcode with a wrong check digit is none."""
    goods = world.goods()
    right = world.barcode()
    code = right[:-1] + str((int(right[-1]) + 3) % 10)
    world.recall(barcode=code, product_name=world.another_kind(goods.kind).published[0])
    world.publish(goods.certificate())
    return world.dressed(goods.listing(world.random, barcode=code), goods)


def same_product_only(world: World) -> Draft:
    """Recalls: a recall of the same product of another company, without a model."""
    goods = world.goods(is_imported=False)
    world.recall(product_name=goods.published, maker_name=world.company().name)
    return _valid(world, goods)


def same_company_only(world: World) -> Draft:
    """Recalls: a recall of another product and model of the same company."""
    goods = world.goods()
    product = world.another_kind(goods.kind).published[0]
    world.recall(product_name=product, model_name=world.model(goods.company), maker_name=goods.company.name)
    return _valid(world, goods)


def free_with_short_model(world: World) -> Draft:
    """A product that needs no number, whose generic model has been recalled of another product."""
    title, category = world.one(WITHOUT_DUTY)
    goods, stranger = world.goods(), world.company()
    model = world.one(SHORT)
    world.recall(model_name=model, product_name=goods.published, brand_name=stranger.root)
    listing = goods.listing(world.random, product_name=title, category=category, cert_field="", model_name=model)
    return Draft(listing)
