import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.screening.states import state_kind, verdict_of


@pytest.mark.parametrize(
    ("state", "kind"),
    [
        ("적합", "valid"),
        (" 적 합 ", "valid"),
        ("안전인증취소", "revoked"),
        ("취소", "revoked"),
        ("안전확인신고 효력상실", "revoked"),
        ("안전확인신고 효력상실 처분", "revoked"),
        ("효력상실", "revoked"),
        ("반납", "revoked"),
        ("안전인증표시 사용금지 2개월", "suspended"),
        ("안전인증표시 사용금지 4개월", "suspended"),
        ("표시사용금지(6개월)", "suspended"),
        ("안전인증표시 사용금지 12개월", "suspended"),
        ("안전확인신고표시 사용금지 2개월", "suspended"),
        ("정지", "suspended"),
        ("개선명령", "under_action"),
        ("청문실시", "under_action"),
        ("기간만료", "expired"),
        ("인증만료", "expired"),
        ("변경", "unknown"),
        ("-", "unknown"),
        ("nan", "unknown"),
        ("", "unknown"),
        ("부적합", "unknown"),
        ("적합 취소", "unknown"),
        ("조건부 적합", "unknown"),
        ("적합(시정중)", "unknown"),
        ("valid", "unknown"),
    ],
)
def test_a_state_means_what_it_says_and_no_more(state: str, kind: str) -> None:
    assert state_kind(state) == kind


@given(st.text(max_size=20).filter(lambda text: "".join(text.split()) != "적합"))
def test_no_other_state_is_ok(state: str) -> None:
    assert verdict_of(state) != "ok"
