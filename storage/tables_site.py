"""The tables of the review site: who may sign in, what they did there, and what makes its lists fast.

`open_records` holds one narrow row for each record that is neither closed, cancelled nor merged, with the end of its
next running window: the inbox reads nothing else, so that its cost does not grow with what is closed. `finds` holds
what the search box looks in; the index over it is made by the migration, since each database has a kind of its own
(`storage.finding`).
"""

import sqlalchemy as sa

from storage.columns import Document, Mark, Moment, OneOf, Words
from storage.imports import ImportState
from storage.records import Class, RecordState
from storage.site import SiteRole
from storage.tables import counted, metadata

open_records = sa.Table(
    "open_records",
    metadata,
    sa.Column(
        "record",
        Mark,
        sa.ForeignKey("records.number", deferrable=True, initially="DEFERRED"),
        primary_key=True,
    ),
    sa.Column("due_at", Moment, nullable=False),  # of the next running window; `FAR` where none runs
    sa.Column("letter", OneOf(Class), nullable=False),
    sa.Column("state", OneOf(RecordState), nullable=False),
    sa.Column("department", Words, nullable=False),
    sa.Column("owner", Mark, nullable=False),
    sa.Column("received_at", Moment, nullable=False),
    sa.Index(None, "due_at", "letter", "record"),
    sa.Index(None, "owner", "due_at"),
)

finds = sa.Table(
    "finds",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("record", Mark, sa.ForeignKey("records.number", deferrable=True, initially="DEFERRED"), nullable=False),
    sa.Column("words", Words, nullable=False),
    sa.UniqueConstraint("record"),
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("email", Mark, nullable=False),  # in lower case
    sa.Column("name", Words, nullable=False),
    sa.Column("language", Words, nullable=False),
    sa.Column("role", OneOf(SiteRole), nullable=False),
    sa.Column("hash", Words, nullable=False),  # argon2id; empty: signs in elsewhere (OpenID Connect) only
    sa.Column("disabled", sa.Boolean, nullable=False),
    sa.Column("must_change", sa.Boolean, nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("signed_in_at", Moment),
    sa.UniqueConstraint("email"),
)

sessions = sa.Table(
    "sessions",
    metadata,
    sa.Column("key", Mark, primary_key=True),  # SHA-256 of the cookie's value
    sa.Column("user", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("created_at", Moment, nullable=False),
    sa.Column("seen_at", Moment, nullable=False),
    sa.Column("device", Words, nullable=False),
    sa.Index(None, "user"),
    sa.Index(None, "seen_at"),
)

sign_in_attempts = sa.Table(
    "sign_in_attempts",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("email", Mark, nullable=False),
    sa.Column("address", Mark, nullable=False),
    sa.Index(None, "email", "at"),
    sa.Index(None, "address", "at"),
    sa.Index(None, "at"),
)

saved_views = sa.Table(
    "saved_views",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("user", sa.BigInteger, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("query", Words, nullable=False),
    sa.UniqueConstraint("user", "name"),
)

# What was done at the site besides acts on records, which are in `events`: sign-ins, users, passwords, master data.
audit = sa.Table(
    "audit",
    metadata,
    sa.Column("id", counted, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("who", Mark, nullable=False),
    sa.Column("what", Words, nullable=False),
    sa.Column("about", Mark, nullable=False),
    sa.Column("detail", Document),
    sa.Index(None, "at"),
    sa.Index(None, "about", "id"),
    sa.Index(None, "who", "at"),
)

# Who stands in for one of our people, by their addresses in lower case.
deputies = sa.Table(
    "deputies",
    metadata,
    sa.Column("email", Mark, primary_key=True),
    sa.Column("deputy", Mark, nullable=False),
)

# Files that somebody gave in at the site, to be read like a fax.
uploads = sa.Table(
    "uploads",
    metadata,
    sa.Column("arrival", Mark, primary_key=True),
    sa.Column("by", Mark, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("channel", Words, nullable=False),  # how it came, as the person says; empty: as the reader takes it
    sa.Column("reading_at", Moment),  # when a worker began with it
    sa.Index(None, "at", "arrival"),
)

# Customers' own report forms between their preview and their confirmation.
form_drafts = sa.Table(
    "import_drafts",  # its name when master data waited there too
    metadata,
    sa.Column("id", Mark, primary_key=True),
    sa.Column("by", Mark, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),
    sa.Index(None, "at"),
)

# Who looks at a record now; a row is put again while his page is open.
visits = sa.Table(
    "visits",
    metadata,
    sa.Column("record", Mark, primary_key=True),
    sa.Column("who", Mark, primary_key=True),
    sa.Column("at", Moment, nullable=False),
    sa.Column("typing", sa.Boolean, nullable=False),
)

# Imports of master data: their files until they are taken in, how far they are, and what they came to.
master_imports = sa.Table(
    "master_imports",
    metadata,
    sa.Column("id", Mark, primary_key=True),
    sa.Column("by", Mark, nullable=False),
    sa.Column("at", Moment, nullable=False),
    sa.Column("kind", Words, nullable=False),
    sa.Column("name", Words, nullable=False),
    sa.Column("content", sa.LargeBinary, nullable=False),  # empty once it has ended
    sa.Column("state", OneOf(ImportState), nullable=False),
    *(sa.Column(n, sa.Integer, nullable=False) for n in ("total", "done", "added", "changed", "same", "refused")),
    sa.Column("rows", Document, nullable=False),
    sa.Column("ignored", Document, nullable=False),
    sa.Column("cause", Words, nullable=False),
    sa.Column("remedy", Words, nullable=False),
    sa.Column("worker", Mark, nullable=False),
    sa.Column("seen_at", Moment),
    sa.Column("tries", sa.Integer, nullable=False),
    sa.Column("ended_at", Moment),
    sa.Index(None, "by", "at"),
    sa.Index(None, "state"),
)
