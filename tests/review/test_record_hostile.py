"""Hostile mails on the record page: nothing of them runs, loads, leads away or breaks the page."""

import time

import pytest

from storage.records import Record
from tests.review.complaints import NUMBER, complaint, mail
from tests.review.conftest import Place

BASE = f"/records/{NUMBER}"
MAIL = f"{BASE}/mails/a-{NUMBER}"
ACTIVE = (
    "<script",
    "onerror",
    "onload",
    "javascript:",
    "<svg",
    "<img",
    "<iframe",
    "<object",
    "<style",
    "<link",
    "<form",
    "<meta",
    "http-equiv",
    "url(",
    "href=",
    "src=",
    "evil.example",
    "<base",
)

MAILS = {
    "script": "<p>text</p><script>alert(1)</script><p onclick='alert(1)' style='background:url(http://evil.example/x)'>more</p>",
    "picture": "<p>text</p><img src='http://evil.example/t.gif' onerror='alert(1)'><img src=cid:1>",
    "svg": "<p>text</p><svg onload=alert(1)><script>alert(2)</script><a xlink:href='javascript:alert(3)'>x</a></svg>",
    "style": "<p>text</p><style>body{background:url(http://evil.example/a)} *{display:none}</style><link rel=stylesheet href=//evil.example/b>",
    "frames": "<p>text</p><iframe src='http://evil.example'></iframe><object data='x.swf'></object><base href='//evil.example/'>",
    "form": "<p>text</p><form action='http://evil.example'><input name=password></form><meta http-equiv=refresh content='0;url=//evil.example'>",
    "mutation": "<p>text</p><math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></mglyph></table></mtext></math>",
    "unclosed": "<p>text</p><a href='javascript:alert(1)'><div <b onmouseover=alert(1)>",
}  # fmt: skip


@pytest.mark.parametrize("html", MAILS.values(), ids=list(MAILS))
def test_a_mails_html_is_shown_without_anything_active(lone: Place, html: str) -> None:
    complaint(lone, mail(html=html))
    answer = lone.signed_in().get(f"{MAIL}/html")
    body = answer.text.partition("<body>")[2].lower()
    assert "text" in body
    assert [word for word in ACTIVE if word in body] == []
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox; default-src 'none'")
    assert "allow" not in policy
    assert answer.headers["x-frame-options"] == "SAMEORIGIN"
    assert answer.headers["x-content-type-options"] == "nosniff"


def test_five_megabytes_of_html_are_shown_in_time_and_cut(lone: Place) -> None:
    complaint(lone, mail(html="<div>" * 100_000 + "<p>text <b>bold</b></p>" * 200_000))
    browser = lone.signed_in()
    began = time.process_time()
    page, frame = browser.get(f"{BASE}/original"), browser.get(f"{MAIL}/html")
    assert (page.status_code, frame.status_code) == (200, 200)
    assert len(page.text) < 1_000_000
    assert time.process_time() - began < 20


NAMES = ['x"; filename=y.html\r\nX-Bad: 1.html', "../../etc/passwd", "名称 报告.html", "a" * 400 + ".svg"]


@pytest.mark.parametrize("name", NAMES)
def test_an_attachment_is_only_ever_a_download(lone: Place, name: str) -> None:
    complaint(lone, mail(files=(("page.html", "text/html", b"<script>alert(1)</script>"),)))
    browser = lone.signed_in()
    answer = browser.get(f"{MAIL}/file", params={"name": "page.html"})
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    assert browser.get(f"{MAIL}/file", params={"name": name}).status_code == 404


def test_values_of_a_record_are_text_wherever_they_stand(lone: Place) -> None:
    bad = '"><script>alert(1)</script>'
    made: Record = complaint(lone, subject=bad, department=bad, warnings=(bad,), missing=(bad,), reasons=(bad,))
    browser = lone.signed_in()
    browser.get(BASE)
    browser.post(f"{BASE}/act", {"act": "note", "text": bad})
    for path in (BASE, f"{BASE}/original", f"{BASE}/8d", f"{BASE}/slip", f"{BASE}/letters/l-{NUMBER}"):
        answer = browser.get(path)
        assert answer.status_code == 200, path
        assert "<script>alert" not in answer.text, path
    assert made.number == NUMBER


def test_a_mail_that_is_there_no_more_leaves_the_page_whole(lone: Place) -> None:
    complaint(lone)
    with lone.storage.unit() as work:
        found = work.arrivals.get(f"a-{NUMBER}")
        assert found is not None
        work.commit()
    for file in lone.settings.folder.rglob(f"*{found.sha256}*"):
        file.unlink()
    browser = lone.signed_in()
    assert browser.get(BASE).status_code == 200
    assert browser.get(f"{BASE}/original").status_code == 200
