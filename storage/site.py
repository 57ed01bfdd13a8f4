"""Who may sign in to the review site, as frozen data without SQL."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any


class SiteRole(StrEnum):
    """Which pages a user sees. What he may do to a record is decided by his roles among our people (`Role`)."""

    REVIEWER = "reviewer"
    DEPARTMENT = "department"
    APPROVER = "approver"
    ADMINISTRATOR = "administrator"
    READ_ONLY = "read_only"


@dataclass(frozen=True, slots=True)
class User:
    """`email` is in lower case and ties the user to our people. `hash` is argon2id's, or empty."""

    email: str
    name: str
    language: str  # "zh-CN" or "en"
    role: SiteRole
    created_at: datetime
    hash: str = ""
    disabled: bool = False
    must_change: bool = False
    signed_in_at: datetime | None = None
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Session:
    """`key` is the SHA-256 of the cookie's value: who reads the database cannot sign in with it."""

    key: str
    user: int
    created_at: datetime
    seen_at: datetime
    device: str = ""


@dataclass(frozen=True, slots=True)
class SavedView:
    """A list's filter under a name; `query` is the query of its address."""

    user: int
    name: str
    query: str
    id: int | None = None


@dataclass(frozen=True, slots=True)
class Audited:
    """Something done at the site that is no act on a record."""

    at: datetime
    who: str
    what: str
    about: str = ""
    detail: Mapping[str, Any] | None = None
