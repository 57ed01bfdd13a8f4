"""Photos of an 8D: made anew as plain pictures, in D2 of the Word file, taken out again; a preview; the history."""

import io

import docx
import pytest
from PIL import Image

from intake.eightd.pdf import office
from intake.eightd.photos import MOST, MOST_BYTES
from intake.eightd.readback import eight_d_of
from intake.review.report_history import differences, history_of
from parsers.errors import ReadingError
from parsers.own_forms import own_form
from parsers.photo import LARGEST, photo
from storage.eight_d import D2, D4, Axis, Cause, EightD, Report, ReportState
from storage.life import Evidence, EvidenceKind, Proposal, ProposalState
from storage.site import SiteRole
from tests.documents.photographs import photograph
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import NOW, Browser, Place
from tests.review.test_record import tree

PAGE = f"/records/{NUMBER}/8d"
ARTIST, GPS = 0x013B, 0x8825


def picture(size: tuple[int, int] = (400, 300), kind: str = "JPEG", turned: bool = False) -> bytes:
    made = Image.new("RGB", size, (200, 30, 30))
    exif = Image.Exif()
    exif[ARTIST] = "somebody at the customer's"
    if turned:
        exif[0x0112] = 6
    out = io.BytesIO()
    made.save(out, kind, exif=exif)
    return out.getvalue() + (b"<script>alert(1)</script>" if kind == "JPEG" else b"")


def added(browser: Browser, *photos: tuple[str, bytes]) -> str:
    browser.get(PAGE)
    files = [("photo", (name, content, "image/jpeg")) for name, content in photos]
    answer = browser.post(f"{PAGE}/photos", files=files)
    assert answer.status_code == 303, answer.text[:500]
    return browser.get(answer.headers["location"].split("#")[0]).text


def test_a_photo_is_a_plain_picture_of_bounded_size_the_right_way_up() -> None:
    made = photo(picture((3000, 2000), turned=True))
    with Image.open(io.BytesIO(made)) as found:
        assert (found.format, found.size) == ("JPEG", (round(LARGEST * 2 / 3), LARGEST))
        assert len(found.getexif()) == 0
    assert b"script" not in made
    assert b"somebody" not in made


@pytest.mark.parametrize("content", [b"", b"GIF89a", b"<svg onload=alert(1)>", b"%PDF-1.7", picture()[:300]])
def test_what_is_no_photo_is_refused(content: bytes) -> None:
    with pytest.raises(ReadingError):
        photo(content)


def test_a_photo_hangs_on_the_record_is_shown_and_goes_with_the_report(place: Place) -> None:
    complaint(place)
    browser = place.signed_in()
    assert "The photo is in the report" in added(browser, ("../x/裂纹.jpg", picture()))
    added(browser, ("again.jpg", picture()))
    with place.storage.reading() as work:
        (kept,) = work.lives.evidence(NUMBER)
    assert (kept.kind, kept.name, kept.media_type) == (EvidenceKind.PHOTO, "裂纹.jpg", "image/jpeg")
    shown = browser.get(f"{PAGE}/photos/{kept.id}")
    assert shown.headers["content-type"] == "image/jpeg"
    assert "sandbox" in shown.headers["content-security-policy"]
    written = browser.get(f"{PAGE}.docx?language=en").content
    assert len(docx.Document(io.BytesIO(written)).inline_shapes) == 1
    form = own_form("8d.docx", written, 10_000_000)
    assert form is not None
    found = eight_d_of(form, NOW.date(), EightD())
    assert found is not None
    assert found[1] == (), "the photo is in nobody's way when the form is read back"

    browser.get(PAGE)
    answer = browser.post(f"{PAGE}/photos/{kept.id}/remove", {})
    assert "out of the report" in browser.get(answer.headers["location"].split("#")[0]).text
    assert len(docx.Document(io.BytesIO(browser.get(f"{PAGE}.docx").content)).inline_shapes) == 0
    with place.storage.reading() as work:
        assert [(one.kind, one.step) for one in work.lives.evidence(NUMBER)] == [(EvidenceKind.PHOTO, "")]
    assert "From the mails of this record" in browser.get(PAGE).text, "it can be put in again"


