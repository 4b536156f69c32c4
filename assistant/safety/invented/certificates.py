"""A stream of made-up certificates: shares of states and kinds as published, renewals, variants and dirty fields."""

from bisect import bisect
from collections import deque
from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from itertools import accumulate
from random import Random
from typing import TypeVar

from assistant.product_safety import Certificate, Factory
from assistant.safety.invented.companies import Company, companies, plants
from assistant.safety.invented.words import (
    CHILD_CERTIFIED,
    CHILD_CONFIRMED,
    COLOURS,
    DOCUMENTED_STATES,
    ELECTRIC_CERTIFIED,
    ELECTRIC_CONFIRMED,
    HOUSEHOLD_CERTIFIED,
    KINDS,
    MODIFIERS,
    ORGANS,
    OTHER_STATES,
    SELF_CONFIRMED,
    SHORT_NAMES,
    Kind,
)

T = TypeVar("T")

STATES = DOCUMENTED_STATES + OTHER_STATES

# Of 144,738 toy certificates: 67 % expired, 33 % valid, 41 lapsed, 43 "-", 27 returned, 4 cancelled.
_CHILD = {
    "기간만료": 0.6692,
    "적합": 0.33,
    "안전확인신고 효력상실": 0.00028,
    "-": 0.0003,
    "반납": 0.00019,
    "취소": 0.00003,
}
# No such count is known of electrical goods; their certificates have no end, but need regular inspections.
_HOME = {
    "적합": 0.80,
    "기간만료": 0.10,
    "반납": 0.05,
    "안전인증취소": 0.022,
    "안전확인신고 효력상실": 0.018,
    "안전인증표시 사용금지 2개월": 0.004,
    "안전확인신고표시 사용금지 2개월": 0.002,
    "안전인증표시 사용금지 4개월": 0.001,
    "개선명령": 0.002,
    "청문실시": 0.001,
}
_SHARES = {True: _CHILD, False: _HOME}
_RARE_EVERY = 211
"""Every 211th certificate has the next state in turn, so that small sets have each of them, too."""

_FIRST_DAY, _LAST_DAY = date(2008, 1, 2), date(2026, 10, 30)
_DATES = [f"{_FIRST_DAY + timedelta(days=at):%Y%m%d}" for at in range((_LAST_DAY - _FIRST_DAY).days + 1)]
_FIVE_YEARS = 1_826
_STEP, _NUMBERS = 7_919, 9_999_991
"""Primes: the n-th number is n * 7,919 modulo 9,999,991, so no two are the same and neighbours look different."""

_PREFIXES = {
    ELECTRIC_CERTIFIED: ("HU07", "SU07", "JU07", "HH07"),
    ELECTRIC_CONFIRMED: ("ZU1", "XU1", "YU1"),
    HOUSEHOLD_CERTIFIED: ("A123T", "A045T"),
    CHILD_CONFIRMED: ("CB061R", "CB064A", "B361H", "CB113F"),
    CHILD_CERTIFIED: ("CA011R", "CA064H"),
    SELF_CONFIRMED: ("B363R", "B361R"),
}
_ELECTRIC = (ELECTRIC_CERTIFIED, ELECTRIC_CONFIRMED)
_SUFFIXES = ("A", "B", "C", "D", "CH", "AC", "F")


