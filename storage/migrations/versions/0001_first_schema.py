"""The first schema: arrivals, records with all that hangs on them, letters, master data, sources."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

_COUNT = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    op.create_table(
        "arrivals",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("taken_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=True),
        sa.Column("headers_only", sa.Boolean(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("became", sa.Text(), nullable=True),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_arrivals")),
        sa.UniqueConstraint("source", "key", name=op.f("uq_arrivals_source_key")),
    )
    op.create_index(op.f("ix_arrivals_fingerprint"), "arrivals", ["fingerprint"], unique=False)
    op.create_index(op.f("ix_arrivals_message_id"), "arrivals", ["message_id"], unique=False)
    op.create_index(op.f("ix_arrivals_record"), "arrivals", ["record"], unique=False)
    op.create_index(op.f("ix_arrivals_state_taken_at"), "arrivals", ["state", "taken_at"], unique=False)
    op.create_index(op.f("ix_arrivals_taken_at"), "arrivals", ["taken_at"], unique=False)
    op.create_table(
        "counters",
        sa.Column("prefix", sa.Text(), nullable=False),
        sa.Column("month", sa.Text(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("prefix", "month", name=op.f("pk_counters")),
    )
    op.create_table(
        "customers",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("aliases", sa.Text(), nullable=False),
        sa.Column("domains", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.Column("fax", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("province", sa.Text(), nullable=False),
        sa.Column("remote", sa.Boolean(), nullable=False),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_customers")),
        sa.UniqueConstraint("key", name=op.f("uq_customers_key")),
    )
    op.create_table(
        "people",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("email", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_people")),
        sa.UniqueConstraint("key", name=op.f("uq_people_key")),
    )
    op.create_index(op.f("ix_people_role"), "people", ["role"], unique=False)
    op.create_table(
        "products",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("product", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("part_no", sa.Text(), nullable=False),
        sa.Column("customer_part_no", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("model_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_products")),
        sa.UniqueConstraint("key", name=op.f("uq_products_key")),
    )
    op.create_index(op.f("ix_products_model_key"), "products", ["model_key"], unique=False)
    op.create_table(
        "records",
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("reasons", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("customer_company", sa.Text(), nullable=True),
        sa.Column("customer_contact", sa.Text(), nullable=True),
        sa.Column("customer_email", sa.Text(), nullable=True),
        sa.Column("customer_phone", sa.Text(), nullable=True),
        sa.Column("customer_fax", sa.Text(), nullable=True),
        sa.Column("customer_location", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("missing", sa.Text(), nullable=False),
        sa.Column("department", sa.Text(), nullable=False),
        sa.Column("owner", sa.Text(), nullable=False),
        sa.Column("signals", sa.Text(), nullable=False),
        sa.Column("requests", sa.Text(), nullable=False),
        sa.Column("claim_amount", sa.Double(), nullable=True),
        sa.Column("claim_currency", sa.Text(), nullable=True),
        sa.Column("reply_due", sa.Text(), nullable=True),
        sa.Column("customer_id", sa.BigInteger(), nullable=True),
        sa.Column("merged_into", sa.Text(), nullable=True),
        sa.Column("warnings", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("search", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_records")),
    )
    op.create_index(op.f("ix_records_customer_email"), "records", ["customer_email"], unique=False)
    op.create_index(op.f("ix_records_owner"), "records", ["owner"], unique=False)
    op.create_index(op.f("ix_records_received_at_number"), "records", ["received_at", "number"], unique=False)
    op.create_index(op.f("ix_records_state"), "records", ["state"], unique=False)
    op.create_table(
        "shipments",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("customer", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("quantity", sa.Double(), nullable=True),
        sa.Column("ship_date", sa.Date(), nullable=True),
        sa.Column("order_no", sa.Text(), nullable=False),
        sa.Column("batch_key", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_shipments")),
        sa.UniqueConstraint("key", name=op.f("uq_shipments_key")),
    )
    op.create_index(op.f("ix_shipments_batch_key"), "shipments", ["batch_key"], unique=False)
    op.create_table(
        "sources",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("uid_validity", sa.BigInteger(), nullable=True),
        sa.Column("last_uid", sa.BigInteger(), nullable=True),
        sa.Column("last_ok_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failing_since", sa.DateTime(timezone=True), nullable=True),
        sa.Column("error", sa.Text(), nullable=False),
        sa.Column("seen", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_sources")),
    )
    op.create_table(
        "tokens",
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("token", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("source", name=op.f("pk_tokens")),
    )
    op.create_table(
        "corrections",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("item", sa.Integer(), nullable=True),
        sa.Column("field", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.Column("by", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_corrections_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_corrections")),
    )
    op.create_index(op.f("ix_corrections_record"), "corrections", ["record"], unique=False)
    op.create_table(
        "customer_marks",
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("mark", sa.Text(), nullable=False),
        sa.Column("customer", sa.BigInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["customer"], ["customers.id"], name=op.f("fk_customer_marks_customer"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("kind", "mark", "customer", name=op.f("pk_customer_marks")),
    )
    op.create_index(op.f("ix_customer_marks_customer"), "customer_marks", ["customer"], unique=False)
    op.create_table(
        "events",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("old", sa.Text(), nullable=True),
        sa.Column("new", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_events_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
    )
    op.create_index(op.f("ix_events_record"), "events", ["record"], unique=False)
    op.create_table(
        "items",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("product", sa.Text(), nullable=True),
        sa.Column("model", sa.Text(), nullable=True),
        sa.Column("batch", sa.Text(), nullable=False),
        sa.Column("order_no", sa.Text(), nullable=True),
        sa.Column("production_date", sa.Text(), nullable=True),
        sa.Column("ship_date", sa.Text(), nullable=True),
        sa.Column("quantity_shipped", sa.Double(), nullable=True),
        sa.Column("quantity_inspected", sa.Double(), nullable=True),
        sa.Column("quantity_defective", sa.Double(), nullable=True),
        sa.Column("defect_rate", sa.Double(), nullable=True),
        sa.Column("defect", sa.Text(), nullable=True),
        sa.Column("disposition", sa.Text(), nullable=True),
        sa.Column("model_key", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_items_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("record", "position", name=op.f("pk_items")),
    )
    op.create_index(op.f("ix_items_model_key"), "items", ["model_key"], unique=False)
    op.create_table(
        "letters",
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("record", sa.Text(), nullable=True),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("to", sa.Text(), nullable=False),
        sa.Column("cc", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("in_reply_to", sa.Text(), nullable=True),
        sa.Column("references", sa.Text(), nullable=False),
        sa.Column("headers", sa.Text(), nullable=False),
        sa.Column("attachments", sa.Text(), nullable=False),
        sa.Column("satisfies", sa.Text(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("claim", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("next_try_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_letters_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letters")),
        sa.UniqueConstraint("message_id", name=op.f("uq_letters_message_id")),
    )
    op.create_index(op.f("ix_letters_record"), "letters", ["record"], unique=False)
    op.create_index(op.f("ix_letters_state_created_at"), "letters", ["state", "created_at"], unique=False)
    op.create_index(
        "uq_letters_acknowledgement",
        "letters",
        ["record"],
        unique=True,
        sqlite_where=sa.text("purpose = 'acknowledgement' AND state <> 'cancelled' AND record IS NOT NULL"),
        postgresql_where=sa.text("purpose = 'acknowledgement' AND state <> 'cancelled' AND record IS NOT NULL"),
    )
    op.create_table(
        "messages",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("direction", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.Text(), nullable=True),
        sa.Column("arrival", sa.Text(), nullable=True),
        sa.Column("recipients", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_messages_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages")),
    )
    op.create_index(op.f("ix_messages_message_id"), "messages", ["message_id"], unique=False)
    op.create_index(op.f("ix_messages_record"), "messages", ["record"], unique=False)
    op.create_index(
        "uq_messages_incoming",
        "messages",
        ["fingerprint"],
        unique=True,
        sqlite_where=sa.text("direction = 'in' AND fingerprint IS NOT NULL"),
        postgresql_where=sa.text("direction = 'in' AND fingerprint IS NOT NULL"),
    )
    op.create_table(
        "readings",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("reading", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_readings_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("record", name=op.f("pk_readings")),
    )
    op.create_table(
        "windows",
        sa.Column("record", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("due_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("clause", sa.Text(), nullable=False),
        sa.Column("clock", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("met_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reminded", sa.Text(), nullable=False),
        sa.Column("look_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["record"], ["records.number"], name=op.f("fk_windows_record"), initially="DEFERRED", deferrable=True
        ),
        sa.PrimaryKeyConstraint("record", "name", name=op.f("pk_windows")),
    )
    op.create_index(op.f("ix_windows_state_due_at"), "windows", ["state", "due_at"], unique=False)
    op.create_index(op.f("ix_windows_look_at"), "windows", ["look_at"], unique=False)
    op.create_table(
        "letter_recipients",
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter"], ["letters.id"], name=op.f("fk_letter_recipients_letter"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("letter", "address", name=op.f("pk_letter_recipients")),
    )
    op.create_index(op.f("ix_letter_recipients_address"), "letter_recipients", ["address"], unique=False)
    op.create_table(
        "letter_states",
        sa.Column("id", _COUNT, nullable=False),
        sa.Column("letter", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["letter"], ["letters.id"], name=op.f("fk_letter_states_letter"), ondelete="CASCADE"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letter_states")),
    )
    op.create_index(op.f("ix_letter_states_letter"), "letter_states", ["letter"], unique=False)