def test_what_cannot_be_taken_is_told_by_name_and_the_rest_stands(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in()
    page = added(browser, ("a.jpg", b"no photo"), ("b.jpg", picture()))
    assert "a.jpg: This file is no photo" in page
    with lone.storage.reading() as work:
        assert [one.name for one in work.lives.evidence(NUMBER)] == ["b.jpg"]
    for n in range(MOST):
        page = added(browser, (f"{n}.jpg", picture((50 + n, 50))))
    assert f"has {MOST} photos already" in page
    assert "No photo was chosen" in browser.submit(PAGE, f"{PAGE}/photos", {}).text


def _came(place: Place, *names: str) -> None:
    """Photos that came with a mail of the record, the first one proposed for D4; all but the last are made anew."""
    with place.storage.unit() as work:
        for seed, name in enumerate(names, 1):
            jpeg = photograph(seed)
            kept = place.blobs.put(jpeg) if name != names[-1] else ""
            work.lives.add(
                [
                    Evidence(
                        f"e{seed}", NUMBER, EvidenceKind.PHOTO, name, "image/jpeg", kept, "lilei@example.com", NOW,
                        arrival=f"a-{NUMBER}", part=name, origin=f"{seed:064}",
                    )
                ]
            )  # fmt: skip
        work.lives.add([Proposal("p1", NUMBER, None, "photo", "d4", names[0], 1.0, f"a-{NUMBER}", NOW)])
        work.commit()


def test_photos_of_the_mails_are_offered_proposed_put_in_and_dropped(place: Place) -> None:
    complaint(place)
    _came(place, "导轨.jpg", "切屑.jpg", "未完.jpg")
    browser = place.signed_in()
    page = tree(browser, PAGE)
    assert [one.text().split()[0] for one in page.css("figure.proposed figcaption strong")] == ["D4"]
    assert len(page.css(".photos details figure")) == 2
    assert "being made" in page.css_first(".photos details").text()
    assert "Photo for D4" in browser.get(f"/records/{NUMBER}").text

    for one, step in (("e1", "d4"), ("e2", "d3")):
        answer = browser.post(f"{PAGE}/photos/{one}/step", {"step": step})
        assert "The photo is in the report" in browser.get(answer.headers["location"].split("#")[0]).text
    answer = browser.post(f"{PAGE}/photos/e3/step", {"step": "d3"})
    assert "not ready yet" in browser.get(answer.headers["location"].split("#")[0]).text
    with place.storage.reading() as work:
        assert work.lives.proposals(NUMBER) == [], "the proposal is taken"
        assert [one.step for one in work.lives.evidence(NUMBER)] == ["d4", "d3", ""]
    written = docx.Document(io.BytesIO(browser.get(f"{PAGE}.docx?language=en&kind=full").content))
    told = ["photo" if one._p.xpath(".//pic:pic") else one.text[:2] for one in written.paragraphs]
    order = [one for one in told if one == "photo" or one in ("D3", "D4", "D5")]
    assert order == ["D3", "photo", "D4", "photo", "D5"]
    page = tree(browser, PAGE)
    assert [one.text() for one in page.css(".photos > figure strong")] == ["D3", "D4"]
    answer = browser.post(f"{PAGE}/photos/e1/remove", {})
    assert answer.status_code == 303
    assert [one.text() for one in tree(browser, PAGE).css(".photos > figure strong")] == ["D3"]


def test_a_proposed_photo_is_dropped_and_stays_at_hand(lone: Place) -> None:
    complaint(lone)
    _came(lone, "导轨.jpg", "未完.jpg")
    browser = lone.signed_in()
    browser.get(PAGE)
    browser.post(f"{PAGE}/photos/e1/remove", {})
    page = tree(browser, PAGE)
    assert page.css("figure.proposed") == []
    assert len(page.css(".photos details figure")) == 2
    with lone.storage.reading() as work:
        assert [one.state for one in work.lives.proposals(NUMBER, None)] == [ProposalState.DROPPED]


def test_a_report_holds_no_more_than_a_mail_can_carry(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in()
    rough = io.BytesIO()
    Image.effect_noise((LARGEST, LARGEST), 100).convert("RGB").save(rough, "PNG")
    each = len(photo(rough.getvalue()))
    assert each < MOST_BYTES < 8 * each
    page = ""
    for n in range(MOST_BYTES // each + 1):
        made = io.BytesIO()
        Image.effect_noise((LARGEST, LARGEST), 100 + n / 10).convert("RGB").save(made, "PNG")
        page = added(browser, (f"{n}.png", made.getvalue()))
    assert "would be more than 6 MB" in page
    with lone.storage.reading() as work:
        assert len(work.lives.evidence(NUMBER)) == MOST_BYTES // each


def test_who_may_not_write_the_8d_adds_no_photo(lone: Place) -> None:
    complaint(lone)
    browser = lone.signed_in(SiteRole.READ_ONLY)
    browser.get(PAGE)
    assert browser.post(f"{PAGE}/photos", files=[("photo", ("a.jpg", picture(), "image/jpeg"))]).status_code == 403
    assert browser.get(f"{PAGE}/photos/nothing").status_code == 404


def test_the_preview_is_pages_where_libreoffice_is_and_a_word_where_it_is_not(
    lone: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    complaint(lone)
    browser = lone.signed_in()
    page = tree(browser, f"{PAGE}/preview?kind=first&language=en")
    pictures = page.css(".preview img")
    assert bool(pictures) == (office() is not None)
    for one in pictures[:1]:
        shown = browser.get(one.attributes["src"] or "")
        assert shown.headers["content-type"] == "image/webp"
        assert Image.open(io.BytesIO(shown.content)).width > 500
    monkeypatch.setenv("PATH", "/nowhere")
    assert "not installed here" in tree(browser, f"{PAGE}/preview").css_first(".empty").text()


def report(revision: int, text: str, *whys: str) -> Report:
    causes = (Cause(Axis.OCCURRENCE, text="worn", whys=whys),) if whys else ()
    return Report(NUMBER, revision, EightD(d2=D2(our_text=text), d4=D4(causes=causes)), ReportState.SENT, "a", NOW)


def test_a_revision_is_told_by_what_it_says_otherwise_than_the_one_before() -> None:
    first, second = report(1, "a"), report(2, "b", "why", "because")
    told = history_of([first, second])
    assert [one.report.revision for one in told] == [2, 1]
    found = [(one.cell.path, one.old, one.new) for one in told[0].differences]
    assert found == [
        ("d2.our_text", "a", "b"),
        ("d4.causes.1.text", "", "worn"),
        ("d4.causes.1.whys.1", "", "why"),
        ("d4.causes.1.whys.2", "", "because"),
    ]
    assert differences(second, second) == []
    assert [(one.old, one.new) for one in differences(second, first)][-1] == ("because", "")
    assert history_of([]) == []
