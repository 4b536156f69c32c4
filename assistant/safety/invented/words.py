"""The words of made-up data: kinds of products, states, places, and syllables of which companies are put together."""

from dataclasses import dataclass

_HOME_LAW = "전기용품 및 생활용품 안전관리법 대상>"
_CHILD_LAW = "어린이제품 특별법 대상>"
ELECTRIC_CERTIFIED = _HOME_LAW + "안전인증대상 전기용품"
ELECTRIC_CONFIRMED = _HOME_LAW + "안전확인대상 전기용품"
HOUSEHOLD_CERTIFIED = _HOME_LAW + "안전인증대상 생활용품"
CHILD_CONFIRMED = _CHILD_LAW + "안전확인 대상"
CHILD_CERTIFIED = _CHILD_LAW + "안전인증 대상"
SELF_CONFIRMED = "품질경영 및 공산품안전관리법 대상>자율안전확인 대상"


@dataclass(frozen=True, slots=True)
class Kind:
    ","

    """A kind of products. `share` of ten thousand certificates; `english` for foreign recalls; `sizes` may be empty."""

    division: str
    category: str
    share: int
    names: tuple[str, ...]
    english: tuple[str, ...]
    sizes: tuple[str, ...] = ()


def _kind(division: str, category: str, share: int, names: str, english: str, sizes: str = "") -> Kind:
    return Kind(division, category, share, _listed(names), _listed(english), _listed(sizes) if sizes else ())


def _listed(text: str) -> tuple[str, ...]:
    return tuple(one.strip() for one in text.split(","))


KINDS = (
    _kind(
        ELECTRIC_CERTIFIED,
        "전선 및 전원코드",
        700,
        "전선, 비닐절연전선, 전원코드세트, 연장코드, 멀티탭, 케이블릴",
        "Extension cord, Power strip",
        "1.5m,3m,5m,2구,4구,6구",
    ),
    _kind(
        ELECTRIC_CERTIFIED,
        "전기용 스위치",
        250,
        "벽스위치, 누름버튼스위치, 전자식스위치, 조광스위치",
        "Wall switch, Dimmer",
    ),
    _kind(
        ELECTRIC_CERTIFIED,
        "절연변압기·직류전원장치",
        1000,
        "직류전원장치, 어댑터, 휴대폰충전기, 노트북 어댑터, USB 고속충전기",
        "USB charger, Power adapter",
        "5V,9V,12V,19V,24V",
    ),
    _kind(
        ELECTRIC_CERTIFIED,
        "전기기기",
        1150,
        "전기밥솥, 전기주전자, 전기매트, 전기장판, 전기온수매트, "
        "전기오븐, 전기프라이팬, 헤어드라이어, 전기다리미, 전기온풍기, 전기스토브",
        "Hair dryer, Electric kettle, Space heater, Electric blanket, Toaster oven",
        "1인용,2인용,6인용,10인용,1200W,1800W",
    ),
    _kind(
        ELECTRIC_CERTIFIED,
        "조명기기",
        800,
        "LED등기구, 안정기내장형램프, 직관형 LED램프, LED 투광등기구, 매입형 LED등기구, 스탠드",
        "LED lamp, String lights, Night light",
        "8W,12W,20W,36W,50W,100W",
    ),
    _kind(
        ELECTRIC_CONFIRMED,
        "전기기기",
        700,
        "선풍기, 공기청정기, 가습기, 제습기, 진공청소기, 로봇청소기, 믹서기, 커피메이커, 전기면도기, 서큘레이터",
        "Humidifier, Air purifier, Blender, Robot vacuum, Fan",
        "소형,대형,3L,5L,10L",
    ),
    _kind(
        ELECTRIC_CONFIRMED,
        "리튬이차전지",
        550,
        "리튬이차전지, 보조배터리, 리튬이온배터리팩, 전동킥보드용 배터리",
        "Power bank, Lithium-ion battery pack",
        "5000mAh,10000mAh,20000mAh",
    ),
    _kind(
        ELECTRIC_CONFIRMED,
        "정보·통신·사무기기",
        650,
        "모니터, 노트북컴퓨터, 프린터, 공유기, 복사기, 무선이어폰, 블루투스 스피커",
        "Monitor, Laptop computer, Bluetooth speaker",
        "13인치,24인치,27인치",
    ),
    _kind(
        HOUSEHOLD_CERTIFIED,
        "가스라이터·물놀이기구",
        150,
        "가스라이터, 성인용 물놀이기구, 비비탄총",
        "Gas lighter, BB gun",
    ),
    _kind(
        HOUSEHOLD_CERTIFIED,
        "승차용 안전모·자동차용 재생타이어",
        150,
        "승차용 안전모, 이륜자동차용 안전모, 재생타이어",
        "Motorcycle helmet",
    ),
    _kind(
        CHILD_CONFIRMED,
        "완구",
        1850,
        "완구, 봉제완구, 봉제인형, 작동완구, 블록완구, 소꿉놀이, "
        "자석블록, 슬라임, 무선조종 자동차, 역할놀이 완구, 퍼즐, 물총, 비눗방울",
        "Plush toy, Building blocks, Magnetic toy set, Water gun, Toy car, Slime kit",
        "3세이상,24개월 이상,대형,100피스",
    ),
    _kind(
        CHILD_CONFIRMED,
        "아동용 섬유제품",
        700,
        "유아복, 아동용 내의, 유아용 양말, 아동용 운동화, 유아용 턱받이, 아동복",
        "Children's pajamas, Infant bodysuit, Baby bib",
        "80호,90호,100호,110호",
    ),
    _kind(
        CHILD_CONFIRMED,
        "학용품",
        350,
        "어린이용 크레용, 색연필, 지우개, 물감, 필통, 클레이, 풀",
        "Crayons, Modeling clay",
        "12색,24색,36색",
    ),
    _kind(
        CHILD_CONFIRMED,
        "유아용품",
        400,
        "유모차, 보행기, 유아용 의자, 유아용 침대, 아기띠, 유아용 변기, 어린이용 바닥매트",
        "Stroller, Baby walker, High chair, Crib",
    ),
    _kind(
        CHILD_CERTIFIED,
        "어린이용 보호장치",
        200,
        "자동차용 어린이 보호장치, 어린이용 카시트, 어린이 놀이기구, 어린이용 비비탄총, 어린이용 물놀이기구",
        "Child car seat, Inflatable pool float, Trampoline",
    ),
    _kind(
        SELF_CONFIRMED,
        "생활용품",
        400,
        "전동킥보드, 전동보드, 스케이트보드, 등산용로프, 헬스기구, "
        "물안경, 롤러스포츠 보호장구, 어린이 자전거, 인라인스케이트, 간이 빨래걸이",
        "Electric scooter, Skateboard, Dumbbell set, Kids bicycle, Ladder",
        "성인용,L,M,S",
    ),
)
"""What is certified, with shares in the proportion of 10,000."""

