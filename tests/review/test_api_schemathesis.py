"""Requests made from the OpenAPI document, right and wrong ones, against the real application: no 5xx, and every answer
is one that the document describes.

Each route is asked with made-up values in its path, and with those of records that are there. What is made up is the
same in every run.
"""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import schemathesis
import structlog
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.specs.openapi.checks import ignored_auth, positive_data_acceptance

from intake.review.api.files import EXCEL_TYPE
from intake.review.api.tokens import add_token
from storage.life import CustomerForm, Evidence, EvidenceKind
from storage.outbox_rows import Delivery, DeliveryState
from storage.records import ArrivalState, Became, CustomerCard, LetterState, ProductCard, Purpose, Shipment
from storage.site import SavedView, SiteRole
from tests.review.complaints import complaint
from tests.review.conftest import NOW, Place, place_of
from tests.review.test_api_pages import form_of
from tests.storage.samples import arrival, letter

# Of another month than the samples' clock, so that numbers of entered complaints are free.
NUMBER = "KS-202610-0001"
EXAMPLES = 4  # of each route, with made-up places and with real ones
DEEPER = {"api_act": 4, "api_correct": 3, "api_eight_d_put": 4, "api_enter": 3, "api_records": 3}  # times as many
MAPPING = '[cells]\n"head.product" = "Sheet!B3"\n'
PATIENCE = 300  # seconds for one answer
ONCE = ("api_eight_d_pdf", "api_eight_d_preview")  # LibreOffice takes seconds for each
# `positive_data_acceptance`: the document cannot tell which values an act takes in which state. `ignored_auth` sends
# the token along; that routes ask for one is tested by the walk of rights.
LEFT_OUT = [positive_data_acceptance, ignored_auth]


def filled(place: Place) -> dict[str, Any]:
    """Records, letters, mails and master data; the values of places that name what is there."""
    for n in range(1, 4):
        complaint(place, number=f"KS-202610-000{n}")
    aside = {"state": ArrivalState.SET_ASIDE, "became": Became.UNREADABLE, "why": "Too long.", "remedy": "Read it."}
    with place.storage.unit() as work:
        work.arrivals.add([arrival("1:9", **aside)])
        held = letter("held", record=NUMBER, purpose=Purpose.PROGRESS, state=LetterState.DRAFT, message_id="<h@x>")
        work.letters.add([held])
        paper = place.blobs.put(b"%PDF")
        work.lives.add(
            [Evidence("e1", NUMBER, EvidenceKind.REPORT, "a.pdf", "application/pdf", paper, "x@example.com", NOW)]
        )
        work.people.upsert_customer(CustomerCard("宁波海川电器有限公司", agreement={"first_report": "12h"}))
        work.people.upsert_product(ProductCard("轴承座", "ZC-204", "P1"))
        work.people.upsert_shipment(Shipment("宁波海川电器有限公司", "ZC-204", "B2611-03", 1200, NOW.date()))
        kept = place.blobs.put(form_of())
        work.lives.save_customer_form(CustomerForm(1, "8D.xlsx", EXCEL_TYPE, kept, MAPPING, "x@example.com", NOW))
        work.outbox.add([Delivery("msg_1", "erp", NUMBER, "record.new", "{}", NOW, DeliveryState.GIVEN_UP, 11)])
        work.commit()
    return {
        "number": NUMBER,
        "letter": "held",
        "arrival": f"a-{NUMBER}",
        "evidence": "e1",
        "customer": 1,
        "email": "gm@example.com",
        "message": 1,
        "view": 1,
    }


@pytest.mark.parametrize("role", [SiteRole.REVIEWER, SiteRole.ADMINISTRATOR])
def test_no_request_leads_to_a_fault_and_every_answer_is_described(tmp_path: Path, role: SiteRole) -> None:
    place = place_of(tmp_path, f"sqlite:///{tmp_path / 'intake.db'}", requests_per_minute=10_000_000)
    there = filled(place)
    user = place.user(role, email="reviewer@example.com")  # whose roles among our people allow acts
    with place.storage.unit() as work:
        work.users.save_view(SavedView(user.id or 0, "urgent", "class=A"))
        work.commit()
    add_token(place.storage, user.email, "may be revoked", None, NOW)
    _, token = add_token(place.storage, user.email, "test", None, NOW)
    headers = {"authorization": f"Bearer {token}"}
    schema = schemathesis.openapi.from_asgi("/api/v1/openapi.json", place.app)
    seen: Counter[str] = Counter()
    with structlog.testing.capture_logs() as lines:
        for found in schema.get_all_operations():
            operation = found.ok()  # type: ignore[union-attr]  # the document is right: another test reads it
            for real in (False, True):
                _ask(operation, {**there, "token": 1} if real else {}, headers, seen)
    assert [line for line in lines if line["event"] == "page_failed"] == []
    assert set(seen) >= {"200", "201", "204", "404", "409", "422"}
    place.storage.close()


def _ask(operation: Any, there: dict[str, Any], headers: dict[str, str], seen: Counter[str]) -> None:
    name = f"api_{operation.definition.raw['operationId']}"

    @given(case=operation.as_strategy())
    @settings(
        max_examples=1 if name in ONCE else EXAMPLES * DEEPER.get(name, 1),
        deadline=None,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    def run(case: Any) -> None:
        for place in set(case.path_parameters or {}) & set(there):
            case.path_parameters[place] = there[place]
        if there:  # made-up versions would hide what is behind them
            case.headers.pop("if-match", None)
        more = {"if-match": "*"} if there and operation.method == "put" else {}
        answer = case.call(headers={**headers, **more}, timeout=PATIENCE)
        seen[str(answer.status_code)] += 1
        case.validate_response(answer, excluded_checks=LEFT_OUT)

    run()
