"""Every letter, in every language, with everything, with little, and with what an attacker would write."""

import re
from dataclasses import replace
from itertools import product

import hanzidentifier
import pytest
from hypothesis import given
from hypothesis import strategies as st
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from templates import LANGUAGES, PURPOSES, render, sample
from templates.data import (
    TO_CUSTOMERS,
    Acknowledgement,
    BatchWarning,
    BatchWarningAgain,
    CustomerLetter,
    Fact,
    ItemFacts,
    RecordNotice,
    SupplierComplaint,
)
from templates.layout import columns
from templates.rendering import LONGEST_SUBJECT
from templates.samples import VARIETIES
from templates.words import breaches_of_tone

EVERY = list(product(PURPOSES, LANGUAGES))
CUSTOMERS = list(product(TO_CUSTOMERS, LANGUAGES))


@pytest.mark.parametrize("variety", VARIETIES)
@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_every_letter_renders_with_full_sparse_and_hostile_data(purpose, language, variety):
    letter = render(purpose, language, sample(purpose, language, variety))
    assert letter.subject and letter.text.strip()
    assert f'<html lang="{language}">' in letter.html
    assert "\n" not in letter.subject and "\r" not in letter.subject
    assert len(letter.subject) <= LONGEST_SUBJECT


@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_a_letter_about_a_record_names_its_number_in_subject_text_and_html(purpose, language):
    data = sample(purpose, language, "hostile")
    if not isinstance(data, (CustomerLetter, RecordNotice)):
        return
    letter = render(purpose, language, data)
    assert data.number in letter.subject and data.number in letter.text and data.number in letter.html


@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_hostile_values_stay_literal_and_harmless(purpose, language):
    letter = render(purpose, language, sample(purpose, language, "hostile"))
    assert "49" not in letter.subject and "{{7*7}}" in letter.text.replace("\n", "").replace(" ", "")
    assert not HTMLParser(letter.html).css("[onclick], script, img, iframe, object, form, link")
    for text in (letter.subject, letter.text, letter.html):
        assert "\u202e" not in text and "\x00" not in text


@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_html_fetches_nothing_from_anywhere(purpose, language):
    html = render(purpose, language, sample(purpose, language)).html
    assert not re.search(r"(?i)\bsrc=|url\(|@import|<script|<img|<link|<form", html)
    for link in HTMLParser(html).css("a"):
        assert (link.attributes.get("href") or "").startswith("https://intake.example.com")


@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_html_tables_are_whole(purpose, language):
    html = render(purpose, language, sample(purpose, language)).html
    for tag in ("table", "tr", "td", "p", "div", "span", "h2"):
        assert len(re.findall(rf"<{tag}[ >]", html)) == html.count(f"</{tag}>"), tag


@pytest.mark.parametrize("variety", ["full", "sparse"])
@pytest.mark.parametrize(("purpose", "language"), CUSTOMERS)
def test_no_letter_to_a_customer_blames_admits_or_promises_a_remedy(purpose, language, variety):
    letter = render(purpose, language, sample(purpose, language, variety))
    assert breaches_of_tone(f"{letter.subject}\n{letter.text}\n{letter.html}", language) == ()


@pytest.mark.parametrize(("purpose", "language"), [pair for pair in EVERY if pair[1] != "en"])
def test_simplified_and_traditional_are_never_mixed(purpose, language):
    letter = render(purpose, language, sample(purpose, language))
    right = {"zh-CN": hanzidentifier.is_simplified, "zh-TW": hanzidentifier.is_traditional}[language]
    strange = [
        c for c in set(letter.subject + letter.text + letter.html) if hanzidentifier.has_chinese(c) and not right(c)
    ]
    assert strange == []


@pytest.mark.parametrize("purpose", PURPOSES)
def test_an_english_letter_has_no_chinese_of_ours(purpose):
    letter = render(purpose, "en", sample(purpose, "en"))
    assert not hanzidentifier.has_chinese(letter.subject + letter.text + letter.html)


@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_text_and_html_say_the_same_values(purpose, language):
    """A value that the text names and the HTML forgets would make two letters of one."""
    data = sample(purpose, language)
    letter = render(purpose, language, data)
    shown = " ".join(HTMLParser(letter.html).text().split())
    plain = " ".join(letter.text.split())

    def squeezed(text):
        return re.sub(r"\s", "", text).casefold()

    for value in _texts(data):
        assert (squeezed(value) in squeezed(plain)) == (squeezed(value) in squeezed(shown)), value


@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_every_variable_of_a_letter_is_printed_by_its_templates(purpose, language):
    """What the data offers and no template prints is a promise to whoever words the letter, and a waste to whoever fills it."""
    data = sample(purpose, language)
    letter = render(purpose, language, data)
    said = re.sub(r"\s", "", letter.subject + letter.text).casefold()
    unsaid = [value for value in _texts(data) if re.sub(r"\s", "", value).casefold() not in said]
    decides = {data.language} | ({data.kind} if isinstance(data, Acknowledgement) else set())
    if isinstance(data, RecordNotice):
        decides.add(data.severity)
    if isinstance(data, (BatchWarning, BatchWarningAgain, SupplierComplaint)):
        decides.add(data.received)  # when another customer complained is not this one's to know
    company = data.company
    if not isinstance(data, CustomerLetter):  # our own people know our address
        decides |= {company.email, company.phone, company.fax, company.postal}
    assert set(unsaid) <= decides


