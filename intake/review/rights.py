"""Which site roles may use which route, by the route's name: one table, and what is not in it nobody may use.

What a user may do to a record is decided once more by his roles among our people (`intake.acts.act.allow`).
"""

from collections.abc import Mapping

from storage.site import SiteRole

REVIEWER, DEPARTMENT, APPROVER = SiteRole.REVIEWER, SiteRole.DEPARTMENT, SiteRole.APPROVER
ADMINISTRATOR, READ_ONLY = SiteRole.ADMINISTRATOR, SiteRole.READ_ONLY

PUBLIC: frozenset[SiteRole] = frozenset()  # also without signing in
EVERYBODY = frozenset(SiteRole)
WORKERS = EVERYBODY - {READ_ONLY}
STAFF = frozenset({REVIEWER, APPROVER, ADMINISTRATOR})
ADMINISTRATORS = frozenset({ADMINISTRATOR})
OVERSEERS = frozenset({APPROVER, ADMINISTRATOR})  # who may see how the service is set and doing

RIGHTS: Mapping[str, frozenset[SiteRole]] = {
    # signing in and out, one's own account
    "sign_in_page": PUBLIC,
    "sign_in": PUBLIC,
    "oidc_begin": PUBLIC,
    "oidc_back": PUBLIC,
    "health": PUBLIC,
    "sign_out": EVERYBODY,
    "sign_out_everywhere": EVERYBODY,
    "account": EVERYBODY,
    "change_language": EVERYBODY,
    "change_password": EVERYBODY,
    "make_token": EVERYBODY,
    "drop_token": EVERYBODY,
    # the inbox
    "home": EVERYBODY,
    "inbox": EVERYBODY,
    "inbox_list": EVERYBODY,
    "live": EVERYBODY,
    "assign_many": STAFF,
    "save_view": EVERYBODY,
    "remove_view": EVERYBODY,
    # what waits for a person
    "set_aside": STAFF,
    "retry": STAFF,
    "letters": STAFF,
    "letter_act": STAFF,
    # complaints that came by no mail
    "enter": STAFF,
    "enter_save": STAFF,
    "enter_customers": STAFF,
    "enter_customer": STAFF,
    "enter_goods": STAFF,
    "enter_alike": STAFF,
    "uploads": STAFF,
    "uploads_list": STAFF,
    "upload": STAFF,
    # master data
    "customers": EVERYBODY,
    "products": EVERYBODY,
    "shipments": EVERYBODY,
    "people": EVERYBODY,
    "customer": EVERYBODY,
    "product": EVERYBODY,
    "shipment": EVERYBODY,
    "person": EVERYBODY,
    "customer_new": STAFF,
    "product_new": STAFF,
    "shipment_new": STAFF,
    "master_save": STAFF,
    "master_remove": STAFF,
    "customer_form": EVERYBODY,
    "customer_form_file": EVERYBODY,
    "customer_form_save": STAFF,
    "import_page": STAFF,
    "import_preview": STAFF,
    "import_confirm": STAFF,
    "person_new": OVERSEERS,
    "person_add": OVERSEERS,
    "person_save": OVERSEERS,
    "role_remove": OVERSEERS,
    # a record; what one may do to it is decided by the acts
    "record": EVERYBODY,
    "record_original": EVERYBODY,
    "record_values": WORKERS,
    "record_act": WORKERS,
    "record_here": EVERYBODY,
    "mail_html": EVERYBODY,
    "mail_raw": EVERYBODY,
    "mail_file": EVERYBODY,
    "mail_page": EVERYBODY,
    "page_words": WORKERS,
    "page_words_ready": WORKERS,
    "evidence_file": EVERYBODY,
    "record_slip": EVERYBODY,
    # its 8D
    "report": EVERYBODY,
    "report_save": WORKERS,
    "report_file": EVERYBODY,
    "report_upload": WORKERS,
    "report_preview": EVERYBODY,
    "report_preview_page": EVERYBODY,
    "report_photos": WORKERS,
    "report_photo": EVERYBODY,
    "report_photo_remove": WORKERS,
    # its letters
    "record_letter": EVERYBODY,
    "record_letter_html": EVERYBODY,
    "record_letter_file": EVERYBODY,
    # the figures; who reads by person, and takes whole registers away, is no single department's
    "figures": EVERYBODY,
    "figures_promises": EVERYBODY,
    "figures_people": STAFF | {READ_ONLY},
    "figures_pareto": EVERYBODY,
    "figures_reading": EVERYBODY,
    "figures_satisfaction": EVERYBODY,
    "figures_file": EVERYBODY,
    "figures_registers": STAFF | {READ_ONLY},
    "figures_register": STAFF | {READ_ONLY},
    # the API: the same roles as for the pages that do the same
    "api_openapi": PUBLIC,
    "api_docs": PUBLIC,
    "api_records": EVERYBODY,
    "api_counts": EVERYBODY,
    "api_enter": STAFF,
    "api_assign": STAFF,
    "api_record": EVERYBODY,
    "api_similar": EVERYBODY,
    "api_acts": EVERYBODY,
    "api_act": WORKERS,
    "api_correct": WORKERS,
    "api_eight_d": EVERYBODY,
    "api_eight_d_put": WORKERS,
    "api_eight_d_checks": EVERYBODY,
    "api_eight_d_word": EVERYBODY,
    "api_eight_d_word_in": WORKERS,
    "api_photo_add": WORKERS,
    "api_photo": EVERYBODY,
    "api_photo_remove": WORKERS,
    "api_letters": STAFF,
    "api_letter": EVERYBODY,
    "api_letter_act": WORKERS,
    "api_letter_html": EVERYBODY,
    "api_letter_file": EVERYBODY,
    "api_letter_preview": EVERYBODY,
    "api_mails": EVERYBODY,
    "api_mail": EVERYBODY,
    "api_mail_raw": EVERYBODY,
    "api_mail_html": EVERYBODY,
    "api_mail_file": EVERYBODY,
    "api_mail_page": EVERYBODY,
    "api_evidence": EVERYBODY,
    "api_set_aside": STAFF,
    "api_arrival": STAFF,
    "api_retry": STAFF,
    "api_retry_all": STAFF,
    "api_customers": EVERYBODY,
    "api_customer": EVERYBODY,
    "api_products": EVERYBODY,
    "api_shipments": EVERYBODY,
    "api_people": EVERYBODY,
    "api_card": EVERYBODY,
    "api_card_add": STAFF,
    "api_card_put": STAFF,
    "api_card_remove": STAFF,
    "api_import": STAFF,
    "api_account": EVERYBODY,
    "api_language": EVERYBODY,
    "api_token_revoke": EVERYBODY,
    "api_views": EVERYBODY,
    "api_view_save": EVERYBODY,
    "api_view_remove": EVERYBODY,
    "api_mail_words": WORKERS,
    "api_uploads": STAFF,
    "api_upload": STAFF,
    "api_upload_give": STAFF,
    "api_figures": EVERYBODY,
    "api_figures_people": STAFF | {READ_ONLY},
    "api_users": ADMINISTRATORS,
    "api_user_add": ADMINISTRATORS,
    "api_user_change": ADMINISTRATORS,
    "api_user_password": ADMINISTRATORS,
    "api_user_step": ADMINISTRATORS,
    "api_health": OVERSEERS,
    "api_audit": ADMINISTRATORS,
    "api_webhooks": OVERSEERS,
    "api_webhook_messages": OVERSEERS,
    "api_webhook_resend": ADMINISTRATORS,
    "api_webhook_resend_all": ADMINISTRATORS,
    # administration
    "admin": OVERSEERS,
    "admin_health": OVERSEERS,
    "admin_mailboxes": OVERSEERS,
    "admin_mailbox_try": ADMINISTRATORS,
    "admin_policy": OVERSEERS,
    "admin_templates": OVERSEERS,
    "admin_template": OVERSEERS,
    "admin_template_html": OVERSEERS,
    "admin_eightd": OVERSEERS,
    "admin_model": OVERSEERS,
    "admin_users": ADMINISTRATORS,
    "admin_user": ADMINISTRATORS,
    "admin_user_add": ADMINISTRATORS,
    "admin_user_step": ADMINISTRATORS,
    "admin_audit": ADMINISTRATORS,
    "admin_webhooks": OVERSEERS,
    "admin_webhook_resend": ADMINISTRATORS,
}

# What a user whose password must be changed may still use.
BEFORE_A_NEW_PASSWORD = frozenset(
    {"account", "change_password", "change_language", "sign_out", "sign_in_page", "sign_in", "health"}
)


def may(role: SiteRole, route: str) -> bool:
    """Whether a signed-in user of this role may use a route."""
    allowed = RIGHTS.get(route)
    return allowed is not None and (allowed is PUBLIC or role in allowed)
