"""The shapes of look-ups, policy and usage in the HTTP interface; the tests hold the answers to them."""

from datetime import date, datetime
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from assistant.product_safety import Action, VerdictKind

CategoryFront = Annotated[str, StringConstraints(min_length=1, max_length=200)]


class FreshnessOut(BaseModel):
    """How new the data are that an answer rests on."""

    data_date: str = Field(description="The day of the data, yyyyMMdd; empty while there are none.")
    synced_at: datetime | None = Field(description="UTC; when they were last fetched.")
    is_demo: bool = Field(description="The data are made up, for trying things out.")
    is_complete: bool = Field(description="All published certificates are there, so that a missing one does not exist.")


class FactoryOut(BaseModel):
    maker_name: str
    country_name: str


class CertificateOut(BaseModel):
    """One certificate as it was published. Dates are yyyyMMdd, empty where there is none."""

    cert_num: str
    cert_state: str = Field(description="The state, word for word as published.")
    state_kind: VerdictKind = Field(
        description="What the state alone amounts to: `ok` for 적합, `cannot_check` for a state that is not known."
    )
    cert_div: str = Field(description="Law and kind of the certificate.")
    cert_organ_name: str
    cert_date: str
    cert_chg_date: str
    cert_chg_reason: str
    sign_date: str
    first_cert_num: str
    product_name: str
    brand_name: str
    model_name: str
    category_name: str
    import_div: str
    maker_name: str
    maker_cntry_name: str
    importer_name: str
    remark: str
    has_detail: bool = Field(description="Whether the next four were ever fetched; if not, they are empty.")
    derivation_models: list[str]
    factories: list[FactoryOut]
    image_urls: list[str]
    similar_certifications: list[str]
    link: str = Field(description="The public page that shows it.")


class RecallOut(BaseModel):
    """One recall, domestic or foreign. `published` is yyyyMMdd."""

    uid: str = Field(description="`D` (domestic) or `F` (foreign) and the published id.")
    is_foreign: bool
    product_name: str
    brand_name: str
    model_name: str
    barcode: str
    cert_num: str
    maker_name: str
    company_name: str
    category_name: str
    country_name: str = Field(description="Where it was recalled.")
    recall_type: str
    published: str
    harm: str
    advice: str
    link: str = Field(description="The public page that shows it.")


class RecallMatchOut(BaseModel):
    """A recall that fits a certificate, by the rules of screening."""

    uid: str
    by: list[str] = Field(description="What matched, for example `number`, `model_and_brand`.")
    product_name: str
    model_name: str
    published: str
    harm: str
    link: str
    is_foreign: bool


class NumberedOut(CertificateOut):
    """A certificate with what belongs to it."""

    successors: list[CertificateOut] = Field(
        description="Certificates that name this one as their first or as similar."
    )
    recalls: list[RecallMatchOut]


class NumberOut(BaseModel):
    """What is published under a number."""

    number: str = Field(description="The number that was looked up, as it was understood.")
    is_exact: bool = Field(
        description="False: no certificate has this very number; those that have it with letters at the end are given."
    )
    certificates: list[NumberedOut]
    other_numbers: list[str] = Field(description="Numbers that differ in the letters at the end only.")
    freshness: FreshnessOut


class FoundCertificate(BaseModel):
    score: float = Field(ge=0, le=1, description="Higher is nearer.")
    by: list[str] = Field(description="What matched.")
    certificate: CertificateOut


class FoundRecall(BaseModel):
    score: float = Field(ge=0, le=1, description="Higher is nearer.")
    by: list[str] = Field(description="What matched.")
    recall: RecallOut


class CertificatesOut(BaseModel):
    """Certificates that fit a query, best first."""

    results: list[FoundCertificate]
    freshness: FreshnessOut


class RecallsOut(BaseModel):
    """Recalls that fit a query, best first."""

    results: list[FoundRecall]
    freshness: FreshnessOut


class RecallPage(BaseModel):
    """One recall, with the whole published record."""

    recall: RecallOut
    raw: dict[str, Any] = Field(description="The record under its published names.")
    freshness: FreshnessOut


class PolicyIn(BaseModel):
    """A policy; what it leaves out is as in the default one."""

    model_config = ConfigDict(strict=True, extra="forbid")

    actions: dict[VerdictKind, Action] | None = Field(None, description="For every category.")
    by_category: dict[CategoryFront, dict[VerdictKind, Action] | None] | None = Field(
        None, description="Where a category differs: by the front of its name, the longest that fits first."
    )


class PolicyOut(BaseModel):
    """What a mall does about each verdict."""

    actions: dict[VerdictKind, Action] = Field(description="For every category.")
    by_category: dict[str, dict[VerdictKind, Action]] = Field(description="Where a category differs.")


class UsageLineOut(BaseModel):
    key_id: str
    day: date = Field(description="A day in Korea.")
    endpoint: str = Field(examples=["GET /v1/certificates"])
    granted: int = Field(description="Requests that were let in.")
    refused: int = Field(description="Requests turned away: address, rate, quota, a key that is over.")


class UsageOut(BaseModel):
    """A mall's usage, newest day first; a few seconds behind."""

    since: date
    usage: list[UsageLineOut]
