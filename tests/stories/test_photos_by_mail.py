"""Evidence by mail (图片或实样, 客诉信息处理流程 §3): what came with a mail hangs on its record by what it is, and photos of
a department's answer are proposed for the step of the 8D that it names.
"""

import io
from pathlib import Path

import docx
import pytest
from PIL import Image

from intake.acts.case import Actor
from intake.acts.evidence import with_offered
from intake.acts.photos import in_report, offered, proposed
from intake.commands.report_files import export_report
from intake.errors import IntakeError, RecordError
from intake.runners.acts import gather
from parsers.enclosed import MOST_PHOTOS
from storage.life import EvidenceKind, ProposalState
from tests.documents.photographs import photograph
from tests.service.world import answer_to, mail
from tests.stories.story import Story

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
LILEI = "李雷 <lilei@example.com>"
ANSWER = "签收\nD4 发生原因：导轨磨损\nD5：更换导轨\n照片见附件。"


def _word(*lines: str) -> bytes:
    document = docx.Document()
    for line in lines:
        document.add_paragraph(line)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _assigned(story: Story, **files: bytes) -> str:
    kinds = {"jpg": "image/jpeg", "png": "image/png", "docx": DOCX}
    enclosed = [(name, kinds[name.rsplit(".", 1)[1]], content) for name, content in files.items()]
    number = story.comes(mail(files=enclosed))
    story.does("hejun", number, "assign", department="分厂")
    return number


def _answered(
    story: Story, *names: str, body: str = ANSWER, sender: str = LILEI, seed: int = 2, **headers: str
) -> None:
    photos = [(name, "image/jpeg", photograph(number)) for number, name in enumerate(names, seed)]
    story.comes(answer_to(story.letter("lilei@example.com"), body, sender=sender, files=photos, **headers))


def _hanging(story: Story, number: str) -> list[tuple[str, str, str]]:
    with story.storage.reading() as work:
        return [(one.name, one.kind.value, one.step) for one in work.lives.evidence(number)]


def _proposals(story: Story) -> dict[str, str]:
    return {one["text"]: one["value"] for one in story.world.record()["proposals"] if one["field"] == "photo"}


def _exported(story: Story, number: str, first: bool = False) -> list[str]:
    """What stands in the Word file: its headings, and "photo" for each picture, in their order."""
    file = story.world.folder / "8d.docx"
    export_report(story.actions, number, Path(file), "zh-CN", first=first)
    found = []
    for paragraph in docx.Document(str(file)).paragraphs:
        if paragraph.text.startswith("D"):
            found.append(paragraph.text[:2])
        if paragraph._p.xpath(".//pic:pic"):
            found.append("photo")
    return found


def test_what_comes_with_mails_hangs_on_the_record_by_what_it_is(story: Story) -> None:
    number = _assigned(
        story,
        **{
            "划伤.jpg": photograph(1),
            "盐雾检测报告.docx": _word("盐雾试验", "样品 3 件，24 h"),
            "样件.docx": _word("寄样清单", "轴承座 2 件，11月15日寄出"),
            "附件1.docx": _word("品质异常联络单", "批号 B2609-01"),
            "说明.docx": _word("请参考"),
            "logo.png": photograph(9, (300, 40), "PNG"),
        },
    )
    assert {name: kind for name, kind, _ in _hanging(story, number)} == {
        "划伤.jpg": "photo", "盐雾检测报告.docx": "report", "样件.docx": "sample", "附件1.docx": "form", "说明.docx": "other",
    }  # fmt: skip
    story.draws()
    with story.storage.reading() as work:
        photo, *others = work.lives.evidence(number)
        assert (photo.by, photo.media_type, photo.step) == ("wang@customer.example", "image/jpeg", "")
    assert [one.sha256 for one in others] == [""] * 4
    made = story.actions.reading
    with made() as work:
        content = story.actions.world(work).kept(photo.sha256)
    with Image.open(io.BytesIO(content)) as picture:
        assert (picture.format, len(picture.getexif())) == ("JPEG", 0), "made anew"
    assert b"workshop" not in content
    assert _exported(story, number).count("photo") == 0, "nothing goes into the report by itself"


