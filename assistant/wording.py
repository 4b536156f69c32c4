"""Every Korean sentence that the assistant says by itself. Answers come from the knowledge base."""

from datetime import datetime, timedelta, timezone

KST = timezone(timedelta(hours=9))

GREETING = "안녕하세요, 원콜이에요. 제품 인증, 표준, 제품안전에 대해 물어보세요. 예: “보조배터리를 일본에 팔려면 뭐가 필요해요?”"
THANKS = "도움이 됐다니 다행이에요. 궁금한 게 있으면 또 물어보세요."
AFFIRM = "네, 이어서 궁금한 내용을 말씀해 주세요."
DENY = "알겠어요. 궁금한 내용을 조금 더 자세히 적어 주세요."
UNCLEAR = (
    "무엇이 궁금한지 잘 알아듣지 못했어요. 제품 이름과 나라, 궁금한 점을 함께 적어 주세요. 예: “손풍기 KC 인증 비용”"
)
NOT_KOREAN = "한국어로 물어봐 주세요. 지금은 한국어로만 답할 수 있어요. (Please ask in Korean.)"
CANDIDATES = "혹시 이 중에 찾으시는 질문이 있나요?"
NONE_OF_THESE = "이 중에 없어요"
PERSON = "상담사 연결"
UNSURE = "잘 모르겠어요"
ASK_ITEM = "어떤 제품인가요? 제품 이름을 알려 주세요. 예: 보조배터리, 봉제인형, 마스크팩"
ASK_ITEM_SUGGESTED = "혹시 이 제품인가요? 아니면 제품 이름을 다시 알려 주세요."
ASK_PRODUCT = (
    "어떤 제품인지 찾아볼게요. 제품이나 포장에 적힌 인증번호, 모델명, 바코드 숫자 중에 아는 것을 알려 주세요. "
    "제품 이름과 제조사를 함께 적으면 더 정확해요."
)
ASK_COUNTRY = "어느 나라에서 판매하려는 제품인가요?"
COUNTRY_CHOICES = ("한국", "미국", "유럽연합", "일본", "중국")
OUT_OF_SCOPE = "그 내용은 제가 도와드릴 수 있는 범위가 아니에요. 저는 {covers}에 대한 질문에 답해요."
WHOM_TO_ASK = "문의할 곳: {agencies}"
CONTACT_SAVED = "연락처를 남겨 주셔서 고마워요. 답변을 알리는 데에만 쓸게요. (접수번호 {ticket})"
CONTACT_AGAIN = (
    "죄송해요, 처리가 중간에 끊겨서 남겨 주신 연락처를 저장하지 못했어요. 이메일이나 전화번호를 한 번 더 적어 주세요."
)
HANDED_OFF = "{why} 상담사에게 전달했어요. 접수번호는 {ticket}이고, {due}까지 답변을 드릴게요."
HAND_OFF_WHERE = (
    "답변은 이 대화창에 올라와요. 따로 연락받고 싶으면 이메일이나 전화번호를 남겨 주세요. 답변을 알리는 데에만 써요."
)
OUTSIDE_HOURS = "지금은 상담 시간이 아니라서 상담사는 {opens}부터 볼 수 있어요."
CONSULTANT_IS_AWAY = "지금은 상담 시간이 아니에요. 보내신 내용은 상담사가 {opens}부터 이어서 볼게요."
WHY = {
    "asked_for_person": "요청하신 대로",
    "none_of_these": "찾으시는 답이 없어서",
    "low_confidence": "제가 정확히 답하기 어려운 질문이라",
    "no_data": "이 제품과 나라에 대해 확인된 자료가 아직 없어서",
    "denied": "제 답이 맞지 않아서",
    "turn_failed": "답을 찾는 중에 문제가 생겨서",
}
ALREADY_HANDED_OFF = "이미 상담사에게 전달되어 있어요. 접수번호는 {ticket}이고, {due}까지 답변을 드릴게요."
ADDED_TO_TICKET = "말씀하신 내용을 상담사에게 전했어요. (접수번호 {ticket})"
STATUS = {
    "open": "접수번호 {ticket}은 상담사 배정을 기다리고 있어요. {due}까지 답변을 드릴게요.",
    "assigned": "접수번호 {ticket}은 상담사가 보고 있어요. {due}까지 답변을 드릴게요.",
    "answered": "접수번호 {ticket}의 답변이 나왔어요.\n\n{answer}",
    "closed": "접수번호 {ticket}은 마무리된 문의예요.",
}
NO_TICKET = "이 대화에는 접수된 문의가 없어요. 상담사에게 남길 내용이 있으면 “상담사 연결”이라고 말씀해 주세요."
LOOKUP = (
    "인증번호 {number}를 알려 주셨네요. 인증 상태와 제품 정보는 제품안전정보센터에서 바로 확인할 수 있어요. "
    "조회한 제품명·모델명·업체가 실제 제품과 같은지도 꼭 비교해 보세요."
)
LOOKUP_RADIO = (
    "인증번호 {number}를 알려 주셨네요. 방송통신기자재의 인증 상태는 국립전파연구원 적합성평가 현황 검색에서 확인할 수 있어요. "
    "조회한 제품명·모델명·업체가 실제 제품과 같은지도 꼭 비교해 보세요."
)
LOOKUP_ELSEWHERE = (
    "제품의 인증과 리콜은 제품안전정보센터에서 제품명, 모델명, 업체로 찾아볼 수 있어요. "
    "제품에 적힌 인증번호를 알려 주시면 바로 찾아볼 수 있는 주소를 드릴게요."
)
LOOKUP_SOURCE = "제품안전정보센터 인증정보 조회"
LOOKUP_RADIO_SOURCE = "국립전파연구원 적합성평가 현황 검색"
FOLLOW_UPS = ("필요 서류는요?", "절차는요?", "비용은요?", "기간은요?")
UNCONFIRMED = "아직 확인하지 못한 내용이 있어요. 진행하기 전에 담당 기관에 확인해 주세요."

