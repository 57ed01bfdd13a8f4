"""What we write: letters to customers and to our own people, in zh-CN, zh-TW and en, as text and HTML.

`render` fills a letter's three templates with its data; `check` fills all of them with sample data, so that a broken
one is found when the service starts. A company's own folder stands in for the shipped wording, letter by letter: see
docs/letters.md.
"""

from templates.checking import check
from templates.data import LANGUAGES, PURPOSES, LetterData
from templates.errors import TemplateTrouble
from templates.rendering import Rendered, render
from templates.samples import sample

__all__ = ["LANGUAGES", "PURPOSES", "LetterData", "Rendered", "TemplateTrouble", "check", "render", "sample"]
