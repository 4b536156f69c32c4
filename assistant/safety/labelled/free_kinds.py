"""Titles of listings that need no number, that need one although they name none, or of which nobody can say."""

WITHOUT_DUTY = (
    ("남성 반팔 티셔츠 성인용", "패션의류 > 티셔츠"),
    ("여성 와이드 바지", "패션의류 > 바지"),
    ("여성 린넨 원피스", "패션의류 > 원피스"),
    ("거실 러그 카펫", "홈데코 > 러그"),
    ("4인용 원터치 텐트", "캠핑 > 텐트"),
    ("가정용 알루미늄 사다리 3단", "공구 > 사다리"),
    ("암막 롤스크린 블라인드", "홈데코 > 블라인드"),
    ("인조 속눈썹 세트", "뷰티 > 속눈썹"),
    ("캠핑 에탄올 화로", "캠핑 > 화로"),
    ("유아 그림책 전집", "도서 > 그림책"),
    ("3단 자동 우산", "잡화 > 우산"),
    ("편광 선글라스", "잡화 > 선글라스"),
    ("김서림 방지 물안경", "수영 > 물안경"),
    ("어린이 킥보드 접이식", "완구 > 킥보드"),
    ("인라인 롤러스케이트", "레저 > 인라인"),
    ("실버 귀걸이 세트", "주얼리 > 귀걸이"),
    ("원목 서랍장 5단", "가구 > 서랍장"),
    ("소가죽 반지갑 지갑", "잡화 > 지갑"),
)
"""Supplier's conformity, the safety standard alone, or none of these laws, whoever uses it (kb/items)."""

OTHER_LAWS = (
    ("매운맛 컵라면 6개입", "식품 > 라면"),
    ("수제 쿠키 과자 선물세트", "식품 > 과자"),
    ("촉촉한 립스틱 코랄", "뷰티 > 립스틱"),
    ("탈모 샴푸 500ml", "뷰티 > 샴푸"),
)
"""Food and cosmetics: their makers have duties, and no product of theirs has a certificate of any register."""

AGE_SAID = (
    ("남성 정장 양말 5켤레 성인용", "패션잡화 > 남성양말"),
    ("초등 아동용 양말 3켤레", "아동패션 > 양말"),
    ("초등 아동 이불 세트", "아동 > 침구"),
    ("성인용 극세사 이불", "홈데코 > 이불"),
    ("어린이 우산 투명", "아동 > 우산"),
    ("초등 아동용 선글라스", "아동 > 선글라스"),
)
"""No number, since the age is said."""

BABY = (
    ("신생아 아기양말 5켤레", "출산유아동 > 양말"),
    ("신생아 배냇저고리 세트", "출산유아동 > 유아복"),
    ("36개월 미만 아기이불", "출산유아동 > 이불"),
    ("신생아 우주복", "출산유아동 > 유아복"),
)
"""For children under three years: a number is needed."""

AGE_OPEN = (
    ("면 양말 5켤레 세트", "패션잡화 > 양말"),
    ("극세사 차렵이불", "홈데코 > 침구"),
    ("캔버스 에코백 가방", "잡화 > 가방"),
    ("메쉬 운동화", "잡화 > 신발"),
    ("라텍스 매트리스 토퍼", "가구 > 매트리스"),
    ("접이식 의자", "가구 > 의자"),
    ("포터블 모니터 15.6인치", "디지털 > 모니터"),
)
"""The duty depends on the age or the power supply, of which nothing is said."""

NOBODY_KNOWS = (
    ("원통형 화분 받침", "홈데코 > 화분"),
    ("호두까기 집게", "생활 > 기타"),
    ("구둣주걱 롱타입", "생활 > 기타"),
    ("반려견 리드줄", "반려동물 > 산책"),
    ("낚시 미끼통", "레저 > 낚시"),
    ("자개 명함첩", "생활 > 기타"),
)
"""Products that the knowledge base does not know."""

HEATED_CLOTHES = (
    ("USB 발열 바지 성인용", "패션의류 > 바지"),
    ("충전식 발열 티셔츠 성인용", "패션의류 > 티셔츠"),
)
"""No number for the whole; the battery has one."""
