"""Every Korean sentence of the figures: the page, the tables, the digest."""

WORDS = {
    "month": "{year}년 {month}월",
    "quarter": "{year}년 {quarter}분기",
    "day": "{year}년 {month}월 {day}일",
    "weekday": "{day}({weekday})",
    "weekdays": "월화수목금토일",
    "span": "{first}부터 {last}까지",
    "week": "{day}부터 한 주",
    "hour": "{hour}시",
    "none": "–",
    "no_consultant": "(이름 없음)",
    "gone": "{id} (지금은 없는 글)",
    "card": "{item} · {country} 안내",
    "rest": "적은 것을 더함",
    "percent": "{share:.1%}",
    "published": "{year}년 콜센터",
    "ours": "이번 기간",
}

ERRORS = {
    "bad_month": "월은 2026-11처럼 적어 주세요.",
    "bad_quarter": "분기는 2026-4처럼 적어 주세요.",
    "bad_day": "날짜는 2026-11-22처럼 적어 주세요.",
    "too_long": "한 번에 3년까지 볼 수 있어요.",
    "future": "아직 오지 않은 기간이에요.",
    "no_table": "그런 표는 없어요.",
}

FIELD_NAMES = {
    "domestic": "국내 인증",
    "overseas": "해외 인증",
    "standard": "표준",
    "safety": "제품안전",
    "other": "그 밖의 문의",
    "rest": "적은 것을 더함",
}

OUTCOME_NAMES = {
    "answered": "사람 없이 답함",
    "asked_back": "되묻고 끝남",
    "out_of_scope": "다른 곳을 안내함",
    "handed_over": "상담사에게 넘김",
    "rest": "적은 것을 더함",
}

DEFINITIONS = (
    (
        "상담 한 건",
        "한 사람이 이어서 물어본 대화 하나예요. 한 시간 넘게 쉬었다가 다시 물으면 새 상담으로 세요. "
        "인사만 한 대화나 상담사에게 이어서 한 말은 세지 않아요.",
    ),
    (
        "해결",
        "원콜이 답했고, 별로라는 평가를 받지 않았고, 상담사에게 넘기지 않았고, 72시간 안에 다시 묻지 않은 상담이에요. "
        "72시간이 지난 상담만 세요.",
    ),
    (
        "72시간 안에 다시 물음",
        "같은 대화창이나 같은 메신저 사용자, 또는 같은 연락처를 남긴 사람이 72시간 안에 새 상담을 한 경우예요.",
    ),
    (
        "사람 없이 답함",
        "원콜이 답이나 조회 결과를 드렸고 상담사에게 넘기지 않은 상담이에요. 답이 아니라고 하신 상담은 뺐어요.",
    ),
    (
        "기한",
        "첫 답변은 상담 시간으로 8시간, 해결은 방문자에게 알린 기한이에요. 방문자의 답을 기다리는 동안은 시간이 "
        "멈춰요. 기한 전에 답변 없이 마무리한 문의와 아직 기한이 남은 문의는 세지 않아요. "
        "주는 문의가 들어온 날로 나눠요.",
    ),
    (
        "영업일 하루 평균",
        "상담 시간이 있는 날에 들어온 상담을 그런 날의 수로 나눴어요. 콜센터의 하루 288건(2014년)과 견주는 숫자예요.",
    ),
)
"""What the words of the page mean; shown on it, and a sheet of the Excel file."""

SOURCES = (
    "1381 인증표준 콜센터가 공표한 숫자예요. 2014년: 넉 달에 2만 5천 건, 하루 280~300건(여기서는 288건으로 견줘요). "
    "문을 연 지 두 번째 해(2015년쯤)에는 하루 320건이 왔고 그중 202건에 답했어요.",
    "분야와 업종의 비율은 2014년과 2016년에 공표된 전체 상담의 비율이에요. 공표하지 않은 곳은 –로 적었어요. "
    "2016년의 7%는 의료·화장품·식품을 합친 비율이라 합친 줄에만 적었어요.",
)

SHEETS = {
    "days": "상담 수와 결과",
    "fields": "분야",
    "sectors": "업종",
    "deadlines_week": "기한 지킴: 주",
    "deadlines_consultant": "기한 지킴: 상담사",
    "deadlines_sector": "기한 지킴: 업종",
    "hours": "시간대",
    "items": "많이 물은 품목",
    "countries": "많이 물은 나라",
    "articles": "답으로 쓴 글",
    "unused": "쓰이지 않은 글",
    "summary": "요약",
}

