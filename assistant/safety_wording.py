"""Every Korean sentence of the product-safety side."""

from dataclasses import dataclass

MALL_ERRORS = {
    "no_key": "인증키가 없어요. AuthKey 헤더나 Authorization: Bearer 헤더에 인증키를 넣어 주세요.",
    "bad_key": "인증키가 맞지 않아요. 발급받은 인증키를 다시 확인해 주세요.",
    "key_revoked": "더 이상 쓸 수 없게 된 인증키예요. 담당자에게 새 인증키를 요청해 주세요.",
    "key_expired": "사용 기간이 끝난 인증키예요. 담당자에게 새 인증키를 요청해 주세요.",
    "bad_ip": "등록되지 않은 IP 주소에서 보낸 요청이에요. 담당자에게 IP 주소 등록을 요청해 주세요.",
    "rate_limited": "요청이 너무 잦아요. 1초에 {rate}번까지 보낼 수 있으니, 잠시 뒤에 다시 보내 주세요.",
    "quota_used": "오늘 쓸 수 있는 {quota}번을 모두 썼어요. 자정이 지나면 다시 쓸 수 있어요.",
    "no_name": "쇼핑몰 이름을 적어 주세요.",
    "mall_exists": "“{name}” 쇼핑몰이 이미 있어요.",
    "no_mall": "쇼핑몰을 찾을 수 없어요.",
    "no_such_key": "인증키를 찾을 수 없어요. onecall keys list로 번호를 확인해 주세요.",
    "not_live": "이미 바꿨거나 쓸 수 없게 된 인증키예요.",
    "grace": "유예 기간은 0보다 작을 수 없어요.",
    "daily_quota": "하루 한도는 0(제한 없음)부터 {most}까지 쓸 수 있어요.",
    "rate": "초당 한도는 0(제한 없음)부터 {most}까지 쓸 수 있어요.",
    "days": "사용 기간은 1일부터 {most}일까지 쓸 수 있어요.",
    "bad_network": "IP 주소나 대역을 읽을 수 없어요: {text} (예: 203.0.113.7, 203.0.113.0/24)",
    "too_many_networks": "IP 주소는 {most}개까지 등록할 수 있어요.",
    "bad_json_file": "파일을 읽을 수 없어요. JSON 형식(UTF-8)인지 확인해 주세요.",
    "bad_redis": "ONECALL_REDIS_URL을 읽을 수 없어요. redis://호스트:포트 모양으로 적어 주세요.",
}
"""Refusals of a mall's key, and of what an operator does with keys."""

PRODUCT_ERRORS = {
    "absent": "그런 인증번호는 {date} 기준 공개 자료에 없어요. 번호를 다시 확인해 주세요.",
    "recall_absent": "그런 리콜은 {date} 기준 공개 자료에 없어요.",
    "cannot_look_up": "지금은 조회할 수 없어요. 자료가 아직 다 채워지지 않았어요. 없는 번호라는 뜻은 아니에요.",
    "other_register": "전파 인증번호는 이 자료에 없어요. 국립전파연구원 적합성평가 현황에서 확인해 주세요.",
    "no_number": "인증번호를 적어 주세요.",
    "several_numbers": "인증번호를 하나만 적어 주세요.",
    "no_query": "찾을 말을 적어 주세요.",
    "too_common": "찾는 말에 맞는 것이 너무 많아요. 제품 이름에 모델명이나 브랜드를 더해 주세요.",
}
"""Refusals of a look-up: "absent" is never said for "could not look up"."""

HOME_COUNTRY = "한국"
"""Where a domestic recall was published."""

