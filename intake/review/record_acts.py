"""The acts that a person may do to a record now, each as a form made from its keys. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from intake.acts.act import Act, Key, allow
from intake.acts.case import Actor, Case
from intake.acts.table import ACTS
from intake.errors import RecordError
from intake.policy.model import Policy
from storage.life import Grade, ProposalState, SupplierClaim, TaskState
from storage.records import LetterState, Person, SupplierCard

# Acts with a form of their own elsewhere on the site; the rest stand under "more".
ELSEWHERE = frozenset({"correct", "report"})
# What people do, in the order in which a complaint goes: the complaint itself, who has it, goods, report, letters, end.
SORTS: Mapping[str, Sequence[str]] = {
    "complaint": ("confirm", "classify", "take", "drop", "waive", "note"),
    "people": ("assign", "dispatch", "sign", "refuse", "coordinate", "task", "done", "cancel_task", "visit"),
    "goods": ("add_item", "remove_item", "stock_check", "sample", "returned", "replace"),
    "report": ("decide", "approve", "promise", "verify"),
    "supplier": ("ask_supplier", "remind_supplier"),
    "letters": ("send", "edit_letter", "hold", "cancel_letter", "came"),
    "warning": ("warn", "approve_warnings", "confirmed", "warn_again"),
    "close": ("accept", "reject", "answered", "close", "reopen", "merge", "cancel"),
}
_LONG = frozenset({"reason", "result", "note", "text", "despite", "risk", "our_action", "meanwhile", "comment"})
_YES_NO = ("yes", "no")


@dataclass(frozen=True, slots=True)
class Option:
    """`words` is a key of the site's words or a table of the letters' words ("windows:full_report"); else `text`."""

    value: str
    text: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class Input:
    """One key of an act as an input: `kind` is text, long, choice, date, moment, number or one of `options`."""

    name: str
    kind: str
    required: bool
    options: tuple[Option, ...] = ()
    hints: tuple[str, ...] = ()  # of a text


@dataclass(frozen=True, slots=True)
class Form:
    act: str
    inputs: tuple[Input, ...]


def may_act(case: Case, who: Actor | None, name: str) -> bool:
    """Whether the record's state and the person's roles allow it."""
    if who is None:
        return False
    try:
        allow(ACTS[name], case, who)
    except RecordError:
        return False
    return True


def allowed(case: Case, who: Actor | None) -> frozenset[str]:
    return frozenset(name for name in ACTS if may_act(case, who, name))


def forms_of(
    case: Case, who: Actor | None, people: Sequence[Person], policy: Policy, suppliers: Sequence[SupplierCard] = ()
) -> tuple[tuple[str, tuple[Form, ...]], ...]:
    """(sort, its forms) of all that may be done now; acts that no sort names come last."""
    may = allowed(case, who) - ELSEWHERE
    named = {name for names in SORTS.values() for name in names}
    rest = tuple(name for name in ACTS if name not in named)
    sorts = [(sort, tuple(names)) for sort, names in SORTS.items()] + [("other", rest)]
    known = (case, people, policy, suppliers)
    made = [(sort, tuple(form_of(ACTS[n], *known) for n in names if n in may)) for sort, names in sorts]
    useful = [(sort, tuple(form for form in forms if _has_all(form))) for sort, forms in made]
    return tuple((sort, forms) for sort, forms in useful if forms)


def awaited(case: Case) -> list[SupplierClaim]:
    """The complaints to suppliers whose report is not here yet."""
    still = {task.id for task in case.tasks if task.state is TaskState.OPEN}
    return [one for one in case.claims if one.task in still]


def _has_all(form: Form) -> bool:
    """Whether there is something to choose wherever something must be chosen: no task, nothing to report done."""
    return all(one.options for one in form.inputs if one.kind == "choice" and one.required)


def form_of(
    act: Act, case: Case, people: Sequence[Person], policy: Policy, suppliers: Sequence[SupplierCard] = ()
) -> Form:
    return Form(act.name, tuple(_input(act.name, key, case, people, policy, suppliers) for key in act.keys))


def _input(
    act: str, key: Key, case: Case, people: Sequence[Person], policy: Policy, suppliers: Sequence[SupplierCard]
) -> Input:
    options = _options(act, key, case, people, policy)
    if options is not None:
        return Input(key.name, "choice", key.required, options)
    if key.kind == "address":
        return Input(key.name, "text", key.required, hints=tuple(dict.fromkeys(one.email for one in people)))
    if key.name == "supplier":
        return Input(key.name, "choice", key.required, tuple(Option(str(one.id), one.name) for one in suppliers))
    if key.name == "department":
        departments = sorted({one.department for one in people if one.department})
        return Input(key.name, "text", key.required, hints=tuple(departments))
    if key.kind == "text" and key.name in _LONG:
        return Input(key.name, "long", key.required)
    return Input(key.name, key.kind, key.required)


def _options(act: str, key: Key, case: Case, people: Sequence[Person], policy: Policy) -> tuple[Option, ...] | None:
    """The values to choose from; None where one types."""
    if key.kind == "choice":
        table = _TABLES.get((act, key.name)) or _TABLES.get(("", key.name), "site:choices")
        return tuple(Option(str(choice), words=f"{table}:{choice}") for choice in key.choices)
    if key.kind == "yes_no":
        return tuple(Option(answer, words=f"site:choices:{answer}") for answer in _YES_NO)
    if key.name == "task":
        open_tasks = [task for task in case.tasks if task.state is TaskState.OPEN]
        return tuple(Option(one.id, f"{one.note or one.owner}", f"task_kinds:{one.kind}") for one in open_tasks)
    if key.name == "letter":
        states = _LETTERS.get(act, tuple(LetterState))
        letters = [one for one in case.letters if one.state in states]
        return tuple(Option(one.id, one.subject, f"purposes:{one.purpose}") for one in letters)
    if key.name == "proposal":
        still = [one for one in case.proposals if one.state is ProposalState.OPEN]
        every = (Option("all", words="site:choices:all"),) if still else ()
        return (*(Option(one.id, f"{one.field}: {one.text}") for one in still), *every)
    if (act, key.name) == ("waive", "field"):
        return tuple(Option(name, words=f"fields:{name}") for name in case.record.missing)
    if key.name in ("item", "like"):
        named = ((str(n), item.model or item.product or "") for n, item in enumerate(case.record.items, 1))
        return tuple(Option(number, f"{number}: {name}") for number, name in named)
    if key.name == "cause":
        return tuple(Option(name, one.label, f"site:causes:{name}") for name, one in policy.causes.items())
    if (act, key.name) == ("confirmed", "customer"):
        return tuple(Option(one.id, one.customer) for one in case.warned if one.confirmed_at is None)
    if (act, key.name) == ("warn_again", "customer"):
        waiting = [one for one in case.warned if one.confirmed_at is None and one.sent_at is not None]
        return tuple(Option(one.id, one.customer) for one in waiting)
    if key.name == "claim":
        return tuple(Option(one.id, f"{one.supplier}: {one.material}") for one in awaited(case))
    if (act, key.name) == ("answered", "survey"):
        return tuple(Option(one.id, one.customer) for one in case.surveys)
    if (act, key.name) == ("answered", "grade"):
        return tuple(Option(str(n), words=f"grades:{grade}") for n, grade in enumerate(Grade, 1))
    return None


_TABLES: Mapping[tuple[str, str], str] = {
    ("", "window"): "windows",
    ("", "class"): "classes",
    ("task", "kind"): "task_kinds",
    ("send", "what"): "purposes",
}
_WAITING = (LetterState.QUEUED, LetterState.DEFERRED)
_LETTERS: Mapping[str, tuple[LetterState, ...]] = {
    "hold": _WAITING,
    "send": (LetterState.DRAFT, LetterState.REFUSED, LetterState.IN_DOUBT, LetterState.DEFERRED),
    "edit_letter": (LetterState.DRAFT,),
    "cancel_letter": (LetterState.DRAFT, LetterState.REFUSED, LetterState.IN_DOUBT, *_WAITING),
    "came": (LetterState.IN_DOUBT,),
}