COLUMNS = {
    "measure": "항목",
    "value": "값",
    "bucket": "기간",
    "contacts": "상담",
    "business_days": "영업일",
    "average": "영업일 하루 평균",
    "answered": "사람 없이 답함",
    "asked_back": "되묻고 끝남",
    "out_of_scope": "다른 곳을 안내함",
    "handed_over": "상담사에게 넘김",
    "was_asked_back": "되물은 상담",
    "down": "별로라는 평가",
    "settled": "72시간 지난 상담",
    "again": "72시간 안에 다시 물음",
    "resolved": "해결",
    "field": "분야",
    "sector": "업종",
    "share": "비율",
    "published": "{year}년 콜센터",
    "week": "주",
    "consultant": "상담사",
    "tickets": "문의",
    "first_met": "첫 답변 지킴",
    "first_all": "첫 답변 기한이 지난 문의",
    "first_share": "첫 답변 지킨 비율",
    "solved_met": "해결 지킴",
    "solved_all": "해결 기한이 지난 문의",
    "solved_share": "해결 지킨 비율",
    "hour": "시",
    "item": "품목",
    "country": "나라",
    "article": "글",
    "id": "번호",
    "by_assistant": "원콜이 답한 상담",
    "by_person": "상담사가 답한 상담",
    "definition": "뜻",
}

SUMMARY = {
    "period": "기간",
    "contacts": "상담",
    "per_day": "하루 평균",
    "per_business_day": "영업일 하루 평균",
    "centre": "콜센터 하루 (2014년)",
    "answered": "사람 없이 답함",
    "was_asked_back": "되물은 상담",
    "handed_over": "상담사에게 넘김",
    "out_of_scope": "다른 곳을 안내함",
    "down": "별로라는 평가를 받은 상담",
    "settled": "72시간 지난 상담",
    "again": "72시간 안에 다시 물음",
    "resolved": "해결",
    "first": "첫 답변 기한을 지킨 비율",
    "solved": "해결 기한을 지킨 비율",
    "busiest": "가장 붐비는 시간",
}

CHARTS = {
    "contacts": "기간별 상담 수예요. 콜센터의 하루 288건(2014년)에 선을 그었어요. {facts}.",
    "outcomes": "상담이 어떻게 끝났는지 기간별로 쌓은 그림이에요. {facts}.",
    "fields": "분야별 비율을 2014년과 2016년 콜센터의 비율과 나란히 둔 그림이에요. {facts}.",
    "sectors": "업종별 비율을 2014년과 2016년 콜센터의 비율과 나란히 둔 그림이에요. {facts}.",
    "weeks": "주마다 기한을 지킨 비율이에요. {facts}.",
    "hours": "하루 24시간의 상담 수예요. {facts}.",
    "items": "많이 물은 품목이에요. {facts}.",
    "countries": "많이 물은 나라예요. {facts}.",
    "fact": "{label} {value}",
    "empty": "아직 숫자가 없어요",
    "first": "첫 답변",
    "solved": "해결",
    "short_month": "{year}.{month}",
    "short_day": "{month}/{day}",
}

DIGEST = {
    "title": "원콜 소식 {month}",
    "lead": "제품 인증·표준·제품안전을 묻는 원콜에 {month} 동안 들어온 상담을 모았어요.",
    "not_whole": "아직 끝나지 않은 달이에요. {day}까지의 숫자예요.",
    "contacts": "상담 {count:,}건",
    "contacts_few": "이 달에는 소식을 낼 만큼 상담이 많지 않았어요. 세 사람보다 적은 숫자는 적지 않아요.",
    "per_day": "영업일 하루 평균 {average:,.1f}건이에요. 1381 콜센터는 2014년에 하루 288건이었어요.",
    "more": "지난달({month})보다 {count:,}건 늘었어요.",
    "less": "지난달({month})보다 {count:,}건 줄었어요.",
    "same": "지난달({month})과 같아요.",
    "outcomes": "어떻게 끝났나요",
    "resolved": "답을 드린 뒤 72시간 안에 다시 묻지 않고 끝난 상담이 {share:.0%}예요.",
    "solved": "상담사에게 넘긴 문의 가운데 {share:.0%}를 약속한 기한 안에 해결했어요.",
    "fields": "어떤 분야를 물었나요",
    "sectors": "어떤 업종이 물었나요",
    "items": "많이 물은 품목",
    "countries": "많이 물은 나라",
    "articles": "많이 찾은 답",
    "busiest": "상담이 가장 많은 시간은 {hours}예요.",
    "line": "{count:,}건 · {share:.0%}",
    "count": "{count:,}건",
    "published": "2014년 콜센터 {first}, 2016년 콜센터 {second}",
    "fine": "세 사람보다 적은 숫자는 누구인지 짐작할 수 없게 적지 않거나 한데 더했어요. "
    "상담 한 건은 한 사람이 이어서 물어본 대화 하나예요. "
    "콜센터의 숫자는 1381 인증표준 콜센터가 2014년과 2016년에 공표한 것이에요.",
    "sender": "원콜 · 제품 인증·표준·제품안전 상담",
}
