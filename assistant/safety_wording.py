"""Every Korean sentence of the product-safety side."""


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
    "bad_days": "기간은 1일부터 400일까지 볼 수 있어요.",
    "several_numbers": "인증번호를 하나만 적어 주세요.",
    "no_query": "찾을 말을 적어 주세요.",
}
"""Refusals of a look-up: "absent" is never said for "could not look up"."""

WATCH_ERRORS = {
    "no_listing": "등록된 상품이 없어요. 상품번호를 확인해 주세요.",
    "no_id": "상품번호(id)가 빠진 상품이 있어요.",
    "same_id": "상품번호가 같은 상품이 두 번 들어 있어요.",
    "other_id": "주소의 상품번호와 보낸 상품번호가 달라요.",
    "too_many_listings": "상품은 한 번에 {most}개까지 보낼 수 있어요.",
    "bad_listing": "{place}번째 상품: {why}",
    "busy": "같은 상품을 지금 처리하고 있어요. 잠시 뒤에 다시 보내 주세요.",
    "no_webhook": "등록된 웹훅이 없어요. 웹훅 번호를 확인해 주세요.",
    "too_many_webhooks": "웹훅은 {most}개까지 등록할 수 있어요.",
    "webhook_kinds": "알림 종류는 이 중에서 골라 주세요: {kinds}",
    "webhook_url": "웹훅 주소는 https://로 시작하는 주소여야 해요. 아이디·비밀번호와 #은 넣을 수 없어요.",
    "webhook_unknown": "웹훅 주소의 서버를 찾을 수 없어요. 주소를 확인해 주세요.",
    "webhook_private": "웹훅 주소는 인터넷에서 접속할 수 있는 서버여야 해요. 내부 주소로는 보낼 수 없어요.",
    "bad_months": "기간은 2026-01처럼 적고, 최대 {most}개월까지 볼 수 있어요.",
    "page_login": "쇼핑몰 이름과 인증키를 입력해 주세요.",
}
"""Refusals of watching, webhooks and statistics."""

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
    "not_demo": "실제 자료가 들어 있어요. 먼저 자료를 비우거나 다른 데이터베이스를 지정해 주세요.",
}
"""Refusals of the mirror."""
