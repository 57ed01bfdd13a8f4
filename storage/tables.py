"""The schema: one for SQLite and PostgreSQL. Its steps are in `migrations/versions`, and a test holds the two together.

The unique keys are what makes work idempotent: a job that runs twice, on one machine or on two, changes nothing the
second time. Column names are the records' field names, so that `rows` needs no table of names.
"""

import sqlalchemy as sa

from storage.columns import Document, Mark, Moment, OneOf, Tuples, Words
from storage.eight_d import ReportState
from storage.life import EvidenceKind, Grade, ProposalState, Responsibility, TaskKind, TaskState
from storage.records import (
    ArrivalState,
    Became,
    Class,
    LetterState,
    Purpose,
    RecordState,
    Role,
    WindowName,
    WindowState,
)

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite counts rows by itself only where the key is an INTEGER.
counted = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def _of_record(nullable: bool = False, primary_key: bool = False) -> "sa.Column[str]":
    """A reference to a record; checked at the commit, so that the order of saving is free."""
    key = sa.ForeignKey("records.number", deferrable=True, initially="DEFERRED")
    return sa.Column("record", Mark, key, nullable=nullable, primary_key=primary_key)


def _words(name: str) -> "sa.Column[str]":
    return sa.Column(name, Words, nullable=False)