MODIFIERS = _listed("휴대용,접이식,충전식,무선,미니,가정용,고급형,다용도,스마트,저소음,캠핑용,사무용")
COLOURS = _listed("블랙,화이트,핑크,민트,그레이,네이비")
SHORT_NAMES = _listed("hope,레인보우,A1,FREE,별님이,X2,PRO,기본형,토끼,MINI,S,푸름")
"""Models that say too little to be matched by."""

ORGANS = _listed("한빛시험연구원(가상),누리제품인증원(가상),새길안전시험소(가상),온빛인증센터(가상)")
COUNTRIES = _listed("중국,중국,중국,중국,베트남,대만,일본,독일,미국,인도네시아")
CITIES = _listed("Shenzhen,Ningbo,Dongguan,Guangzhou,Yiwu,Shantou,Xiamen,Zhongshan")
LINES = (
    ("전자", "ELECTRONICS"),
    ("산업", "INDUSTRY"),
    ("토이", "TOY"),
    ("조명", "LIGHTING"),
    ("테크", "TECH"),
    ("무역", "TRADING"),
    ("생활", "LIVING"),
    ("베이비", "BABY"),
    ("전기", "ELECTRIC"),
    ("상사", "CORPORATION"),
)
HEADS = (
    ("누", "NU"),
    ("가", "GA"),
    ("도", "DO"),
    ("라", "RA"),
    ("모", "MO"),
    ("바", "BA"),
    ("비", "BI"),
    ("새", "SAE"),
)
MIDDLES = (("뤼", "RWI"), ("델", "DEL"), ("쏘", "SSO"), ("빌", "BIL"), ("토", "TO"), ("펜", "PEN"), ("즈", "ZU"))
THIRDS = (
    ("나", "NA"),
    ("벨", "BEL"),
    ("코", "KO"),
    ("람", "RAM"),
    ("티", "TI"),
    ("보", "BO"),
    ("엘", "EL"),
    ("쿠", "KU"),
)
ENDS = (
    ("누", "NU"),
    ("에", "E"),
    ("릭", "RIK"),
    ("온", "ON"),
    ("미", "MI"),
    ("샤", "SHA"),
    ("톤", "TON"),
    ("비", "BI"),
)
"""Four syllables that make no Korean word: a company that is really called so would be a surprise."""

DOCUMENTED_STATES = _listed(
    "적합,안전인증취소,개선명령,안전인증표시 사용금지 2개월,안전인증표시 사용금지 4개월,안전확인신고 효력상실,"
    "안전확인신고표시 사용금지 2개월,반납,청문실시,기간만료"
)
OTHER_STATES = ("취소", "변경", "정지", "인증만료", "안전확인신고 효력상실 처분", "-", "nan", "", "재심사중")
"""Seen, but not documented, and one that nobody has seen yet."""

HARMS = _listed(
    "감전 위험이 있음,과열로 화재가 발생할 수 있음,"
    "작은 부품을 삼켜 질식할 수 있음,프탈레이트계 가소제 기준치 초과,"
    "납 함유량 기준치 초과,자석을 삼키면 장이 막힐 수 있음,넘어져 다칠 수 있음,배터리가 터질 수 있음"
)
VIOLATIONS = _listed(
    "Risk of fire,Choking hazard from small parts,Risk of electric shock,Excess lead in surface coating,"
    "Magnet ingestion hazard,Fall hazard,Battery may overheat"
)
ADVICE = _listed("사용을 멈추고 판매처에 교환·환불을 요청,수거 및 환급,무상 수리,수거·파기,부품 무상 교체")
FOREIGN_ADVICE = _listed("Stop using it and contact the seller for a refund,Return for replacement,Dispose of it")
RECALL_TYPES = _listed("리콜명령,리콜권고,자발적리콜")
FOREIGN_ORGANS = (
    ("미국", "CPSC"),
    ("독일", "Safety Gate"),
    ("프랑스", "Safety Gate"),
    ("캐나다", "Health Canada"),
    ("호주", "ACCC"),
    ("일본", "METI"),
    ("영국", "OPSS"),
)
