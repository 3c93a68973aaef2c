"""Whatever a machine makes up from the OpenAPI document: no server error, no undocumented answer, no way in.

A few requests per operation in the suite, the same every time; thousands of new ones in `make soak`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
import schemathesis
from hypothesis import HealthCheck, assume, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    ignored_auth,
    negative_data_rejection,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
    unsupported_method,
)

from salesdesk.desk.people import AddPerson
from salesdesk.desk.roles import Role
from salesdesk.server.openapi import document
from tests.floors import make_floor
from tests.server.serving import TestServer, issue, serving
from tests.steps import assert_clean, tamper

SOAK = bool(os.environ.get("SALESDESK_SOAK"))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    negative_data_rejection,
    ignored_auth,
    unsupported_method,
]
REJECTED = [401, 403, 404, 405, 408, 409, 413, 422, 426]
CONFIG = schemathesis.Config.from_dict({"checks": {"negative_data_rejection": {"expected-statuses": REJECTED}}})
schema = schemathesis.openapi.from_dict(document(), config=CONFIG).exclude(
    path_regex="/v1/(live/.*|pulse)$"
)  # they never end
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestServer]:
    with make_floor(tmp_path_factory.mktemp("schema")) as floor:
        tamper(floor, "INSERT INTO counter (name, n) VALUES ('token', 1000000000000)")  # nobody revokes ours by chance
        floor.ask("Sam", AddPerson(name="Sam", roles=" ".join(Role)))
        with serving(floor) as made:
            yield made
        assert_clean(floor)


@pytest.fixture(scope="module")
def token(server: TestServer) -> str:
    """A token that may ask for everything."""
    return issue(server.floor, "Sam")


def travels(value: Any) -> bool:
    """Whether anything of a word behind the ? is sent: of an empty list the server never hears."""
    return value is not None and bool(urlencode({"word": value}, doseq=True))


@pytest.mark.soak
@schema.parametrize()
@settings(max_examples=400 if SOAK else 5, derandomize=not SOAK, deadline=None, suppress_health_check=QUIET)
def test_made_up_requests(case: schemathesis.Case[Any], server: TestServer, token: str) -> None:
    """Short in every run, long in a soak."""
    assume(all(map(travels, (case.query or {}).values())))
    headers = {"Authorization": f"Bearer {token}"}
    case.call_and_validate(base_url=server.url, headers=headers, checks=CHECKS, timeout=30)
