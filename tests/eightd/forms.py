"""8D forms as tests print, fill and read them, and a company's own template that is worded quite otherwise."""

import io
import subprocess
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import docx

from intake.eightd.pdf import office
from intake.eightd.readback import Unread, eight_d_of
from intake.eightd.word import word_report
from parsers.own_forms import own_form
from storage.eight_d import (
    D1,
    D2,
    D3,
    Action,
    Axis,
    Cause,
    Change,
    Containment,
    Document,
    EightD,
    Head,
    Level,
    Member,
    Place,
    Report,
    ReportState,
)
from tests.documents.controls import put_control

TODAY = date(2025, 11, 20)
NUMBER = "KS-202511-0001"
LARGE = 100_000_000
BLANK = EightD(
    head=Head(complaint=NUMBER, customer="某某电器有限公司"),
    d1=D1(leader=Member("何军", "质量部")),
    d2=D2(defect="表面划伤", batches=("B2609-01",), quantity_shipped=1200),
    d3=D3(rows=tuple(Containment(place) for place in Place)),
    d4=replace(EightD().d4, causes=(Cause(Axis.OCCURRENCE), Cause(Axis.ESCAPE, Level.SYSTEMIC))),
    d5=(Action("更换导轨"),),
    d7=replace(EightD().d7, documents=tuple(Change(document) for document in Document)),
)


def printed(report: EightD, language: str = "zh-CN", first: bool = False, folder: Path | None = None) -> bytes:
    kept = Report(NUMBER, 2, report, ReportState.DRAFT, "li@example.com", datetime(2025, 11, 20, tzinfo=UTC))
    return word_report(kept, "苏州示例精密有限公司", language, first, folder)


def read(content: bytes, before: EightD | None = None, folder: Path | None = None) -> tuple[EightD, tuple[Unread, ...]]:
    form = own_form("8D.docx", content, LARGE)
    assert form is not None
    assert form.kind == "8d"
    found = eight_d_of(form, TODAY, before, folder)
    assert found is not None
    return found


def filled(content: bytes, *steps: Callable[[Any], object]) -> bytes:
    """The file after each step was done to its document."""
    document = docx.Document(io.BytesIO(content))
    for step in steps:
        step(document)
    saved = io.BytesIO()
    document.save(saved)
    return saved.getvalue()


def through_libreoffice(content: bytes) -> bytes:
    """As LibreOffice saves the document anew."""
    program = office()
    assert program is not None, "these tests need LibreOffice (Debian: libreoffice-writer-nogui)"
    with tempfile.TemporaryDirectory() as place:
        source = Path(place) / "form.docx"
        source.write_bytes(content)
        command = [
            program, "--headless", f"-env:UserInstallation=file://{place}/profile",
            "--convert-to", "docx:MS Word 2007 XML", "--outdir", f"{place}/out", str(source),
        ]  # fmt: skip
        subprocess.run(command, check=True, capture_output=True, timeout=300)
        return (Path(place) / "out" / "form.docx").read_bytes()


def own_template(folder: Path, language: str = "zh-CN", change: Callable[[Any], object] | None = None) -> Path:
    """A company's own template: one big table in words of its own, some fields of the 8D, two causes and two actions in
    places of their own, containment in a row that repeats.
    """
    document = docx.Document()
    document.add_paragraph("品质异常改善报告书")
    table = document.add_table(0, 4)
    table.style = "Table Grid"

    def row(*texts: str) -> Any:
        cells = table.add_row().cells
        for cell, text in zip(cells, texts, strict=True):
            cell.text = text
        return cells

    def tagged(*places: str, tags: tuple[str, ...] = ()) -> None:
        """Each text that is a place is put into a control with its tag; the others are printed as they are."""
        cells = row(*(f"{{{{ {one} }}}}" if "." in one else one for one in places))
        for position, (cell, one) in enumerate(zip(cells, places, strict=True)):
            if "." in one:
                put_control(cell, tags[position] if tags else one)

    tagged("単号", "head.complaint", "リーダー", "d1.leader.name")
    tagged("异常叙述", "d2.our_text", "不良品数", "d2.quantity_defective")
    tagged("隔离范围", "执行内容", "清点", "担当")
    row("{%tr for row in d3.rows %}", "", "", "")
    tags = ("d3.rows.place", "d3.rows.action", "d3.rows.quantity_checked", "d3.rows.owner")
    tagged("row.place", "row.action", "row.quantity_checked", "row.owner", tags=tags)
    row("{%tr endfor %}", "", "", "")
    tagged("切换批次", "d3.clean_batch", "备注", "")
    tagged("{% if full %}为何发生{% endif %}", "d4.occurrence.text", "为何流出", "d4.escape.text")
    tagged("对策一", "d5.1.text", "担当", "d5.1.owner")
    tagged("对策二", "d5.2.text", "担当", "d5.2.owner")
    if change is not None:
        change(document)
    path = folder / "eight_d" / f"{language}.docx"
    path.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(path))
    return path
