"""The pictures of all letters: what stands on a sheet, how it is cut, and how small it is kept."""

import random

from PIL import Image
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from templates import LANGUAGES, PURPOSES
from templates.contact_sheet import MOST_BYTES, SHEETS, cropped, keep, main, page


def test_the_sheets_hold_every_letter_in_every_language_once():
    shown = sorted((language, name) for language, names in SHEETS.values() for name in names)
    assert shown == sorted((language, name) for language in LANGUAGES for name in PURPOSES)


def test_a_page_shows_each_letter_under_its_name_and_subject():
    language, names = SHEETS["customers-zh-CN"]
    tree = HTMLParser(page(language, names))
    assert sorted(node.text().split()[0] for node in tree.css("p.name")) == sorted(names)
    assert len(tree.css("div.letter")) == len(names)
    assert "【已受理】[KS-202611-0001]" in tree.css_first("table").text()


def test_a_page_shows_a_companys_own_wording(tmp_path):
    own = tmp_path / "survey" / "en"
    own.mkdir(parents=True)
    (own / "subject.txt").write_text("[{{ number }}] Our own <subject>", encoding="utf-8")
    (own / "body.txt").write_text("text", encoding="utf-8")
    (own / "body.html").write_text("<html><body><p>our own words</p></body></html>", encoding="utf-8")
    shown = page("en", ("survey",), tmp_path)
    assert "our own words" in shown and "Our own &lt;subject>" in shown


def test_a_picture_is_cut_below_its_last_letter_and_a_bare_one_stays():
    picture = Image.new("RGB", (40, 400), "#c9d3da")
    assert cropped(picture).size == (40, 400)
    picture.putpixel((5, 100), (0, 0, 0))
    assert cropped(picture).size == (40, 111)


def test_a_picture_is_kept_small_by_quality_and_written_where_it_belongs(tmp_path):
    noise = Image.frombytes("RGB", (700, 700), random.Random(1).randbytes(700 * 700 * 3))
    size = keep(noise, tmp_path / "noise.webp")
    assert 0 < size <= MOST_BYTES and (tmp_path / "noise.webp").stat().st_size == size


def test_without_a_folder_the_program_says_how_it_is_used(capsys):
    assert main([]) == 2
    assert "Usage" in capsys.readouterr().err
