"""What watching and its statistics say to people: refusals, and the words of page and table."""

WATCH_ERRORS = {
    "no_listing": "등록된 상품이 없어요. 상품번호를 확인해 주세요.",
    "no_id": "상품번호(id)가 빠진 상품이 있어요.",
    "same_id": "상품번호가 같은 상품이 두 번 들어 있어요.",
    "other_id": "주소의 상품번호와 보낸 상품번호가 달라요.",
    "too_many_listings": "상품은 한 번에 {most}개까지 보낼 수 있어요.",
    "bad_listing": "{place}번째 상품: {why}",
    "bad_listings": '상품 목록의 모양이 맞지 않아요. {"listings": [상품, …]}처럼 보내 주세요.',
    "too_large": "한 번에 {most}MB까지 보낼 수 있어요. 상품을 나눠서 보내 주세요.",
    "unknown_field": "알 수 없는 항목이 있어요. {known}만 보낼 수 있어요.",
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

BLOCKED_VERDICTS = {
    "recalled": "리콜 제품",
    "revoked": "인증 취소·반납",
    "suspended": "표시 사용금지",
    "mismatch": "다른 제품의 번호",
    "expired": "인증 기간 만료",
    "under_action": "개선명령·청문 중",
    "not_found": "번호 없음",
    "cannot_check": "확인 불가",
    "ok": "적합",
    "not_required": "인증 대상 아님",
}
"""Verdicts, as the page of statistics names them."""

BLOCKED_WORDS = {
    "block": "차단",
    "hold": "보류",
    "published": "공개 자료",
    "demo": "연습용(지어낸 자료)",
    "no_category": "분류 없음",
    "other_categories": "그 밖의 분류",
    "month": "{year}년 {month}월",
    "short_month": "{month}월",
    "year_month": "{year}.{month}",
    "chart_months": "월별로 차단하거나 보류한 상품 수를 나타낸 막대그래프. {facts}",
    "chart_reasons": "이유별로 차단하거나 보류한 상품 수를 나타낸 막대그래프. {facts}",
    "chart_categories": "분류별로 차단하거나 보류한 상품 수를 나타낸 막대그래프. {facts}",
    "chart_fact": "{label} {count}개",
}
"""Words of the page of statistics, beside those of its template."""

BLOCKED_COLUMNS = ("월", "조치", "이유", "규칙", "분류", "상품 수", "자료")
"""The head of the statistics as CSV."""
