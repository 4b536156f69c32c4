"""The Korean words and the foreign ones by which dirty fields are read. Pure.

Each list is a kind of word, not a collection of single cases: what is not on one is taken as it is written.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.upper().split())


PLACEHOLDER_PARTS = (
    "공급자적합성확인 공급자적합성 자율안전확인 안전기준준수 비대상 미대상 대상아님 대상이아님 비해당 해당사항없음 해당없음 "
    "해당없슴 해당무 없음 없슴 미정 미입력 미기재 모름 상세페이지 상세설명 상세정보 상세내용 상품상세 상세 페이지 본문 설명 "
    "제품 상품 별도표기 별도 표기 표시 이미지 하단 참조 참고 확인 문의 판매자 확인중 준비중 진행중 신청중 심사중 면제 "
    "구매대행 병행수입 해외직구 해외 직구 인증번호 인증정보 안전인증 안전확인 인증 번호 대상 여부 품목 완료 필 "
    "KC마크 KC NA NONE NULL NAN NO NIL TBD UNKNOWN 또는 및 등 에 의 은 는 이 가 요 함 임 입니다 합니다 됩니다 X"
)
"""What a field consists of that says something in place of a number, or nothing."""

PARTS = (
    "보조배터리 배터리팩 배터리 밧데리 바테리 이차전지 리튬전지 건전지 축전지 전지 충전기 충전독 아답터 어댑터 아답타 "
    "어뎁터 직류전원장치 전원장치 전원공급장치 파워서플라이 리모컨 리모콘 모터 전원코드 전원선 전선 플러그 케이블 램프 전구 "
    "컨버터 안정기 BATTERY CHARGER ADAPTER ADAPTOR SMPS PSU REMOTE"
)
"""Labels that make a number the number of a part of the product; the longer ones first."""

PART_KINDS: dict[str, str] = {
    "battery": "배터리 밧데리 바테리 전지 셀 BATTERY CELL",
    "supply": (
        "충전 어댑터 아답터 아답타 어뎁터 전원장치 전원공급장치 파워서플라이 전원공급기 CHARGER ADAPTER ADAPTOR SMPS PSU SUPPLY"
    ),
    "remote": "리모컨 리모콘 REMOTE",
    "motor": "모터 전동기 MOTOR",
    "cord": "코드 전선 전원선 플러그 케이블 CORD CABLE PLUG",
    "lamp": "램프 전구 LED LAMP 조명",
    "ballast": "컨버터 안정기 BALLAST CONVERTER",
}
"""By kind of part: words of its label and of the product on its certificate."""

WHOLES = "본체 완제품 본품 제품 전체 MAIN"
"""Labels that say that the number is the product's own."""

GENERIC = _words(
    "레인보우 무지개 희망 하트 스타 별 해피 러브 드림 베이직 기본 기본형 프리미엄 고급 고급형 일반 일반형 표준 표준형 단품 "
    "단일 세트 혼합 랜덤 공용 자체제작 제작 신형 구형 신상 신제품 정품 국산 수입 모델 모델명 상품 제품 품번 기타 선택 옵션 "
    "사이즈 색상 컬러 프리 미니 슬림 라이트 프로 플러스 맥스 에어 소형 중형 대형 특대형 호 인용 개입 종 년형 "
    "블랙 화이트 레드 블루 그린 옐로우 옐로 핑크 그레이 네이비 베이지 브라운 실버 골드 퍼플 민트 아이보리 오렌지 카키 "
    "검정 검정색 흰색 하양 빨강 빨간색 파랑 파란색 초록 노랑 분홍 회색 보라 투명 "
    "RAINBOW HOPE HEART STAR HAPPY LOVE DREAM SMILE BASIC PREMIUM FREE MINI SLIM LITE LIGHT PRO PLUS MAX AIR ULTRA "
    "STANDARD STD NORMAL CLASSIC DELUXE SPECIAL NEW BEST GOOD SET PACK MIX RANDOM MODEL MODELNO TYPE SERIES STYLE NO "
    "NUMBER ITEM PRODUCT GOODS OPTION SIZE COLOR COLOUR VER VERSION GEN MARK SAMPLE TEST DEFAULT SMART HOME KIDS BABY "
    "SMALL MEDIUM LARGE XS S M L XL XXL XXXL SS FW FREESIZE ONESIZE "
    "BLACK WHITE RED BLUE GREEN YELLOW PINK GRAY GREY NAVY BEIGE BROWN SILVER GOLD PURPLE MINT IVORY ORANGE KHAKI "
    "MM CM KG G ML LITER MAH WH W V A HZ INCH EA PCS P"
)
"""Words of the dictionary, colours, sizes and units: a model that is only one of them (and digits) names no model."""

