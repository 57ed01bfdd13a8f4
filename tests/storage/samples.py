"""Small valid records, each with what a test wants different."""

from datetime import UTC, datetime, timedelta
from typing import Any

from storage.records import (
    Arrival,
    Class,
    CustomerOf,
    Event,
    ItemOf,
    Letter,
    Purpose,
    Record,
    RecordState,
    ThreadMessage,
    Window,
    WindowName,
)

NOON = datetime(2026, 11, 20, 12, 0, tzinfo=UTC)


def at(hours: float) -> datetime:
    """So many hours after noon."""
    return NOON + timedelta(hours=hours)


def arrival(key: str = "1:1", **different: Any) -> Arrival:
    values: dict[str, Any] = {
        "id": f"a-{key}",
        "source": "complaints/INBOX",
        "key": key,
        "sha256": "0" * 64,
        "size": 16_000,
        "received_at": NOON,
        "taken_at": NOON,
    }
    return Arrival(**(values | different))


def record(number: str = "KS-202611-0001", **different: Any) -> Record:
    values: dict[str, Any] = {
        "number": number,
        "state": RecordState.TO_REVIEW,
        "letter": Class.B,
        "reasons": ("quality",),
        "kind": "complaint",
        "channel": "email",
        "language": "zh-CN",
        "received_at": NOON,
        "opened_at": NOON,
        "customer": CustomerOf(company="宁波海川电器有限公司", email="li@haichuan.example"),
        "items": (ItemOf(product="轴承座", model="ZC-204", batch=("B1", "B2"), defect="尺寸超差"),),
        "subject": "轴承座尺寸超差",
    }
    return Record(**(values | different))


def window(number: str = "KS-202611-0001", **different: Any) -> Window:
    values: dict[str, Any] = {
        "record": number,
        "name": WindowName.ACKNOWLEDGEMENT,
        "starts_at": NOON,
        "due_at": at(2),
        "clause": "顾客沟通管理程序文件 §4.1.2.4",
        "clock": "round_the_clock",
    }
    return Window(**(values | different))


def letter(name: str = "l1", **different: Any) -> Letter:
    values: dict[str, Any] = {
        "id": name,
        "record": None,
        "purpose": Purpose.ACKNOWLEDGEMENT,
        "language": "zh-CN",
        "to": ("li@haichuan.example",),
        "cc": (),
        "subject": "已收到",
        "text": "您好",
        "html": "<p>您好</p>",
        "message_id": f"<{name}@ours.example>",
        "created_at": NOON,
    }
    return Letter(**(values | different))


def message(number: str = "KS-202611-0001", **different: Any) -> ThreadMessage:
    values: dict[str, Any] = {
        "record": number,
        "direction": "in",
        "message_id": "<1@haichuan.example>",
        "subject": "轴承座尺寸超差",
        "at": NOON,
        "source": "complaints/INBOX",
        "fingerprint": "f1",
    }
    return ThreadMessage(**(values | different))


def event(number: str | None = "KS-202611-0001", **different: Any) -> Event:
    values: dict[str, Any] = {"record": number, "at": NOON, "who": "system", "what": "opened"}
    return Event(**(values | different))
