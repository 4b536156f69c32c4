"""The labelled set: how many cases of each family, and everything put together.

The families were written from docs/product-safety.md alone, apart from the rules that are held against them: a label
says how a case was made, never what the rules made of it.
"""

from dataclasses import replace

from assistant.product_safety import VerdictKind
from assistant.safety.labelled import absent, agreeing, borrowed, near_recalls, parts, recalled, states, unclear
from assistant.safety.labelled.cases import Case, LabelledSet
from assistant.safety.labelled.world import Family, World

DATA_DATE = "20261120"
_NOISE = 600
"""Certificates, and half as many recalls, that no case is about."""

PLAN: dict[VerdictKind, dict[Family, int]] = {
    "ok": {
        agreeing.clean: 47,
        agreeing.dirty_number: 113,
        agreeing.hangul_dash: 2,
        agreeing.dirty_all: 72,
        agreeing.model_only: 30,
        agreeing.end_left_out: 30,
        agreeing.exact_among_variants: 12,
        agreeing.derived_model: 30,
        agreeing.several_published_models: 22,
        agreeing.several_listed_models: 12,
        agreeing.dirty_published_model: 18,
        agreeing.model_in_title: 22,
        agreeing.no_listed_model: 36,
        agreeing.no_published_model: 12,
        agreeing.short_model_of_company: 10,
        agreeing.other_script: 12,
        agreeing.brand_as_maker: 10,
        agreeing.another_importer: 8,
        agreeing.two_numbers_of_one: 8,
        agreeing.state_spelling: 6,
        agreeing.decomposed_hangul: 6,
        agreeing.in_partial_mirror: 5,
        agreeing.with_barcode: 8,
        states.renewed_number: 10,
        parts.valid_parts: 36,
        parts.own_label: 10,
        parts.only_parts_of_free: 6,
        near_recalls.short_model_shared: 14,
        near_recalls.model_of_another_product: 8,
        near_recalls.model_of_another_company: 8,
        near_recalls.longer_model: 6,
        near_recalls.number_with_other_model: 6,
        near_recalls.number_with_other_end: 5,
        near_recalls.own_numbering: 4,
        near_recalls.broken_barcode: 4,
        near_recalls.same_product_only: 6,
        near_recalls.same_company_only: 6,
    },
    "mismatch": {
        borrowed.everything_differs: 50,
        borrowed.another_companys: 40,
        borrowed.model_copied: 22,
        borrowed.maker_abroad_differs: 12,
        borrowed.another_model: 30,
        borrowed.longer_number_in_model: 10,
        borrowed.another_model_unnamed_company: 10,
        borrowed.another_product_of_company: 12,
        borrowed.borrowed_second: 14,
        borrowed.end_left_out_of_others: 8,
        borrowed.accessory: 6,
        borrowed.short_model_borrowed: 6,
        states.expired_of_another: 10,
        states.action_of_another: 5,
        states.unknown_of_another: 5,
        parts.own_label_of_other_model: 6,
        parts.unlabelled_part: 8,
        parts.whole_is_borrowed: 6,
    },
    "expired": {
        states.expired: 84,
        states.expired_renewed: 50,
        states.expired_renewed_by_similar: 15,
        states.expired_second: 15,
        states.expired_not_comparable: 12,
        parts.expired_part: 8,
    },
    "revoked": {
        states.revoked: 45,
        states.revoked_of_another: 12,
        states.revoked_second: 10,
        states.revoked_without_end: 8,
        states.revoked_not_comparable: 7,
        parts.revoked_part: 8,
    },
    "suspended": {
        states.suspended: 58,
        states.suspended_of_another: 10,
        states.suspended_second: 8,
        parts.suspended_part: 6,
    },
    "under_action": {states.under_action: 74, parts.part_under_action: 8},
    "not_found": {
        absent.never_issued: 40,
        absent.mistyped: 25,
        absent.other_end: 12,
        absent.absent_second: 8,
        absent.needed: 26,
        absent.needed_no_number: 12,
        absent.needed_for_babies: 8,
        absent.letter_for_digit: 6,
        absent.lost_letter: 4,
        parts.part_not_found: 5,
    },
    "not_required": {
        absent.no_duty: 30,
        absent.no_duty_with_words: 46,
        absent.no_duty_with_no_number: 14,
        absent.duty_of_other_laws: 20,
        absent.age_said: 18,
        near_recalls.free_with_short_model: 8,
    },
    "cannot_check": {
        states.unknown_state: 44,
        parts.part_of_unknown_state: 6,
        parts.part_is_something_else: 5,
        parts.only_parts: 8,
        parts.only_parts_of_unknown: 4,
        parts.part_or_whole: 4,
        unclear.nothing_to_compare: 16,
        unclear.company_only: 8,
        unclear.model_too_common: 8,
        unclear.derived_models_unknown: 24,
        unclear.models_partly: 10,
        unclear.product_unclear: 12,
        unclear.end_unclear: 8,
        unclear.variants_differ: 8,
        unclear.radio_only: 16,
        unclear.duty_open: 18,
        unclear.kind_unknown: 12,
        unclear.absent_in_partial_mirror: 12,
        unclear.empty_mirror: 12,
        unclear.too_many_numbers: 3,
        unclear.too_long_field: 2,
    },
    "recalled": {
        recalled.by_number: 30,
        recalled.by_number_of_part: 6,
        recalled.by_number_without_model: 8,
        recalled.by_barcode: 16,
        recalled.free_by_barcode: 8,
        recalled.by_model_and_brand: 12,
        recalled.by_model_and_maker: 10,
        recalled.by_model_and_product: 10,
        recalled.by_model_in_title: 6,
        recalled.by_short_model: 6,
        recalled.without_number: 8,
    },
}
"""By verdict and family: how many cases."""


def make(seed: int = 1381) -> LabelledSet:
    """Return the labelled set; the same seed gives the same one."""
    world = World(seed)
    cases = [
        _case(world, family, verdict)
        for verdict, families in PLAN.items()
        for family, count in families.items()
        for _ in range(count)
    ]
    _noise(world)
    world.random.shuffle(cases)
    numbered = (replace(case, listing=replace(case.listing, id=f"L{at:04d}")) for at, case in enumerate(cases, start=1))
    return LabelledSet(tuple(numbered), tuple(world.certificates), tuple(world.recalls))


def _case(world: World, family: Family, verdict: VerdictKind) -> Case:
    draft = family(world)
    return Case(
        draft.listing, verdict, f"{family.__module__.rpartition('.')[2]}.{family.__name__}", draft.ways, draft.mirror
    )


def _noise(world: World) -> None:
    for at in range(_NOISE):
        goods = world.goods()
        world.publish(goods.certificate(world.one(("적합", "기간만료"))))
        if at % 2:
            short = world.one(near_recalls.SHORT)
            model = short if world.chance(0.4) else world.model(goods.company)
            company = goods.company
            world.recall(
                model_name=model, product_name=goods.published, brand_name=company.root, maker_name=company.name
            )
