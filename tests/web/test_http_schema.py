"""The interface keeps to its own OpenAPI document, whatever is sent."""

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

OPERATIONS = [
    ("/v1/messages", "POST"),
    ("/v1/conversations/{id}/messages", "GET"),
    ("/v1/conversations/{id}/typing", "POST"),
    ("/v1/conversations/{id}/ratings", "POST"),
    ("/health", "GET"),
    ("/metrics", "GET"),
]
FEW = settings(max_examples=25, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


@pytest.fixture
def schema(app):
    # A text of blanks fits the document and is refused all the same: what counts as blank has no pattern.
    config = SchemathesisConfig.from_dict(
        {"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", "400", "404", "413"]}}}
    )
    return schemathesis.openapi.from_asgi("/openapi.json", app, config=config)


def check(operation, mode):
    @FEW
    @given(case=operation.as_strategy(generation_mode=mode))
    def keeps_to_document(case):
        case.call_and_validate()

    keeps_to_document()


@pytest.mark.parametrize(("path", "method"), OPERATIONS)
def test_good_requests_are_answered_as_documented(schema, path, method):
    check(schema[path][method], GenerationMode.POSITIVE)


@pytest.mark.parametrize(("path", "method"), OPERATIONS[:2])
def test_bad_requests_are_refused_as_documented(schema, path, method):
    check(schema[path][method], GenerationMode.NEGATIVE)


def test_document_names_every_path(client):
    paths = client.get("/openapi.json").json()["paths"]

    assert set(paths) == {path for path, _ in OPERATIONS}
    assert all("422" not in operation["responses"] for path in paths.values() for operation in path.values())
