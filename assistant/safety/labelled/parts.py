"""Listings whose field has numbers of parts beside, or instead of, the product's own."""

from dataclasses import dataclass, replace
from typing import Any

from assistant.product_safety import Certificate
from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.free_kinds import HEATED_CLOTHES, NOBODY_KNOWS
from assistant.safety.labelled.goods import Goods
from assistant.safety.labelled.kinds import HOSTS, PARTS, SELF_NAMED
from assistant.safety.labelled.world import World

_WHOLE = ("본체", "제품", "")


@dataclass(frozen=True, slots=True)
class Part:
    label: str
    certificate: Certificate


def part_of(world: World, state: str = "적합", label: str = "", **changes: Any) -> Part:
    """Return a part with a certificate of its own company and model; it is not published yet."""
    known = [one for one in PARTS if label in ("", one[0])]
    name, division, product, category = world.one(known)
    maker = world.company()
    certificate = Certificate(
        0,
        world.number(division),
        state,
        cert_div=division,
        product_name=product,
        model_name=world.model(maker),
        category_name=category,
        import_div="제조",
        maker_name=maker.name,
        has_detail=True,
    )
    return Part(name, replace(certificate, **changes))


def labelled(world: World, number: str, label: str) -> str:
    """Return a number with its label before or behind it."""
    if not label:
        return number
    return world.one(("({1}) {0}", "{1}: {0}", "[{1}]{0}", "{1} : {0}")).format(number, label)


def field_of(world: World, goods: Goods, *parts: Part) -> str:
    """Return a field with the product's number first and the parts' behind it, each with its label."""
    whole = world.one(_WHOLE)
    if world.chance(0.25):
        shown = [f"{goods.number}({whole or '본체'})", *(f"{one.certificate.cert_num}({one.label})" for one in parts)]
    else:
        shown = [labelled(world, goods.number, whole)]
        shown += [labelled(world, one.certificate.cert_num, one.label) for one in parts]
    return world.one((", ", " / ", "<br>", "\n")).join(shown)


def _with_part(world: World, part: Part) -> Draft:
    """Return a valid product with one part."""
    goods = world.goods(world.one(HOSTS))
    world.publish(goods.certificate())
    return Draft(goods.listing(world.random, cert_field=field_of(world, goods, part)), ("labels",))


def valid_parts(world: World) -> Draft:
    """Numbers: model, product and company of a part are not held against the whole: ok."""
    parts = [part_of(world, label=label) for label in ("배터리", world.one(("충전기", "어댑터")))]
    for part in parts:
        world.publish(part.certificate)
    goods = world.goods(world.one(HOSTS))
    world.publish(goods.certificate())
    count = world.one((1, 2))
    return Draft(goods.listing(world.random, cert_field=field_of(world, goods, *parts[:count])), ("labels",))


def part_in_state(world: World, state: str) -> Draft:
    """Numbers: the state of a part counts."""
    part = part_of(world, state)
    world.publish(part.certificate)
    return _with_part(world, part)


def revoked_part(world: World) -> Draft:
    """revoked: the part's certificate is."""
    return part_in_state(world, world.one(("안전확인신고 효력상실", "안전인증취소", "반납")))


def suspended_part(world: World) -> Draft:
    """suspended: the part's certificate is."""
    return part_in_state(world, "안전확인신고표시 사용금지 2개월")


def expired_part(world: World) -> Draft:
    """expired: the part's certificate is."""
    return part_in_state(world, "기간만료")


def part_under_action(world: World) -> Draft:
    """under_action: the part's certificate is."""
    return part_in_state(world, "개선명령")


def part_of_unknown_state(world: World) -> Draft:
    """cannot_check: the part's state is not known."""
    return part_in_state(world, world.one(("변경", "-", "재심사중")))


def part_not_found(world: World) -> Draft:
    """not_found: nobody has the part's number."""
    return _with_part(world, part_of(world))


def part_is_something_else(world: World) -> Draft:
    """cannot_check: the certificate of a part has to be of such a part (part_unclear)."""
    part = part_of(world, product_name="유모차", category_name="유아용품", label="배터리")
    world.publish(part.certificate)
    return _with_part(world, part)


def only_parts_of_free(world: World) -> Draft:
    """ok: numbers of parts only, and the product itself needs none."""
    title, category = world.one(HEATED_CLOTHES)
    part = part_of(world, label="배터리")
    world.publish(part.certificate)
    goods = world.goods()
    field = labelled(world, part.certificate.cert_num, "배터리")
    return Draft(goods.listing(world.random, product_name=title, category=category, cert_field=field), ("labels",))


def only_parts(world: World) -> Draft:
    """cannot_check: numbers of parts only, and the product itself needs one (only_part_numbers)."""
    part = part_of(world)
    world.publish(part.certificate)
    goods = world.goods(world.one(HOSTS))
    field = labelled(world, part.certificate.cert_num, part.label)
    return Draft(goods.listing(world.random, cert_field=field), ("labels",))


def only_parts_of_unknown(world: World) -> Draft:
    """cannot_check: numbers of parts only, and what the product needs is not established."""
    title, category = world.one(NOBODY_KNOWS)
    part = part_of(world, label="배터리")
    world.publish(part.certificate)
    field = labelled(world, part.certificate.cert_num, "배터리")
    return Draft(world.goods().listing(world.random, product_name=title, category=category, cert_field=field))


def _self_named(world: World, *, has_other_model: bool) -> Draft:
    kind, label = world.one(SELF_NAMED)
    goods = world.goods(kind)
    world.publish(goods.detailed())
    model = world.model(goods.company) if has_other_model else goods.model
    field = world.one(("({}) {}", "{}: {}")).format(label, goods.number)
    return Draft(goods.listing(world.random, cert_field=field, model_name=model), ("own_label",))


def own_label(world: World) -> Draft:
    """ok: the label names the listing's product itself, and the number is its own."""
    return _self_named(world, has_other_model=False)


def own_label_of_other_model(world: World) -> Draft:
    """mismatch: the label names the product itself, and the certificate is of another model."""
    return _self_named(world, has_other_model=True)


def part_or_whole(world: World) -> Draft:
    """cannot_check: the label's word stands in the title, the product is another, and the number is not its own."""
    goods = world.goods(next(kind for kind in HOSTS if kind.item == "power-tool"))
    other = world.goods(goods.kind)
    world.publish(other.detailed())
    title = f"{goods.company.root} 리튬 배터리 {goods.word} 18V"
    return Draft(goods.listing(world.random, product_name=title, cert_field=f"(배터리) {other.number}"), ("labels",))


def unlabelled_part(world: World) -> Draft:
    """mismatch: a second number without a label belongs to the listing, and is of another company's battery."""
    goods = world.goods(world.one(HOSTS))
    part = part_of(world, label="배터리")
    world.publish(goods.certificate())
    world.publish(part.certificate)
    field = world.one((", ", " / ", " ", "<br>")).join((goods.number, part.certificate.cert_num))
    return Draft(goods.listing(world.random, cert_field=field), ("unlabelled",))


def whole_is_borrowed(world: World) -> Draft:
    """mismatch: the product's own number is another's, though the part's is all right."""
    goods, other, part = world.goods(world.one(HOSTS)), world.goods(), part_of(world)
    world.publish(other.detailed())
    world.publish(part.certificate)
    wrong = replace(goods, number=other.number)
    return Draft(goods.listing(world.random, cert_field=field_of(world, wrong, part)), ("labels",))
