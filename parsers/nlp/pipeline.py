"""The spaCy pipeline: one tokenizer and seven components, each adding its Candidates to `doc._.candidates`.

    forms    labels with their values, in lines and tables
    codes    models, batches, orders in running text
    lexicon  words of defect and of goods (PhraseMatcher)
    counts   quantities with their roles
    names    names of goods
    defects  the clauses that describe the fault
    facts    dates, rates, dispositions

A trained component comes as one more: it writes Candidates too, and assembly ranks them whatever their origin.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from spacy.language import Language
from spacy.tokens import Doc

from parsers.document import Document
from parsers.nlp import codes, defects, facts, products, quantities, tagged, values
from parsers.nlp.candidates import Candidate, Pair, View
from parsers.nlp.forms import line_pairs, with_sections
from parsers.nlp.gist import Weights
from parsers.nlp.judge import Judge
from parsers.nlp.prose import flow, sentences
from parsers.nlp.references import without_references
from parsers.nlp.tables import table_pairs
from parsers.nlp.tagged import customers_words
from parsers.nlp.tagger.component import Tagger
from parsers.nlp.tokenizer import TOKENIZER
from parsers.normal.numbers import QuantitySpan, find_quantities

MODEL = Path(__file__).parent / "model"
MAX_CHARACTERS = 100_000  # of one document that rules for running text look at; tables are read further
MAX_TAGGED = 30_000  # of them that the tagger looks at
AT_ONCE = 4_000  # characters of documents that share a pass of the tagger
_NEAR = 160  # characters of a long sentence that bear on a code
_MAX_PAIRS = 6000  # labels with their values in one document; a record holds 300 items at the most
_MAX_CLAUSES = 400  # descriptions of a fault in one document
WEIGHTS = {
    "label": 0.92,
    "table_row": 0.92,
    "table_column": 0.93,
    "table_inherited": 0.88,
    "label_composed": 0.84,
    "label_in_prose": 0.72,
    "label_bare": 0.78,
}
# a label that means a model only where nothing better is given
_AS_MODEL = {"part_no": 0.86, "drawing": 0.6, "number": 0.55}
# a number of the customer's own for the part
_CUSTOMERS_OWN = re.compile(r"^(?:我司|我方|本厂|我厂|客户|顾客|our|customer)|\((?:客户|我司|customer|our|kn)")
_COMPONENTS = ("forms", "codes", "lexicon", "counts", "names", "defects", "facts")

for _name in ("view", "candidates", "today", "flow", "sentences", "hits", "heads", "quantities"):
    if not Doc.has_extension(_name):
        Doc.set_extension(_name, default=None)


@cache
def rules() -> Language:
    """The components that are rules, built once a process (about half a second)."""
    config: dict[str, Any] = {"nlp": {"tokenizer": {"@tokenizers": TOKENIZER}}}
    nlp = spacy.blank("xx", config=config)
    nlp.max_length = 2 * MAX_CHARACTERS
    for name in _COMPONENTS:
        nlp.add_pipe(f"complaint_{name}", name=name)
    return nlp


class Extractor:
    """The rules with a trained tagger behind them, and the judge of what all of them propose."""

    def __init__(self, tagger: Tagger | None = None, judge: Judge | None = None, gist: Weights | None = None) -> None:
        self.tagger = tagger
        self.judge = judge
        self.gist = gist

    def candidates_of(
        self, documents: Iterable[tuple[Document, float]], today: date
    ) -> tuple[list[Candidate], list[View]]:
        """What the documents propose, each with how far it is to be trusted. `today` is the mail's date."""
        found: list[Candidate] = []
        views: list[View] = []
        for doc in self._docs(documents, today):
            found.extend(doc._.candidates)
            views.append(doc._.view)
        found = list(without_references(found, views))
        return (found if self.judge is None else self.judge.weigh(found, views)), views

    def _docs(self, documents: Iterable[tuple[Document, float]], today: date) -> Iterator[Doc]:
        """Each read and tagged, one after the other; only short ones, as a subject and its mail, share a pass."""
        short: list[Doc] = []
        for document, trust in documents:
            doc = self._read(document, trust, today)
            if sum(len(one.text) for one in short) + len(doc.text) > AT_ONCE:
                yield from self._tagged(short, today)
                short = []
            short.append(doc)
            if len(doc.text) > AT_ONCE:
                yield from self._tagged(short, today)
                short = []
        yield from self._tagged(short, today)

    def _read(self, document: Document, trust: float, today: date) -> Doc:
        nlp = rules()
        doc = nlp.make_doc(document.text[:MAX_CHARACTERS])
        view = View.of(document, trust)
        doc._.view, doc._.today, doc._.candidates = view, today, []
        doc._.flow = flow(view.plain[:MAX_CHARACTERS])
        doc._.sentences = sentences(document.text[:MAX_CHARACTERS], doc._.flow)
        for _, component in nlp.pipeline:
            doc = component(doc)
        return doc

    def _tagged(self, docs: Sequence[Doc], today: date) -> Sequence[Doc]:
        """With what the model proposes behind what the rules do."""
        if self.tagger is None:
            return docs
        owns: list[Doc] = []
        for doc in docs:
            first = _first_word(doc._.view)
            words = customers_words(doc._.view, first, first + MAX_TAGGED)
            owns.append(doc if words == doc.text else rules().make_doc(words))
        self.tagger.mark_all(owns)
        for doc, own in zip(docs, owns, strict=True):
            view, first = doc._.view, _first_word(doc._.view)
            own._.marks = [replace(mark, start=mark.start + first, end=mark.end + first) for mark in own._.marks]
            doc._.candidates.extend(tagged.candidates_of(own, view, today))
            view.senders = list(tagged.senders_of(own, view))
        return docs


