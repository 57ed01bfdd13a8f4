"""A broken wording is refused when the service starts, with file, line, cause and remedy."""

import shutil
from pathlib import Path

import pytest

from templates import TemplateTrouble, check, render, sample
from templates.rendering import SHIPPED
from templates.words import words


@pytest.fixture
def own(tmp_path):
    """A company's folder that words the Chinese acknowledgement itself."""
    shutil.copytree(SHIPPED / "acknowledgement" / "zh-CN", tmp_path / "acknowledgement" / "zh-CN")
    return tmp_path


def _write(own: Path, name: str, text: str) -> None:
    (own / "acknowledgement" / "zh-CN" / name).write_text(text, encoding="utf-8")


def _trouble(own: Path) -> TemplateTrouble:
    with pytest.raises(TemplateTrouble) as caught:
        check(own)
    assert caught.value.cause and caught.value.remedy
    return caught.value


def test_the_shipped_letters_are_whole():
    check(None)


def test_a_companys_own_wording_stands_in_for_the_shipped_one_and_leaves_the_others(own):
    _write(own, "body.txt", "{{ salutation }}已收到，编号 {{ number }}。")
    check(own)
    data = sample("acknowledgement", "zh-CN")
    assert render("acknowledgement", "zh-CN", data, own).text == f"{data.salutation}已收到，编号 {data.number}。\n"
    english = sample("acknowledgement", "en")
    assert render("acknowledgement", "en", english, own) == render("acknowledgement", "en", english)


def test_a_company_may_change_the_frame_of_all_its_letters(tmp_path):
    (tmp_path / "_base" / "en").mkdir(parents=True)
    (tmp_path / "_base" / "en" / "customer.txt").write_text(
        "{{ salutation }}\n\n{% block body %}{% endblock %}\nYours faithfully\n"
    )
    check(tmp_path)
    assert render("progress", "en", sample("progress", "en"), tmp_path).text.endswith("Yours faithfully\n")


def test_wrong_syntax_is_named_with_its_line(own):
    _write(own, "body.txt", "{{ number }}\n\n{% if doubts %}\n")
    trouble = _trouble(own)
    assert trouble.file == own / "acknowledgement/zh-CN/body.txt" and trouble.line == 3
    assert "syntax" in trouble.cause


def test_an_unknown_variable_is_named_with_its_line_and_the_ones_there_are(own):
    _write(own, "body.html", "<p>{{ number }}</p>\n<p>{{ discount }}</p>\n")
    trouble = _trouble(own)
    assert trouble.file == own / "acknowledgement/zh-CN/body.html" and trouble.line == 2
    assert "discount" in trouble.cause and "promises" in trouble.remedy


def test_an_unknown_variable_behind_a_condition_is_found_with_the_data_that_reaches_it(own):
    _write(own, "body.txt", "{{ number }}{% if being_read %}\n{{ nothing }}{% endif %}\n")
    assert _trouble(own).line == 2


def test_a_missing_file_of_a_letter_is_named(own):
    (own / "acknowledgement/zh-CN/body.html").unlink()
    trouble = _trouble(own)
    assert trouble.file == own / "acknowledgement/zh-CN/body.html" and "lacks" in trouble.cause


@pytest.mark.parametrize(
    "text", ["{{ number }}\n第二行", "{{ number }}{% for q in questions %}{{ q.ask }}\n{% endfor %}", ""]
)
def test_a_subject_that_is_not_one_line_is_refused(own, text):
    _write(own, "subject.txt", text)
    assert "one line" in _trouble(own).cause


def test_a_subject_without_the_number_is_refused_because_replies_would_not_find_their_record(own):
    _write(own, "subject.txt", "关于{{ about }}的投诉")
    assert "number" in _trouble(own).cause


def test_a_folder_that_is_no_letter_or_no_language_is_a_typing_error(tmp_path):
    (tmp_path / "acknowledgment").mkdir()
    assert "acknowledgment" in _trouble(tmp_path).cause
    (tmp_path / "acknowledgment").rename(tmp_path / "acknowledgement")
    (tmp_path / "acknowledgement" / "zh_CN").mkdir()
    assert "zh_CN" in _trouble(tmp_path).cause


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    assert _trouble(tmp_path / "nowhere").file == tmp_path / "nowhere"


def test_a_frame_that_does_not_exist_is_named(own):
    _write(own, "body.txt", '{% extends "_base/zh-CN/friends.txt" %}')
    assert "friends" in _trouble(own).cause


@pytest.mark.parametrize(
    "reach",
    [
        "{{ number.__class__ }}",
        "{{ ''.__class__.__mro__ }}",
        "{{ company.__dataclass_fields__ }}",
        "{{ questions.__class__.__base__.__subclasses__() }}",
        "{{ number|attr('__class__') }}",
        "{{ '{0.__class__}'.format(number) }}",
        "{{ self.__init__.__globals__ }}",
        "{{ aligned.__globals__ }}",
        "{% for i in range(10**9) %}{% endfor %}",
    ],
)
def test_the_sandbox_lets_no_template_into_the_program(own, reach):
    _write(own, "body.txt", f"{{{{ number }}}}\n{reach}")
    _trouble(own)


@pytest.mark.parametrize(
    "text", ["{{ number + 1 }}", "{{ questions[99].ask }}", "{{ 1 // more_items }}", "{{ number | aligned }}"]
)
def test_a_template_that_makes_an_error_is_refused_too(own, text):
    _write(own, "body.txt", text)
    assert _trouble(own).file == own / "acknowledgement/zh-CN/body.txt"


def test_own_words_are_laid_over_the_shipped_ones(tmp_path):
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "zh-CN.toml").write_text(
        '[fields]\nproduct = "品名"\n\n[questions.model]\nask = "图号是什么？"\n', encoding="utf-8"
    )
    check(tmp_path)
    known = words("zh-CN", tmp_path)
    assert known.of("fields", "product") == "品名" and known.of("fields", "model") == "型号规格"
    assert known.question("model") == ("图号是什么？", words("zh-CN").question("model")[1])


@pytest.mark.parametrize(
    "text",
    [
        "[felder]\nx = 'y'\n",
        "[fields]\nproduct = 3\n",
        "[questions]\nmodel = 'what?'\n",
        "[fields\n",
        "fields = 1\n",
        "[questions.model]\nask = 3\n",
    ],
)
def test_own_words_of_the_wrong_form_are_refused(tmp_path, text):
    (tmp_path / "words").mkdir()
    (tmp_path / "words" / "en.toml").write_text(text, encoding="utf-8")
    assert _trouble(tmp_path).file == tmp_path / "words" / "en.toml"
