"""Listings that a recall fits, whatever their number says: recalled."""

from dataclasses import replace

from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.free_kinds import WITHOUT_DUTY
from assistant.safety.labelled.kinds import HOSTS
from assistant.safety.labelled.parts import field_of, part_of
from assistant.safety.labelled.world import World

_NUMBER_FORMS = ("{}", "{}", "인증번호: {}<br>", "(본체) {}, (충전기)SU07706-17003", " {} ")


def by_number(world: World) -> Draft:
    """Rule 1: the recall names the listing's number, and not another model."""
    goods = world.goods()
    world.publish(goods.certificate(world.one(("적합", "적합", "기간만료", "안전인증취소"))))
    number = world.one(_NUMBER_FORMS).format(world.one((goods.number, goods.number.lower())))
    model = world.one((goods.model, "", f"{goods.model}, {world.model(goods.company)}"))
    world.recall(cert_num=number, model_name=model, product_name=goods.published)
    return world.dressed(goods.listing(world.random), goods)


def by_number_of_part(world: World) -> Draft:
    """Rule 1: the number of a part fits whatever the models are."""
    goods, part = world.goods(world.one(HOSTS)), part_of(world)
    world.publish(goods.certificate())
    world.publish(part.certificate)
    known = part.certificate
    world.recall(cert_num=known.cert_num, model_name=known.model_name, product_name=known.product_name)
    return Draft(goods.listing(world.random, cert_field=field_of(world, goods, part)), ("labels",))


def by_number_without_model(world: World) -> Draft:
    """Rule 1: the listing names no model."""
    goods = world.goods()
    world.publish(goods.certificate())
    world.recall(cert_num=goods.number, model_name=world.model(goods.company), product_name=goods.published)
    return world.dressed(goods.listing(world.random, model_name=""), goods)


def by_barcode(world: World) -> Draft:
    """Rule 2: the same barcode; zeros in front are all one."""
    goods, code = world.goods(), world.barcode()
    world.publish(goods.certificate())
    known = world.one((code, f"{code} / {world.barcode()}", f"0{code}", f"{code[0]} {code[1:7]} {code[7:]}"))
    world.recall(barcode=known, product_name=goods.published)
    return world.dressed(goods.listing(world.random, barcode=world.one((code, f"0{code}"))), goods)


def free_by_barcode(world: World) -> Draft:
    """Rule 2, of a product that needs no number."""
    title, category = world.one(WITHOUT_DUTY)
    goods, code = world.goods(), world.barcode()
    world.recall(barcode=code, product_name=title, cert_num=world.one(("", "공급자적합성", "해당없음")))
    values = {"product_name": title, "category": category, "cert_field": "", "barcode": code}
    return Draft(goods.listing(world.random, **values))


def by_model_and_brand(world: World) -> Draft:
    """Rule 3: a foreign recall with the same specific model and the same brand."""
    goods = world.goods(is_imported=True)
    goods = replace(goods, brand=goods.company.latin.capitalize())
    world.publish(goods.certificate())
    name = goods.kind.item.replace("-", " ").capitalize()
    world.recall(is_foreign=True, model_name=goods.model, brand_name=goods.brand.upper(), product_name=name)
    # The model has to be the same: with a colour behind it, it would be a similar one.
    return world.dressed(goods.listing(world.random), replace(goods, model=""))


def by_model_and_maker(world: World) -> Draft:
    """Rule 3: the same specific model and the same maker, spelled in another way."""
    goods = world.goods(is_imported=False, brand="")
    world.publish(goods.certificate())
    maker = world.one((f"주식회사 {goods.company.bare}", f"{goods.company.bare}(주)", goods.company.bare))
    model = world.one((goods.model, goods.model.lower(), goods.model.replace("-", "")))
    world.recall(model_name=model, product_name=goods.published, maker_name=maker)
    return world.dressed(goods.listing(world.random), replace(goods, model=""))


def by_model_and_product(world: World) -> Draft:
    """Rule 4: the same specific model and the same product; the recall names no company."""
    goods = world.goods()
    world.publish(goods.certificate())
    world.recall(model_name=goods.model, product_name=goods.published, cert_num=world.one(("", "-")))
    return world.dressed(goods.listing(world.random), replace(goods, model=""))


def by_model_in_title(world: World) -> Draft:
    """Rule 4: the field for the model is empty, and the title has the model."""
    goods = world.goods()
    world.publish(goods.certificate())
    world.recall(model_name=goods.model, product_name=goods.published)
    title = f"{goods.word} {goods.model}"
    return world.dressed(goods.listing(world.random, product_name=title, model_name=""), goods)


def by_short_model(world: World) -> Draft:
    """A short model with the same company and the same product name beside it."""
    goods = world.goods(model=world.one(("hope", "레인보우", "A1", "MINI")), is_imported=False)
    goods = replace(goods, brand=goods.company.root, published=(name := goods.kind.published[0]), word=name)
    world.publish(goods.certificate())
    world.recall(model_name=goods.model, product_name=name, brand_name=goods.brand, maker_name=goods.company.name)
    return Draft(goods.listing(world.random, product_name=name))


def without_number(world: World) -> Draft:
    """No number in the field, and yet the model and the maker are the recalled ones."""
    goods = world.goods(is_imported=False)
    world.recall(model_name=goods.model, product_name=goods.published, maker_name=goods.company.name)
    return Draft(goods.listing(world.random, cert_field=""))
