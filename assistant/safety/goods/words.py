"""The Korean words by which a product's name says what it is, what it is not, and for whom it is."""

import re

from assistant.screening.thing_words import BEHIND, BEHIND_END
from assistant.screening.words import COLOURS, COUNTERS, KIT_WORDS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


VAGUE = _words(
    "본드 슬링 워커 블록 블럭 볼트 너트 나사 렌즈 파스 인주 용제 히터 수전 밸브 륨 장판 마루 앱 사스 pm 솥 웍 "
    "벨트 전구 방등 텐스 ems 이엠에스 tens 토퍼 렌지 네일 그네 시소 드릴 로청 타일 소스 김 팩 보드 스키 크림 "
    "토너 앰플 스킨 문구 앵글 찬넬 튜브 수경 토이 트럭 로프 체인 와이어 케이블 코드선 초 프레스 크레인 리프트 "
    "믹서 주서 왁스 스탠드 프로그램 솔루션 모래 자갈 골재 경화제 혼합물 제거제 비타민 블라인드 에나멜 수액 "
    "도기 장갑 작업화 첨가제 시약 에이드 광택 인쇄 요람 포크 물감 테이블 창문 창틀 인라인 캐리어 press crane "
    "wheel fan iron cot car block brick ink ski cleaner cable lift window toy toys bag scale rope bolt heater "
    "food paint tablet mouse motorcycle coating fragrance shoes chair 파일캐비닛 매트커버 침대커버 베개 담요 "
    "옷 옷장 무선주전자 안전모 작업모 의료용 어린이용품 컵 세트 토 리모컨 도료 코드 배터리 렌치 시트지 합지 "
    "앨범 점퍼루 트리"
)
"""Names of items that mean too many other things in a mall to count."""

ATTRIBUTES = frozenset(word.lower() for word in COLOURS | BEHIND)
"""What may stand behind the name of a product without making it another product."""

COUNTED = frozenset((*COUNTERS.split(), "세", "살"))
"""What may stand behind the name of a product where a number stands before it: 24색, 100피스."""

ATTRIBUTE_END = re.compile(rf"(?:{BEHIND_END}|호)$")

ACCESSORIES = _words(
    "케이스 거치대 커버 파우치 가방 케이블 필터 부품 교체용 교체 소모품 스티커 필름 보호필름 보호대 리모컨 "
    "받침대 받침 홀더 스트랩 줄 걸이 끈 덮개 뚜껑 방석 시트 매트 패드 바구니 컵홀더 컵 수납함 수납 정리함 "
    "보관함 트레이 선반 브라켓 브래킷 마운트 클립 집게 나사 볼트 너트 손잡이 바퀴 날개 날 칼날 헤드 브러시 솔 "
    "노즐 호스 모터 배터리팩 충전독 크래들 젠더 커넥터 어댑터잭 소켓 스위치 퓨즈 기판 액정 터치펜 키스킨 보호 "
    "보호캡 캡 마개 패킹 고무 스프링 벨트 체인 튜브 세정제 세척제 클리너 청소솔 액세서리 악세사리 악세서리 "
    "용품 소품 장식 옷 의상 신발 모자 양말 책 도서 만들기 키트 도안 설명서 렌탈 대여 수리 호환 전용 대체 "
    "리필필터 키링 열쇠고리 인형옷 모기장 방충망 햇빛가리개 차양막 가림막 보호커버 안전망 레인커버 풋머프 "
    "걸이대 스탠드거치대 case cover pouch strap holder stand cable film filter sticker bracket mount clip "
    "adapterplug gender parts part accessory accessories bag mat pad sheet remote battery"
)
"""What makes a name with a product in it the name of something that goes with the product."""

NOT_ITSELF = _words(
    "모형 미니어처 미니어쳐 피규어 소꿉놀이 소꿉 역할놀이 모양 무늬 패턴 부품 부속 부속품 수리 호환 고장 폐 "
    "중고부품 스티커 포스터 도서 만들기 도안 렌탈 인테리어소품 냄새 케익 케이크 쿠션커버 보호필름 보호커버"
)
"""What makes a name with a product in it, wherever it stands, the name of something else."""

KIT = frozenset(word.lower() for word in KIT_WORDS)
"""What may stand behind the name of a toy without making it another thing: it is to be put together."""

OTHER_NAMES = {
    "senior-walker": ("보행보조차", "보행차", "노인용 보행보조차"),
}
"""By item: names that certificates and malls have for it beside those of the knowledge base."""

INCLUDED = _words(
    "포함 미포함 불포함 별도 별도구매 별매 별도판매 증정 제외 사은품 동봉 옵션 추가 추가증정 무료증정 드림 제공"
)
"""What says that the word before it comes with the product, or does not."""

