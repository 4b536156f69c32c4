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

INSTEAD = re.compile(r"^\s*(?:이|가|은|는|을|를)?\s?(?:말고|아니고|아니라|빼고|대신)")
"""What stands behind a name that is taken back ("미국 말고")."""

FOLLOW = re.compile(r"^\s*(그럼|그러면|그리고|그건|그거|이건|그|그럴|또)\s")
"""The front of a message that goes on about the one before it."""

UNSURE = re.compile(r"모르겠|몰라|모름|글쎄|잘 모르|확실하지|둘\s?다")
"""The asker does not know."""

TOO_GENERAL = re.compile(r"^(있|없|아니|안 |네|예)")
"""Words of an option that mean it only in answer to the question back."""
