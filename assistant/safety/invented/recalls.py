"""Made-up recalls, domestic and foreign, under the published names."""

from collections.abc import Iterator
from random import Random
from typing import Any

from assistant.product_safety import Certificate
from assistant.safety.invented import words
from assistant.safety.invented.certificates import Press

_BARCODE_PREFIX = "8809"


def domestic(count: int, press: Press, seed: int) -> Iterator[dict[str, Any]]:
    """Yield published records of domestic recalls; two of three name a certificate of the press.

    Args:
        press: has printed its certificates already.
    """
    random = Random(seed + 1)
    for at in range(count):
        certificate = random.choice(press.sampled)
        yield _domestic(at, certificate, random)


def foreign(count: int, press: Press, seed: int) -> Iterator[dict[str, Any]]:
    """Yield published records of foreign recalls; they have no certificate number."""
    random = Random(seed + 2)
    english = [(kind.category, name) for kind in words.KINDS for name in kind.english]
    for at in range(count):
        yield _foreign(at, random.choice(english), press, random)


def barcode(random: Random) -> str:
    """Return an EAN-13 with the right check digit."""
    digits = _BARCODE_PREFIX + f"{random.randrange(10**8):08d}"
    total = sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
    return digits + str(-total % 10)


def _domestic(at: int, certificate: Certificate, random: Random) -> dict[str, Any]:
    company = certificate.importer_name or certificate.maker_name
    return {
        "recallUid": 5_000 + at,
        "recallProductName": certificate.product_name,
        "recallBrandName": certificate.brand_name,
        "recallModelName": _recalled_model(certificate, random),
        "recallModelCnt": 1,
        "recallTypeName": random.choice(words.RECALL_TYPES),
        "recallMeans": random.choice(words.ADVICE),
        "barcodeNum": _barcodes(random),
        "categoryName": certificate.category_name,
        "certNum": _numbers(certificate, random),
        "recallCmpnyName": company,
        "makerName": certificate.maker_name,
        "makerCntryName": certificate.maker_cntry_name,
        "publishDate": _date(random),
        "harmDscr": random.choice(words.HARMS),
        "accidentCaseDscr": "",
        "publishActionDscr": random.choice(words.ADVICE),
        "recallFiles": [],
    }


def _recalled_model(certificate: Certificate, random: Random) -> str:
    chance = random.random()
    if chance < 0.06:
        return random.choice(words.SHORT_NAMES)
    if chance < 0.15:
        return f"{certificate.model_name}, {certificate.model_name}-2 / {certificate.model_name}-3"
    return certificate.model_name


def _numbers(certificate: Certificate, random: Random) -> str:
    chance = random.random()
    if chance < 0.55:
        return certificate.cert_num
    if chance < 0.6:
        return f"(본체) {certificate.cert_num}, (충전기)SU0770{random.randrange(10)}-17{random.randrange(1_000):03d}"
    if chance < 0.65:
        return f"인증번호: {certificate.cert_num.lower()}<br>"
    return random.choice(("", "", "-", "공급자적합성", "해당없음", "비대상"))


def _barcodes(random: Random) -> str:
    chance = random.random()
    if chance < 0.35:
        return barcode(random)
    return f"{barcode(random)} / {barcode(random)}" if chance < 0.4 else ""


def _foreign(at: int, product: tuple[str, str], press: Press, random: Random) -> dict[str, Any]:
    company = press.company()
    country, organ = random.choice(words.FOREIGN_ORGANS)
    generic = random.random() < 0.12
    model = random.choice(words.SHORT_NAMES) if generic else f"{company.brand_english[:3]}-{random.randrange(10_000)}"
    return {
        "fRecallUid": 90_000 + at,
        "recallProductName": product[1] if random.random() < 0.8 else f"{random.choice(words.COLOURS)} {product[1]}",
        "recallBrandName": company.brand_english.capitalize() if random.random() < 0.8 else "",
        "recallModelName": model if random.random() < 0.9 else "",
        "recallModelCnt": 1,
        "makerName": company.english,
        "makingCntryName": random.choice(words.COUNTRIES),
        "recallTypeName": "리콜",
        "recallPblshCntryName": country,
        "recallPblshOrgnName": organ,
        "recallMeans": random.choice(words.FOREIGN_ADVICE),
        "violateDscr": random.choice(words.VIOLATIONS),
        "accidentCaseDscr": random.choice(words.FOREIGN_ADVICE),
        "recallProductDscr": f"{product[1]} {model}",
        "recallUrl": f"https://recalls.invalid/{at}",
        "publishDate": _date(random),
        "signDttm": "",
        "imageUrl": "",
    }


def _date(random: Random) -> str:
    # Newer years have more: about twice as many recalls a month are published now as ten years ago.
    year = 2026 - int(random.random() ** 1.5 * 15)
    month = random.randrange(1, 11 if year == 2026 else 13)
    return f"{year}{month:02d}{random.randrange(1, 29):02d}"
