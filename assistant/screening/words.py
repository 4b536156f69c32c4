"""The Korean words and the foreign ones by which dirty fields are read. Pure.

Each list is a kind of word, not a collection of single cases: what is not on one is taken as it is written.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.upper().split())


PLACEHOLDER_PARTS = (
    "공급자적합성확인 공급자적합성 자율안전확인 안전기준준수 비대상 미대상 대상아님 대상이아님 비해당 해당사항없음 "
    "해당없음 해당없슴 해당무 없음 없슴 미정 미입력 미기재 모름 상세페이지 상세설명 상세정보 상세내용 상품상세 상세 "
    "페이지 본문 설명 제품 상품 별도표기 별도 표기 표시 이미지 하단 참조 참고 확인 문의 판매자 확인중 준비중 진행중 "
    "신청중 심사중 면제 구매대행 병행수입 해외직구 해외 직구 인증번호 인증정보 안전인증 안전확인 인증 번호 대상 "
    "여부 품목 완료 필 KC마크 KC NA NONE NULL NAN NO NIL TBD UNKNOWN 또는 및 등 에 의 은 는 이 가 요 함 임 입니다 "
    "합니다 됩니다 X"
)
"""What a field consists of that says something in place of a number, or nothing."""

PARTS = (
    "보조배터리 배터리팩 배터리 밧데리 바테리 이차전지 리튬전지 건전지 축전지 전지 충전기 충전독 아답터 어댑터 "
    "아답타 어뎁터 직류전원장치 전원장치 전원공급장치 파워서플라이 리모컨 리모콘 모터 전원코드 전원선 전선 플러그 "
    "케이블 램프 전구 컨버터 안정기 BATTERY CHARGER ADAPTER ADAPTOR SMPS PSU REMOTE"
)
"""Labels that make a number the number of a part of the product; the longer ones first."""

PART_KINDS: dict[str, str] = {
    "battery": "배터리 밧데리 바테리 전지 셀 BATTERY CELL",
    "supply": (
        "충전기 충전 어댑터 아답터 아답타 어뎁터 전원장치 전원공급장치 파워서플라이 전원공급기 CHARGER ADAPTER ADAPTOR "
        "SMPS PSU SUPPLY"
    ),
    "remote": "리모컨 리모콘 REMOTE",
    "motor": "모터 전동기 MOTOR",
    "cord": "코드 전선 전원선 플러그 케이블 CORD CABLE PLUG",
    "lamp": "램프 전구 LED LAMP 조명",
    "ballast": "컨버터 안정기 BALLAST CONVERTER",
}
"""By kind of part: words of its label and of the product on its certificate."""

SUPPLIED_APART = "어댑터 아답터 아답타 어뎁터 전원장치 전원공급장치 파워서플라이 SMPS PSU ADAPTER ADAPTOR"
WIRELESS = "무선충전 맥세이프 WIRELESSCHARG"
"""Labels of what feeds a product, and the chargers that are fed by it and are none themselves."""

WHOLES = "본체 완제품 본품 제품 전체 MAIN"
"""Labels that say that the number is the product's own."""

COLOURS = _words(
    "블랙 화이트 레드 블루 그린 옐로우 옐로 핑크 그레이 네이비 베이지 브라운 실버 골드 퍼플 민트 아이보리 오렌지 "
    "카키 코랄 버건디 차콜 라벤더 머스타드 바이올렛 인디고 마젠타 로즈골드 스카이블루 라이트그레이 다크그레이 "
    "검정 검정색 흰색 하양 하얀색 빨강 빨간색 파랑 파란색 초록 초록색 노랑 노란색 분홍 분홍색 회색 보라 보라색 갈색 "
    "남색 연두 연두색 하늘색 주황 주황색 자주색 연핑크 진핑크 BLACK WHITE RED BLUE GREEN YELLOW PINK GRAY GREY NAVY "
    "BEIGE BROWN SILVER GOLD PURPLE MINT IVORY ORANGE KHAKI CORAL BURGUNDY CHARCOAL LAVENDER VIOLET"
)
COLOUR_CODES = "BK BLK WH WHT WT GY NV RD BL BR GN GR PK YL BE SV GD IV PP KH MT"
"""What stands for a colour at the end of a model, where a sign or a space parts it from the model."""
SIZES = "XS XL XXL XXXL 2XL 3XL FREE FREESIZE 프리 프리사이즈"
ONE_LETTER_SIZES = "S M L"