SYNC_ERRORS = {
    "safety_key": "제품안전정보센터가 인증키를 받아들이지 않았어요. ONECALL_SAFETY_KEY를 확인해 주세요.",
    "no_key": "제품안전정보센터 인증키가 없어요. ONECALL_SAFETY_KEY에 발급받은 인증키를 넣어 주세요. 인증키 없이 써 보려면 onecall safety demo를 실행하세요.",
    "odd_key": "제품안전정보센터 인증키에 쓸 수 없는 글자가 있어요. ONECALL_SAFETY_KEY를 확인해 주세요.",
    "safety_ip": "제품안전정보센터에 등록되지 않은 IP 주소예요. 이 서버의 IP 주소를 제품안전정보센터에 등록해 주세요.",
    "safety_moved": "제품안전정보센터의 주소가 바뀐 것 같아요. ONECALL_SAFETY_URL을 확인해 주세요. (새 주소: {address})",
    "safety_url": "ONECALL_SAFETY_URL을 읽을 수 없어요. https://로 시작하는 주소를 넣어 주세요.",
    "safety_parameter": "제품안전정보센터가 조회 조건을 받아들이지 않았어요.",
    "safety_down": "제품안전정보센터가 응답하지 않아요. 지금까지 받은 자료는 그대로 있어요. 잠시 뒤에 다시 해 보세요. ({reason})",
    "safety_answer": "제품안전정보센터의 답을 읽을 수 없어요. 지금까지 받은 자료는 그대로 있어요. 잠시 뒤에 다시 해 보세요. ({reason})",
    "safety_too_large": "제품안전정보센터의 답이 너무 커요. 조회 조건을 좁혀 주세요.",
    "safety_partial": "자료 {failed}구간을 받지 못했어요. 나머지는 모두 저장했어요. 다시 실행하면 못 받은 구간만 받아요.",
    "safety_busy": "다른 곳에서 이미 자료를 받고 있어요. 끝난 뒤에 다시 해 보세요.",
    "real_data": "실제 자료가 들어 있어요. 지우고 데모 자료로 바꾸려면 --force를 붙여 주세요.",
    "real_data_kept": "받을 자료는 지어낸 데모 자료인데 실제 자료가 들어 있어요. 실제 자료를 지키려고 멈췄어요. ONECALL_SAFETY_URL을 확인해 주세요.",
    "not_complete": "자료가 아직 다 채워지지 않아서 없다고 말할 수 없어요.",
    "port": "{port}번 포트를 쓸 수 없어요. --port로 다른 번호를 정해 주세요.",
}
"""Refusals of the interface that the mirror is filled from, and of the commands around it."""

MIRROR_ERRORS = {
    "no_field": "{field}(으)로는 찾을 수 없어요.",
}
"""Refusals of the mirror."""

DEMO_PROGRESS = {"certificates": "데모 인증 {done:,}/{of:,}건", "recalls": "데모 리콜 {done:,}/{of:,}건"}
"""Beside the bar while made-up data are written."""


LISTING_COLUMNS = {
    "id": ("상품번호", "상품코드", "상품ID", "판매자상품코드"),
    "product_name": ("상품명", "제품명", "품명", "product name", "product"),
    "cert_field": ("인증번호", "KC인증번호", "KC인증", "인증정보", "안전인증번호", "cert num", "certNum"),
    "model_name": ("모델명", "모델", "모델번호", "model"),
    "brand_name": ("브랜드", "브랜드명", "상표", "brand"),
    "maker_name": ("제조사", "제조자", "제조원", "제조업체", "maker", "manufacturer"),
    "importer_name": ("수입사", "수입자", "수입원", "수입업체", "importer"),
    "category": ("카테고리", "카테고리명", "분류", "상품분류", "category name"),
    "barcode": ("바코드", "바코드번호", "GTIN", "EAN", "UPC"),
}
"""By field of a listing: what malls call its column; spaces and case are all one."""

LISTING_ERRORS = {
    "shape": "상품 하나는 필드 이름과 값의 묶음(JSON 객체)이어야 해요.",
    "no_product_name": "상품명(product_name)이 비어 있어요.",
    "type": "{field} 값은 글자나 숫자여야 해요.",
    "too_long": "{field} 값이 너무 길어요. {most}자까지 쓸 수 있어요.",
}

POLICY_ERRORS = {
    "shape": "정책은 actions와 by_category로 이루어진 JSON 객체여야 해요.",
    "names": "모르는 이름이 있어요. 쓸 수 있는 이름: {known}",
    "action": "조치는 다음 중 하나여야 해요: {known}",
    "category": "카테고리 이름은 1자부터 {most}자까지 쓸 수 있어요.",
    "categories": "카테고리는 {most}개까지 정할 수 있어요.",
}


@dataclass(frozen=True, slots=True)
class Told:
    """What people are told of one rule; {…} are values, see screening/tell.py."""

    reason: str
    to_do: str = ""
    question: str = ""


DEMO = "(만들어 낸 연습용 자료) "
AS_OF = "{day} 자료 기준으로, "
WHEN = {"pass": "되도록 빨리", "warn": "되도록 빨리", "hold": "등록 전에", "block": "등록 전에"}
"""By action: until when something has to be done."""

