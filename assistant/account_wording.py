"""Every Korean sentence about accounts of the desk: logging in, people, the log of what was done."""

ROLES = {"consultant": "상담사", "editor": "편집자", "manager": "관리자", "operator": "운영자"}

ROLE_HINTS = {
    "consultant": "문의에 답해요.",
    "editor": "문의에 답하고, 글을 고치고, 통계를 봐요.",
    "manager": "편집자가 하는 일에 더해 통계를 내려받고 기록을 봐요.",
    "operator": "사람을 관리하고 기록과 통계를 봐요. 문의는 보지 않아요.",
}

ACTIONS = {
    "login": "로그인",
    "login_refused": "로그인 실패",
    "logout": "로그아웃",
    "view": "개인정보 열람",
    "change": "변경",
    "export": "내려받기",
    "refused": "거절",
    "retain": "보관 기간이 지나 삭제",
}

CHANGES = {
    "added": "계정을 만들었어요",
    "changed": "이름·역할·업종을 바꿨어요",
    "deactivated": "계정을 멈췄어요",
    "activated": "계정을 다시 열었어요",
    "totp_reset": "일회용 코드를 초기화했어요",
    "password_reset": "임시 비밀번호를 만들었어요",
    "password": "비밀번호를 바꿨어요",
    "totp": "일회용 코드를 등록했어요",
    "recovery_code": "복구 코드를 썼어요",
    "unlocked": "잠금을 풀었어요",
    "linked": "외부 로그인과 이었어요",
    "published": "글을 공개했어요",
    "view_contact": "연락처를 봤어요",
    "view_attachment": "첨부 파일을 받았어요",
    "take": "문의를 맡았어요",
    "release": "문의를 내려놓았어요",
    "reassign": "문의를 다른 상담사에게 맡겼어요",
    "hand_back": "문의를 원콜에 돌려줬어요",
    "close": "문의를 마무리했어요",
    "merge": "문의를 합쳤어요",
    "say": "방문자에게 글을 보냈어요",
    "answer": "방문자에게 답변했어요",
    "wait": "방문자의 답을 기다려요",
    "refer": "협력기관에 보냈어요",
    "partner_replied": "협력기관의 답을 적었어요",
    "note": "메모를 남겼어요",
    "attach": "파일을 붙였어요",
    "save_canned": "자주 쓰는 답을 저장했어요",
    "delete_canned": "자주 쓰는 답을 지웠어요",
}

ERRORS = {
    "bad_login": "아이디나 비밀번호가 맞지 않아요.",
    "bad_code": "코드가 맞지 않아요. 앱에 지금 보이는 코드를 적어 주세요.",
    "too_many_tries": "여러 번 틀려서 잠시 막았어요. {seconds}초 뒤에 다시 해 주세요.",
    "not_signed_in": "로그인이 필요해요.",
    "not_your_right": "이 일을 할 권한이 없어요. 필요하면 운영자에게 말씀해 주세요.",
    "bad_csrf": "화면이 오래됐어요. 화면을 새로 열고 다시 해 주세요.",
    "needs_https": "이 주소로는 안전하게 로그인할 수 없어요. https로 시작하는 주소로 열어 주세요.",
    "weak_password": "비밀번호는 {least}자에서 {most}자까지, 서로 다른 글자 5개 이상으로 정해 주세요. "
    "아이디나 이름은 넣을 수 없어요.",
    "passwords_differ": "두 비밀번호가 서로 달라요.",
    "same_password": "전과 다른 비밀번호로 정해 주세요.",
    "login_taken": "이미 쓰고 있는 아이디예요.",
    "bad_login_name": "아이디는 영문 소문자·숫자와 . _ - @ +로 2자에서 {most}자까지 쓸 수 있어요.",
    "bad_name": "이름을 1자에서 {most}자까지 적어 주세요.",
    "bad_role": "역할은 {roles} 중에 하나예요.",
    "bad_sector": "알 수 없는 업종이 있어요.",
    "no_person": "그런 사람을 찾을 수 없어요.",
    "last_operator": "마지막 운영자는 멈추거나 역할을 바꿀 수 없어요.",
    "not_yourself": "자기 계정은 여기서 바꿀 수 없어요. 다른 운영자에게 부탁해 주세요.",
    "bad_day": "날짜는 2026-11-22처럼 적어 주세요.",
    "oidc_off": "외부 로그인은 켜져 있지 않아요.",
    "oidc_refused": "외부 로그인을 확인하지 못했어요. 처음부터 다시 해 주세요.",
    "oidc_stranger": "로그인은 됐지만 상담 데스크에 등록된 사람이 아니에요. 운영자에게 말씀해 주세요.",
    "oidc_down": "외부 로그인 서버가 대답하지 않아요. 잠시 뒤에 다시 해 주세요.",
    "oidc_url": "ONECALL_OIDC_URL은 https로 시작해야 해요. (이 컴퓨터 안의 주소만 http로 쓸 수 있어요)",
    "oidc_incomplete": "ONECALL_OIDC_URL을 쓰려면 ONECALL_OIDC_CLIENT와 ONECALL_OIDC_SECRET도 정해 주세요.",
    "desk_absent": "상담 데스크가 연결되지 않았어요.",
}

COLUMNS = ("때", "아이디", "한 일", "대상", "자세히")
"""Of the log as CSV."""

SECTOR_NAMES = {
    "electrical": "전기·전자",
    "machinery": "기계·자동차·조선",
    "medical_cosmetic": "의료기기·화장품",
    "chemical_environment": "화학·환경",
    "living_children": "생활·어린이",
    "food": "식품",
    "metal_construction": "금속·건설",
    "ict": "정보통신",
    "other": "기타",
}
