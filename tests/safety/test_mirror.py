"""The mirror: what is put in is found again, under every key, in both databases."""

from dataclasses import replace

import pytest

from assistant.errors import BadInputError
from assistant.product_safety import Certificate, Factory, Recall
from assistant.safety.mirror.reading import Mirror

LAMP = Certificate(
    101,
    "HU071234-21001A",
    "적합",
    cert_date="20240305",
    first_cert_num="HU071234-18001",
    product_name="LED등기구",
    brand_name="별누리",
    model_name="DW-200",
    maker_name="(주)별누리조명",
    sign_date="20240301",
)
OLD_LAMP = replace(LAMP, cert_uid=90, cert_num="HU071234-18001", cert_state="기간만료", first_cert_num="")
TOY = Certificate(102, "CB061R2170-3018", "기간만료", product_name="봉제완구", model_name="TD-9", cert_date="20190101")
DETAIL = replace(
    LAMP,
    has_detail=True,
    derivation_models=("DW-200B", "DW-200C"),
    image_urls=("http://example.test/1.jpg",),
    factories=(Factory("별누리 중산공장", "중국"),),
    similar_certifications=("HU071234-15001",),
)
RECALL = Recall(
    "D77",
    False,
    product_name="어린이용 LED 무드등",
    brand_name="별누리",
    model_name="DW-200, DW-300",
    barcode="880-1234567893",
    cert_num="(배터리) ZU10282-19001, (충전기)SU07706-17003",
    published="20250102",
    raw={"recallUid": 77, "recallFiles": [{"fileDiv": "이미지", "imageUrl": "x"}]},
)
FOREIGN = Recall("F12", True, product_name="Plush bear", model_name="hope", published="20250203")


def test_a_certificate_comes_back_as_it_was_put(mirror: Mirror) -> None:
    mirror.put_certificates([LAMP, TOY, replace(DETAIL, cert_uid=5, cert_num="X-1")])

    assert mirror.certificate("ｈｕ０７１２３４ – 21001a") == LAMP
    assert mirror.certificate("X-1") == replace(DETAIL, cert_uid=5, cert_num="X-1")
    assert mirror.certificate("HU071234-21001") is None


def test_every_key_that_was_asked_for_is_in_the_result(mirror: Mirror) -> None:
    variant = replace(LAMP, cert_uid=103, cert_num="HU071234-21001B")
    mirror.put_certificates([LAMP, TOY, variant])

    found = mirror.certificates(["HU07123421001", "ABSENT", "", "nul\0", "\ud800"])

    assert {key: {one.cert_uid for one in several} for key, several in found.items()} == {
        "HU07123421001": {101, 103},
        "ABSENT": set(),
        "": set(),
        "nul\0": set(),
        "\ud800": set(),
    }


def test_thousands_of_keys_are_looked_up_at_once(mirror: Mirror) -> None:
    mirror.put_certificates(replace(TOY, cert_uid=at, cert_num=f"CB061R2170-{at}") for at in range(4_500))

    found = mirror.certificates([f"CB061R2170{at}" for at in range(5_000)])

    assert [len(several) for several in found.values()] == [1] * 4_500 + [0] * 500


def test_a_renewed_certificate_is_found_by_the_number_it_renews(mirror: Mirror) -> None:
    mirror.put_certificates([OLD_LAMP, DETAIL, TOY])

    found = mirror.successors(["HU07123418001", "HU07123415001", "CB061R21703018"])

    assert found == {"HU07123418001": (DETAIL,), "HU07123415001": (DETAIL,), "CB061R21703018": ()}


def test_recalls_are_found_by_every_key(mirror: Mirror) -> None:
    mirror.put_recalls([RECALL, FOREIGN])
    keys = [
        ("number", "ZU1028219001"),
        ("number", "SU0770617003"),
        ("barcode", "8801234567893"),
        ("barcode", "08801234567893"),
        ("model", "DW200"),
        ("model", "DW300"),
        ("product", "어린이용LED무드등"),
    ]

    found = mirror.recalls([*keys, ("model", "HOPE"), ("number", "DW200")])

    assert found == {**{key: (RECALL,) for key in keys}, ("model", "HOPE"): (FOREIGN,), ("number", "DW200"): ()}
    assert mirror.recall("D77") == RECALL
    assert mirror.recall("D78") is None


def test_a_known_detail_outlives_a_row_without_one(mirror: Mirror) -> None:
    mirror.put_certificates([DETAIL])

    mirror.put_certificates([replace(LAMP, cert_state="기간만료")])

    assert mirror.certificate(LAMP.cert_num) == replace(DETAIL, cert_state="기간만료")


