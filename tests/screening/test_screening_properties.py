"""What holds for every listing and whatever is known of it."""

from dataclasses import replace
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from listings import CERTIFICATE, LISTING, NEEDED, RECALL, certificate, known_for, listing

from assistant.product_safety import VERDICTS, Certificate, Factory, Known, Listing, Recall, Requirement
from assistant.screening.numbers import find_numbers
from assistant.screening.policy import ACTIONS, DEFAULT_POLICY, action_of
from assistant.screening.screen import screen, wanted
from assistant.screening.states import state_kind
from assistant.screening.wire import verdict_json

texts = st.text(max_size=60)
NUMBERS = ("CB061R2170-3018", "CB061R2170-3018A", "JU071047-12002C", "SU071356-12001", "R-R-ABC-XMF100")
STATES = ("적합", "적합", "적합", "취소", "반납", "정지", "기간만료", "개선명령", "변경", "-", "", "nan")
MODELS = ("HB-1002", "HB-1002", "HB-1002", "HB-1001", "ZZ-9000", "", "A1", "FREE", "HOPE", "HB-1002, ZZ-9000")
COMPANIES = ("한빛완구", "한빛완구", "", "(주)두리토이", "Hanbit Toys Co., Ltd.", "", "상세페이지 참조")
PRODUCTS = ("곰 봉제인형 30cm", "유아용 보행기", "보조배터리", "무선 선풍기 배터리 포함", "이것저것 HB-1002", "완구")
GRADES = ("certification", "confirmation", "supplier", "standard", "none", "unknown")

fields = st.lists(
    st.tuples(st.sampled_from(("", "배터리: ", "(충전기)", "본체 ", "인증번호:")), st.sampled_from(NUMBERS)),
    min_size=1,
    max_size=3,
).map(lambda found: ", ".join(label + number for label, number in found))
listings = st.builds(
    Listing,
    id=st.just("1"),
    product_name=st.sampled_from(PRODUCTS),
    cert_field=st.one_of(fields, fields, fields, texts, st.sampled_from(("없음", "비대상"))),
    model_name=st.sampled_from(MODELS),
    brand_name=st.sampled_from(COMPANIES),
    maker_name=st.sampled_from(COMPANIES),
    importer_name=st.sampled_from(COMPANIES),
    category=st.sampled_from(("", "유아동>완구>인형", "가전>선풍기")),
    barcode=st.sampled_from(("", "8801234567893", "1")),
)
certificates = st.builds(
    Certificate,
    cert_uid=st.integers(0, 9),
    cert_num=st.sampled_from(NUMBERS[:4]),
    cert_state=st.sampled_from(STATES) | st.sampled_from(STATES) | texts,
    product_name=st.sampled_from((*PRODUCTS, "리튬 배터리", "")),
    brand_name=st.sampled_from(COMPANIES),
    model_name=st.sampled_from(MODELS),
    maker_name=st.sampled_from(COMPANIES),
    importer_name=st.sampled_from(COMPANIES),
    first_cert_num=st.sampled_from(("", *NUMBERS[:4])),
    has_detail=st.booleans(),
    derivation_models=st.lists(st.sampled_from(MODELS), max_size=2).map(tuple),
    factories=st.lists(st.sampled_from(COMPANIES).map(Factory), max_size=2).map(tuple),
)
recalls = st.builds(
    Recall,
    uid=st.sampled_from(("D1", "D2", "F1")),
    is_foreign=st.booleans(),
    product_name=st.sampled_from(PRODUCTS),
    model_name=st.sampled_from(MODELS),
    brand_name=st.sampled_from(COMPANIES),
    cert_num=st.one_of(fields, texts),
    barcode=st.sampled_from(("", "8801234567893")),
    harm=texts,
)
requirements = st.builds(Requirement, grade=st.sampled_from(GRADES), item=st.just("toy"), item_name=texts)


