"""Every route of the pages is also one of the API, or stands in a table with the reason why it is not: what a page can
do, a program can do, and no new page comes without its route.
"""

from collections.abc import Mapping

import pytest
from fastapi.routing import APIRoute

from intake.review.api.routes import API_ROUTERS
from intake.review.app import ROUTERS
from intake.review.rights import RIGHTS

PAGES = {route.name: route for router in ROUTERS for route in router.routes if isinstance(route, APIRoute)}
API = {route.name: route for router in API_ROUTERS for route in router.routes if isinstance(route, APIRoute)}

BROWSERS = "how a browser signs in and out: a program has a token"
HELD = "a person's own password or token: a program that could make one would outlive its own"
A_FORM = "an empty form: what it takes stands in the OpenAPI document"
WARM = "loads the recogniser while one draws: the first request does it too"
SEEN = "who has a record's page open in a browser"
PRINTED = "the layout of a sheet of paper: what it prints is told by `api_record`"
MONITORED = "asked by monitors, without a sign-in of any kind"
REASONS = frozenset({MONITORED, BROWSERS, HELD, A_FORM, WARM, SEEN, PRINTED})

# Page → the routes of the API that tell and do the same, or the reason why there are none.
COVERED: Mapping[str, str | tuple[str, ...]] = {
    "health": MONITORED,
    "sign_in_page": BROWSERS,
    "sign_in": BROWSERS,
    "oidc_begin": BROWSERS,
    "oidc_back": BROWSERS,
    "sign_out": BROWSERS,
    "sign_out_everywhere": BROWSERS,
    "account": ("api_account",),
    "change_language": ("api_language",),
    "change_password": HELD,
    "make_token": HELD,
    "drop_token": ("api_token_revoke",),
    "home": ("api_records",),
    "inbox": ("api_records", "api_counts", "api_views"),
    "inbox_list": ("api_records",),
    "live": ("api_webhooks",),
    "assign_many": ("api_assign",),
    "save_view": ("api_view_save",),
    "remove_view": ("api_view_remove",),
    "set_aside": ("api_set_aside", "api_arrival"),
    "retry": ("api_retry", "api_retry_all"),
    "letters": ("api_letters",),
    "letter_act": ("api_letter_act",),
    "enter": A_FORM,
    "enter_save": ("api_enter",),
    "enter_customers": ("api_customers",),
    "enter_customer": ("api_customer", "api_card_about"),
    "enter_goods": ("api_products", "api_shipments"),
    "enter_alike": ("api_enter_trial",),
    "uploads": ("api_uploads",),
    "uploads_list": ("api_uploads", "api_upload"),
    "upload": ("api_upload_give",),
    "customers": ("api_customers",),
    "customers_verify": ("api_cards_to_verify",),
    "customer_verify": ("api_card_verify",),
    "products": ("api_products",),
    "shipments": ("api_shipments",),
    "suppliers": ("api_suppliers",),
    "points": ("api_points",),
    "people": ("api_people",),
    "customer": ("api_card", "api_card_about"),
    "product": ("api_card", "api_card_about"),
    "shipment": ("api_card", "api_card_about"),
    "supplier": ("api_card", "api_card_about"),
    "point": ("api_card", "api_card_about"),
    "person": ("api_person",),
    "customer_new": A_FORM,
    "product_new": A_FORM,
    "shipment_new": A_FORM,
    "supplier_new": A_FORM,
    "point_new": A_FORM,
    "person_new": A_FORM,
    "master_save": ("api_card_add", "api_card_put"),
    "master_remove": ("api_card_remove",),
    "person_add": ("api_person_add",),
    "person_save": ("api_person_put",),
    "role_remove": ("api_role_remove",),
    "import_page": ("api_imports",),
    "import_preview": ("api_import",),
    "import_job": ("api_import_job",),
    "import_job_part": ("api_import_job",),
    "import_confirm": ("api_import_confirm",),
    "customer_form": ("api_customer_form", "api_customer_form_proposal"),
    "customer_form_save": ("api_customer_form_put", "api_customer_form_proposal"),
    "customer_form_file": ("api_customer_form_file", "api_customer_form_filled"),
    "figures": ("api_figures",),
    "figures_promises": ("api_figures",),
    "figures_people": ("api_figures_people",),
    "figures_pareto": ("api_figures",),
    "figures_reading": ("api_figures",),
    "figures_satisfaction": ("api_figures",),
    "figures_registers": ("api_registers",),
    "figures_register": ("api_register",),
    "figures_file": ("api_figure_book", "api_figure_people_book"),
    "record": ("api_record", "api_similar", "api_acts"),
    "record_original": ("api_mails", "api_mail"),
    "record_values": ("api_correct",),
    "record_act": ("api_act",),
    "record_here": SEEN,
    "mail_html": ("api_mail_html",),
    "mail_raw": ("api_mail_raw",),
    "mail_file": ("api_mail_file",),
    "mail_page": ("api_mail_page",),
    "page_words": ("api_mail_words",),
    "page_words_ready": WARM,
    "evidence_file": ("api_evidence",),
    "record_slip": PRINTED,
    "report": ("api_eight_d", "api_eight_d_checks", "api_eight_d_revisions"),
    "report_save": ("api_eight_d_put",),
    "report_file": ("api_eight_d_word",),
    "report_upload": ("api_eight_d_word_in",),
    "report_preview": ("api_eight_d_preview", "api_eight_d_pdf"),
    "report_preview_page": ("api_eight_d_preview_page",),
    "report_photos": ("api_photo_add",),
    "report_photo": ("api_photo",),
    "report_photo_remove": ("api_photo_remove",),
    "report_photo_step": ("api_photo_step",),
    "record_letter": ("api_letter", "api_letter_preview"),
    "record_letter_html": ("api_letter_html",),
    "record_letter_file": ("api_letter_file",),
    "admin": ("api_health",),
    "admin_health": ("api_health",),
    "admin_mailboxes": ("api_mailboxes",),
    "admin_mailbox_try": ("api_mailbox_try",),
    "admin_policy": ("api_policy",),
    "admin_templates": ("api_templates",),
    "admin_template": ("api_template",),
    "admin_template_html": ("api_template",),
    "admin_eightd": ("api_template_eight_d",),
    "admin_model": ("api_model",),
    "admin_users": ("api_users",),
    "admin_user": ("api_users",),
    "admin_user_add": ("api_user_add",),
    "admin_user_step": ("api_user_step", "api_user_change", "api_user_password"),
    "admin_audit": ("api_audit",),
    "admin_webhooks": ("api_webhooks", "api_webhook_messages"),
    "admin_webhook_resend": ("api_webhook_resend", "api_webhook_resend_all"),
}