def _texts(value):
    if isinstance(value, str):
        return [value] if value else []
    if isinstance(value, tuple):
        return [text for each in value for text in _texts(each)]
    if hasattr(value, "__dataclass_fields__"):
        return [text for name in value.__dataclass_fields__ for text in _texts(getattr(value, name))]
    return []


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_acknowledgement_holds_all_that_it_must(language):
    data = sample("acknowledgement", language)
    letter = render("acknowledgement", language, data)
    flat = re.sub(r"\s", "", letter.text)
    wanted = [data.number, data.received, data.zone, data.reference, data.contact.name, data.contact.department]
    wanted += [data.contact.phone, data.company.fax, data.company.postal]
    wanted += [text for promise in data.promises for text in (promise.what, promise.by)]
    wanted += [question.ask for question in data.questions] + list(data.doubts)
    wanted += [text for item in data.items for fact in item.facts for text in (fact.label, fact.value)]
    assert [value for value in wanted if re.sub(r"\s", "", value) not in flat] == []
    assert f"[{data.number}]" in letter.subject


@pytest.mark.parametrize("language", LANGUAGES)
def test_questions_are_numbered_through_doubts_and_gaps(language):
    data = sample("acknowledgement", language)
    text = render("acknowledgement", language, data).text
    asked = [*data.doubts, *(question.ask for question in data.questions)]
    places = [text.index(f"{number}. {ask[:8]}") for number, ask in enumerate(asked, 1)]
    assert places == sorted(places)


@pytest.mark.parametrize("kind", ["inquiry", "notice"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_no_complaint_gets_a_short_letter_without_8d_dates(language, kind):
    data = sample("acknowledgement", language)
    letter = render("acknowledgement", language, replace(data, kind=kind))
    assert "8D" not in letter.text and data.promises[0].by not in letter.html
    assert data.number in letter.text
    assert len(letter.text) < len(render("acknowledgement", language, data).text) / 2


@pytest.mark.parametrize("language", LANGUAGES)
def test_text_lines_fit_in_76_columns(language):
    for purpose in PURPOSES:
        for line in render(purpose, language, sample(purpose, language)).text.splitlines():
            assert columns(line) <= 78, line  # closing punctuation may hang over by one character


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_defect_of_2000_characters_is_printed_whole_and_folded(language):
    long = Fact("X", "噪音" * 1000, True)
    data = replace(sample("acknowledgement", language), items=(ItemFacts("", (long,)),))
    text = render("acknowledgement", language, data).text
    assert re.sub(r"\s", "", text).count("噪音") >= 1000
    assert max(columns(line) for line in text.splitlines()) <= 78


LONG = "装机后低速运转异响 abnormal noise {{ x }} <b>&</b> 😀\u202e " * 60


@pytest.mark.parametrize(("purpose", "language"), EVERY)
def test_two_thousand_characters_in_every_value_are_folded_and_break_nothing(purpose, language):
    letter = render(purpose, language, _lengthened(sample(purpose, language)))
    assert len(LONG) > 2000 and len(letter.subject) <= LONGEST_SUBJECT
    widest = max(columns(line) for line in letter.text.splitlines() if "://" not in line)
    assert widest <= 80  # 76, and closing signs that hang over the edge
    assert not [node for node in HTMLParser(letter.html).css("b") if node.text() == "&"]
    for tag in ("table", "tr", "td", "p"):
        assert len(re.findall(rf"<{tag}[ >]", letter.html)) == letter.html.count(f"</{tag}>"), tag


def _lengthened(value):
    kept = {"language", "number", "kind", "severity", "company", "link"}
    if isinstance(value, str):
        return LONG
    if isinstance(value, tuple):
        return tuple(_lengthened(each) for each in value)
    if hasattr(value, "__dataclass_fields__"):
        changes = {n: _lengthened(getattr(value, n)) for n in value.__dataclass_fields__ if n not in kept}
        return replace(value, **changes)
    return value


@given(value=st.text(max_size=200))
def test_any_text_a_customer_may_write_makes_a_letter(value):
    data = replace(
        sample("acknowledgement", "zh-CN"),
        about=value,
        salutation=value,
        items=(ItemFacts("", (Fact(value, value, False),)),),
    )
    letter = render("acknowledgement", "zh-CN", data)
    assert len(letter.subject.splitlines()) == 1 and len(letter.subject) <= LONGEST_SUBJECT
    letter.text.encode("utf-8")
    letter.html.encode("utf-8")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f]", letter.text)


def test_data_of_another_purpose_is_refused():
    with pytest.raises(TypeError, match="Progress"):
        render("progress", "en", sample("digest", "en"))


def test_an_unknown_purpose_or_language_is_refused():
    with pytest.raises(KeyError):
        render("love_letter", "en", sample("digest", "en"))
    with pytest.raises(KeyError):
        render("digest", "fr", sample("digest", "en"))
