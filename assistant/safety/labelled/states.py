"""Listings whose certificate is theirs and no longer holds, or holds for the time being only."""

from dataclasses import replace
from typing import Any

from assistant.safety.labelled.cases import Draft
from assistant.safety.labelled.goods import Goods
from assistant.safety.labelled.world import World

REVOKED = (
    "안전인증취소",
    "취소",
    "안전확인신고 효력상실",
    "안전확인신고 효력상실 처분",
    "반납",
    "효력상실",
    "안전확인신고　효력상실",
)
SUSPENDED = (
    "안전인증표시 사용금지 2개월",
    "안전인증표시 사용금지 4개월",
    "안전확인신고표시 사용금지 2개월",
    "안전확인신고표시 사용금지 6개월",
    "안전인증표시　사용금지2개월",
    "정지",
)
EXPIRED = ("기간만료", "기간만료", "기간만료", "인증만료", "유효기간만료", "기간 만료")
UNDER_ACTION = ("개선명령", "청문실시", "개선 명령", "청문실시 ")
UNKNOWN = ("변경", "-", "nan", "", "재심사중", "적합 취소", "조건부 적합", "부적합", "적합(일부)", "0")


def _in(world: World, states: tuple[str, ...], **changes: Any) -> Draft:
    goods = world.goods()
    certificate = goods.detailed if world.chance(0.4) else goods.certificate
    world.publish(certificate(world.one(states)))
    return world.dressed(goods.listing(world.random, **changes), goods)


def revoked(world: World) -> Draft:
    """revoked: the state says so, and all else agrees."""
    return _in(world, REVOKED)


def suspended(world: World) -> Draft:
    """suspended: the mark must not be used, for whatever time."""
    return _in(world, SUSPENDED)


def expired(world: World) -> Draft:
    """expired: the state says so, and all else agrees."""
    return _in(world, EXPIRED)


def under_action(world: World) -> Draft:
    """under_action: an order or a hearing, and all else agrees."""
    return _in(world, UNDER_ACTION)


def unknown_state(world: World) -> Draft:
    """cannot_check: a state that is not known is never ok."""
    return _in(world, UNKNOWN)


def _of_another(world: World, states: tuple[str, ...]) -> Draft:
    goods, other = world.goods(), world.goods()
    world.publish(other.detailed(world.one(states)))
    return world.dressed(goods.listing(world.random, cert_field=other.number), goods)


def revoked_of_another(world: World) -> Draft:
    """revoked: of one number the worse of state and agreement counts."""
    return _of_another(world, REVOKED)


def suspended_of_another(world: World) -> Draft:
    """suspended: of one number the worse of state and agreement counts."""
    return _of_another(world, SUSPENDED)


def expired_of_another(world: World) -> Draft:
    """mismatch: worse than expired."""
    return _of_another(world, EXPIRED)


def action_of_another(world: World) -> Draft:
    """mismatch: worse than under_action."""
    return _of_another(world, UNDER_ACTION)


def unknown_of_another(world: World) -> Draft:
    """mismatch: worse than cannot_check."""
    return _of_another(world, UNKNOWN)


def _second(world: World, states: tuple[str, ...]) -> Draft:
    """Return a listing with two numbers of the same model: a valid one, and one in such a state."""
    goods = world.goods()
    second = world.number(goods.kind.division)
    numbers = [goods.number, second]
    world.publish(goods.certificate())
    world.publish(goods.certificate(world.one(states), cert_num=second))
    world.random.shuffle(numbers)
    return Draft(goods.listing(world.random, cert_field=world.one((", ", "<br>", " / ")).join(numbers)), ("several",))


def revoked_second(world: World) -> Draft:
    """revoked: the worst of several numbers counts."""
    return _second(world, REVOKED)


def suspended_second(world: World) -> Draft:
    """suspended: the worst of several numbers counts."""
    return _second(world, SUSPENDED)


def expired_second(world: World) -> Draft:
    """expired: the worst of several numbers counts; the other may well be its renewal."""
    return _second(world, EXPIRED)


def revoked_without_end(world: World) -> Draft:
    """revoked: the variant that agrees with the listing counts, and another one is valid."""
    goods = world.goods()
    bare = world.number(goods.kind.division, has_end=False)
    goods = replace(goods, number=bare)
    world.publish(goods.detailed(world.one(REVOKED), cert_num=bare + "B"))
    world.publish(goods.detailed(cert_num=bare + "A", model_name=world.model(goods.company)))
    return world.dressed(goods.listing(world.random), goods)


def revoked_not_comparable(world: World) -> Draft:
    """revoked: whether anything can be compared or not."""
    return _in(world, REVOKED, model_name="", brand_name="", maker_name="", importer_name="")


def _renewal(world: World, goods: Goods, **changes: Any) -> None:
    number = world.number(goods.kind.division)
    values: dict[str, Any] = {"cert_num": number, "first_cert_num": goods.number, **changes}
    world.publish(goods.certificate(cert_date="20260105", **values))


def expired_renewed(world: World) -> Draft:
    """expired: a renewed certificate is named, and the verdict stays."""
    goods = world.goods()
    world.publish(goods.certificate(world.one(EXPIRED)))
    _renewal(world, goods)
    return world.dressed(goods.listing(world.random), goods)


def expired_renewed_by_similar(world: World) -> Draft:
    """expired: the renewal names the old number among the similar ones of its detail."""
    goods = world.goods()
    world.publish(goods.certificate(world.one(EXPIRED)))
    _renewal(world, goods, first_cert_num="", has_detail=True, similar_certifications=(goods.number,))
    return world.dressed(goods.listing(world.random), goods)


def expired_not_comparable(world: World) -> Draft:
    """expired: also where nothing can be compared."""
    return _in(world, EXPIRED, model_name="", brand_name="", maker_name="", importer_name="")


def renewed_number(world: World) -> Draft:
    """ok: the listing has the renewed number, and the old one is not its own any more."""
    goods = world.goods()
    old = world.number(goods.kind.division)
    world.publish(goods.certificate("기간만료", cert_num=old))
    world.publish(goods.certificate(first_cert_num=old))
    return world.dressed(goods.listing(world.random), goods)
