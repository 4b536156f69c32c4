"""Listings that carry a valid number which is not theirs: mismatch."""

from dataclasses import replace

from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.goods import Goods
from assistant.safety.labelled.world import World


def _apart(world: World, kind_of: Goods | None = None, *, is_imported: bool = False) -> Goods:
    """Return a product that names its brand, so that there is a company to compare."""
    goods = world.goods(kind_of.kind if kind_of else None, is_imported=is_imported)
    return replace(goods, brand=goods.company.root)


def everything_differs(world: World) -> Draft:
    """Another product of another company."""
    goods = world.goods()
    other = world.goods(world.another_kind(goods.kind))
    world.publish(world.one((other.certificate, other.detailed))())
    return world.dressed(goods.listing(world.random, cert_field=other.number), goods)


def another_companys(world: World) -> Draft:
    """The same kind of product, of another company and model."""
    goods = world.goods()
    other = world.goods(goods.kind)
    world.publish(world.one((other.certificate, other.detailed))())
    return world.dressed(goods.listing(world.random, cert_field=other.number), goods)


def model_copied(world: World) -> Draft:
    """The model was copied with the number, but every company is another."""
    other, goods = _apart(world), _apart(world)
    goods = replace(goods, kind=other.kind, word=other.word, model=other.model, number=other.number)
    world.publish(world.one((other.certificate, other.detailed))())
    return world.dressed(goods.listing(world.random), goods)


def maker_abroad_differs(world: World) -> Draft:
    """The model is the same, factory and importer are others; their names share words of many companies only."""
    other = world.goods(is_imported=True, brand="")
    goods = world.goods(other.kind, is_imported=True, brand="", model=other.model, number=other.number)
    world.publish(other.detailed())
    return world.dressed(goods.listing(world.random), goods)


def another_model(world: World) -> Draft:
    """The same company's number of another model; the certificate's derived models are known."""
    goods = world.goods()
    derived = tuple(world.model(goods.company) for _ in range(world.one((0, 2))))
    world.publish(goods.detailed(derivation_models=derived))
    listing = goods.listing(world.random, model_name=world.model(goods.company))
    return world.dressed(listing, replace(goods, model=listing.model_name))


def longer_number_in_model(world: World) -> Draft:
    """XMF100 and XMF1000 are different models."""
    goods = world.goods()
    letters, digits = goods.model[:-1].split("-")
    goods = replace(goods, model=f"{letters}-{digits}")
    world.publish(goods.detailed())
    return Draft(goods.listing(world.random, model_name=goods.model + world.one(("0", "5"))), ("near_model",))


def another_model_unnamed_company(world: World) -> Draft:
    """Another model, the detail was never fetched, and the listing's company agrees with nothing."""
    goods = world.goods()
    world.publish(goods.certificate())
    listing = goods.listing(
        world.random,
        model_name=world.model(world.company()),
        brand_name="",
        maker_name=world.one(("상세페이지 참조", "", "중국")),
        importer_name="",
        product_name=f"{goods.word}{world.one(('', ' 신형', ' 국내정품'))}",
    )
    return world.dressed(listing, replace(goods, model=listing.model_name))


def another_product_of_company(world: World) -> Draft:
    """The company is the same, the product is another, and no model is named."""
    goods = world.goods()
    other = world.another_kind(goods.kind)
    world.publish(goods.certificate(product_name=other.published[0], category_name=other.cert_category))
    return world.dressed(goods.listing(world.random, model_name=""), goods)


def borrowed_second(world: World) -> Draft:
    """Two numbers without labels: the first is right, the second another product's."""
    goods, other = world.goods(), world.goods()
    world.publish(goods.certificate())
    world.publish(other.detailed())
    numbers = [goods.number, other.number]
    world.random.shuffle(numbers)
    return Draft(goods.listing(world.random, cert_field=world.one((", ", " / ", "<br>")).join(numbers)), ("several",))


def end_left_out_of_others(world: World) -> Draft:
    """No variant of the number agrees with the listing."""
    goods = world.goods()
    goods = replace(goods, number=world.number(goods.kind.division, has_end=False))
    for end in "AB":
        world.publish(goods.detailed(cert_num=goods.number + end, model_name=world.model(goods.company)))
    return world.dressed(goods.listing(world.random), goods)


def accessory(world: World) -> Draft:
    """A cover with the number of what it covers: another model, and the derived models are known."""
    goods = world.goods()
    world.publish(goods.detailed())
    title = f"{goods.word} {world.one(('보호 커버', '수납 케이스', '전용 거치대'))}"
    return Draft(goods.listing(world.random, product_name=title, model_name=world.model(goods.company)))


def short_model_borrowed(world: World) -> Draft:
    """Both models are called alike by chance, and say little; company and product are others."""
    model = world.one(("A1", "hope", "MINI", "레인보우"))
    other = replace(_apart(world), model=model)
    goods = replace(_apart(world), kind=(kind := world.another_kind(other.kind)), word=world.one(kind.listed))
    world.publish(other.detailed())
    return Draft(goods.listing(world.random, model_name=model, cert_field=other.number))
