"""Every Korean sentence of the desk's work: what visitors are told, the mails, refusals."""

VISITOR = {
    "joined": "상담사가 들어왔어요. 남겨 주신 내용을 보고 이어서 도와드릴게요.",
    "released": "지금 상담사가 이어가기 어려워서 다른 상담사에게 넘겼어요. 곧 이어서 도와드릴게요. (접수번호 {ticket})",
    "reassigned": "다른 상담사가 이어서 도와드릴 거예요. (접수번호 {ticket})",
    "handed_back": "상담사가 대화를 마쳤어요. 이제 원콜이 이어서 답할게요. (접수번호 {ticket})",
    "closed": "문의를 마무리했어요. 더 궁금한 게 있으면 언제든 물어보세요. (접수번호 {ticket})",
    "closed_silent": "답변을 드린 뒤 다른 말씀이 없어서 문의를 마무리했어요. (접수번호 {ticket})",
    "closed_waiting": "여쭤본 내용에 답이 없어서 문의를 마무리했어요. 이어서 글을 남기셔도 돼요. (접수번호 {ticket})",
    "merged": "이 문의를 접수번호 {into}에 합쳤어요. 답변은 한 번에 드릴게요. (접수번호 {ticket})",
}
"""What a visitor is told when their conversation goes from hand to hand."""

VISITOR_NAME = "고객님"

MAIL_SUBJECT = {
    True: "[원콜] {ticket} 문의에 답변이 올라왔어요",
    False: "[원콜] {ticket} 문의에 상담사가 글을 남겼어요",
}
MAIL_TEXT = """안녕하세요, 원콜이에요.

접수번호 {ticket} 문의에 {what} 아래 주소에서 대화를 볼 수 있어요.

{link}

주소는 처음 연 기기에서만, {until}까지 열려요. 다른 사람에게 보내지 마세요.
문의한 적이 없다면 이 메일을 지워 주세요. 이 메일에는 답장할 수 없어요.
"""
MAIL_WHAT = {True: "답변이 올라왔어요.", False: "상담사가 글을 남겼어요."}

LINK_PAGE = {
    "title": "원콜 — 답변 보기",
    "heading": "답변 보기",
    "text": "남기신 문의의 대화를 이 기기에서 열어요. 주소는 처음 연 기기에서만 쓸 수 있어요.",
    "open": "대화 열기",
    "refused": "열 수 없는 주소예요. 이미 다른 기기에서 열었거나, 기한이 지났거나, 주소가 잘못됐어요.",
    "away": "지금은 열 수 없어요. 잠시 뒤에 다시 눌러 주세요.",
    "replaces": "이 기기에 열려 있던 다른 대화 대신 이 대화를 보여 드려요.",
    "home": "새로 물어보기",
    "noscript": "대화를 열려면 브라우저에서 자바스크립트를 켜 주세요.",
}

DESK_ERRORS = {
    "stale_ticket": "그 사이에 문의가 바뀌었어요. 지금 상태를 확인하고 다시 해 주세요.",
    "not_allowed": "이 일을 할 권한이 없어요.",
    "no_attachment": "첨부 파일을 찾을 수 없어요.",
    "no_referral": "보낸 협력기관 문의를 찾을 수 없어요.",
    "no_canned": "저장된 답변을 찾을 수 없어요.",
    "no_person": "그 상담사에게 맡길 수 없어요.",
    "no_agency": "협력기관을 찾을 수 없어요.",
    "no_text": "내용을 적어 주세요.",
    "not_same_visitor": "같은 대화나 같은 연락처의 문의만 합칠 수 있어요.",
    "merge_itself": "다른 열린 문의를 골라 주세요.",
    "file_empty": "빈 파일이에요.",
    "file_too_large": "파일은 {limit}MB까지 올릴 수 있어요.",
    "file_type": "올릴 수 있는 파일은 PDF, PNG, JPG, WEBP, XLSX, DOCX, TXT, HWP, HWPX예요.",
    "file_mismatch": "파일의 내용이 이름의 형식과 달라요.",
}

WITHDRAWN = "방문자가 대화를 지웠어요."