def test_a_known_detail_outlives_a_row_without_one_in_the_same_chunk(mirror: Mirror) -> None:
    mirror.put_certificates([DETAIL, replace(LAMP, cert_state="기간만료")])

    assert mirror.certificate(LAMP.cert_num) == replace(DETAIL, cert_state="기간만료")


def test_putting_the_same_again_changes_nothing(mirror: Mirror) -> None:
    rows = [DETAIL, TOY, OLD_LAMP]
    first = mirror.put_certificates(rows), mirror.put_recalls([RECALL, FOREIGN])

    again = mirror.put_certificates([LAMP, *rows]), mirror.put_recalls([RECALL, FOREIGN])

    assert (first, again) == ((3, 2), (0, 0))
    assert (mirror.freshness().certificates, mirror.freshness().recalls) == (3, 2)


def test_a_row_that_changed_leaves_its_old_keys(mirror: Mirror) -> None:
    mirror.put_certificates([DETAIL])
    mirror.put_recalls([RECALL])

    mirror.put_certificates([replace(DETAIL, cert_num="HU071234-22002", first_cert_num="", model_name="ZX-1")])
    mirror.put_recalls([replace(RECALL, model_name="QQ-77")])

    assert mirror.certificates(["HU07123421001"]) == {"HU07123421001": ()}
    assert mirror.successors(["HU07123418001"]) == {"HU07123418001": ()}
    assert mirror.recalls([("model", "DW200"), ("model", "QQ77")])["model", "DW200"] == ()
    assert len(mirror.recalls([("model", "QQ77")])["model", "QQ77"]) == 1


def test_what_no_database_can_hold_is_left_out(mirror: Mirror) -> None:
    mirror.put_certificates([replace(LAMP, product_name="등\0기\ud800구")])
    mirror.put_recalls([replace(RECALL, harm="감\0전\udfff", raw={"a": "b\ud800"})])

    found, recall = mirror.certificate(LAMP.cert_num), mirror.recall("D77")

    assert found is not None
    assert found.product_name == "등기구"
    assert recall is not None
    assert (recall.harm, recall.raw) == ("감전", {"a": "b"})


def test_endless_texts_are_kept_whole(mirror: Mirror) -> None:
    long = " / ".join(f"MODEL-{at}" for at in range(3_000))
    mirror.put_certificates([replace(LAMP, model_name=long, product_name="등" * 9_000, cert_num="A" * 500)])
    mirror.put_recalls([replace(RECALL, model_name=long, product_name="등" * 9_000, cert_num="Z" * 9_000)])

    found, recall = mirror.certificates_where("model_name", "MODEL-0", 2), mirror.recall("D77")

    assert [one.model_name for one in found] == [long]
    assert recall is not None
    assert recall.model_name == long


# ---- by prefix ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "prefix", "uids"),
    [
        ("cert_num", "HU071234-", {90, 101}),
        ("cert_num", "HU071234-21001A", {101}),
        ("cert_num", "HU071234-21001AB", set()),
        ("cert_num", "가나", set()),
        ("product_name", "LED", {90, 101}),
        ("product_name", "등기구", set()),
        ("model_name", "TD", {102}),
        ("cert_date", "2024", {90, 101}),
        ("cert_date", "20190101", {102}),
        ("sign_date", "202403", {90, 101}),
        ("all", "CB061", {102}),
        ("all", "2019", {102}),
        ("all", "봉제", {102}),
        ("product_name", "%", set()),
        ("all", "\0", set()),
    ],
)
def test_certificates_are_found_by_prefix(mirror: Mirror, field: str, prefix: str, uids: set[int]) -> None:
    mirror.put_certificates([LAMP, OLD_LAMP, TOY])

    assert {one.cert_uid for one in mirror.certificates_where(field, prefix, 10)} == uids


def test_no_more_than_the_limit_is_found(mirror: Mirror) -> None:
    mirror.put_certificates(replace(TOY, cert_uid=at) for at in range(30))

    assert len(mirror.certificates_where("all", "봉제", 7)) == 7


@pytest.mark.parametrize(
    ("field", "prefix", "uids"),
    [
        ("all", "별누리", {"D77"}),
        ("brand_name", "별", {"D77"}),
        ("model_name", "DW", {"D77"}),
        ("published", "202501", {"D77"}),
        ("uid", "77", {"D77"}),
        ("uid", "12", set()),
        ("product_name", "Plush", set()),
        ("all", "\0", {"D77", "D78"}),
    ],
)
def test_domestic_recalls_are_found_by_prefix(mirror: Mirror, field: str, prefix: str, uids: set[str]) -> None:
    mirror.put_recalls([RECALL, FOREIGN])

    found = {one.uid for one in mirror.recalls_where(field, prefix, 10, is_foreign=False)}

    assert found == (uids if prefix != "\0" else set())