def test_every_page_has_its_row_and_every_row_its_page() -> None:
    assert sorted(COVERED) == sorted(PAGES)
    assert {said for said in COVERED.values() if isinstance(said, str)} == REASONS


@pytest.mark.parametrize("page", [name for name, said in COVERED.items() if not isinstance(said, str)])
def test_the_api_does_what_a_page_does_with_the_same_rights(page: str) -> None:
    """Whoever may use the page may use its routes, and nobody else; what changes something does so in both."""
    routes = COVERED[page]
    assert set(routes) <= set(API), "a route that the API has not"
    if page not in DIFFERENT:
        assert {route: RIGHTS[route] for route in routes} == dict.fromkeys(routes, RIGHTS[page])
    if PAGES[page].methods == {"POST"}:
        assert any(API[route].methods != {"GET"} for route in routes), "nothing is changed by these"


# Pages whose rights are not those of all their routes, and why that is right.
DIFFERENT: Mapping[str, str] = {
    "live": "webhooks are the company's, not one user's",
    "letter_act": "on a record's own page whoever may act may act on its letters",
    "enter_customers": "the list of customers by itself is everybody's",
    "enter_customer": "so is a card",
    "enter_goods": "so are products and shipments",
    "figures_file": "the page asks for the part's own right within; the API has a route for it",
    "customer_form": "a mapping is proposed to whoever may keep it",
}


def test_every_exception_is_still_one() -> None:
    for page in DIFFERENT:
        assert any(RIGHTS[route] != RIGHTS[page] for route in COVERED[page]), page


def test_no_route_of_the_api_does_what_no_page_does() -> None:
    named = {route for said in COVERED.values() if not isinstance(said, str) for route in said}
    assert set(API) - named == {"api_openapi", "api_docs"}