BEFORE = _words(
    "미니 휴대용 무선 유선 대형 소형 중형 초소형 접이식 가정용 탁상 탁상용 사무용 업소용 캠핑 캠핑용 여행용 "
    "스마트 자동 충전식 고속 급속 초고속 대용량 디지털 벽걸이 스탠드 저소음 프리미엄 신형 국산 어린이 어린이용 "
    "유아 유아용 아동 아동용 아기 아기용 베이비 키즈 성인 성인용 남성 여성 남성용 여성용 학생용 귀여운 곰돌이 "
    "토끼 강아지 고양이 공룡 동물 캐릭터 멀티 접지 개별 초음파 복합식 가열식 무소음 인버터 이동식 업소 원목 "
    "차량용 휴대 에어 헤어 전기 전동"
)
"""What may stand right before a product's name in the same word, without making it another product."""

UNDER_36M = _words("under_36m 신생아 영아 돌아기 영유아")
CHILD = _words("36m_to_13y 어린이 어린이용 아동 아동용 초등 초등학생 초등생 키즈 주니어 초등용 초등학생용 kids junior")
CHILD_OF_ANY_AGE = _words("유아 유아용 아기 아기용 베이비 baby 유아동 유아동용 어린이집 유치원 유치원생 아가")
"""Mall people say 유아 of a child of one year, and of six."""
ADULT = _words(
    "over_13 성인 성인용 어른 어른용 남성 여성 남성용 여성용 남자 여자 신사 숙녀 맨즈 우먼즈 일반용 시니어 직장인 "
    "청소년 청소년용"
)

MAINS = _words("220v 콘센트 교류 콘센트형 ac220v 플러그형 110v")
LOW_VOLTAGE = _words(
    "usb 충전식 건전지 건전지형 충전형 무선 휴대용 차량용 자동차용 시거잭 캠핑용 배터리 배터리형 태양광 5v 12v "
    "24v c타입 포터블 코드리스 무전원 dc"
)
"""Words beside which it is not sure that a product is plugged into the mains."""
OUTPUT = _words("5v 12v 24v dc usb c타입")
"""Of those, what a charger or an adapter gives."""

OTHER_POWER = _words("가스 석유 등유 나무 장작 화목 수동 무전원 에탄올 부탄 경유 디젤 휘발유 오일 기름 펠릿 연탄")
"""Words beside which an electrical product may be none."""

NOT_WITH = {
    "bicycle": _words("실내 헬스 스피닝 고정 밸런스 운동용 운동 바이크머신"),
    "lighter": _words("전기 플라즈마 usb 충전식 아크 점화기 전자 시가잭"),
    "usb-charger": _words("배터리 건전지 축전지 전지 태양광 자동차 전기차 오토바이 카메라 리튬 납산"),
    "adapter": _words(
        "플러그 젠더 변환 변환용 오디오 블루투스 무선 렌즈 hdmi usb lan vga dp 랜 인치 소켓 여행용 마운트"
    ),
    "helmet": _words("야구 작업 공사 산업용 럭비 검도 인테리어"),
    "hand-warmer": _words("충전식 usb 전기 보조배터리 오일 라이터"),
    "electric-iron": _words("고데기 인두 납땜"),
    "fitness-equipment": _words("가정 밴드 휴대용 덤벨 아령 미니"),
    "stroller": _words("반려동물 강아지 애견 고양이 개모차 펫 애완견 인형"),
    "car-seat": _words("반려동물 강아지 애견 고양이 펫 애완견 인형"),
    "baby-carrier": _words("반려동물 강아지 애견 고양이 펫 인형"),
    "baby-walker": _words("반려동물 강아지 노인 어르신 실버 성인 재활 환자 인형"),
    "baby-crib": _words("반려동물 강아지 애견 고양이 펫 인형"),
    "power-strip": _words("저항 신호 오디오 hdmi usb랜 랜 통신 노브"),
    "pressure-cooker": _words("전기 전기식 캠핑 업소용 대형"),
    "tire": _words("자전거 유모차 킥보드 스쿠터 오토바이 휠체어 카트 손수레 rc 지게차 농기계 재생 중고 트랙터"),
    "life-vest": _words("반려동물 강아지 애견 고양이 펫 어업용 작업용 선박용"),
    "flooring": _words("반려동물 강아지 애견 욕실 차량 차량용"),
    "refrigerator": _words("아이스박스 쿨러 업소용 산업용 냉온 냉온장고"),
    "air-conditioner": _words("자동차 냉매 청소 설치 실외기"),
    "electric-blanket": _words("온수 카본"),
}
"""By item: words beside which its names mean something else."""

CONDITIONAL = re.compile(
    r"따로|함께|안에 든|들어 있으면|에 들면|배터리는|충전지가|라면|먼저 확인|확인이 필요|비고"
    r"|일 수 있|이상|내장된|제외돼요|어린이가 쓰는"
)
"""Notes of a scheme in the knowledge base that make it depend on more than the properties say."""
