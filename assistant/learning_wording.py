"""Every Korean sentence about learning: groups of questions, articles, publishing, the try page."""

ERRORS = {
    "stale_article": "그 사이에 다른 사람이 이 글을 바꿨어요. 지금 글을 다시 열고 고쳐 주세요.",
    "no_job": "그 작업을 찾을 수 없어요. 오래돼서 지워졌을 수 있어요.",
    "no_article": "그 글을 찾을 수 없어요.",
    "no_group": "그 묶음을 찾을 수 없어요. 다시 모아 주세요.",
    "bad_id": "글의 id는 영문 소문자, 숫자, 붙임표(-)로 3자에서 80자까지예요.",
    "id_taken": "이미 있는 id예요. 다른 id를 적어 주세요.",
    "bad_date": "날짜는 2026-11-22처럼 적어 주세요.",
    "bad_source": "출처는 한 줄에 하나씩 ‘제목 | 주소’로 적어 주세요: {line}",
    "bad_field": "상담분야를 골라 주세요.",
    "bad_choice": "상담분야, 업종, 의도를 골라 주세요.",
    "bad_text": "너무 길거나 저장할 수 없는 글자가 들어 있어요.",
    "needs_mending": "먼저 고칠 것이 있어요.",
    "not_previewed": "먼저 평가를 끝까지 해 주세요.",
    "nothing_changed": "바뀐 내용이 없어요.",
    "no_reason": "왜 바꾸는지 적어 주세요.",
    "read_only": "글 파일을 쓸 수 없어요. 저장 공간과 권한을 확인해 주세요.",
    "found": "파일에서 읽었어요",
    "job_failed": "작업 중에 문제가 생겼어요. 다시 해 주세요.",
    "no_told": "그 대화나 접수번호를 찾을 수 없어요.",
}
FOUND_AT_START = "데스크 밖에서 바뀐 파일을 읽었어요"

PROGRESS = {
    "waiting": "차례를 기다려요",
    "group": "질문을 뜻이 비슷한 것끼리 모으고 있어요",
    "encode": "질문 {done}/{total}개를 읽었어요",
    "index": "바뀐 글로 색인을 만들고 있어요",
    "before": "지금 글로 평가 질문 {done}/{total}개에 답해 봤어요",
    "after": "바뀐 글로 평가 질문 {done}/{total}개에 답해 봤어요",
    "save": "색인을 저장하고 있어요",
    "done": "끝났어요",
}
KINDS = {"group": "질문 모으기", "preview": "평가", "publish": "공개"}
JOB_STATES = {"waiting": "기다리는 중", "running": "하는 중", "done": "끝남", "failed": "실패", "lost": "중단됨"}
WHYS = {
    "unanswered": "답하지 못했어요",
    "unsure": "자신 없이 답하거나 되물었어요",
    "denied": "방문자가 아니라고 했어요",
    "downvoted": "도움이 안 됐다고 했어요",
}
PROPOSALS = {"variant": "있는 글에 다르게 묻는 말 더하기", "new": "새 글 만들기"}
BECAUSE = {
    "consultants": "상담사가 이 글로 답했어요",
    "visitors": "방문자가 이 글을 골랐어요",
    "search": "검색이 이 글을 맞는 답으로 봐요",
    "none": "맞는 글이 없어서 상담사의 답으로 만들어요",
}
CHANGES = {"published": "글을 공개했어요", "dismissed": "질문 묶음을 치웠어요"}
GATES = {"scope": "범위 안의 질문인가요?", "fit": "가장 가까운 글이 맞는 답인가요?"}
DECISIONS = {
    "answer": "답해요",
    "clarify": "후보를 보여주며 되물어요",
    "ask": "빠진 것을 물어요",
    "lookup": "인증·리콜을 조회해요",
    "hand_off": "상담사에게 넘겨요",
    "small_talk": "안내나 인사로 답해요",
}
OUTCOMES = {
    ("right", "wrong"): "맞던 답이 틀려져요",
    ("right", "none"): "맞던 답을 못 하게 돼요",
    ("wrong", "right"): "틀리던 답이 맞게 돼요",
    ("none", "right"): "답하지 못하던 것에 맞게 답해요",
    ("none", "wrong"): "답하지 않던 것에 틀린 답을 해요",
    ("wrong", "none"): "틀린 답을 하지 않게 돼요",
}
"""What becomes of a held-out question: before and after a change."""

SCORES = {
    "dense": "뜻 1등",
    "second": "뜻 2등",
    "answer": "답의 뜻",
    "words": "낱말",
    "asked": "질문 낱말",
    "bigrams": "두 글자",
    "item": "품목",
    "country": "나라",
    "scheme": "제도",
    "unasked": "글에만 있는 품목",
    "intent": "의도",
    "field": "분야",
    "sector": "업종",
    "outside": "범위 밖 예문과의 거리",
    "foreign": "범위 밖일 확률",
    "named": "알아본 이름",
    "margin": "2등과의 차이",
    "lead": "다른 글과의 뜻 차이",
    "score": "합계",
    "in_scope": "첫 관문",
    "sure": "의도의 확률",
}
THRESHOLDS = {"scope_min": "범위 안으로 봄", "answer_min": "답함", "ask_min": "되물음"}