COUNTERS = (
    "피스 조각 색상 색 장 권 매입 매 단 종 개입 개월분 개 구 입 인용 인분 켤레 족 벌 병 봉 포 팩 캔 갑 롤 박스 세트 "
    "칸 층 쪽 자루 대 쌍 회분 회 호 년형 볼트 와트 헤드"
)
"""What is counted behind a number: "100피스" says how much of a thing there is, and not what it is."""
KIT_WORDS = _words("만들기 키트 만들기키트 만들기세트 DIY KIT")
"""What a thing to be made is sold as; the word before says what it is."""

OPTIONS = COLOURS | _words(
    "기본 기본형 고급 고급형 일반 일반형 표준 표준형 단품 단일 세트 혼합 랜덤 공용 신형 구형 신상 신제품 정품 국산 "
    "수입 모델 모델명 상품 제품 품번 기타 선택 옵션 사이즈 색상 컬러 프리 프리사이즈 소형 중형 대형 특대형 투명 "
    "FREE FREESIZE ONESIZE STANDARD STD NORMAL SET PACK MIX RANDOM MODEL MODELNO OPTION SIZE COLOR COLOUR DEFAULT "
    "SAMPLE TEST SMALL MEDIUM LARGE XS S M L XL XXL XXXL"
)
"""Colours, sizes and other options of one product: as a model they say nothing."""

UNITS = "MM CM M KG G ML L LITER MAH WH W V A HZ INCH EA PCS P PC 호 인용 개입 개 종 년형 매 단 구"
"""What makes a number an amount: 500ML names no model."""

GENERIC = OPTIONS | _words(
    "레인보우 무지개 희망 하트 스타 별 해피 러브 드림 베이직 프리미엄 미니 슬림 라이트 프로 플러스 맥스 에어 스마트 "
    "홈 키즈 베이비 RAINBOW HOPE HEART STAR HAPPY LOVE DREAM SMILE BASIC PREMIUM MINI SLIM LITE LIGHT PRO PLUS MAX "
    "AIR ULTRA CLASSIC DELUXE SPECIAL NEW BEST GOOD TYPE SERIES STYLE NO NUMBER ITEM PRODUCT GOODS VER VERSION GEN "
    "MARK SMART HOME KIDS BABY SS FW SEASON"
)
"""Words of the dictionary that many models are called by; a number behind them makes them no rarer."""

NO_MODEL = _words(
    "없음 해당없음 해당사항없음 상세페이지참조 상세페이지참고 상세참조 상세설명참조 상세정보참조 상품상세참조 "
    "상세페이지 별도표기 미정 모름 자체제작 자체모델 단일모델 단일상품 모델명없음 모델없음 NA NONE NULL NAN NOMODEL "
    "UNKNOWN TBD 상품상세설명참조 상세페이지에표시 상품페이지참조 상품상세페이지참조 페이지참조 상세내용참조 "
    "상세페이지확인"
)
"""What stands in a field for a model, a company or a product when there is nothing to say."""

NO_COMPANY = NO_MODEL | _words(
    "중국 한국 대한민국 국산 국내 수입 일본 미국 독일 베트남 대만 태국 인도 인도네시아 영국 프랑스 이탈리아 CHINA "
    "KOREA JAPAN USA GERMANY VIETNAM TAIWAN OEM ODM 중국OEM 자체브랜드 자사브랜드 노브랜드 브랜드없음 무명 기타 "
    "기타브랜드 해외 직수입 협력업체 협력사 판매자 제조사 제조원 수입사 수입원 수입자 브랜드 MADEINCHINA "
    "MADEINKOREA NOBRAND PRC ROK 판매자문의 자체제작 KR CN JP US"
)
"""What a field for a company says without naming one: a country, "OEM", "own brand"."""