@st.composite
def knowns(draw: st.DrawFn, listed: Listing) -> Known:
    """What a mirror with some certificates, or a broken one, may know of a listing."""
    numbers = [number.text for number in find_numbers(listed.cert_field)] or list(NUMBERS)
    drawn = [replace(one, cert_num=draw(st.sampled_from(numbers))) for one in draw(st.lists(certificates, max_size=4))]
    known = known_for(listed, *drawn)
    keys = list(known.certificates)
    is_sound = draw(st.booleans())
    return replace(
        known,
        successors={key: tuple(draw(st.lists(certificates, max_size=2))) for key in keys},
        recalls=() if is_sound else tuple(draw(st.lists(recalls, max_size=2))),
        requirement=draw(requirements),
        items=draw(st.dictionaries(st.sampled_from(PRODUCTS), st.sampled_from(("toy", "stuffed-toy", "fan")))),
        data_date="20261120" if is_sound else draw(st.sampled_from(("20261120", ""))),
        is_demo=draw(st.booleans()),
        failed=frozenset(draw(st.sets(st.sampled_from(keys)))) if keys and not is_sound else frozenset(),
        is_complete=is_sound or draw(st.booleans()),
    )


cases = listings.flatmap(lambda listed: st.tuples(st.just(listed), knowns(listed)))


@given(cases)
def test_every_case_has_a_verdict_with_sentences(case: tuple[Listing, Known]) -> None:
    listed, known = case
    verdict = screen(listed, known)

    assert verdict.verdict in VERDICTS
    assert verdict.reason
    assert verdict.to_do or verdict.verdict in ("ok", "not_required")
    assert verdict_json(verdict)["rule"] == verdict.rule


@given(st.builds(Listing, texts, texts, texts, texts, texts, texts, texts, texts, texts), certificates)
def test_no_text_of_a_listing_is_too_much(listed: Listing, found: Certificate) -> None:
    known = known_for(replace(listed, cert_field=f"{listed.cert_field} CB061R2170-3018"), found)

    assert screen(listed, known).verdict in VERDICTS
    assert all(key for _, key in wanted(listed).recall_keys)


@given(cases)
def test_ok_needs_data_states_in_force_and_something_that_agrees(case: tuple[Listing, Known]) -> None:
    listed, known = case
    verdict = screen(listed, known)
    if verdict.verdict != "ok":
        return
    counted = [check for check in verdict.checks if check.rule != "other_register"]
    own = [check for check in counted if check.rule != "part_in_force"]

    assert known.data_date
    assert counted
    assert {state_kind(check.state) for check in counted} == {"valid"}
    assert all({"same", "similar"} & {one.agreement for one in check.evidence[1:]} for check in own)
    assert own or known.requirement.grade in ("supplier", "standard", "none")


@given(cases, recalls)
def test_a_further_recall_never_makes_it_better(case: tuple[Listing, Known], further: Recall) -> None:
    listed, known = case
    before = screen(listed, known)
    after = screen(listed, replace(known, recalls=(*known.recalls, replace(further, uid="D9"))))

    assert VERDICTS.index(after.verdict) <= VERDICTS.index(before.verdict)
    assert ACTIONS.index(after.action) >= ACTIONS.index(before.action)


@given(cases)
def test_every_number_has_a_check_and_none_is_worse_than_the_verdict(case: tuple[Listing, Known]) -> None:
    listed, known = case
    verdict = screen(listed, known)
    counted = [check.verdict for check in verdict.checks if check.rule != "other_register"]

    assert [check.number for check in verdict.checks] == [number.text for number in find_numbers(listed.cert_field)]
    assert all(VERDICTS.index(verdict.verdict) <= VERDICTS.index(one) for one in counted)


@given(cases, st.randoms(use_true_random=False))
def test_the_order_of_what_is_known_does_not_matter(case: tuple[Listing, Known], random: st.DataObject) -> None:
    listed, known = case

    def mixed(found: tuple[Certificate, ...]) -> tuple[Certificate, ...]:
        return tuple(random.sample(found, len(found)))  # type: ignore[attr-defined]

    other = replace(
        known,
        certificates={key: mixed(found) for key, found in known.certificates.items()},
        successors={key: mixed(found) for key, found in known.successors.items()},
    )

    assert screen(listed, other).verdict == screen(listed, known).verdict
    assert screen(listed, other).rule == screen(listed, known).rule


