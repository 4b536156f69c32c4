"""The shapes of screening over HTTP, for the OpenAPI document and for the tests that hold answers against it."""

from datetime import datetime
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from assistant.product_safety import Action, Agreement, Grade, VerdictKind
from assistant.safety.batches.store import BatchState
from assistant.safety.listings.files import FileKind


class ListingIn(BaseModel):
    """A listing as a mall shows it. The Korean column names (상품명, 인증번호, …) are taken as well."""

    id: str = Field(description="The mall's own id of the listing.")
    product_name: str
    cert_field: str = Field("", description="What the seller wrote for the number, however dirty.")
    model_name: str = ""
    brand_name: str = ""
    maker_name: str = ""
    importer_name: str = ""
    category: str = Field("", description="Its path in the mall, for example `디지털>보조배터리`.")
    barcode: str = ""


class EvidenceOut(BaseModel):
    model_config = ConfigDict(extra="allow")

    name: str
    listed: str
    known: str
    agreement: Agreement


class RequirementOut(BaseModel):
    model_config = ConfigDict(extra="allow")

    grade: Grade


class VerdictOut(BaseModel):
    """What the data state of a listing, and of which day; never that it is safe or legal."""

    model_config = ConfigDict(extra="allow")

    listing_id: str
    verdict: VerdictKind
    action: Action = Field(description="What the mall's policy makes of it.")
    rule: str = Field(description="The rule that decided.")
    reason: str
    to_do: str = Field(description="What the seller has to do.")
    question: str = Field(description="What has to be asked of the seller before more can be said.")
    checks: list[dict[str, Any]] = Field(description="Each number, with the evidence field by field.")
    recalls: list[dict[str, Any]]
    requirement: RequirementOut
    links: list[str]
    data_date: str = Field(description="The day of the data, yyyyMMdd.")
    is_demo: bool = Field(description="The data are made up.")


class ProblemOut(BaseModel):
    code: str
    message: str


class BatchOut(BaseModel):
    """A file and how far its screening is."""

    id: str
    state: BatchState
    kind: FileKind
    size: int = Field(description="Bytes.")
    rows_done: int
    progress: float = Field(ge=0, le=1)
    counts: dict[str, int] = Field(description="Rows by verdict, and `refused` ones.")
    problem: ProblemOut | None = Field(description="Why it failed; the results up to there are kept.")
    created_at: datetime
    started_at: datetime | None
    finished_at: datetime | None


class BatchesOut(BaseModel):
    batches: list[BatchOut]