NO_MODEL = _words(
    "없음 해당없음 해당사항없음 상세페이지참조 상세페이지참고 상세참조 상세설명참조 상세정보참조 상품상세참조 상세페이지 "
    "별도표기 미정 모름 자체제작 자체모델 단일모델 단일상품 모델명없음 모델없음 NA NONE NULL NAN NOMODEL UNKNOWN TBD "
    "상품상세설명참조 상세페이지에표시 상품페이지참조 상품상세페이지참조 페이지참조 상세내용참조 상세페이지확인"
)
"""What stands in a field for a model, a company or a product when there is nothing to say."""

NO_COMPANY = NO_MODEL | _words(
    "중국 한국 대한민국 국산 국내 수입 일본 미국 독일 베트남 대만 태국 인도 인도네시아 영국 프랑스 이탈리아 CHINA KOREA "
    "JAPAN USA GERMANY VIETNAM TAIWAN OEM ODM 중국OEM 자체브랜드 자사브랜드 노브랜드 브랜드없음 무명 기타 기타브랜드 "
    "해외 직수입 협력업체 협력사 판매자 제조사 제조원 수입사 수입원 수입자 브랜드 MADEINCHINA MADEINKOREA NOBRAND PRC ROK "
    "판매자문의 자체제작 KR CN JP US"
)
"""What a field for a company says without naming one: a country, "OEM", "own brand"."""

LEGAL_FORMS = (
    r"\(\s*[주유합사재]\s*\)|㈜|주식\s?회사|유한\s?책임\s?회사|유한\s?회사|합자\s?회사|합명\s?회사|농업\s?회사\s?법인|사단\s?법인|재단\s?법인"
    r"|有限责任公司|股份有限公司|有限公司|株式会社|有限会社|股份公司"
)
"""Legal forms in Hangul and Hanzi, wherever they stand."""

LEGAL_FORMS_LATIN = r"\b(?:CO|COMPANY|LTD|LIMITED|INC|INCORPORATED|CORP|CORPORATION|GMBH|LLC|LLP|PLC|PTE|PTY|AG|KG|BV|NV|SPA|SRL|SARL|SA|OY|AB|KK|SDN|BHD)\b\.?"
"""Legal forms in Latin letters, as words of their own."""

ROLES = (
    r"(?:제조\s?(?:사|자|원|업체|업자|회사|국)?|수입\s?(?:사|자|원|업체|판매원|회사)?|판매\s?(?:사|자|원|업체)|공급\s?(?:사|자|원)"
    r"|브랜드\s?(?:명)?|상표|업체명|업소명|생산자|MAKER|MANUFACTURER|MFR|BRAND|IMPORTER|MADE\s?BY)\s?(?:/\s?(?:수입|판매)\s?(?:원|사|자))?\s?[:：]"
)
"""What stands before a company's name to say what it is."""

COMMON_IN_COMPANIES = _words(
    "완구 토이 전자 전기 산업 무역 상사 코리아 한국 대한 인터내셔널 인터내셔날 테크 글로벌 유통 통상 물산 공업 제조 컴퍼니 "
    "TOY TOYS ELECTRONIC ELECTRONICS ELECTRIC ELECTRICAL INDUSTRY INDUSTRIAL INDUSTRIES TRADING TRADE KOREA CHINA JAPAN "
    "INTERNATIONAL TECH TECHNOLOGY TECHNOLOGIES GLOBAL GROUP HOLDINGS IMPORT EXPORT PRODUCTS PRODUCT MANUFACTURING "
    "FACTORY SHENZHEN GUANGDONG DONGGUAN GUANGZHOU NINGBO HANGZHOU SHANTOU YIWU ZHEJIANG XIAMEN SHANGHAI SUZHOU "
    "FOSHAN HONGKONG HONG KONG CITY THE AND OF"
)
"""Words that many companies have in their names: to share only these is to share nothing."""