MANDATORY = {"mandatory": "의무", "voluntary": "자율", "conditional": "조건부"}
CARD_TITLE = "{item} · {country}에서 확인된 인증·규제예요."
CARD_CONDITION = "다음 경우에 해당: {condition}"
CARD_STRICTEST = "조건이 확실하지 않으면 더 엄격한 쪽으로 준비하는 게 안전해요."
CARD_PARTS = {
    "authority": "담당",
    "bodies": "시험·인증 기관",
    "route": "방법",
    "documents": "서류",
    "steps": "절차",
    "cost": "비용",
    "time": "기간",
    "validity": "유효기간",
    "mark": "표시",
    "penalty": "위반하면",
}
PART_UNKNOWN = "{part}: {schemes} — 확인된 자료가 아직 없어요. 필요하면 “상담사 연결”이라고 말씀해 주세요."
PART_NAMES = {
    "ask_scope": "대상",
    "ask_procedure": "절차",
    "ask_documents": "서류",
    "ask_cost": "비용",
    "ask_duration": "기간",
    "ask_validity": "유효기간",
    "ask_marking": "표시",
    "ask_penalty": "위반하면",
    "ask_agency": "담당·기관",
}

ERRORS = {
    "database": "지금 저장소에 연결할 수 없어요. 잠시 뒤에 다시 보내 주세요.",
    "empty": "질문을 적어 주세요.",
    "too_long": "질문은 {limit}자까지 적을 수 있어요. 조금 줄여서 다시 보내 주세요.",
    "too_large": "보낸 내용이 너무 커요. 질문만 짧게 적어 주세요.",
    "bad_input": "보낸 내용의 모양이 맞지 않아요.",
    "not_found": "찾을 수 없어요.",
    "no_conversation": "대화를 찾을 수 없어요. 새로 시작해 주세요.",
    "no_ticket": "접수번호를 찾을 수 없어요.",
    "method_not_allowed": "이 주소에서는 쓸 수 없는 방법이에요.",
    "busy": "지금 요청이 많아요. 잠시 뒤에 다시 보내 주세요.",
    "origin_refused": "이 사이트에서는 대화창을 쓸 수 없어요.",
    "visitor_unknown": "방문 정보를 확인할 수 없어요. 대화창을 새로 열어 주세요.",
    "too_many": "메시지를 너무 빨리 보내고 있어요. 잠시 뒤에 다시 보내 주세요.",
    "internal": "일시적인 문제가 생겼어요. 보낸 질문은 저장됐고, 상담사가 확인할게요.",
}


def when(moment: datetime) -> str:
    """Return a UTC moment as Koreans say it: "11월 24일(화) 오후 3시 5분"."""
    local = moment.astimezone(KST)
    day = "월화수목금토일"[local.weekday()]
    half, hour = ("오전", local.hour) if local.hour < 12 else ("오후", local.hour - 12)
    if not hour:
        half, hour = ("밤" if half == "오전" else "낮"), 12
    minutes = f" {local.minute}분" if local.minute else ""
    return f"{local.month}월 {local.day}일({day}) {half} {hour}시{minutes}"


CONSENT_NEEDED = (
    "연락처는 답변을 알리는 데에만 쓰고, 대화를 지우면 함께 지워요. 연락처를 저장해도 될까요? "
    "동의하기 전에는 보내신 메시지를 저장하지 않아요."
)
TRANSCRIPT_TITLE = "원콜 대화 내용"
TRANSCRIPT_TICKET = "접수번호 {ticket}: {state}, 답변 기한 {due}"
TRANSCRIPT_NAMES = {"visitor": "나", "assistant": "원콜", "consultant": "상담사"}
TRANSCRIPT_SOURCE = "출처: {title} {url}"
TRANSCRIPT_BASIS = "근거: {basis}"
TRANSCRIPT_CHECKED = "확인한 날: {day}"
TRANSCRIPT_FILE = "원콜 대화.txt"
TICKET_STATES = {"open": "배정 대기", "assigned": "상담사 확인 중", "answered": "답변 완료", "closed": "마무리"}
"""The words of the widget, and of the file that a visitor keeps of a conversation."""

STORE_ERRORS = {
    "unstorable": "저장할 수 없는 글자가 들어 있어요. 그 글자를 빼고 다시 보내 주세요.",
    "too_long": "{what}: {limit}자까지 쓸 수 있어요.",
    "no_answer": "답변을 적어 주세요.",
    "no_consultant": "상담사 이름을 적어 주세요.",
}
"""Refusals at the store's edge."""

WEB_ERRORS = {
    "bad_json": "보낸 내용을 읽을 수 없어요. JSON 형식(UTF-8)으로 다시 보내 주세요.",
    "content_type": "JSON으로 보내 주세요. (Content-Type: application/json)",
    "missing_field": "“{field}” 항목이 빠졌어요.",
    "bad_field": "“{field}” 항목의 값이 맞지 않아요.",
    "unknown_field": "알 수 없는 항목이 있어요. 항목의 이름을 확인해 주세요.",
    "refused": "요청을 처리할 수 없어요.",
    "broken": "일시적인 문제가 생겼어요. 잠시 뒤에 다시 보내 주세요.",
}