_ASK_MAKER = "제조사나 수입사에 이 제품의 인증번호를 물어보고, {when} 고쳐 주세요."
_NOT_RECALLED = "이 제품이 리콜 대상이 아니라면 제조사나 수입사에서 확인서를 받아 {when} 쇼핑몰에 내 주세요."
_STOP_SALE = "이미 팔고 있다면 판매를 멈춰 주세요. "

RULES = {
    # recalled
    "recall_number": Told("{recall_where}인증번호가 같은 제품이 리콜됐어요: {recall}.", _STOP_SALE + _NOT_RECALLED),
    "recall_barcode": Told("{recall_where}바코드가 같은 제품이 리콜됐어요: {recall}.", _STOP_SALE + _NOT_RECALLED),
    "recall_model_and_company": Told(
        "{recall_where}업체와 모델이 같은 제품이 리콜됐어요: {recall}.", _STOP_SALE + _NOT_RECALLED
    ),
    "recall_model_and_product": Told(
        "{recall_where}모델과 품목이 같은 제품이 리콜됐어요: {recall}.", _STOP_SALE + _NOT_RECALLED
    ),
    "recall_name_and_company": Told(
        "{recall_where}업체, 제품명, 모델이 모두 같은 제품이 리콜됐어요: {recall}.", _STOP_SALE + _NOT_RECALLED
    ),
    # revoked, suspended, under_action, expired, and states nobody knows
    "state_revoked": Told(
        "인증번호 {number}의 상태가 “{state:”예요}. 이 인증은 더 이상 효력이 없어요.",
        "번호를 잘못 적었다면 {when} 고쳐 주세요. 맞게 적었다면 제조사나 수입사에 새로 받은 인증번호를 물어보고, {when} 그 번호로 바꿔 주세요.",
    ),
    "state_returned": Told(
        "인증번호 {number}의 상태가 “{state:”예요}. 인증을 받은 업체가 인증을 돌려줬어요.",
        "번호를 잘못 적었다면 {when} 고쳐 주세요. 맞게 적었다면 제조사나 수입사에 새로 받은 인증번호를 물어보고, {when} 그 번호로 바꿔 주세요.",
    ),
    "state_suspended": Told(
        "인증번호 {number}의 상태가 “{state:”예요}. 인증 표시를 쓰지 못하는 동안이에요.",
        "제조사나 수입사에 사용금지가 언제 끝나는지 물어보고, 끝난 것이 제품안전정보센터에 나온 뒤에 등록해 주세요.",
    ),
    "state_under_action": Told(
        "인증번호 {number}의 상태가 “{state:”예요}. 당국의 조치가 진행되고 있어요.",
        "제조사나 수입사에 조치가 끝났는지 물어보고, {when} 그 결과를 쇼핑몰에 알려 주세요.",
    ),
    "state_expired": Told(
        "인증번호 {number}의 상태가 “{state:”예요}. 갱신된 인증은 자료에서 찾지 못했어요.",
        "제조사나 수입사에 새 인증번호가 있는지 물어보고 {when} 바꿔 주세요. 인증 기간이 끝나기 전에 만들거나 들여온 제품이면, 그 날짜를 보여 주는 자료를 쇼핑몰에 내 주세요.",
    ),
    "state_renewed": Told(
        "인증번호 {number}의 상태가 “{state:”예요}. 이 상품과 맞는 새 인증번호 {successor:이} 자료에 있어요.",
        "제조사나 수입사에 확인한 뒤, {when} 인증번호를 {successor:으로} 바꿔 주세요.",
    ),
    "state_unknown": Told(
        "인증번호 {number}의 상태가 “{state:”이라서}, 인증이 유효한지 판단할 수 없어요.",
        "{organ}에 이 인증이 지금 유효한지 물어보고, {when} 답을 쇼핑몰에 알려 주세요.",
        "이 인증이 지금 유효하다는 자료가 있나요?",
    ),
    # mismatch, and what could not be compared
    "model_differs": Told(
        "인증번호 {number}의 모델은 “{known_model}”인데, 상품의 모델은 “{listed_model:”예요}.",
        "모델명이나 인증번호를 잘못 적었다면 {when} 고쳐 주세요. 맞게 적었다면 " + _ASK_MAKER,
    ),
    "company_differs": Told(
        "인증번호 {number:은} “{known_company}”의 인증인데, 상품에는 “{listed_company:”으로} 적혀 있어요.",
        "다른 업체가 받은 인증번호는 쓸 수 없어요. " + _ASK_MAKER,
    ),
    "product_differs": Told(
        "인증번호 {number:은} “{known_product}”의 인증인데, 상품은 “{listed_product:”예요}.",
        "다른 제품의 인증번호는 쓸 수 없어요. " + _ASK_MAKER,
    ),
    "derived_models_unknown": Told(
        "인증번호 {number}의 모델은 “{known_model}”이고 상품의 모델은 “{listed_model:”예요}. 파생모델 목록이 자료에 없어서 같은 인증인지 알 수 없어요.",
        "{organ:이나} 제조사에 “{listed_model:”이} 이 인증의 파생모델인지 물어보고, {when} 확인 자료를 쇼핑몰에 내 주세요.",
        "“{listed_model:”은} 인증번호 {number}의 파생모델인가요?",
    ),
    "product_unclear": Told(
        "모델은 같지만, 인증번호 {number:은} “{known_product}”의 인증이고 상품은 “{listed_product:”예요}.",
        "상품명과 인증번호를 확인하고, {when} 잘못된 쪽을 고쳐 주세요.",
        "인증번호 {number:은} 이 상품의 인증인가요?",
    ),
    "models_partly": Told(
        "상품에 적힌 모델 가운데 인증번호 {number}에서 확인되지 않는 모델이 있어요. 인증의 모델은 “{known_model:”예요}.",
        "제조사나 수입사에 나머지 모델의 인증번호를 물어보고, {when} 모두 적어 주세요.",
        "나머지 모델의 인증번호는 무엇인가요?",
    ),
    "model_too_common": Told(
        "모델명 “{listed_model:”은} 짧거나 흔해서, 인증번호 {number:이} 이 상품의 인증인지 알 수 없어요.",
        "제품에 적힌 제조사(수입사)와 모델명을 {when} 그대로 적어 주세요.",
        "이 상품의 제조사나 수입사는 어디인가요?",
    ),
    "company_unclear": Told(
        "인증번호 {number}의 업체는 “{known_company}”인데, 상품에는 “{listed_company:”으로} 적혀 있어요. 일부만 같아요.",
        "제품에 적힌 모델명을 {when} 적어 주세요. 수입한 곳이 다르면 그곳이 받은 인증번호가 필요해요.",
        "이 상품의 모델명은 무엇인가요?",
    ),
    "nothing_to_compare": Told(
        "인증번호 {number:은} 자료에 있지만, 이 상품의 인증인지 견주어 볼 내용이 모자라요.",
        "제품에 적힌 모델명과 제조사(수입사)를 {when} 적어 주세요.",
        "이 상품의 모델명과 제조사(수입사)는 무엇인가요?",
    ),
    "suffix_unclear": Told(
        "인증번호 {number}에 해당하는 인증이 여러 건이고 상태가 서로 달라요: {similar}.",
        "제품이나 인증서에 적힌 번호를 끝 글자까지 {when} 적어 주세요.",
        "인증번호의 끝 글자까지 알려 주시겠어요?",
    ),
    # parts
    "part_in_force": Told("{part}의 인증번호 {number:은} 상태가 “{state:”예요}."),
    "part_unclear": Told(
        "{part}의 번호로 적힌 {number:은} “{known_product}”의 인증이에요.",
        "{part}에 적힌 인증번호를 확인하고, {when} 고쳐 주세요.",
        "{number:은} {part}의 인증번호가 맞나요?",
    ),
    "part_or_whole": Told(
        "인증번호 {number:이} {part}의 번호인지 상품 전체의 번호인지 알 수 없어요. 인증받은 제품은 “{known_product:”예요}.",
        "상품 전체의 인증번호와 {part}의 인증번호를 {when} 나누어 적어 주세요.",
        "{number:은} {part}의 인증번호인가요, 상품 전체의 인증번호인가요?",
    ),
    "only_part_numbers": Told(
        "부품의 인증번호만 적혀 있고, 상품 자체의 인증번호가 없어요.",
        "상품 자체가 인증 대상인지 제조사나 수입사에 물어보고, 대상이면 {when} 인증번호를 적어 주세요.",
        "상품 자체의 인증번호가 있나요?",
    ),
    # not found, and could not be looked up
    "number_absent": Told(
        "인증번호 {number:은} 자료에 없어요.",
        "번호를 제품이나 인증서와 견주어 보고 {when} 고쳐 주세요. 맞게 적었다면 제조사나 수입사에 인증서를 받아 확인해 주세요.",
    ),
    "suffix_absent": Told(
        "인증번호 {number:은} 자료에 없어요. 끝 글자가 다른 번호는 있어요: {similar}.",
        "번호를 제품이나 인증서와 끝 글자까지 견주어 보고, {when} 고쳐 주세요.",
    ),
    "number_missing": Told(
        "{item:은} {scheme} 대상이라 인증번호가 있어야 하는데, 적혀 있지 않아요.",
        "제품이나 포장에 적힌 인증번호를 {when} 적어 주세요. 없으면 제조사나 수입사에 물어봐 주세요.",
    ),
    "number_unreadable": Told(
        "{item:은} {scheme} 대상이라 인증번호가 있어야 하는데, 적힌 내용은 인증번호 모양이 아니에요.",
        "숫자 0과 글자 O처럼 헷갈리는 글자가 없는지 보고, {when} 제품에 적힌 대로 고쳐 주세요.",
    ),
    "not_looked_up": Told(
        "인증번호 {number:을} 지금 조회하지 못했어요. 없는 번호라는 뜻은 아니에요.", "잠시 뒤에 다시 확인해 주세요."
    ),
    "no_data": Told(
        "조회할 자료가 아직 없어서 확인하지 못했어요. 없는 번호라는 뜻은 아니에요.", "잠시 뒤에 다시 확인해 주세요."
    ),
    "mirror_incomplete": Told(
        "인증번호 {number:은} 지금까지 받은 자료에 없어요. 자료가 아직 다 채워지지 않아서, 없는 번호인지는 알 수 없어요.",
        "잠시 뒤에 다시 확인해 주세요.",
    ),
    "other_register": Told(
        "{number:은} 전파 인증번호라서 이 자료에 없어요.",
        "국립전파연구원의 적합성평가 현황에서 확인해 주세요. 제품에 다른 인증번호도 있으면 {when} 함께 적어 주세요.",
        "제품에 전파 인증 말고 다른 KC 인증번호도 있나요?",
    ),
    "too_much": Told(
        "인증번호 칸의 내용이 너무 길어서 끝까지 확인하지 못했어요.", "이 상품의 인증번호만 {when} 남겨 주세요."
    ),
    # no number
    "duty_depends": Told(
        "{item:은} 쓰는 사람의 나이나 전원 같은 조건에 따라 인증이 필요할 수 있어요. 지금 적힌 내용으로는 알 수 없어요.",
        "제조사나 수입사에 어떤 인증 대상인지 물어보고, {when} 알려 주세요.",
        "몇 살이 쓰는 제품인가요? 전원은 콘센트, 충전식, 건전지 가운데 무엇인가요?",
    ),
    "duty_unknown": Told(
        "어떤 품목인지 분명하지 않아서, 인증번호가 필요한 상품인지 알 수 없어요.",
        "상품명과 카테고리를 {when} 더 자세히 적어 주세요. 인증번호가 있으면 함께 적어 주세요.",
        "어떤 제품인가요? 누가 쓰고, 전원은 무엇인가요?",
    ),
    "supplier_conformity": Told("{item:은} 공급자적합성확인 대상이라, 보통 인증번호가 없어요."),
    "safety_standard": Told("{item:은} 안전기준준수 대상이라, 인증번호가 없어요."),
    "no_duty": Told("{item:은} KC 인증번호가 필요한 품목으로 분류되지 않아요."),
    # ok
    "model_agrees": Told("인증번호 {number}의 상태가 “{state}”이고, 모델이 인증 내용과 맞아요."),
    "company_and_product_agree": Told("인증번호 {number}의 상태가 “{state}”이고, 업체와 품목이 인증 내용과 맞아요."),
}
"""By the id of a rule."""

