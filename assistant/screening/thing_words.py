"""The words by which it is told whether two names are of one thing: its parts, its kinds, and what says neither. Pure.

Each list is a kind of word; what is on none of them leaves it open whether the thing is the same.
"""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.upper().split())


BEHIND = _words(
    "선물세트 기획세트 구성세트 종합세트 혼합세트 선물용세트 전집 낱권 단행본 패키지 묶음상품 벌크 대포장 소포장 "
    "이하 미만 이상 부터 까지 블랙 화이트 검정 흰색 그레이 회색 네이비 핑크 레드 블루 그린 옐로우 베이지 브라운 "
    "실버 골드 퍼플 민트 아이보리 카키 크림색 투명 혼합색상 색상 컬러 랜덤 소형 중형 대형 특대형 초소형 초대형 "
    "미니 대용량 고용량 소용량 초경량 경량 슬림 초슬림 고속 급속 초고속 고속충전 급속충전 무선충전 동시충전 충전 "
    "저소음 무소음 저전력 고출력 고성능 다기능 신형 구형 신상 신제품 정품 국산 국내산 수입 국내생산 직수입 "
    "병행수입 고급 프리미엄 프로 플러스 맥스 울트라 에디션 한정판 기본 기본형 고급형 일반형 신형식 자동 반자동 "
    "수동 접이식 휴대용 휴대 가정용 업소용 사무용 사무실용 학생용 캠핑 캠핑용 여행용 여행 실내용 실외용 야외용 "
    "주방용 욕실용 거실 안방 원룸 침실 사무실 가정 실내 야외 주방 인용 개입 개 입 종 매 단 구 인치 리터 미터 와트 "
    "암페어 밀리 그램 킬로 세트 단품 본품 묶음 낱개 박스 벌 켤레 대 팩 선물 선물용 추천 인기 특가 할인 행사 "
    "이벤트 무료배송 당일발송 당일배송 빠른배송 타입 모델 사이즈 규격 용량 출력 년형 년 최신형 최신 버전 세대 "
    "남녀공용 공용 남성 여성 남자 여자 성인 성인용 남성용 여성용 어린이 어린이용 유아 유아용 아동 아동용 아기 "
    "아기용 베이비 키즈 초등학생 초등 신생아 학생 부드러운 귀여운 예쁜 튼튼한 가벼운 친환경 무독성 항균 방수 "
    "생활방수 방진 방한 보온 단열 절전 절약 인증 인증제품 안전인증 인증완료 국내인증 정사각 사각 원형 직사각 "
    "벽걸이 탁상 탁상용 스탠드형 벽걸이형 매립형 이동식 고정식 회전 회전식 높이조절 각도조절 온도조절 스테인리스 "
    "스테인레스 스텐 스틸 알루미늄 플라스틱 원목 가죽 실리콘 도자기 세라믹 유리 티타늄 코팅 오가닉 극세사 메쉬 면 "
    "순면 개별스위치 개별 접지 과부하차단 과충전방지 잔량 표시 듀얼 트리플 싱글 더블 퀵차지 일체 분리 내장케이블 "
    "타이머 정격 기내반입 기내반입가능 가능 잔량표시 디지털 아날로그 스마트 유선 무선 겸용 일체형 분리형 내장 "
    "내장형 외장"
)
"""What may stand behind the name of a product without making it another product."""

BEHIND |= _words(
    "디럭스 절충형 스탠다드 스페셜 럭셔리 클래식 컴팩트 콤팩트 베이직 점보 시그니처 올인원 리뉴얼 한정 패밀리 "
    "상하복 상하세트 오버핏 루즈핏 슬림핏 롱 숏 방풍 방한 발수 카본 린넨 라탄 대나무 나무 철제 강화유리 아크릴 "
    "벨벳 니트 데님 스웨이드 에티오피아 브라질 콜롬비아 케냐 과테말라 한국 중국 일본 미국 독일 영국 프랑스 "
    "이탈리아 스위스 베트남 태국 대만 PD QC"
)
"""Styles, stuffs and countries among these."""

BEHIND_END = (
    "용|형|식|색|입|급|인용|개월|세이상|가능|방지|차단|조절|기능|충전|스타일|핏|맛|향|타입|컬러|사이즈|모드|무늬|패턴|세대|"
    "출시|구성|공법|소재|원단|재질|함유|증정|배송|할인|단계|개입|매입"
)
"""How words end that tell how a thing is made, works, looks or is sold."""

NOT_BEHIND = "인형|모형|크레용|간식|이유식|음식|건강식|도시락식|물통|방향|의향|취향"
"""How names of things end that look like such words."""

USES = _words(
    "미술 수채화 유화 그림 스케치 색칠 학습 교육 공부 학용품 문구 운동 산책 출퇴근 통학 등교 나들이 외출 집들이 "
    "생일 돌 백일 크리스마스 어버이날 입학 졸업 답례품 결혼 놀이 취미 인테리어 촬영 방송 게임 피크닉 물놀이 "
    "바캉스"
)
"""What a thing is for, said behind it."""

