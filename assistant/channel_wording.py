"""Every Korean sentence that only the channels say."""

PROMISE = "답을 준비하고 있어요. 잠시 뒤에 “답변 확인”을 누르거나 아무 말이나 보내 주시면 답을 보여드릴게요."
CALLBACK_WAIT = "답을 준비하고 있어요. 잠시만 기다려 주세요."
NOT_YET = "아직 답을 준비하고 있어요. 조금 뒤에 다시 확인해 주세요."
NOTHING_HELD = "기다리는 답변이 없어요. 궁금한 내용을 적어 주세요."
CHECK_ANSWER = "답변 확인"
MORE = "이어서 보기"
TOO_OLD = "지난 대화의 버튼이에요. 궁금한 내용을 다시 적어 주세요."
PRODUCT_QUESTION = "{name} 인증 정보를 확인해 주세요."
NOT_TEXT = "지금은 글로 쓴 질문에만 답할 수 있어요. 궁금한 내용을 글로 적어 주세요."
WITH_CONSULTANT = "지금은 상담사가 대화를 보고 있어요. 보내신 내용은 상담사에게 전했어요."
ADDED = "상담사에게 전했어요."
CONSULTANT_SAYS = "상담사 답변이에요. (접수번호 {ticket})"
PRODUCT_CHECKED = "“{name}” 상품에 대해 알려드려요."
PRODUCT_VERDICTS = {
    "recalled": "⚠️ 리콜된 제품과 같아 보여요.",
    "revoked": "⚠️ 인증의 효력이 없어졌어요.",
    "suspended": "⚠️ 인증 표시를 쓸 수 없는 기간이에요.",
    "mismatch": "⚠️ 인증 내용과 상품이 서로 달라요.",
    "expired": "⚠️ 인증 기간이 끝났어요.",
    "under_action": "⚠️ 당국의 조치가 진행되고 있어요.",
    "not_found": "⚠️ 인증번호를 자료에서 찾지 못했어요.",
    "cannot_check": "지금 받은 내용만으로는 판단할 수 없어요.",
    "ok": "인증번호와 상품이 자료와 맞아요.",
    "not_required": "보통 인증번호가 없는 품목이에요.",
}
"""By verdict, for whoever may buy the product; never "safe" or "legal"."""
PRODUCT_NEEDS_NUMBER = "{item:은} {scheme} 대상이라 인증번호가 있어야 해요."
PRODUCT_NEXT = {
    "recalled": "사거나 쓰기 전에 판매자에게 리콜된 제품인지 꼭 물어보세요.",
    "ok": "제품에 적힌 모델명과 업체도 견주어 보세요.",
    "not_required": "제품에 인증번호가 적혀 있다면 보내 주세요. 조회해 드릴게요.",
    "": "사기 전에 판매자에게 인증번호를 확인해 보세요.",
}
PRODUCT_SEND_NUMBER = (
    "톡톡이 전해 준 상품 정보에는 인증번호가 없어요. 상품 페이지에 적힌 인증번호를 보내 주시면 조회해 드릴게요."
)
PRODUCT_EVIDENCE = "자료 보기: {url}"
FAILED = "일시적인 문제로 답하지 못했어요. 잠시 뒤에 다시 보내 주세요."

LEGAL_BASIS = "근거: {legal_basis}"
SOURCE = "출처: {title} {url}"
CHECKED_ON = "확인한 날: {checked_on}"

CANDIDATES_HEADER = "혹시 이 질문인가요?"
OPTIONS_HEADER = "골라 주세요"
NUMBERED = "{number}. {text}"
NUMBER = "{number}번"
CERT_NUMBER = "인증번호"
LOOKUP_HEADER = "인증정보 조회 결과"
SOURCE_BUTTON = "원문 보기"
SOURCES_TITLE = "더 알아보기"
OPERATOR_TITLE = "상담사 연결"
OPERATOR_TEXT = "상담사와 바로 이야기하려면 아래 버튼을 눌러 주세요."

ERRORS = {
    "channel_off": "쓰지 않는 채널이에요.",
    "bad_secret": "보낸 곳을 확인할 수 없어요.",
    "unknown_bot": "등록되지 않은 봇이에요.",
    "bad_address": "허용되지 않은 주소에서 보냈어요.",
    "bad_payload": "“{field}” 항목이 없거나 모양이 맞지 않아요.",
    "bad_ranges": "ONECALL_NAVER_RANGES를 읽을 수 없어요: {text} (예: 211.249.40.0/27,211.249.68.0/27)",
    "no_outbox": "보낼 메시지를 찾을 수 없어요.",
    "already_sent": "이미 보낸 메시지예요.",
    "being_sent": "지금 보내고 있는 메시지예요. 잠시 뒤에 다시 해 주세요.",
    "no_address": "다시 보낼 주소가 남아 있지 않아요.",
    "bad_seal": "저장된 주소를 열 수 없어요. ONECALL_VISITOR_SECRET이 바뀌지 않았는지 확인해 주세요.",
}