def test_photos_of_an_answer_are_proposed_for_its_step_and_printed_there_once_taken(story: Story) -> None:
    number = _assigned(story)
    _answered(story, "导轨.jpg", "D5-新导轨.jpg", "备用.jpg")
    assert _proposals(story) == {"导轨.jpg": "d4", "D5-新导轨.jpg": "d5", "备用.jpg": "d4"}
    ids = {one["text"]: one["id"] for one in story.world.record()["proposals"]}
    with pytest.raises(RecordError, match=r"导轨.jpg is not ready yet"):
        story.does("hejun", number, "take", proposal=ids["导轨.jpg"])
    story.draws()
    story.does("hejun", number, "take", proposal=ids["导轨.jpg"])
    story.does("hejun", number, "take", proposal=ids["D5-新导轨.jpg"])
    story.does("hejun", number, "drop", proposal=ids["备用.jpg"])
    assert _proposals(story) == {}
    assert sorted(_hanging(story, number)) == [
        ("D5-新导轨.jpg", "photo", "d5"), ("备用.jpg", "photo", ""), ("导轨.jpg", "photo", "d4"),
    ]  # fmt: skip
    told = _exported(story, number)
    assert told[told.index("D4") :] == ["D4", "photo", "D5", "photo", "D6", "D7", "D8"]
    assert "photo" not in _exported(story, number, first=True), "what is of D4 goes with the full report"

    with story.storage.unit() as work:  # the author finds the dropped one in the editor's picker
        case = gather(work, number)
        assert [one.name for one in offered(case)] == ["备用.jpg"]
        world = story.actions.world(work)
        after = with_offered(case, offered(case)[0].id, "d3", Actor.acting("lilei@example.com", world.people), world)
        assert len(in_report(after)) == 3


@pytest.mark.parametrize(
    ("subject", "body", "step"),
    [
        ("Re: D6 效果照片", "见附件", "d6"),
        ("", "D2\n现场照片", "d2"),
        ("", "d4: worn rail, see photo", "d4"),
        ("", "照片见附件", ""),
        ("Re: 8D D1-D3", "照片", ""),
        ("", "D8 总结", ""),
    ],
)
def test_the_step_is_the_one_that_the_answer_names(story: Story, subject: str, body: str, step: str) -> None:
    number = _assigned(story)
    letter = story.letter("lilei@example.com")
    if subject:
        del letter["Subject"]
        letter["Subject"] = f"{subject} [{number}]"
    photos = [("a.jpg", "image/jpeg", photograph(2))]
    story.comes(answer_to(letter, body, sender=LILEI, files=photos))
    assert _proposals(story) == ({"a.jpg": step} if step else {})
    assert _hanging(story, number) == [("a.jpg", "photo", "")], "it is offered in either case"


def test_neither_a_forger_nor_a_customer_proposes_photos_for_a_step(story: Story) -> None:
    number = _assigned(story)
    forged = "mx.example.com; dmarc=fail header.from=example.com"
    _answered(story, "a.jpg", authentication_results=forged)
    assert _hanging(story, number) == [], "a forged mail joins no record"
    customer = answer_to(
        story.letter("wang@customer.example"), "D4 照片", files=[("b.jpg", "image/jpeg", photograph(7))]
    )
    story.comes(customer)
    first = story.world.records()[0]
    assert [one for one in first["proposals"] if one["field"] == "photo"] == []
    assert [name for name, _, _ in _hanging(story, number)] == ["b.jpg"]


def test_the_same_photo_again_hangs_once_and_there_is_an_end_to_them(story: Story) -> None:
    number = _assigned(story)
    _answered(story, "a.jpg")
    _answered(story, "again.jpg", body="D4 同一张", message_id="<second@example.com>")
    assert _hanging(story, number) == [("a.jpg", "photo", "")]
    many = [f"{n}.jpg" for n in range(MOST_PHOTOS + 3)]
    _answered(story, *many, body="D4 多张", seed=3, message_id="<third@example.com>")
    assert len(_proposals(story)) == MOST_PHOTOS + 4
    story.draws()
    with story.storage.reading() as work:
        case = gather(work, number)
    assert len([one for one in case.evidence if one.sha256]) == MOST_PHOTOS + 1
    assert len(proposed(case)) == MOST_PHOTOS + 1, "what has no picture is a file, and proposed no more"
    assert [one.name for one in case.evidence if one.kind is EvidenceKind.OTHER] == many[-3:]


def test_who_may_not_write_the_8d_proposes_nothing(story: Story) -> None:
    number = _assigned(story)
    _answered(story, "a.jpg", sender="方振华 <gm@example.com>")
    assert _proposals(story) == {}
    assert _hanging(story, number) == [("a.jpg", "photo", "")]


def test_a_photo_that_is_taken_while_it_stands_there_moves(story: Story) -> None:
    number = _assigned(story)
    _answered(story, "a.jpg")
    story.draws()
    with story.storage.unit() as work:
        case = gather(work, number)
        world = story.actions.world(work)
        who = Actor.acting("lilei@example.com", world.people)
        photo = offered(case)[0]
        case = with_offered(case, photo.id, "d6", who, world)
        assert [one.state for one in case.proposals] == [ProposalState.TAKEN]
        case = with_offered(case, photo.id, "d3", who, world)
        assert [(one.step, one.kind) for one in case.evidence] == [("d3", EvidenceKind.PHOTO)]
        with pytest.raises(IntakeError, match="has no photos"):
            with_offered(case, photo.id, "d8", who, world)