MOTIFS = _words(
    "강아지 고양이 곰 곰돌이 토끼 오리 병아리 펭귄 공룡 티라노 기린 코끼리 사자 호랑이 여우 늑대 원숭이 돼지 양 "
    "소 말 유니콘 물고기 상어 고래 돌고래 거북이 개구리 나비 꿀벌 무당벌레 판다 팬더 코알라 다람쥐 햄스터 부엉이 "
    "악어 하마 공주 왕자 요정 인어 로봇 우주 별 하트 꽃 무지개 구름 딸기 과일 동물 캐릭터 체크 스트라이프 도트 "
    "리본"
)
"""What a thing looks like, or what is on it: "봉제인형 오리"."""

SHORT_THINGS = _words(
    "벨 날 솔 줄 끈 컵 펜 공 옷 책 칼 솥 빗 봉 캡 핀 망 띠 약 풀 톱 삽 병 총 검 북 팩 팬 발 끌 창 문 림 팁 잭 심"
)
"""Names of things that have one letter; of others nobody can tell what they say."""

PARTS_OF_THINGS = _words(
    "안장 페달 벨 체인 타이어 튜브 핸들 핸들바 그립 브레이크 기어 변속기 스포크 림 포크 머드가드 흙받이 킥스탠드 "
    "보조바퀴 짐받이 사이드미러 백미러 후미등 전조등 라이트 칫솔모 칫솔헤드 리필모 교체모 브러쉬 브러시 면도날 "
    "날망 칼날 톱날 드릴비트 비트 프로펠러 로터 블레이드 짐벌 조종기 먼지통 먼지봉투 먼지필터 집진봉투 물통 "
    "물받이 내솥 속뚜껑 패킹 고무패킹 필터 카트리지 노즐 호스 브러시롤 걸레 물걸레패드 걸레패드 흡입구 연장관 "
    "모터 기판 메인보드 센서 액정 디스플레이 힌지 버튼 스위치 퓨즈 커넥터 잭 젠더 소켓 플러그 전원선 전원코드 "
    "케이블 배터리팩 충전독 크래들 이어팁 이어패드 귀마개 폼팁 등받이 팔걸이 목받침 발판 발받침 안전바 안전가드 "
    "차양 캐노피 레인커버 풋머프 이너시트 시트 커버 케이스 덮개 뚜껑 손잡이 다리 서랍 상판 프레임 경첩 레일 바퀴 "
    "캐스터 롤러 날개 망 받침 받침대 거치대 걸이 고리 집게 클립 스트랩 끈 줄 지퍼 단추 버클 밑창 깔창 신발끈 심 "
    "리필 리필심 잉크 토너 카트릿지 부품 부속 부속품 소모품 악세사리 악세서리 액세서리 교체품 교환품 보호대 "
    "보호캡 마개 노즐팁 팁 어댑터 아답터 충전기 리모컨 리모콘 배터리 밸브 게이지 볼트 너트 나사 스프링 베어링 "
    "벨트 브라켓 브래킷 마운트 홀더 헤드 솔 날 캡 봉 헬멧 자물쇠 펌프 바구니 가방 파우치 스티커 필름 매트 패드 "
    "방석 쿠션 옷 장갑 책 도서 키링"
)
"""What a part of something is called, or what goes with it."""

THROWN_IN = _words("리필 리필심 리필모 교체모")
"""Of those, what the whole is sold with: "전동칫솔 X100 리필 4개입"."""

POWERED = _words(
    "전기 전동 온열 발열 가열 열선 난방 온풍 냉풍 냉온 온수 안마 마사지 진동 음파 가습 히팅 초음파 LED 태양광 "
    "무선조종 원격조종 리모컨 리모콘 RC 발광 로봇 엔진 자동센서"
)
"""Before the name of a thing: makes another one of it, that is driven, heated or does something else besides."""

MACHINE = (
    "(?:기|기기|기계|로봇|히터|난로|메이커|머신|드라이어|드라이기|다리미|청소기"
    "|드릴|충전기|기구|조명|등|램프|전구|랜턴|스탠드|스피커|이어폰)$"
)
"""How the names of things end that are driven anyway, so that it changes nothing to say so."""

OF_PLAY = _words("완구 장난감 토이 TOY TOYS 모형 미니어처 미니어쳐 소꿉 소꿉놀이 역할놀이")
"""Makes a toy or an image of what it stands beside."""
PLAYED_WITH = "완구|장난감|토이|TOY|인형|놀이|블록|블럭|퍼즐|로봇|슬라임|점토|미니카|모형|어린이제품"
"""In the name of a toy."""

FOR_PETS = _words(
    "애견 애묘 반려견 반려묘 반려동물 애완 애완견 애완동물 펫 PET 강아지용 고양이용 애견용 애묘용 반려동물용"
)
PETS = _words("강아지 고양이 개모차 냥이 댕댕이 멍멍이")
"""Animals that things are made for, and that toys look like."""
FOR_CHILDREN = "어린이|유아|아동|아기|키즈|베이비|영아|신생아|초등|주니어|KIDS|BABY"
FOR_GROWN_UPS = _words("성인 성인용 어른 어른용 시니어 노인용 고령자용 남성용 여성용")
"""For whom things are that are no longer the same thing for others."""
