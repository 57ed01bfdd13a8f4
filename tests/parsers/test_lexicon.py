"""The word lists beside the model: there, large enough, clean, and each in its own script."""

import unicodedata
from pathlib import Path

import hanzidentifier
import pytest

import parsers.nlp

LEXICON = Path(parsers.nlp.__file__).parent / "lexicon"
LONGEST = 40

# Fewest terms that a file may hold.
LEAST = {
    "products.zh": 2200, "products.tw": 700, "products.en": 1500,
    "heads.zh": 250, "heads.en": 250,
    "defects.zh": 900, "defects.tw": 350, "defects.en": 800,
    "materials": 300,
    "units.zh": 100, "units.tw": 80, "units.en": 100,
    "dispositions.zh": 60, "dispositions.tw": 60, "dispositions.en": 60,
    "requests.zh": 80, "requests.tw": 80, "requests.en": 80,
    "departments.zh": 80, "departments.tw": 80, "departments.en": 80,
    "titles.zh": 80, "titles.tw": 80, "titles.en": 80,
    "companies.zh": 100, "companies.tw": 80, "companies.en": 100,
    "surnames.zh": 250, "surnames.tw": 120,
    "places.zh": 500, "places.tw": 200, "places.en": 400,
}  # fmt: skip

# A character of the other script in a list of this one.
FOREIGN = {
    ".zh": (hanzidentifier.TRADITIONAL, hanzidentifier.MIXED),
    ".tw": (hanzidentifier.SIMPLIFIED, hanzidentifier.MIXED),
}

# Lists whose terms are compared without regard to case; elsewhere case tells (V and v, MT and mt).
CASELESS = ("products.en", "heads.en", "defects.en")

every_list = pytest.mark.parametrize("name", LEAST)


def lines(name: str) -> list[str]:
    return (LEXICON / f"{name}.txt").read_bytes().decode("utf-8").split("\n")


def terms(name: str) -> list[str]:
    return [line for line in lines(name)[:-1] if not line.startswith("#")]


def total(kind: str) -> int:
    return sum(len(terms(name)) for name in LEAST if name.startswith(f"{kind}."))


def test_every_list_in_the_folder_is_held_to_these_rules() -> None:
    assert {path.name.removesuffix(".txt") for path in LEXICON.glob("*.txt")} == set(LEAST)


def test_the_readme_names_every_kind_of_list() -> None:
    readme = (LEXICON / "README.md").read_text("utf-8")
    assert [name for name in LEAST if f"`{name.partition('.')[0]}" not in readme] == []


@every_list
def test_a_list_holds_enough_terms(name: str) -> None:
    assert len(terms(name)) >= LEAST[name]


@pytest.mark.parametrize(("kind", "least"), [("products", 3000), ("defects", 1500)])
def test_a_kind_holds_enough_terms_in_all_languages_together(kind: str, least: int) -> None:
    assert total(kind) >= least


@every_list
def test_a_list_is_sorted_and_holds_each_term_once(name: str) -> None:
    assert terms(name) == sorted(set(terms(name)))


@pytest.mark.parametrize("name", CASELESS)
def test_a_list_of_english_phrases_holds_none_twice_in_other_case(name: str) -> None:
    folded = [term.casefold() for term in terms(name)]
    assert sorted({term for term in folded if folded.count(term) > 1}) == []


@every_list
def test_a_term_is_stripped_composed_and_short(name: str) -> None:
    def clean(term: str) -> bool:
        spaced = " ".join(term.split())
        return term == unicodedata.normalize("NFC", spaced) and 0 < len(term) <= LONGEST

    assert [term for term in terms(name) if not clean(term)] == []


@every_list
def test_a_list_ends_with_a_line_end_and_has_no_carriage_returns(name: str) -> None:
    raw = (LEXICON / f"{name}.txt").read_bytes()
    assert raw.endswith(b"\n")
    assert b"\r" not in raw


@pytest.mark.parametrize("name", [name for name in LEAST if name.endswith((".zh", ".tw"))])
def test_a_list_keeps_to_its_own_script(name: str) -> None:
    foreign = FOREIGN[name[-3:]]
    assert [term for term in terms(name) if hanzidentifier.identify(term) in foreign] == []


@pytest.mark.parametrize("name", [name for name in LEAST if name.endswith(".en")])
def test_an_english_list_holds_no_chinese(name: str) -> None:
    assert [term for term in terms(name) if hanzidentifier.has_chinese(term)] == []
