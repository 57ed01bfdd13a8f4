"""The tables of the doors for machines: tokens of the JSON API, and what receivers of webhooks are to be told."""

import sqlalchemy as sa

from storage.columns import Mark, Moment, OneOf, Words
from storage.outbox_rows import DeliveryState
from storage.tables import counted, metadata

api_tokens = sa.Table(
    "api_tokens",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("user", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("key", Mark, nullable=False),  # SHA-256 of the token
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("expires_at", Moment),
    sa.Column("seen_at", Moment),
    sa.UniqueConstraint("key"),
    sa.UniqueConstraint("user", "name"),
)

# What happened to records and was not yet made into deliveries: a narrow row an event, written with the event. No key
# to `records`: the event beside it has one.
changes = sa.Table(
    "changes",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("record", Mark, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("at", Moment, nullable=False),
)

# One row a message and receiver, with the very bytes that are sent.
deliveries = sa.Table(
    "deliveries",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("message", Mark, nullable=False),  # webhook-id: the same whenever it is tried again
    sa.Column("webhook", Mark, nullable=False),  # its name in the settings
    sa.Column("record", Mark, nullable=False),
    sa.Column("event", Words, nullable=False),
    sa.Column("body", Words, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("state", OneOf(DeliveryState), nullable=False),
    sa.Column("attempts", sa.Integer, nullable=False),
    sa.Column("next_try_at", Moment),
    sa.Column("held_until", Moment),  # by the process that is sending it
    sa.Column("ended_at", Moment),
    sa.Column("answer", Words, nullable=False),
    sa.Index(None, "webhook", "state", "next_try_at"),
    sa.Index(None, "webhook", "record", "state"),
    sa.Index(None, "state", "id"),
)
