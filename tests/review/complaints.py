"""A complaint as the service keeps it: a mail of bytes, its record with places that point into it, windows, letters."""

from datetime import timedelta
from email.message import EmailMessage
from email.policy import SMTP
from typing import Any

from storage.records import (
    Class,
    CustomerOf,
    Event,
    ItemOf,
    LetterState,
    Purpose,
    Record,
    ThreadMessage,
    WindowName,
)
from tests.review.conftest import NOW, Place
from tests.storage.samples import arrival, letter, record, window

NUMBER = "KS-202611-0001"
TEXT = (
    "质量部：\n\n你好！贵司 11月5日发来的轴承座 ZC-204（批号 B2611-03，共 1200 只），"
    "抽检 260 只，发现 31 只内孔尺寸超差，产线已停线。请尽快回复，并提供 8D 报告。\n\n李工\n宁波海川电器有限公司\n"
)
CSV = "型号,批号,不良数\nZC-204,B2611-03,31\n"
HTML = f"<p>{TEXT}</p>"


def mail(text: str = TEXT, html: str | None = None, files: tuple[tuple[str, str, bytes], ...] = ()) -> bytes:
    made = EmailMessage(policy=SMTP)
    made["From"] = "李工 <li@haichuan.example>"
    made["To"] = "complaints@example.com"
    made["Subject"] = "轴承座 ZC-204 尺寸超差，停线"
    made["Message-ID"] = "<m1@haichuan.example>"
    made["Date"] = "Fri, 20 Nov 2026 18:00:00 +0800"
    made.set_content(text)
    if html is not None:
        made.add_alternative(html, subtype="html")
    for name, kind, content in files:
        main, _, sub = kind.partition("/")
        made.add_attachment(content, maintype=main, subtype=sub, filename=name)
    return made.as_bytes()


def field(value: Any, text: str, confidence: float, part: str = "body", within: str = TEXT) -> dict[str, Any]:
    start = within.index(text)
    source = {"part": part, "page": 1, "start": start, "end": start + len(text), "bbox": None}
    return {"value": value, "text": text, "confidence": confidence, "source": source}


READING: dict[str, Any] = {
    "customer": {"company": field("宁波海川电器有限公司", "宁波海川电器有限公司", 0.97)},
    "items": [
        {
            "product": field("轴承座", "轴承座", 0.95),
            "model": field("ZC-204", "ZC-204", 0.93),
            "batch": field(["B2611-03"], "B2611-03", 0.55),
            "quantity_inspected": field(260, "260", 0.9),
            "quantity_defective": field(31, "31", 0.92),
            "defect": field("内孔尺寸超差", "内孔尺寸超差", 0.9),
        }
    ],
}


def complaint(place: Place, raw: bytes | None = None, number: str = NUMBER, **different: Any) -> Record:
    """Keeps a mail and the record that it opened; its mail has the id `a-NUMBER`."""
    content = raw if raw is not None else mail(files=(("清单.csv", "text/csv", CSV.encode()),))
    values: dict[str, Any] = {
        "letter": Class.A,
        "reasons": ("line_stop",),
        "signals": ("line_stop",),
        "subject": "轴承座 ZC-204 尺寸超差，停线",
        "received_at": NOW - timedelta(hours=2),
        "customer": CustomerOf("宁波海川电器有限公司", "李工", "li@haichuan.example"),
        "items": (
            ItemOf(
                "轴承座",
                "ZC-204",
                ("B2611-03",),
                quantity_inspected=260.0,
                quantity_defective=31.0,
                defect="内孔尺寸超差",
            ),
        ),
        "missing": ("quantity_shipped", "disposition"),
        "department": "分厂",
        "owner": "reviewer@example.com",
        "reading": READING,
    }
    made = record(number, **(values | different))
    name = place.blobs.put(content)
    with place.storage.unit() as work:
        work.arrivals.add([arrival(number, id=f"a-{number}", sha256=name, size=len(content), record=number)])
        work.complaints.add(
            made,
            [
                window(number, due_at=NOW + timedelta(hours=1)),
                window(number, name=WindowName.FIRST_REPORT, starts_at=NOW, due_at=NOW + timedelta(hours=20)),
                window(number, name=WindowName.FULL_REPORT, starts_at=NOW, due_at=NOW + timedelta(days=7)),
            ],
            [Event(number, NOW, "system", "opened")],
        )
        work.complaints.add_message(
            ThreadMessage(
                number,
                "in",
                "<m1@haichuan.example>",
                made.subject,
                NOW - timedelta(hours=2),
                "complaints/INBOX",
                arrival=f"a-{number}",
            )
        )
        work.letters.add(
            [
                letter(
                    id=f"l-{number}",
                    record=number,
                    purpose=Purpose.ACKNOWLEDGEMENT,
                    state=LetterState.QUEUED,
                    to=("li@haichuan.example",),
                    language="zh-CN",
                    subject=f"[{number}] 已受理",
                    text="李工：\n\n来信已收到。\n",
                    html="<p>李工：</p><p>来信已收到。</p>",
                    message_id=f"<ack.{number}@example.com>",
                )
            ]
        )
        work.commit()
    return made