def _first_word(view: View) -> int:
    """Where the text begins behind its empty lines."""
    return len(view.text) - len(view.text.lstrip())


def shipped() -> Extractor:
    """The extractor with the model of this repository."""
    return from_disk(MODEL)


@cache
def from_disk(folder: Path) -> Extractor:
    """The extractor of a trained model. Raises ValueError, with what to do, where it does not fit this code."""
    return Extractor(
        Tagger.from_disk(folder), Judge.from_disk(folder / "judge.json"), Weights.from_disk(folder / "gist.npz")
    )


@Language.component("complaint_forms")
def forms(doc: Doc) -> Doc:
    view: View = doc._.view
    view.pairs = with_sections(view, [*line_pairs(view), *table_pairs(view)][:_MAX_PAIRS])
    doc._.quantities = find_quantities(doc._.flow)
    kept: list[Pair] = []
    for pair in view.pairs:
        text = view.text[pair.start : pair.end]
        unlikely = pair.label.startswith("quantity") and not values.starts_with_number(text)
        if (
            unlikely
            or pair.label not in values.READERS
            or values.is_blank(text)
            or not view.plain[pair.start : pair.end].strip()
        ):
            kept.extend([] if unlikely else [pair])
            continue
        key = view.plain[pair.key_start : pair.start]
        read = [
            _candidate(view, pair, key, value) for value in values.READERS[_reader(pair.label, key)](text, doc._.today)
        ]
        doc._.candidates.extend(_multiplied(candidate, doc._.quantities) for candidate in read)
        kept.append(_used(view, pair, read))
    view.pairs = kept
    return doc


def _candidate(view: View, pair: Pair, key: str, value: values.Value) -> Candidate:
    weight = WEIGHTS[pair.rule] * value.factor
    if value.field == "model":
        weight *= _AS_MODEL.get(pair.label, 1.0) * (0.8 if _CUSTOMERS_OWN.search(key) else 1.0)
    start, end = pair.start + value.start, pair.start + value.end
    rule = f"{pair.rule}:{pair.label}"
    return Candidate(value.field, _tidy(value.value), view.part, start, end, weight, rule, pair.group, value.unit)


def _multiplied(candidate: Candidate, quantities_of_text: list[QuantitySpan]) -> Candidate:
    """A count of boxes in pieces, where the document says elsewhere how many a box holds."""
    if candidate.unit is None or not candidate.field.startswith("quantity"):
        return candidate
    for quantity in quantities_of_text:
        if quantity.start < candidate.end and candidate.start < quantity.end:
            return replace(candidate, value=quantity.value, unit=quantity.unit)
    return candidate


def _used(view: View, pair: Pair, read: list[Candidate]) -> Pair:
    """The pair without the sentence that goes on behind its value: `批次：20250303，该批到货600件`."""
    if not read or pair.label in ("defect", "disposition"):
        return pair
    end = max(candidate.end for candidate in read)
    return replace(pair, end=end) if pair.end - end > 6 and "," in view.plain[end : pair.end] else pair


def _reader(label: str, key: str) -> str:
    """A rate under the head `PPM` or `NG%` is a bare number."""
    if label != "defect_rate":
        return label
    return "ppm" if "ppm" in key else "percent" if "%" in key else label


def _tidy(value: object) -> object:
    return re.sub(r"\s+", " ", value).strip() if type(value) is str else value


def _covered(view: View, labels: Sequence[str], with_keys: bool = False) -> bytearray:
    """A 1 for each character of running text that is a value (`with_keys`: or the label) of one of these labels."""
    covered = bytearray(min(len(view.text), MAX_CHARACTERS) + 1)
    wanted = frozenset(labels)
    for pair in view.pairs:
        start, end = pair.key_start if with_keys else pair.start, min(pair.end, len(covered))
        if pair.label in wanted and start < end:
            covered[start:end] = b"\1" * (end - start)
    return covered


def _around(doc: Doc, place: int) -> str:
    """The sentence of a place, or the part of it that is near."""
    start, end = doc._.sentences.at(place)
    return str(doc._.flow[max(start, place - _NEAR) : min(end, place + _NEAR)])


