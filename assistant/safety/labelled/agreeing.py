"""Listings with a valid certificate that is theirs: ok, however they are written."""

from dataclasses import replace

from assistant.product_safety import Listing
from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.dirt import NUMBER_WAYS, wide
from assistant.safety.labelled.world import World

_NO_NAME = ("상세페이지 참조", "중국", "OEM", "없음", "")
_NO_MODEL = ("", "", "상세페이지 참조", "없음", "블랙", "화이트", "FREE", "해당없음", "500ml")


def clean(world: World) -> Draft:
    """Everything agrees, and nothing is dirty."""
    goods = world.goods()
    world.publish(goods.certificate())
    return Draft(goods.listing(world.random))


def dirty_number(world: World) -> Draft:
    """Numbers: full width, lower case, spaces, dashes, words and telephone numbers around it."""
    goods, ways = world.goods(), list[str]()
    world.publish(goods.certificate())
    listing = world.with_number_way(goods.listing(world.random), world.one(tuple(NUMBER_WAYS)), ways)
    return Draft(listing, tuple(ways))


def hangul_dash(world: World) -> Draft:
    """Numbers: the Hangul vowel that lies beside the dash on a Korean keyboard, and looks like it."""
    goods = world.goods()
    world.publish(goods.certificate())
    return Draft(goods.listing(world.random, cert_field=goods.number.replace("-", "ㅡ")), ("hangul_dash",))


def dirty_all(world: World) -> Draft:
    """Number, model and company are all spelled in other ways."""
    goods = world.goods()
    world.publish(goods.certificate())
    return world.dressed(goods.listing(world.random), goods, 0.8)


def model_only(world: World) -> Draft:
    """Agreement: the model is the same, and of the company nothing is said."""
    goods = world.goods()
    world.publish(goods.certificate())
    listing = goods.listing(world.random, maker_name=world.one(_NO_NAME), importer_name="", brand_name="")
    return world.dressed(listing, goods)


def end_left_out(world: World) -> Draft:
    """Numbers: one without its end finds the variants that have one, of which the one that agrees counts."""
    goods = world.goods()
    goods = replace(goods, number=world.number(goods.kind.division, has_end=False))
    world.publish(goods.detailed(cert_num=goods.number + "B"))
    for end in ("A", "D")[: world.one((0, 1, 2))]:
        world.publish(goods.detailed(cert_num=goods.number + end, model_name=world.model(goods.company)))
    return world.dressed(goods.listing(world.random), goods)


def exact_among_variants(world: World) -> Draft:
    """Numbers: where it exists as written, only that certificate counts, whatever became of the others."""
    goods = world.goods()
    goods = replace(goods, number=world.number(goods.kind.division, has_end=False) + world.one(("", "A")))
    world.publish(goods.detailed())
    bare = goods.number.rstrip("A")
    world.publish(goods.detailed("안전인증취소", cert_num=bare + "C", model_name=world.model(goods.company)))
    return world.dressed(goods.listing(world.random), goods)


def derived_model(world: World) -> Draft:
    """Agreement: a derived model of the certificate's detail is the same."""
    goods = world.goods()
    derived = tuple(world.model(goods.company) for _ in range(3))
    world.publish(goods.detailed(derivation_models=derived))
    listing = goods.listing(world.random, model_name=world.one(derived))
    return world.dressed(listing, replace(goods, model=listing.model_name))


def several_published_models(world: World) -> Draft:
    """Agreement: the listing has one of several models of the certificate's field."""
    goods = world.goods()
    others = [world.model(goods.company) for _ in range(2)]
    field = world.one(("{1}, {0}, {2}", "{0} / {1} / {2}", "{0}; {1}", "{2},{0}")).format(goods.model, *others)
    world.publish(goods.certificate(model_name=field))
    return world.dressed(goods.listing(world.random), goods)


def several_listed_models(world: World) -> Draft:
    """Agreement: the listing names several models, and the certificate has all of them."""
    goods = world.goods()
    others = tuple(world.model(goods.company) for _ in range(3))
    world.publish(goods.detailed(derivation_models=others))
    field = world.one((", ", " / ", "<br>")).join((goods.model, *others[:2]))
    return world.dressed(goods.listing(world.random, model_name=field), goods)


