"""The Korean turns of phrase that the dialogue listens for."""

import re

PERSON = re.compile(
    r"(상담사|상담원|상담직원|사람)\s?(이랑|하고|과|와|한테|에게|을|를|좀|으로)?\s?"
    r"(연결|바꿔|불러|통화|상담|얘기|대화|이야기|원해|직접)|전화\s?연결|상담사요?$|상담원요?$"
)
"""A wish for a person."""

NONE = re.compile(
    r"(이|그)\s?중에\s?(는\s?)?없|모두\s?아니|다\s?아니|둘\s?다\s?아니|셋\s?다\s?아니|해당\s?없|없는데|없어요?$"
)
"""None of the candidates."""

ORDINAL = re.compile(
    r"^\s*(?:([1-3])\s?(?:번|번째)?|(첫|두|세)\s?번째)\s?(?:거|것|꺼)?\s?(?:요|이요|이에요|입니다)?\s*$"
)
"""A candidate by its number; WORDS gives the number of the second group."""

WORDS = {"첫": 1, "두": 2, "세": 3}

NO = re.compile(
    r"^\s*(아니(?:요|오|야|에요|예요|고|다)?|아뇨|그게?\s?아니(?:라|고|에요|야)?|틀렸(?:어요|는데요?)?|그거\s?말고)"
    r"(?=[\s,.!?]|$)[\s,.!?]*"
)
"""A no at the front; what follows may be a new question."""

GENERAL = re.compile(
    r"인증|규제|허가|수출|수입|진출|판매|판로|팔[려고]*|보내|내보내|출시|들어가|필요|준비|받아야|해야|되나|돼|하려|할려|하는데|려면|려고"
    r"|뭐|무엇|무슨|어떤|어떻게|어디|알려|궁금|알고|싶|있|없|하면|할|거|것|종류|절차|서류|비용|얼마|기간|걸려|들어|방법|목록|전부|다"
    r"|요|까|나|는|은|이|가|을|를|에서|에|로|으로|의|도|좀|저희|우리|제품|회사|주세요|해주|주|합니다|하|해|한|데|고|지|들|야|죠|임|음|함|면|서"
)
"""Words of a question that asks nothing particular: "(보조배터리를 일본에) 팔려면 뭐가 필요해요?"."""

ORIGIN_AFTER = re.compile(
    r"^(?:산(?=\s|[을를이의은]|$)|산\s?[가-힣]|제(?=\s|품)"
    r"|에?서\s?[^.?!]{0,24}?(?:들여|드려|들어온|수입|사\s?와|사서|가져|떼|만든|만들|생산|제조|구매|직구|소싱|납품받|오는)"
    r"|\s?(?:협력|현지)?\s?(?:공장|제조사|제조업체)"
    r"|(?!\s?(?:에|으로|로\s|은\s|는\s|도\s|이\s|가\s|의\s|향\s|행\s|쪽|바이어"
    r"|거래처|업체|수입|총판|고객|회사|유통|아마존|매장|본사|세관|시장))"
    r"[^.?!]{0,18}?(?:구매대행|직구|수입해|수입하|수입할|수입\s?판매|수입상을\s?하"
    r"|정식\s?수입|들여[^다]|드려\s?[와오올]|가져\s?[와오온]|떼다|떼\s?[와오]|사입|사서|사\s?[와왔온]))"
)
"""What stands behind a country that goods come from ("중국산", "독일에서 들여오는"): they are sold in Korea then."""

INSTEAD = re.compile(r"^\s*(?:이|가|은|는|을|를)?\s?(?:말고|아니고|아니라|빼고|대신)")
"""What stands behind a name that is taken back ("미국 말고")."""

FOLLOW = re.compile(r"^\s*(그럼|그러면|그리고|그건|그거|이건|그|그럴|또)\s")
"""The front of a message that goes on about the one before it."""

MODEL = re.compile(
    r"(?i)(?<![a-z0-9-])(?=[a-z0-9-]*[a-z])(?=[a-z0-9-]*\d)(?!(?:ks|kc|iso|iec|en|ul|kn)[\s-]?\d)[a-z0-9][a-z0-9-]{3,29}(?![a-z0-9])"
    r"|(?<!\d)\d{8,14}(?!\d)"
)
"""A model (letters with digits) or a barcode."""

BARCODE = re.compile(r"바코드[^\d.?!]{0,12}(?<!\d)\d{8,14}(?!\d)|^\s*\d{8,14}\s*(?:이?요|이에요|예요|입니다)?[\s.?!]*$")
"""A barcode that is called one, or digits alone, which can be nothing else: somebody typed a barcode off."""

THIS_ONE = re.compile(
    r"(?:^|\s)(?:이|그|저|이런|우리|저희|제|내)\s?(?:제품|상품|물건|모델|거|것|건|인증번호|번호)|이거|이것|그거"
)
"""One product, which the asker sees and we do not."""

RECALLED = re.compile(
    r"리콜\s?(?:이|을|도)?\s?"
    r"(?:(?:됐|되었|됬|당했|떴|나왔|있)(?:나|는지|는가|어\s?\?|어요\s?\?|냐|을까|니\s?\?)|대상(?:인|이에|이야|이냐|맞)|맞나|인가요|인지"
    r"|된\s?(?:(?:거|건|제품)(?:인가|인지|예요|에요|야|죠|지|\s?있|\s?맞)|적))"
)
"""Asks whether something was recalled, not what a recall is."""

WHERE = re.compile(r"어디|어떻게|방법|무슨|뭔|뭐|무엇|의무|절차|기준|자동차|차량|내\s?차|차\s?번호|오토바이")
"""Asks how it is done, or about a vehicle, whose recalls are kept elsewhere: an article tells."""

AROUND_PRODUCT = re.compile(
    r"(?:제품)?\s?(?:리콜|인증)\s?(?:번호|정보)?\s?(?:이|을|를|도|은|는)?\s?"
    r"(?:됐|되었|됬|된|대상|당했|떴|나왔|있|유효|확인|조회|인가|인지|받)[가-힣]*|알려\s?주[가-힣]*|확인해?\s?주[가-힣]*|[?!.]"
)
"""What stands around a product's name in a wish to look it up."""

UNSURE = re.compile(r"모르겠|몰라|모름|글쎄|잘 모르|확실하지|둘\s?다")
"""The asker does not know."""

TOO_GENERAL = re.compile(r"^(있|없|아니|안 |네|예)")
"""Words of an option that mean it only in answer to the question back."""