UNNAMED = {
    "number": "(번호 없음)",
    "state": "(빈칸)",
    "item": "이 상품",
    "scheme": "KC 인증",
    "organ": "인증기관",
    "part": "부품",
}
"""What stands for a value that is not there."""
RECALL_ABROAD = "해외에서 "
RECALL_SHOWN = "{name}, {day} 공표"
RECALL_HARM = " ({harm})"
DAY = "{year}년 {month}월 {day}일"
NO_DAY = "날짜 미상"

STATE_MEANINGS = {
    "valid": "인증이 유효하다고 나와 있어요.",
    "revoked": "인증의 효력이 없어졌다고 나와 있어요. 이 번호로는 판매할 수 없어요.",
    "suspended": "인증 표시를 쓰지 못하는 처분을 받았다고 나와 있어요.",
    "expired": "인증 기간이 끝났다고 나와 있어요. 그 뒤에 만들거나 들여온 제품은 이 인증으로 판매할 수 없어요.",
    "under_action": "당국의 조치가 진행되고 있다고 나와 있어요.",
    "unknown": "이 상태가 무슨 뜻인지는 자료만으로 알 수 없어요. 인증기관에 물어봐 주세요.",
}
"""What a certificate's state means, by its kind."""

CARD = {
    "state": "상태: {state} — {meaning}",
    "number": "인증번호: {value}",
    "product": "제품: {value}",
    "brand": "브랜드: {value}",
    "model": "모델: {value}",
    "derived": "파생모델: {value}",
    "maker": "제조사: {value}",
    "importer": "수입사: {value}",
    "factories": "공장: {value}",
    "kind": "인증 구분: {value}",
    "category": "분류: {value}",
    "organ": "인증기관: {value}",
    "dates": "날짜: {value}",
    "change": "변경 사유: {value}",
    "first": "처음 받은 인증번호: {value}",
    "renewed": "이 번호를 갱신한 인증: {value}",
    "similar": "비슷한 인증: {value}",
    "no_detail": "파생모델 목록은 아직 받지 못했어요.",
    "recalls": "같은 번호의 리콜 {count}건이 자료에 있어요.",
    "no_recalls": "같은 번호의 리콜은 자료에 없어요.",
    "compare": "제품에 적힌 모델명과 업체가 위 내용과 같은지 견주어 보세요. 다르면 다른 제품의 번호예요.",
    "evidence": "제품안전정보센터에서 보기: {value}",
    "as_of": "{day} 자료 기준이에요. 그 뒤에 바뀐 내용은 들어 있지 않아요.",
    "no_day": "자료의 날짜를 알 수 없어요.",
}
"""Lines of a certificate's card."""