def dirty_published_model(world: World) -> Draft:
    """The certificate's own fields are the dirty ones."""
    goods = world.goods()
    forms = (wide(goods.model), goods.model.lower(), f"블랙 {goods.model}", f" {goods.model}　", goods.model + "(기본)")
    world.publish(goods.certificate(model_name=world.one(forms), maker_name=f" {goods.plant or goods.company.name}　"))
    # Two words for colours, one in each, would make two models of one.
    return world.dressed(goods.listing(world.random), replace(goods, model=""))


def model_in_title(world: World) -> Draft:
    """Agreement: with an empty field for the model, a word of the product's name that is the certificate's counts."""
    goods = world.goods()
    world.publish(goods.certificate())
    title = f"{goods.title(world.random)} {goods.model}"
    return world.dressed(goods.listing(world.random, model_name="", product_name=title), goods)


def no_listed_model(world: World) -> Draft:
    """Agreement: no model in the listing; company and product agree."""
    goods = world.goods()
    world.publish(goods.certificate())
    return world.dressed(goods.listing(world.random, model_name=world.one(_NO_MODEL)), goods)


def no_published_model(world: World) -> Draft:
    """Agreement: no model in the certificate; company and product agree."""
    goods = world.goods()
    world.publish(goods.certificate(model_name=world.one(("", "-"))))
    return world.dressed(goods.listing(world.random), goods)


def short_model_of_company(world: World) -> Draft:
    """Agreement: the model says little, but company and product agree beside it."""
    goods = world.goods(model=world.one(("A1", "hope", "레인보우", "X2", "PRO")))
    world.publish(goods.certificate())
    # A colour behind such a model would make another model of it.
    return world.dressed(goods.listing(world.random), replace(goods, model=""))


def other_script(world: World) -> Draft:
    """Agreement: Hangul and Latin spellings of a name are not told apart; the model decides."""
    goods = world.goods(is_imported=False, brand="")
    world.publish(goods.certificate(maker_name=goods.company.english))
    return world.dressed(goods.listing(world.random), goods)


def brand_as_maker(world: World) -> Draft:
    """Agreement: the same name anywhere is the same, brand against maker too."""
    goods = world.goods(is_imported=False, brand="")
    world.publish(goods.certificate(maker_name=f"(주){goods.company.root}"))
    maker = world.one(("상세페이지 참조", "", f"{goods.company.root} 코리아"))
    listing = goods.listing(world.random, maker_name=maker, brand_name=goods.company.root)
    return world.dressed(listing, goods)


def another_importer(world: World) -> Draft:
    """Agreement: a second importer of the same model of the same factory; one pair of names agrees."""
    goods = world.goods(is_imported=True, brand="")
    world.publish(goods.detailed())
    return world.dressed(goods.listing(world.random, importer_name=world.company().name), goods)


def two_numbers_of_one(world: World) -> Draft:
    """Two valid numbers of the same model, without labels: both are the listing's."""
    goods = world.goods()
    second = world.number(goods.kind.division)
    world.publish(goods.certificate())
    world.publish(goods.certificate(cert_num=second))
    field = world.one((", ", " / ", "<br>", "\n")).join((goods.number, second))
    return Draft(goods.listing(world.random, cert_field=field))


def state_spelling(world: World) -> Draft:
    """States: spaces and width do not count."""
    goods = world.goods()
    world.publish(goods.certificate(world.one((" 적합", "적합　", "적 합"))))
    return world.dressed(goods.listing(world.random), goods)


def decomposed_hangul(world: World) -> Draft:
    """Texts from a Mac, whose Hangul is in parts, are the same texts."""
    from unicodedata import normalize

    goods = world.goods()
    world.publish(goods.certificate())
    made = goods.listing(world.random, model_name=world.one((goods.model, "")))
    names = {name: normalize("NFD", getattr(made, name)) for name in ("product_name", "maker_name", "importer_name")}
    return Draft(replace(made, cert_field=normalize("NFD", f"인증번호: {made.cert_field}"), **names), ("decomposed",))


def in_partial_mirror(world: World) -> Draft:
    """An incomplete mirror that has the number says what any mirror says."""
    return replace(clean(world), mirror="partial")


def with_barcode(world: World) -> Draft:
    """A barcode of which nothing is known changes nothing."""
    goods = world.goods()
    world.publish(goods.certificate())
    listing: Listing = goods.listing(world.random, barcode=world.barcode())
    return world.dressed(listing, goods)
