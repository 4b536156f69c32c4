"""Public pages that show the evidence, without a key. Pure."""

from urllib.parse import quote

SEARCH = "https://www.safetykorea.kr"
RADIO_SEARCH = "https://www.rra.go.kr/ko/license/A_c_search.do"


def certificate_link(cert_num: str) -> str:
    """Return the page of a certificate at SafetyKorea."""
    return f"http://www.safetykorea.kr/search/searchPop?certNum={quote(cert_num, safe='')}"


def recall_link(uid: str) -> str:
    """Return the page of a recall at SafetyKorea, by its uid as in Recall ("D" or "F" before the published id)."""
    board = "fRecallBoard" if uid.startswith("F") else "recallBoard"
    return f"https://www.safetykorea.kr/recall/ajax/{board}?recallUid={quote(uid[1:], safe='')}"