@Language.component("complaint_codes")
def code_component(doc: Doc) -> Doc:
    view: View = doc._.view
    labelled = _covered(view, [pair.label for pair in view.pairs if pair.label not in _READ_AS_TEXT])
    for code in codes.find_codes(doc._.flow):
        if labelled[code.start]:
            continue
        first, last = code.spans[0][0], code.spans[-1][1]
        weight = code.weight * (0.55 if codes.elsewhere(_around(doc, first)) else 1.0)
        value: object = view.text[first:last]
        if code.field == "batch":
            value = tuple(view.text[start:end] for start, end in code.spans)
        doc._.candidates.append(Candidate(code.field, value, view.part, first, last, weight, code.rule))
    return doc


# labels whose values are no running text: what stands there is what the label says
_READ_AS_TEXT = ("defect", "disposition", "request", "other", "unknown", "supplier")
_VALUES = tuple(label for label in values.READERS if label not in ("defect", "disposition"))
_OF_CUSTOMER = ("company", "contact", "location", "phone", "fax", "phone_fax", "email", "customer_ref")
_OF_FACTS = ("reply_due", "disposition", "other", "customer_ref", "defect_rate", "production_date", "ship_date")
_TELLS_NO_FAULT = (*_VALUES, *_OF_CUSTOMER, "request", "supplier", "reply_due", "claim_amount", "other")


@Language.component("complaint_lexicon")
def lexicon(doc: Doc) -> Doc:
    names = doc.vocab.strings
    found: list[tuple[str, int, int]] = []
    heads: list[tuple[int, int]] = []
    for key, first, last in _phrases()(doc):
        start, end = doc[first].idx, doc[last - 1].idx + len(doc[last - 1])
        if not doc._.flow[start:end].strip():
            continue
        if names[key] == "head":
            heads.append((start, end))
        else:
            found.append((names[key], start, end))
    doc._.hits = defects.hits_of(doc._.flow, found)
    doc._.heads = _longest(heads)
    return doc


def _longest(spans: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Of spans that overlap or touch, the last one's end with the first one's start counts once."""
    kept: list[tuple[int, int]] = []
    for start, end in sorted(spans, key=lambda span: (span[0], -span[1])):
        if kept and start < kept[-1][1]:
            kept[-1] = (kept[-1][0], max(kept[-1][1], end))
        else:
            kept.append((start, end))
    return kept


@cache
def _phrases() -> Any:
    phrases = defects.matcher(rules())
    phrases.add("head", [rules().make_doc(word) for word in products.head_words()])
    return phrases


@Language.component("complaint_defects")
def defect_component(doc: Doc) -> Doc:
    view: View = doc._.view
    covered = _covered(view, _TELLS_NO_FAULT, with_keys=True)
    names = [(c.start, c.end) for c in doc._.candidates if c.field in ("product", "model") and c.weight >= 0.5][:400]
    for order, found in enumerate(defects.find_clauses(doc._.flow, doc._.sentences, doc._.hits)):
        if order >= _MAX_CLAUSES:
            break
        if covered[found.start]:
            continue
        clause = defects.after_subject(doc._.flow, found, names, doc._.hits)
        weight = min(0.78, 0.3 + 0.2 * clause.score) - (0.12 if view.part == "subject" else 0.0) - 0.015 * min(order, 6)
        text = _tidy(view.text[clause.start : clause.end])
        doc._.candidates.append(Candidate("defect", text, view.part, clause.start, clause.end, weight, "defect_clause"))
    return doc


@Language.component("complaint_counts")
def count_component(doc: Doc) -> Doc:
    view: View = doc._.view
    covered = _covered(view, _VALUES)
    faults = [(hit.start, hit.end) for hit in doc._.hits if hit.score > 0]
    for count in quantities.find_counts(doc._.quantities, doc._.flow, doc._.sentences, faults):
        if covered[count.start]:
            continue
        weight = count.weight * (0.6 if codes.elsewhere(_around(doc, count.start)) else 1.0)
        doc._.candidates.append(
            Candidate(count.role, count.value, view.part, count.start, count.end, weight, count.rule, None, count.unit)
        )
    return doc


@Language.component("complaint_names")
def name_component(doc: Doc) -> Doc:
    view: View = doc._.view
    spans = [(c.start, c.end) for c in doc._.candidates if c.field == "model" and c.group is None]
    faults = [(hit.start, hit.end) for hit in doc._.hits if hit.score > 0.29]
    names = list(products.find_names(doc._.flow, spans, faults))
    if view.part == "subject":
        names += products.of_subject(doc._.flow, faults)
    else:
        names += products.ending_with(doc._.flow, doc._.heads, faults)
    for name in names:
        text = _tidy(view.text[name.start : name.end])
        doc._.candidates.append(Candidate("product", text, view.part, name.start, name.end, name.weight, name.rule))
    return doc


@Language.component("complaint_facts")
def fact_component(doc: Doc) -> Doc:
    view: View = doc._.view
    covered = _covered(view, _OF_FACTS)
    for fact in facts.find_facts(doc._.flow, doc._.sentences, doc._.today):
        if covered[fact.start]:
            continue
        doc._.candidates.append(
            Candidate(fact.field, fact.value, view.part, fact.start, fact.end, fact.weight, fact.rule)
        )
    return doc
