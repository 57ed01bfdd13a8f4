"""`intake act`, `enter`, `eightd` and `preview` from outside: what they print, and one clear line for a person's mistake."""

import json
from dataclasses import dataclass
from pathlib import Path

import docx
import pytest

from intake.cli import main
from tests.documents.controls import said, tagged, type_into
from tests.servers.dovecot import Dovecot
from tests.servers.site import Site
from tests.service.world import mail


@dataclass(frozen=True)
class Said:
    stdout: str
    stderr: str


def _run(site: Site, *words: str, status: int = 0) -> Said:
    process = site.start(*words)
    said = Said(*process.communicate(timeout=120))
    assert process.returncode == status, (words, said)
    return said


@pytest.fixture
def opened(site: Site, dovecot: Dovecot, account: str) -> tuple[Site, str]:
    dovecot.append(account, mail())
    _run(site, "run", "--once")
    (record,) = [json.loads(line) for line in _run(site, "records", "--json").stdout.splitlines()]
    return site, record["number"]


def _record(site: Site, number: str) -> dict[str, object]:
    found: dict[str, object] = json.loads(_run(site, "records", number, "--json").stdout)
    return found


def test_a_record_is_worked_on_from_the_terminal(opened: tuple[Site, str], tmp_path: Path) -> None:
    site, number = opened
    told = _run(
        site, "act", number, "correct", "batch=B2609-02", "quantity_shipped=1200", "--as", "hejun@example.com"
    ).stdout
    assert "B2609-02" in told
    confirmed = _run(site, "act", number, "confirm", "--as", "hejun@example.com")
    assert confirmed == Said(f"{number} is confirmed.\n", "")
    record = _record(site, number)
    assert record["state"] == "in_progress"
    assert record["items"][0]["batch"] == ["B2609-02"]  # type: ignore[index]

    exported = tmp_path / "8d.json"
    _run(site, "eightd", "export", number, str(exported))
    plain = json.loads(exported.read_text(encoding="utf-8"))
    assert (plain["format"], plain["report"]["head"]["complaint"]) == ("intake-8d/1", number)
    plain["report"]["d3"]["clean_batch"] = "B2609-07"
    exported.write_text(json.dumps(plain), encoding="utf-8")
    assert "draft" in _run(site, "eightd", "import", number, str(exported), "--as", "hejun@example.com").stdout

    form = tmp_path / "8d.docx"
    _run(site, "eightd", "export", number, str(form))
    document = docx.Document(str(form))
    assert said(tagged(document, "d3.clean_batch")) == "B2609-07"
    type_into(tagged(document, "d3.mark"), "绿色圆点")
    document.save(str(form))
    _run(site, "eightd", "import", number, str(form), "--as", "hejun@example.com")
    _run(site, "eightd", "export", number, str(exported))
    d3 = json.loads(exported.read_text(encoding="utf-8"))["report"]["d3"]
    assert (d3["clean_batch"], d3["mark"]) == ("B2609-07", "绿色圆点")

    _run(site, "slip", number, str(tmp_path / "slip.docx"))
    slip = docx.Document(str(tmp_path / "slip.docx"))
    assert number in [cell.text for table in slip.tables for row in table.rows for cell in row.cells]
    assert "产品销售质量信息传递单" in [paragraph.text for paragraph in slip.paragraphs]

    found = _run(site, "eightd", "check", number, "--first", status=1).stdout
    assert "stop  place_missing" in found


def test_what_is_wrong_is_said_in_one_line(
    opened: tuple[Site, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    site, number = opened
    broken = tmp_path / "x.json"
    broken.write_text('{"format": "intake-8d/1", "report": {"d3": {"colour": "red"}}}', encoding="utf-8")
    for words, status, told in (
        (("act", number, "confirm"), 2, "Add --as EMAIL"),
        (("act", number, "confirm", "--as", "nobody@example.com"), 1, "not among our people"),
        (("act", "KS-209901-0001", "confirm", "--as", "hejun@example.com"), 1, "no record"),
        (("act", number, "fly", "--as", "hejun@example.com"), 2, "no action 'fly'"),
        (("act", number, "correct", "colour=red", "--as", "hejun@example.com"), 2, "no field 'colour'"),
        (("act", number, "classify", "estimate=nan", "--as", "hejun@example.com"), 2, "is no number"),
        (
            ("act", number, "correct", "quantity_defective=inf", "--as", "hejun@example.com"),
            2,
            "no value of this field",
        ),
        (("act", number, "correct", "batch", "--as", "hejun@example.com"), 2, "no KEY=VALUE"),
        (("act", number, "reject", "reason=x", "--as", "hejun@example.com"), 1, "is to_review"),
        (("enter", "channel=phone", "--as", "nobody@example.com"), 1, "not among our people"),
        (("enter", "company=x", "--as", "hejun@example.com"), 2, "needs channel"),
        (("eightd", "import", number, str(broken), "--as", "hejun@example.com"), 2, "report.d3.colour"),
        (("eightd", "export", number, str(tmp_path / "8d.txt")), 2, "none of .json, .docx, .pdf"),
        (("preview", "love_letter"), 2, "no letter"),
        (("preview", "progress", "--language", "fr"), 2, "no language"),
    ):
        with pytest.raises(SystemExit) as ended:
            main(["--config", str(site.config), *words])
        error = capsys.readouterr().err
        assert (ended.value.code, len(error.strip().splitlines())) == (status, 1), error
        assert told in error, words


def test_the_help_of_act_lists_the_acts_and_a_letter_can_be_seen_before_it_goes(
    opened: tuple[Site, str], tmp_path: Path
) -> None:
    site, number = opened
    assert "classify: set the class" in _run(site, "act", "--help").stdout
    assert "【质量预警】" in _run(site, "preview", "batch_warning", "--language", "zh-CN").stdout
    _run(site, "preview", "progress", "--number", number, "--out", str(tmp_path / "out"))
    assert number in (tmp_path / "out" / "progress.txt").read_text(encoding="utf-8")
    assert (tmp_path / "out" / "progress.html").read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    told = _run(
        site, "enter", "channel=phone", "company=某某公司", "product=轴承座", "defect=划伤", "--as", "hejun@example.com"
    ).stdout
    assert "class B" in told and "Still missing" in told