class Press:
    """Prints certificates; `sampled` keeps a few thousand of them, for recalls that name them."""

    def __init__(self, count: int, seed: int) -> None:
        self.sampled: list[Certificate] = []
        self._count = count
        self._random = Random(seed)
        self._roll = self._random.random
        self._companies = companies(max(50, min(12_000, count // 40)), self._random)
        self._plants = plants(max(20, min(4_000, count // 100)), self._random)
        self._kinds = [kind for kind in KINDS for _ in range(kind.share // 50)]
        self._products = {kind: _products(kind) for kind in KINDS}
        self._states = {
            is_child: (list(accumulate(shares.values())), [*shares, "적합"]) for is_child, shares in _SHARES.items()
        }
        self._waiting: deque[Certificate] = deque()

    def __iter__(self) -> Iterator[Certificate]:
        """Yield the certificates in the order of their cert_uid; the same seed and count give the same ones."""
        every = max(1, self._count // 3_000)
        for at in range(self._count):
            certificate = self._next(at)
            if at % every == 0:
                self.sampled.append(certificate)
            yield certificate

    def company(self) -> Company:
        """Return a company; the first ones come far more often, as in life."""
        return self._companies[int(self._roll() ** 2.5 * len(self._companies))]

    def one(self, several: tuple[T, ...] | list[T]) -> T:
        """Return one of several."""
        return several[int(self._roll() * len(several))]

    def _next(self, at: int) -> Certificate:
        if self._waiting and self._roll() < 0.3:
            return self._following(at, self._waiting.popleft())
        made = self._fresh(at)
        chance = self._roll()
        if chance < 0.02:
            return self._dirty(made)
        if chance < 0.14 and made.cert_state == "기간만료" and len(self._waiting) < 5_000:
            self._waiting.append(made)
        elif chance > 0.985:
            self._waiting.append(replace(made, cert_uid=-1))
        return made

    def _fresh(self, at: int) -> Certificate:
        kind = self.one(self._kinds)
        company = self.company()
        is_child = kind.division in (CHILD_CONFIRMED, CHILD_CERTIFIED)
        state = self._state(at, is_child)
        day = self._day(state, is_child)
        number = self._number(kind, at, day)
        model = self._model(company)
        is_imported = self._roll() < 0.45
        plant = self.one(self._plants) if is_imported else None
        name = company.forms[int(self._roll() ** 3 * 7)]
        has_detail = self._roll() < 0.12
        changed = state not in ("적합", "기간만료")
        return Certificate(
            10_000_000 + at,
            number,
            state,
            self.one(ORGANS),
            kind.division,
            _DATES[day],
            _DATES[min(day + 400, len(_DATES) - 1)] if changed else "",
            "처분" if changed else "",
            number if self._roll() < 0.2 else "",
            self.one(self._products[kind]),
            company.brand if self._roll() < 0.6 else "",
            model,
            kind.category,
            "수입" if plant else "제조",
            plant.name if plant else name,
            plant.country if plant else "한국",
            name if plant else "",
            "",
            _DATES[day],
            has_detail,
            self._derived(model) if has_detail else (),
            (f"https://images.invalid/{number}.jpg",) if has_detail else (),
            (Factory(plant.name, plant.country),) if has_detail and plant else (),
        )

    def _state(self, at: int, is_child: bool) -> str:
        if at % _RARE_EVERY == 0:
            return STATES[at // _RARE_EVERY % len(STATES)]
        bounds, names = self._states[is_child]
        return names[bisect(bounds, self._roll())]

    def _day(self, state: str, is_child: bool) -> int:
        """Return a day: what expired is five years old or more, what is valid for five years only is younger."""
        last = len(_DATES) - 1
        if state == "기간만료":
            return int(self._roll() * (last - _FIVE_YEARS))
        if state == "적합" and is_child:
            return last - int(self._roll() * (_FIVE_YEARS - 10))
        return int((1 - self._roll() ** 1.6) * last)

    def _number(self, kind: Kind, at: int, day: int) -> str:
        serial = (at + 1) * _STEP % _NUMBERS
        left, right = divmod(serial, 1_000)
        front = self.one(_PREFIXES[kind.division])
        if kind.division in _ELECTRIC:
            number = f"{front}{left:04d}-{_DATES[day][2:4]}{right:03d}"
        elif kind.division == HOUSEHOLD_CERTIFIED:
            number = f"{front}{left:04d}-0{right:03d}"
        else:
            number = f"{front}{left:03d}-{_DATES[day][3]}{right:03d}"
        return number + self.one(_SUFFIXES) if self._roll() < 0.15 else number

    def _model(self, company: Company) -> str:
        roll = self._roll
        if roll() < 0.015:
            return self.one(SHORT_NAMES)
        letters = company.brand_english[: 2 + int(roll() * 2)]
        number = 10 + int(roll() ** 2 * 9_990)
        return f"{letters}-{number}{'ABCKNSTW'[int(roll() * 8)]}" if roll() < 0.6 else f"{letters}{number}"

    def _derived(self, model: str) -> tuple[str, ...]:
        return tuple(f"{model}{letter}" for letter in "BGPWXYZ"[: int(self._roll() * 7)])

    def _following(self, at: int, before: Certificate) -> Certificate:
        """Return what comes after another one: a variant under its number, or its renewal after it expired."""
        if before.cert_uid < 0:
            return self._variant(at, before)
        day = min(_DATES.index(before.cert_date) + _FIVE_YEARS, len(_DATES) - 1)
        kind = next(kind for kind in KINDS if kind.division == before.cert_div)
        return replace(
            before,
            cert_uid=10_000_000 + at,
            cert_num=self._number(kind, at, day),
            cert_state="적합" if day + _FIVE_YEARS >= len(_DATES) else "기간만료",
            cert_date=_DATES[day],
            sign_date=_DATES[day],
            first_cert_num=before.cert_num,
            has_detail=self._roll() < 0.5,
            similar_certifications=(before.cert_num,),
        )

    def _variant(self, at: int, before: Certificate) -> Certificate:
        bare = before.cert_num.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
        return replace(
            before,
            cert_uid=10_000_000 + at,
            cert_num=bare + "GHJKLMN"[at % 7],
            model_name=f"{before.model_name}-{at % 90 + 10}",
            cert_state="적합" if self._roll() < 0.7 else before.cert_state,
        )

    def _dirty(self, made: Certificate) -> Certificate:
        """Return a certificate as careless people type it in."""
        form = int(self._roll() * 8)
        if form == 0:
            return replace(made, model_name=_full_width(made.model_name))
        if form == 1:
            several = f"{made.model_name}, {made.model_name}A / {made.model_name}B"
            return replace(made, model_name=several, remark="파생모델 포함")
        if form == 2:
            return replace(made, maker_name="", maker_cntry_name="")
        if form == 3:
            return replace(made, cert_num=made.cert_num.lower(), brand_name="-")
        if form == 4:
            return replace(made, cert_num=f" {made.cert_num}", product_name=f" {made.product_name} ")
        if form == 5:
            return replace(made, model_name="", maker_name=made.maker_name.replace(" ", "　"))
        if form == 6:
            return replace(made, model_name=f"{self.one(COLOURS)} {made.model_name}", import_div="")
        return replace(made, cert_date="", sign_date="", product_name=_full_width(made.product_name))


def _products(kind: Kind) -> list[str]:
    """Return names of products of a kind: the plain ones most often, then with a word before or a size behind them."""
    plain = list(kind.names)
    modified = [f"{modifier} {name}" for name in plain for modifier in MODIFIERS]
    sized = [f"{name}({size})" for name in plain for size in kind.sizes]
    often = max(1, (len(modified) + len(sized)) // len(plain))
    return plain * often + modified + sized


def _full_width(text: str) -> str:
    return "".join(chr(ord(letter) + 0xFEE0) if "!" <= letter <= "~" else letter for letter in text)