arrivals = sa.Table(
    "arrivals",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    sa.Column("source", Mark, nullable=False),
    sa.Column("key", Mark, nullable=False),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("size", sa.BigInteger, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("taken_at", Moment, nullable=False),
    sa.Column("file_name", Words),
    sa.Column("headers_only", sa.Boolean, nullable=False),
    sa.Column("message_id", Mark),
    sa.Column("fingerprint", Mark),
    _words("subject"),
    _words("sender"),
    sa.Column("state", OneOf(ArrivalState), nullable=False),
    sa.Column("became", OneOf(Became)),
    sa.Column("record", Mark),
    _words("why"),
    _words("remedy"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.UniqueConstraint("source", "key"),
    sa.Index(None, "fingerprint"),
    sa.Index(None, "message_id"),
    sa.Index(None, "state", "taken_at"),
    sa.Index(None, "record"),
    sa.Index(None, "taken_at", "state", "became"),
)

counters = sa.Table(
    "counters",
    metadata,
    sa.Column("prefix", Mark, primary_key=True),
    sa.Column("month", Mark, primary_key=True),
    sa.Column("last", sa.Integer, nullable=False),
)

records = sa.Table(
    "records",
    metadata,
    sa.Column("number", Mark, primary_key=True),
    sa.Column("state", OneOf(RecordState), nullable=False),
    sa.Column("letter", OneOf(Class), nullable=False),
    sa.Column("reasons", Tuples, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("channel", Words, nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Column("opened_at", Moment, nullable=False),
    sa.Column("customer_company", Words),
    sa.Column("customer_contact", Words),
    sa.Column("customer_email", Mark),
    sa.Column("customer_phone", Words),
    sa.Column("customer_fax", Words),
    sa.Column("customer_location", Words),
    _words("subject"),
    sa.Column("missing", Tuples, nullable=False),
    _words("department"),
    sa.Column("owner", Mark, nullable=False),
    sa.Column("signals", Tuples, nullable=False),
    sa.Column("requests", Tuples, nullable=False),
    sa.Column("claim_amount", sa.Double),
    sa.Column("claim_currency", Words),
    sa.Column("reply_due", Words),
    sa.Column("customer_id", sa.BigInteger),
    sa.Column("merged_into", Words),
    sa.Column("warnings", Tuples, nullable=False),
    sa.Column("version", sa.Integer, nullable=False),
    sa.Column("search", Words, nullable=False),  # what the search box looks in, in normal form
    sa.Index(None, "received_at", "number"),
    sa.Index(None, "state", "received_at", "number"),
    sa.Index(None, "customer_email", "received_at", "number"),
    sa.Index(None, "owner", "received_at", "number"),
    sa.Index(None, "department", "received_at", "number"),
    sa.Index(None, "customer_id", "received_at", "number"),
)

# Apart from `records`, because it is large and a list of records never shows it.
readings = sa.Table(
    "readings",
    metadata,
    _of_record(primary_key=True),
    sa.Column("reading", Document, nullable=False),
)

items = sa.Table(
    "items",
    metadata,
    _of_record(primary_key=True),
    sa.Column("position", sa.Integer, primary_key=True),
    sa.Column("product", Words),
    sa.Column("model", Words),
    sa.Column("batch", Tuples, nullable=False),
    sa.Column("order_no", Words),
    sa.Column("production_date", Words),
    sa.Column("ship_date", Words),
    sa.Column("quantity_shipped", sa.Double),
    sa.Column("quantity_inspected", sa.Double),
    sa.Column("quantity_defective", sa.Double),
    sa.Column("defect_rate", sa.Double),
    sa.Column("defect", Words),
    sa.Column("disposition", Words),
    sa.Column("model_key", Mark),  # the model in normal form
    sa.Column("received_at", Moment),  # the record's: the newest of a model are found by the index alone
    sa.Index(None, "model_key", "received_at", "record"),
)

windows = sa.Table(
    "windows",
    metadata,
    _of_record(primary_key=True),
    sa.Column("name", OneOf(WindowName), primary_key=True),
    sa.Column("starts_at", Moment, nullable=False),
    sa.Column("due_at", Moment, nullable=False),
    sa.Column("clause", Words, nullable=False),
    sa.Column("clock", Words, nullable=False),
    sa.Column("state", OneOf(WindowState), nullable=False),
    sa.Column("met_at", Moment),
    sa.Column("reminded", Tuples, nullable=False),
    sa.Column("look_at", Moment),
    sa.Index(None, "state", "due_at"),
    sa.Index(None, "look_at"),
)

letters = sa.Table(
    "letters",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    _of_record(nullable=True),
    sa.Column("purpose", OneOf(Purpose), nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Column("to", Tuples, nullable=False),
    sa.Column("cc", Tuples, nullable=False),
    sa.Column("subject", Words, nullable=False),
    sa.Column("text", Words, nullable=False),
    sa.Column("html", Words, nullable=False),
    sa.Column("message_id", Mark, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("in_reply_to", Words),
    sa.Column("references", Tuples, nullable=False),
    sa.Column("headers", Document, nullable=False),
    sa.Column("attachments", Tuples, nullable=False),
    sa.Column("satisfies", OneOf(WindowName)),
    sa.Column("state", OneOf(LetterState), nullable=False),
    _words("claim"),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", Moment),
    sa.Column("sent_at", Moment),
    _words("answer"),
    _words("remedy"),
    sa.UniqueConstraint("message_id"),
    sa.Index(None, "state", "created_at"),
    sa.Index(None, "record"),
)

# At most one acknowledgement a record; one that a person cancelled does not count.
sa.Index(
    "uq_letters_acknowledgement",
    letters.c.record,
    unique=True,
    sqlite_where=sa.text("purpose = 'acknowledgement' AND state <> 'cancelled' AND record IS NOT NULL"),
    postgresql_where=sa.text("purpose = 'acknowledgement' AND state <> 'cancelled' AND record IS NOT NULL"),
)

# Who a letter goes to, one address a row in lower case: what the brake on acknowledgements counts.
letter_recipients = sa.Table(
    "letter_recipients",
    metadata,
    sa.Column("letter", Mark, sa.ForeignKey("letters.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("address", Mark, primary_key=True),
    sa.Index(None, "address"),
)

letter_states = sa.Table(
    "letter_states",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("letter", Mark, sa.ForeignKey("letters.id", ondelete="CASCADE"), nullable=False),
    sa.Column("state", OneOf(LetterState), nullable=False),
    sa.Column("at", Moment),
    sa.Column("attempts", sa.Integer, nullable=False),
    _words("answer"),
    sa.Index(None, "letter"),
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", counted, primary_key=True),
    _of_record(),
    sa.Column("direction", Words, nullable=False),
    sa.Column("message_id", Mark),
    sa.Column("subject", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("source", Mark, nullable=False),
    sa.Column("fingerprint", Mark),
    sa.Column("arrival", Words),
    sa.Column("recipients", Tuples, nullable=False),
    sa.Column("sha256", Words),
    sa.Column("party", Words),
    sa.Index(None, "record"),
    sa.Index(None, "message_id"),
)

# Two workers cannot open two records for one mail, whatever two ways it came.
sa.Index(
    "uq_messages_incoming",
    messages.c.fingerprint,
    unique=True,
    sqlite_where=sa.text("direction = 'in' AND fingerprint IS NOT NULL"),
    postgresql_where=sa.text("direction = 'in' AND fingerprint IS NOT NULL"),
)

events = sa.Table(
    "events",
    metadata,
    sa.Column("id", counted, primary_key=True),
    _of_record(nullable=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", Words, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("old", Document),
    sa.Column("new", Document),
    sa.Index(None, "record"),
)

# What people did, by time: the audit log reads these alone, however much the service itself has noted.
for name, columns in (("ix_events_by_people", ("at", "id")), ("ix_events_of_a_person", ("who", "at", "id"))):
    sa.Index(
        name,
        *(events.c[column] for column in columns),
        sqlite_where=sa.text("who <> 'system'"),
        postgresql_where=sa.text("who <> 'system'"),
    )

corrections = sa.Table(
    "corrections",
    metadata,
    sa.Column("id", counted, primary_key=True),
    _of_record(),
    sa.Column("item", sa.Integer),
    sa.Column("field", Words, nullable=False),
    sa.Column("old", Document),
    sa.Column("new", Document),
    sa.Column("by", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("spot", Document),
    sa.Index(None, "record"),
)

customers = sa.Table(
    "customers",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("key", Mark, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("aliases", Tuples, nullable=False),
    sa.Column("domains", Tuples, nullable=False),
    _words("contact"),
    _words("email"),
    _words("phone"),
    _words("fax"),
    _words("language"),
    _words("province"),
    sa.Column("remote", sa.Boolean, nullable=False),
    sa.Column("agreement", Document, nullable=False),
    sa.Column("search", Words),  # what a list's search looks in, squeezed
    sa.UniqueConstraint("key"),
)

# The marks by which a customer is known again: address, domain, fax digits, name or alias, each in normal form.
customer_marks = sa.Table(
    "customer_marks",
    metadata,
    sa.Column("kind", Mark, primary_key=True),
    sa.Column("mark", Mark, primary_key=True),
    sa.Column("customer", sa.BigInteger, sa.ForeignKey("customers.id", ondelete="CASCADE"), primary_key=True),
    sa.Index(None, "customer"),
)

products = sa.Table(
    "products",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("key", Mark, nullable=False),
    sa.Column("product", Words, nullable=False),
    sa.Column("model", Words, nullable=False),
    _words("part_no"),
    _words("customer_part_no"),
    _words("department"),
    sa.Column("model_key", Mark, nullable=False),
    sa.Column("search", Words),
    sa.UniqueConstraint("key"),
    sa.Index(None, "model_key"),
)

shipments = sa.Table(
    "shipments",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("key", Mark, nullable=False),
    sa.Column("customer", Words, nullable=False),
    sa.Column("model", Words, nullable=False),
    sa.Column("batch", Words, nullable=False),
    sa.Column("quantity", sa.Double),
    sa.Column("ship_date", sa.Date),
    _words("order_no"),
    sa.Column("batch_key", Mark, nullable=False),
    sa.Column("customer_key", Mark),  # its name in normal form
    sa.Column("search", Words),
    sa.UniqueConstraint("key"),
    sa.Index(None, "batch_key"),
    sa.Index(None, "customer_key", "id"),
)

suppliers = sa.Table(
    "suppliers",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("key", Mark, nullable=False),
    sa.Column("name", Words, nullable=False),
    _words("contact"),
    _words("email"),
    _words("phone"),
    _words("language"),
    _words("search"),
    sa.UniqueConstraint("key"),
)

service_points = sa.Table(
    "service_points",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("key", Mark, nullable=False),
    sa.Column("name", Words, nullable=False),
    _words("region"),
    _words("contact"),
    _words("phone"),
    _words("address"),
    _words("search"),
    sa.UniqueConstraint("key"),
)

people = sa.Table(
    "people",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("key", Mark, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("email", Words, nullable=False),
    sa.Column("department", Words, nullable=False),
    sa.Column("role", OneOf(Role), nullable=False),
    sa.UniqueConstraint("key"),
    sa.Index(None, "role"),
)

sources = sa.Table(
    "sources",
    metadata,
    sa.Column("source", Mark, primary_key=True),
    sa.Column("uid_validity", sa.BigInteger),
    sa.Column("last_uid", sa.BigInteger),
    sa.Column("last_ok_at", Moment),
    sa.Column("failing_since", Moment),
    _words("error"),
    sa.Column("seen", sa.BigInteger, nullable=False),
)

# OAuth refresh tokens that the server changed (it may do so at each use; the settings hold only the first).
tokens = sa.Table(
    "tokens",
    metadata,
    sa.Column("source", Mark, primary_key=True),
    sa.Column("token", Words, nullable=False),
)

# -------------------------------------------------------------------- the life of a record

lives = sa.Table(
    "lives",
    metadata,
    _of_record(primary_key=True),
    sa.Column("confirmed_at", Moment),
    _words("confirmed_by"),
    sa.Column("dispatched_at", Moment),
    sa.Column("signed_at", Moment),
    _words("signed_by"),
    sa.Column("refusals", sa.Integer, nullable=False),
    _words("handover_to"),
    sa.Column("handover_at", Moment),
    _words("cause"),
    sa.Column("responsibility", OneOf(Responsibility)),
    sa.Column("same_fault", sa.Boolean),
    sa.Column("estimate", sa.Double),
    _words("class_set_by"),
    sa.Column("waived_fields", Tuples, nullable=False),
    sa.Column("waived_windows", Tuples, nullable=False),
    sa.Column("promised_on", sa.Date),
    sa.Column("rejections", sa.Integer, nullable=False),
    sa.Column("reported_at", Moment),
    sa.Column("accepted_at", Moment),
    sa.Column("closed_at", Moment),
    sa.Column("survey_at", Moment),
    sa.Column("reminded", Tuples, nullable=False),
    sa.Column("look_at", Moment),
    sa.Index(None, "look_at"),
    sa.Index(None, "survey_at"),
    sa.Index(None, "closed_at"),
)

tasks = sa.Table(
    "tasks",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    _of_record(),
    sa.Column("kind", OneOf(TaskKind), nullable=False),
    sa.Column("owner", Mark, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    _words("created_by"),
    _words("department"),
    sa.Column("due_at", Moment),
    _words("note"),
    sa.Column("state", OneOf(TaskState), nullable=False),
    sa.Column("done_at", Moment),
    _words("done_by"),
    _words("result"),
    sa.Column("data", Document, nullable=False),
    sa.Column("reminded", Tuples, nullable=False),
    sa.Column("look_at", Moment),
    sa.Index(None, "record"),
    sa.Index(None, "owner"),
    sa.Index(None, "due_at"),
    sa.Index(None, "look_at"),
)

evidence = sa.Table(
    "evidence",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    _of_record(),
    sa.Column("kind", OneOf(EvidenceKind), nullable=False),
    _words("name"),
    _words("media_type"),
    sa.Column("sha256", Mark, nullable=False),
    _words("by"),
    sa.Column("at", Moment, nullable=False),
    _words("note"),
    _words("step"),
    _words("arrival"),
    _words("part"),
    _words("origin"),
    sa.Index(None, "record"),
    sa.Index(None, "arrival"),
)

# Each revision of a record's 8D, whole.
reports = sa.Table(
    "reports",
    metadata,
    _of_record(primary_key=True),
    sa.Column("revision", sa.Integer, primary_key=True),
    sa.Column("report", Document, nullable=False),
    sa.Column("state", OneOf(ReportState), nullable=False),
    _words("by"),
    sa.Column("at", Moment, nullable=False),
    _words("approved_by"),
    sa.Column("approved_at", Moment),
    sa.Column("warnings", Tuples, nullable=False),
)

warned = sa.Table(
    "warned",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    _of_record(),
    sa.Column("customer", Words, nullable=False),
    sa.Column("customer_id", sa.BigInteger),
    sa.Column("email", Mark, nullable=False),
    _words("language"),
    sa.Column("shipments", Tuples, nullable=False),
    sa.Column("letter", Mark),
    sa.Column("suspected", sa.Boolean, nullable=False),
    sa.Column("confirmed_at", Moment),
    _words("confirmed_by"),
    sa.Column("again", Tuples, nullable=False),
    sa.Column("sent_at", Moment),
    sa.Column("asked_at", Moment),
    sa.Column("reminded", Tuples, nullable=False),
    sa.Column("look_at", Moment),
    sa.Index(None, "record"),
    sa.Index(None, "letter"),
    sa.Index(None, "look_at"),
)

supplier_claims = sa.Table(
    "supplier_claims",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    _of_record(),
    sa.Column("supplier", Words, nullable=False),
    sa.Column("supplier_id", sa.BigInteger),
    sa.Column("email", Mark, nullable=False),
    _words("language"),
    _words("contact"),
    _words("material"),
    _words("batch"),
    _words("quantity"),
    _words("text"),
    sa.Column("asked_at", Moment, nullable=False),
    _words("by"),
    sa.Column("task", Mark, nullable=False),
    sa.Column("letter", Mark, nullable=False),
    sa.Column("again", Tuples, nullable=False),
    sa.Index(None, "record"),
    sa.Index(None, "supplier_id"),
)

surveys = sa.Table(
    "surveys",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    _of_record(nullable=True),
    sa.Column("customer", Words, nullable=False),
    sa.Column("customer_id", sa.BigInteger),
    sa.Column("email", Mark, nullable=False),
    _words("language"),
    sa.Column("asked_at", Moment, nullable=False),
    sa.Column("letter", Mark),
    sa.Column("answered_at", Moment),
    sa.Column("grade", OneOf(Grade)),
    _words("comment"),
    sa.Column("follow_up", Mark),
    sa.Index(None, "record"),
    sa.Index(None, "letter"),
    sa.Index(None, "asked_at"),
    sa.Index(None, "customer_id", "asked_at"),
)

proposals = sa.Table(
    "proposals",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    _of_record(),
    sa.Column("item", sa.Integer),
    _words("field"),
    sa.Column("value", Document),
    _words("text"),
    sa.Column("confidence", sa.Double, nullable=False),
    sa.Column("arrival", Mark),
    sa.Column("at", Moment, nullable=False),
    sa.Column("state", OneOf(ProposalState), nullable=False),
    sa.Index(None, "record"),
)

customer_forms = sa.Table(
    "customer_forms",
    metadata,
    sa.Column("customer_id", sa.BigInteger, primary_key=True, autoincrement=False),
    _words("name"),
    _words("media_type"),
    sa.Column("sha256", Mark, nullable=False),
    _words("mapping"),
    _words("by"),
    sa.Column("at", Moment, nullable=False),
)

# What the daily, weekly and monthly letters are made for: each once, also after the service was down.
rounds = sa.Table(
    "rounds",
    metadata,
    sa.Column("name", Mark, primary_key=True),  # "digest", "weekly", "monthly", "half_yearly"
    sa.Column("period", Mark, primary_key=True),  # "2026-11-29", "2026-W48", "2026-11"
    sa.Column("at", Moment, nullable=False),
)

# Which raw mails and files have documents whose pages are drawn, or wait for it (`at` is NULL).
drawings = sa.Table(
    "drawings",
    metadata,
    sa.Column("source", Mark, primary_key=True),  # the arrival's blob
    sa.Column("arrival", Mark, nullable=False),
    sa.Column("at", Moment),
    sa.Index(None, "at"),
)

# The pages of documents as pictures, each a blob.
pages = sa.Table(
    "pages",
    metadata,
    sa.Column("source", Mark, primary_key=True),
    sa.Column("part", Mark, primary_key=True),
    sa.Column("page", sa.Integer, primary_key=True),
    sa.Column("sha256", Words, nullable=False),
    sa.Column("width", sa.Double, nullable=False),  # points, as Source.box counts
    sa.Column("height", sa.Double, nullable=False),
    sa.Column("across", sa.Integer, nullable=False),  # pixels
    sa.Column("down", sa.Integer, nullable=False),
)