LEGAL_FORMS = (
    r"\(\s*[주유합사재]\s*\)|㈜|주식\s?회사|유한\s?책임\s?회사|유한\s?회사|합자\s?회사|합명\s?회사|농업\s?회사\s?법인|사단\s?법인|재단\s?법인"
    r"|有限责任公司|股份有限公司|有限公司|株式会社|有限会社|股份公司"
)
"""Legal forms in Hangul and Hanzi, wherever they stand."""

LEGAL_WORDS = _words(
    "CO COMPANY LTD LIMITED INC INCORPORATED CORP CORPORATION GMBH LLC LLP PLC PTE PTY AG KG BV NV SPA SRL SARL SA "
    "OY KK SDN BHD COLTD"
)
"""Legal forms in Latin letters."""

ROLES = (
    r"(?:제조\s?(?:사|자|원|업체|업자|회사|국)?|수입\s?(?:사|자|원|업체|판매원|회사)?|판매\s?(?:사|자|원|업체)|공급\s?(?:사|자|원)"
    r"|브랜드\s?(?:명)?|상표|업체명|업소명|생산자|MAKER|MANUFACTURER|MFR|BRAND|IMPORTER|MADE\s?BY)\s?(?:/\s?(?:수입|판매)\s?(?:원|사|자))?\s?[:：]"
)
"""What stands before a company's name to say what it is."""

PLACES = _words(
    "코리아 한국 대한 인터내셔널 인터내셔날 글로벌 그룹 홀딩스 컴퍼니 KOREA CHINA JAPAN INTERNATIONAL GLOBAL GROUP "
    "HOLDINGS SHENZHEN GUANGDONG DONGGUAN GUANGZHOU NINGBO HANGZHOU SHANTOU YIWU ZHEJIANG XIAMEN SHANGHAI SUZHOU "
    "FOSHAN HONGKONG HONG KONG CITY THE AND OF"
)
"""Words of companies' names that may as well be left out."""

COMMON_IN_COMPANIES = PLACES | _words(
    "완구 토이 전자 전기 산업 무역 상사 테크 유통 통상 물산 공업 제조 TOY TOYS ELECTRONIC ELECTRONICS ELECTRIC "
    "ELECTRICAL INDUSTRY INDUSTRIAL INDUSTRIES TRADING TRADE TECH TECHNOLOGY TECHNOLOGIES IMPORT EXPORT PRODUCTS "
    "PRODUCT MANUFACTURING FACTORY"
)
"""Words that many companies have in their names: to share only these is to share nothing."""

FOR_WHOM = (
    "어린이 유아동 유아 아동 영유아 신생아 아기 성인 어른 노인 고령자 어르신 시니어 환자 장애인 남성 여성 남자 여자 "
    "남녀 학생 초등학생 초등 청소년 임산부 반려동물 애견 애완 강아지 고양이 가정 업소 영업 산업 공업 농업 건설 작업 "
    "업무 사무실 사무 학교 교육 학습 병원 의료 미용 실내 실외 옥외 야외 거실 주방 부엌 욕실 화장실 침실 침대 "
    "베란다 벽걸이 벽 천장 바닥 탁상 책상 차량 승용차 자동차 승차 화물 오토바이 자전거 유모차 킥보드 선박 항공 기내 "
    "휴대 여행 캠핑 등산 낚시 수영 물놀이 레저 스포츠 운동 헬스 골프 야구 축구 승마 놀이 선물 장식 인테리어 청소 세탁 "
    "조리 요리 식품 음료 음식 물 온수 냉수 난방 냉방 제과 제빵 촬영 방송 게임 음악 충전 보관 수납 포장 배송 이동 "
    "운반 환자이동 재활 다이어트 마사지 호흡 보호 방한 방수 안전 소방 투척 비상 일회 다회 다 다목적 양 대 소 "
    "노트북 컴퓨터 핸드폰 휴대폰 스마트폰 태블릿 카메라 모니터 가구 문 창문 수도 가스 전기 전동 상거래 전문가 초보자 "
    "일반 공 전 겸 혼 미 사 활 인 콘크리트 남여 커플 데일리 사계절 여름 겨울"
)
"""What stands before 용 in a word that says for whom or for what a thing is: people, places, uses. Not every word that
ends so is one: 크레용."""

