"""SafetyKorea's open interface as data: endpoints, codes, the names of the fields, and the pages that show evidence.

Every query is a GET of `<base>/<path>.json` or `.xml` with the key in the header AuthKey. A list takes conditionKey and
conditionValue, which matches by prefix; the answer is `{"resultCode", "resultMsg", "resultData"}` with HTTP 200 even
where it failed.

Source: the interface's specification 2.0 (2025-06-30) as its public clients quote it;
https://www.safetykorea.kr/release/openapi
"""

from dataclasses import dataclass

CAP = 1000
"""Rows that a query gives at most, as documented; more were seen."""

SUCCESS, NO_DATA = "2000", "2004"
BAD_KEY, BAD_IP, BAD_PARAMETER, SERVER_ERROR = "4000", "4001", "4005", "5000"
DEMO_HEADER = "X-OneCall-Demo"
"""Sent by OneCall alone: the data of this answer are made up. A mirror that is filled from such answers says so too."""

MESSAGES = {
    SUCCESS: "Success",
    NO_DATA: "No Data",
    BAD_KEY: "Invalid Auth Key",
    BAD_IP: "Invalid IP",
    BAD_PARAMETER: "Invalid Parameter",
    SERVER_ERROR: "Internal Server Error",
}


def _fields(names: str) -> tuple[str, ...]:
    return tuple(names.split())


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One address. A list has `keys` (its conditionKeys), a detail has `identifier` (its only parameter)."""

    path: str
    keys: tuple[str, ...] = ()
    identifier: str = ""


CERTIFICATES = Endpoint(
    "cert/certificationList", ("all", "certNum", "productName", "modelName", "certDate", "signDate")
)
CERTIFICATE = Endpoint("cert/certificationDetail", identifier="certNum")
RECALLS = Endpoint(
    "recall/recallList",
    ("all", "barcodeNum", "recallProductName", "recallBrandName", "recallModelName", "certNum", "publishDate"),
)
RECALL = Endpoint("recall/recallDetail", identifier="recallUid")
FOREIGN_RECALLS = Endpoint(
    "recall/fRecallList",
    ("all", "recallProductName", "recallBrandName", "recallModelName", "publishDate", "fRecallUid"),
)
ENDPOINTS = (CERTIFICATES, CERTIFICATE, RECALLS, RECALL, FOREIGN_RECALLS)

CERTIFICATE_FIELDS = {
    "certUid": "cert_uid",
    "certOrganName": "cert_organ_name",
    "certNum": "cert_num",
    "certState": "cert_state",
    "certDiv": "cert_div",
    "certDate": "cert_date",
    "certChgDate": "cert_chg_date",
    "certChgReason": "cert_chg_reason",
    "firstCertNum": "first_cert_num",
    "productName": "product_name",
    "brandName": "brand_name",
    "modelName": "model_name",
    "categoryName": "category_name",
    "importDiv": "import_div",
    "makerName": "maker_name",
    "makerCntryName": "maker_cntry_name",
    "importerName": "importer_name",
    "remark": "remark",
    "signDate": "sign_date",
}
"""Published name of a certificate's field, and its name here; a detail adds four lists."""

RECALL_FIELDS = _fields(
    "recallUid recallProductName recallBrandName recallModelName recallModelCnt recallTypeName recallMeans barcodeNum "
    "categoryName certNum productItemName recallCmpnyDivName recallInqryTel recallCmpnyName recallCmpnySsn "
    "recallFrgnCmpnyName makerCntryName makerName makingCntryName publishDate publishRecallVol recallActionAmt "
    "recallStaDate recallEndDate harmDscr accidentCaseDscr publishActionDscr recallFiles"
)
FOREIGN_RECALL_FIELDS = _fields(
    "fRecallUid recallModelName recallModelCnt recallProductName recallBrandName makerName makingCntryName "
    "recallTypeName recallPblshCntryName recallPblshOrgnName recallMeans violateDscr accidentCaseDscr "
    "publishActionDscr recallProductDscr recallUrl publishDate signDttm imageUrl"
)