@given(st.sampled_from(STATES), texts, texts, texts)
def test_a_listing_that_agrees_in_nothing_is_never_ok(state: str, name: str, model: str, maker: str) -> None:
    listed = Listing("1", f"가방 {name}", "CB061R2170-3018", f"QQ{model}", maker_name=f"두리{maker}")
    found = certificate(cert_state=state, product_name="선풍기", category_name="", model_name="ZZ-77", has_detail=True)

    assert screen(listed, known_for(listed, replace(found, derivation_models=()), items={})).verdict != "ok"


@given(st.lists(st.sampled_from(MODELS), max_size=3), st.sampled_from(STATES[3:]))
def test_no_state_but_one_is_ok(models: list[str], state: str) -> None:
    found = certificate(cert_state=state, derivation_models=tuple(models))

    assert screen(LISTING, known_for(LISTING, found)).verdict != "ok"


def test_by_default_a_worse_verdict_has_no_milder_action() -> None:
    actions = [ACTIONS.index(action_of(DEFAULT_POLICY, verdict)) for verdict in VERDICTS]

    assert actions == sorted(actions, reverse=True)


def test_a_listing_that_agrees_in_everything_is_ok_until_it_is_recalled() -> None:
    known = known_for(LISTING, CERTIFICATE, requirement=NEEDED)

    assert screen(LISTING, known).action == "pass"
    assert screen(LISTING, replace(known, recalls=(RECALL,))).action == "block"
    assert screen(listing(cert_field=""), known).action == "hold"


# ---- every combination of a few values ------------------------------------------------

FREE = Requirement()
WHO = {
    "한빛완구": "한빛",
    "(주)한빛완구": "한빛",
    "두리토이": "두리",
    "Hanbit Co., Ltd.": "",
    "": "",
    "상세페이지 참조": "",
}
WHAT = {"곰 봉제인형": "stuffed-toy", "봉제인형": "stuffed-toy", "유아용 보행기": "baby-walker", "선물": ""}
WHICH = {
    "HB-1002": "HB-1002",
    "hb1002 블랙": "HB-1002",
    "ZZ-9000": "ZZ-9000",
    "HB-10020": "HB-10020",
    "": "",
    "블랙": "",
}


@pytest.mark.parametrize("has_detail", [True, False])
def test_ok_means_that_what_can_be_told_agrees(has_detail: bool) -> None:
    for who, whose, what, whats, which, whichs in product(
        WHO, ("한빛완구", ""), WHAT, ("봉제인형", "유아용 보행기"), WHICH, ("HB-1002", "")
    ):
        listed = Listing("1", what, "CB061R2170-3018", which, maker_name=who)
        found = Certificate(1, "CB061R2170-3018", "적합", product_name=whats, model_name=whichs, maker_name=whose)
        items = {text: item for text, item in WHAT.items() if item}
        verdict = screen(
            listed, known_for(listed, replace(found, has_detail=has_detail), items=items, requirement=FREE)
        )
        is_other_company = bool(WHO[who] and WHO[whose] and WHO[who] != WHO[whose])
        is_other_product = bool(WHAT[what] and WHAT[whats] and WHAT[what] != WHAT[whats])
        is_model = bool(WHICH[which]) and WHICH[which] == whichs
        is_other_model = bool(WHICH[which] and whichs) and not is_model
        is_both = bool(WHO[who]) and WHO[who] == WHO[whose] and (WHAT[what] == WHAT[whats])
        is_ok = (is_model or (is_both and not is_other_model)) and not (is_other_company or is_other_product)
        assert (verdict.verdict == "ok") == is_ok, (listed, found, verdict.rule)
        assert not is_other_company or verdict.verdict == "mismatch"