NOT_A_WAY = _words("간식 이유식 건강식 한식 양식 중식 분식 음식 후식 유동식 주식 별식 도시락식")
"""Words in 식 that name a thing; the others say how one works (충전식, 접이식)."""

SAY_NOTHING = COLOURS | _words(
    "휴대용 휴대 미니 무선 유선 대형 소형 중형 특대 초소형 접이식 가정용 탁상 탁상용 업소용 캠핑 캠핑용 여행용 "
    "스마트 자동 수동 충전식 고속 급속 초고속 대용량 디지털 벽걸이 저소음 무소음 프리미엄 신형 최신 최신형 국산 "
    "국내 수입 정품 신상 특가 할인 행사 추천 인기 무료배송 당일발송 선물 선물용 어린이 유아 아동 아기 베이비 키즈 "
    "성인 남성 여성 남자 여자 남녀공용 공용 학생 초등학생 신생아 귀여운 예쁜 튼튼한 가벼운 친환경 무독성 항균 방수 "
    "투명 색상 컬러 랜덤 사이즈 기본 기본형 고급 고급형 일반 일반형 세트 단품 본품 묶음 박스 팩 개 입 종 매 단 구 "
    "인치 리터 와트 인용 개입 겸용 일체형 분리형 내장형 외장형 원목 스테인리스 알루미늄 플라스틱 실리콘 및 "
    "또는 등 외 기타 모델 타입 브랜드 상품 인증 인증제품 안전인증 국내인증 감성 심플 모던 북유럽 미국 일본 중국 "
    "한국 독일 NEW BEST THE AND OR FOR WITH OF IN SET MINI PRO MAX PLUS AIR LED USB BLACK WHITE SIZE COLOR KC DC AC "
    "TYPE C V W MM CM"
)
"""Words of a product's name that do not say what it is."""

CLASSES = _words(
    "완구 장난감 토이 용품 제품 상품 기구 기기 기계 장치 소품 잡화 가구 가전 가전제품 전자제품 생활용품 어린이제품 "
    "유아용품 유아동 유아동용품 아동용품 어린이용품 출산 육아 육아용품 전기용품 스포츠 스포츠용품 레저 레저용품 "
    "주방 주방용품 생활 생활가전 주방가전 계절가전 디지털 컴퓨터 패션 의류 문구 취미 반려동물 자동차 자동차용품 "
    "건강 뷰티 인테리어 패션잡화 TOY TOYS"
)
"""Words for whole classes of products: they agree with each other, and with nothing more exact."""

ACCESSORIES = _words(
    "케이스 거치대 커버 파우치 가방 케이블 필터 부품 스티커 필름 보호필름 보호대 리모컨 리모콘 받침대 받침 홀더 "
    "스트랩 걸이 덮개 뚜껑 방석 시트 매트 패드 바구니 컵홀더 수납함 정리함 보관함 트레이 선반 브라켓 마운트 클립 "
    "손잡이 바퀴 날개 헤드 노즐 호스 충전독 크래들 젠더 커넥터 소켓 스위치 키스킨 액세서리 악세사리 모형 미니어처 "
    "옷 책 도서 키링 햇빛가리개 차양막 안전망 레인커버 배터리 충전기 어댑터 헬멧 라이트 벨 자물쇠 펌프 장갑 CASE "
    "COVER POUCH STRAP HOLDER STAND CABLE FILTER BAG MAT PAD REMOTE"
)
"""What turns a name with a product in it into the name of something that goes with the product."""

INCLUDED = _words(
    "포함 미포함 불포함 별도 별도구매 별매 별도판매 증정 제외 사은품 동봉 추가 제공 드림 내장 내장형 장착 겸용 탑재"
)
"""What says that the word before it comes with the product, or does not."""
OUTRIGHT = _words("포함 미포함 불포함 별매 별도구매 별도판매 제외 동봉")
"""Of those, what can be said of nothing but what comes with the product."""