def test_foreign_recalls_are_apart(mirror: Mirror) -> None:
    mirror.put_recalls([RECALL, FOREIGN])

    assert mirror.recalls_where("all", "2025", 10, is_foreign=True) == [FOREIGN]


def test_an_unknown_field_is_refused(mirror: Mirror) -> None:
    with pytest.raises(BadInputError):
        mirror.certificates_where("details", "x", 1)
    with pytest.raises(BadInputError):
        mirror.recalls_where("raw", "x", 1, is_foreign=False)


# ---- changes and state ----------------------------------------------------------------


def test_the_first_fill_writes_no_changes(mirror: Mirror) -> None:
    mirror.put_certificates([LAMP, TOY])
    mirror.put_certificates([replace(LAMP, cert_state="개선명령")])
    mirror.put_recalls([RECALL])

    assert mirror.changes(0, 10) == []


def test_a_state_that_changes_is_noted_once_the_mirror_is_complete(mirror: Mirror) -> None:
    mirror.put_certificates([LAMP, TOY])
    mirror.mark("20260901", is_complete=True, is_demo=False)

    mirror.put_certificates([replace(LAMP, cert_state="안전인증취소"), replace(TOY, remark="비고")])
    mirror.put_certificates([replace(LAMP, cert_state="안전인증취소")])

    change, amended = mirror.changes(0, 10)
    assert (change.kind, change.old_state, change.new_state) == ("certificate", "적합", "안전인증취소")
    assert change.keys == (("number", "HU07123421001"), ("number", "HU07123418001"))
    assert change.seen_at.tzinfo is not None
    assert (amended.keys, amended.old_state, amended.new_state) == (
        (("number", "CB061R21703018"),),
        "기간만료",
        "기간만료",
    )


def test_what_an_amended_recall_was_found_by_before_is_noted_too(mirror: Mirror) -> None:
    mirror.put_recalls([FOREIGN])
    mirror.mark("20260901", is_complete=True, is_demo=False)

    mirror.put_recalls([replace(FOREIGN, model_name="PB-100")])

    (change,) = mirror.changes(0, 10)
    assert change.keys == (("model", "HOPE"), ("product", "PLUSHBEAR"), ("model", "PB100"))


def test_new_certificates_and_recalls_are_noted_in_their_order(mirror: Mirror) -> None:
    mirror.mark("20260901", is_complete=True, is_demo=False)
    mirror.put_certificates([TOY])
    mirror.put_recalls([FOREIGN])
    first, second = mirror.changes(0, 10)

    assert (first.kind, first.old_state, first.new_state) == ("certificate", "", "기간만료")
    assert (second.kind, second.keys) == ("recall", (("model", "HOPE"), ("product", "PLUSHBEAR")))
    assert mirror.changes(first.id, 10) == [second]
    assert mirror.changes(0, 1) == [first]


def test_ids_of_changes_go_on_after_the_mirror_was_emptied(mirror: Mirror) -> None:
    mirror.mark("20260901", is_complete=True, is_demo=False)
    mirror.put_certificates([TOY])
    (before,) = mirror.changes(0, 10)

    mirror.clear()
    mirror.mark("20260902", is_complete=True, is_demo=False)
    mirror.put_certificates([TOY])

    assert mirror.changes(0, 10)[0].id > before.id


def test_freshness_tells_what_was_marked(mirror: Mirror) -> None:
    empty = mirror.freshness()
    mirror.put_certificates([LAMP, TOY])
    mirror.mark("20260901", is_complete=True, is_demo=True)
    now = mirror.freshness()

    assert (empty.data_date, empty.synced_at, empty.certificates, empty.is_complete) == ("", None, 0, False)
    assert (now.data_date, now.certificates, now.recalls) == ("20260901", 2, 0)
    assert (now.is_demo, now.is_complete, now.synced_at is not None) == (True, True, True)


def test_an_emptied_mirror_holds_nothing(mirror: Mirror) -> None:
    mirror.put_certificates([DETAIL])
    mirror.put_recalls([RECALL])
    mirror.mark("20260901", is_complete=True, is_demo=True)

    mirror.clear()

    assert mirror.freshness().is_complete is False
    assert (mirror.certificate(LAMP.cert_num), mirror.recall("D77")) == (None, None)
    assert mirror.successors(["HU07123418001"]) == {"HU07123418001": ()}
    assert mirror.put_certificates([DETAIL]) == 1