CARD_DATES = {"cert_date": "인증일 {day}", "cert_chg_date": "변경일 {day}", "sign_date": "등록일 {day}"}

RECALL_CARD = {
    "title": "{where}리콜: {product}",
    "brand": "브랜드: {value}",
    "model": "모델: {value}",
    "barcode": "바코드: {value}",
    "number": "인증번호: {value}",
    "company": "업체: {value}",
    "published": "공표일: {value}",
    "kind": "조치 종류: {value}",
    "harm": "위험 내용: {value}",
    "advice": "소비자가 할 일: {value}",
    "evidence": "리콜 공표문 보기: {value}",
    "compare": "가진 제품의 모델과 업체가 위 내용과 같은지 확인해 주세요.",
}
"""Lines of a recall's card."""

LOOK_UP = {
    "absent_number": "{as_of}인증번호 {query:은} 없어요. 번호를 잘못 적었을 수도 있으니 제품에 적힌 번호와 견주어 보세요. 공급자적합성확인 제품은 보통 번호가 없고, 전파 인증번호는 다른 곳에서 관리해요. 자료에 없다는 것만으로 법을 어겼다고 할 수는 없어요.",
    "absent_text": "{as_of}“{query:”과} 맞는 인증이나 리콜을 찾지 못했어요. 적는 방법이 다르면 못 찾을 수 있어요. 제품에 적힌 인증번호나 모델명을 알려 주시면 다시 찾아볼게요. 리콜된 적이 없다는 뜻은 아니에요.",
    "incomplete": "지금까지 받은 자료에서는 “{query:”을} 찾지 못했어요. 자료가 아직 다 채워지지 않아서, 없는 것인지는 알 수 없어요. 제품안전정보센터에서 직접 확인해 주세요.",
    "failed": "지금은 자료를 조회하지 못했어요. 없다는 뜻은 아니에요. 잠시 뒤에 다시 물어보거나 제품안전정보센터에서 직접 확인해 주세요.",
    "no_data": "아직 이곳에 인증·리콜 자료가 없어서 조회할 수 없어요. 제품안전정보센터에서 직접 확인해 주세요. (운영자: onecall safety sync로 자료를 받거나, onecall safety demo로 연습용 자료를 만들어 주세요.)",
    "other_register": "{query:은} 전파 인증번호라서 이 자료에 없어요. 국립전파연구원의 적합성평가 현황에서 확인해 주세요.",
}
"""Answers to a look-up that found nothing, or could not look."""
