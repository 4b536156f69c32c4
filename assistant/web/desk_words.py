"""The desk's words for what the house calls by codes: reasons, fields, intents, slots, events."""

FIELDS = {
    "domestic": "국내 인증",
    "overseas": "해외 인증",
    "standard": "표준",
    "safety": "제품안전",
    "other": "그 밖",
}
SECTORS = {
    "electrical": "전기·전자",
    "machinery": "기계·자동차·조선",
    "medical_cosmetic": "의료·화장품",
    "chemical_environment": "화학·환경",
    "living_children": "생활·어린이",
    "food": "식품",
    "metal_construction": "금속·건설",
    "ict": "정보통신",
    "other": "그 밖",
}
INTENTS = {
    "ask_scope": "대상인지 물음",
    "ask_procedure": "절차를 물음",
    "ask_documents": "서류를 물음",
    "ask_cost": "비용을 물음",
    "ask_duration": "기간을 물음",
    "ask_validity": "유효기간을 물음",
    "ask_marking": "표시를 물음",
    "ask_penalty": "벌칙을 물음",
    "ask_difference": "차이를 물음",
    "ask_definition": "뜻을 물음",
    "ask_agency": "담당 기관을 물음",
    "ask_support": "지원을 물음",
    "check_certificate": "인증 조회",
    "check_recall": "리콜 조회",
    "report_violation": "위반 신고",
    "ask_human": "상담사를 찾음",
    "ticket_status": "접수 상태를 물음",
    "inform": "정보를 알려 줌",
    "greet": "인사",
    "thank": "감사",
    "deny": "아니라고 함",
    "affirm": "맞다고 함",
    "out_of_scope": "범위 밖",
}
REASONS = {
    "asked_for_person": ("상담사 연결을 원했어요", "방문자가 상담사와 이야기하고 싶다고 했어요."),
    "none_of_these": ("고른 글에 답이 없었어요", "비슷한 글을 보여 줬지만 방문자가 이 중에 없다고 했어요."),
    "low_confidence": ("답에 자신이 없었어요", "가장 가까운 글도 맞을 가능성이 기준보다 낮았어요."),
    "no_data": ("확인된 자료가 없었어요", "이 제품과 나라에 대해 확인된 글이나 제도 자료가 없어요."),
    "denied": ("답이 맞지 않다고 했어요", "원콜이 답했지만 방문자가 아니라고 했어요."),
    "turn_failed": ("처리 중에 문제가 생겼어요", "답을 찾는 중에 오류가 나서 바로 넘겼어요."),
}
"""Why the assistant gave up: in short, and in a sentence."""

STATES = {"open": "대기", "assigned": "상담 중", "answered": "답변함", "closed": "마무리"}
QUEUES = {"": "열린 문의", "waiting": "대기", "working": "상담 중", "answered": "답변함", "closed": "마무리"}
URGENCIES = {"late": "기한 지남", "soon": "곧 기한", "normal": "여유"}
SLOTS = {
    "item": "제품",
    "country": "나라",
    "mark": "마크",
    "scheme": "제도",
    "properties": "제품 특성",
    "question": "질문",
    "intent": "의도",
}
ENTITIES = {
    "item": "제품",
    "country": "나라",
    "mark": "마크",
    "scheme": "제도",
    "standard": "표준",
    "agency": "기관",
    "certificate": "인증번호",
    "number": "숫자",
}
BACKENDS = {"rasa": "Rasa", "builtin": "내장 분류기"}
OWNERS = {"bot": "원콜이 답해요", "queue": "상담사를 기다려요", "human": "상담사가 답해요"}
SPEAKERS = {"visitor": "방문자", "assistant": "원콜", "consultant": "상담사"}
RATINGS = {"up": "도움이 됐어요", "down": "도움이 안 됐어요"}
EVENTS = {
    "made": "문의가 들어왔어요",
    "offered": "상담사에게 권했어요",
    "taken": "맡았어요",
    "released": "내려놓았어요",
    "reassigned": "다른 상담사에게 맡겼어요",
    "said": "글을 보냈어요",
    "answered": "답변했어요",
    "waiting": "방문자의 답을 기다려요",
    "message": "방문자가 글을 썼어요",
    "merged": "다른 문의에 합쳤어요",
    "merged_from": "다른 문의를 합쳐 왔어요",
    "referred": "협력기관에 보냈어요",
    "partner_replied": "협력기관이 답했어요",
    "handed_back": "원콜에 돌려줬어요",
    "closed": "마무리했어요",
    "closed_silent": "답변 뒤 말씀이 없어 저절로 마무리됐어요",
    "closed_waiting": "기다리던 답이 없어 저절로 마무리됐어요",
    "withdrawn": "방문자가 대화를 지웠어요",
    "warning": "기한이 가까워져 알렸어요",
    "escalated": "기한이 지나 관리자에게 알렸어요",
    "note": "메모를 남겼어요",
    "attachment": "파일을 붙였어요",
    "mail_sent": "방문자에게 메일을 보냈어요",
    "mail_failed": "메일을 보내지 못했어요",
    "rated": "방문자가 평가했어요",
}
VARIABLES = ("이름", "접수번호", "품목", "나라", "기한", "상담사")
"""What may stand in braces in a canned reply."""

DONE = {
    "taken": "문의를 맡았어요.",
    "released": "문의를 내려놓았어요.",
    "reassigned": "다른 상담사에게 맡겼어요.",
    "said": "보냈어요.",
    "answered": "답변을 보냈어요.",
    "waiting": "방문자의 답을 기다려요. 그동안 시간이 멈춰요.",
    "noted": "메모를 남겼어요.",
    "merged": "문의를 합쳤어요.",
    "referred": "협력기관에 보낸 것으로 적었어요.",
    "partner_replied": "협력기관의 답을 적었어요.",
    "handed_back": "원콜에 돌려줬어요.",
    "closed": "문의를 마무리했어요.",
    "attached": "파일을 붙였어요.",
}
REPLY_SAVED, REPLY_DELETED = "저장했어요.", "지웠어요."
NO_ARTICLE = "그 사이에 없어진 글이에요. 다른 글을 골라 주세요."
VISITOR_TYPES = "방문자가 쓰고 있어요…"
