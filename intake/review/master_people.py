"""Changes of our own people: who is there, his roles, who stands in for him. What he may do to records follows."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from intake.errors import RecordError
from intake.importing import KINDS, Refused
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.master_cards import person_page
from intake.review.refusals import Changed, Missing
from intake.review.sessions import Visitor
from intake.review.site import Site
from intake.review.was import was_of
from storage import UnitOfWork
from storage.errors import AlreadyThere
from storage.records import Person

_LONGEST = 300

router = APIRouter(dependencies=[Guarded])
Text = Annotated[str, Form(max_length=_LONGEST)]


@dataclass(frozen=True, slots=True)
class Put:
    """What became of a change: `faults` by field (why, remedy), and then nothing was changed; `what` is its name in the
    trail, "" where there was nothing to change.
    """

    email: str
    what: str = ""
    faults: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    known: bool = True


class OpenWork(RecordError):
    """Somebody's last role, while work is left with him."""

    def __init__(self, left: int) -> None:
        super().__init__(f"{left} records or tasks are still open with this person.", "Hand them over first.")
        self.left = left


@router.post("/people/add")
def person_add(
    request: Request, site: TheSite, visitor: TheVisitor,
    name: Text = "", email: Text = "", role: Text = "", department: Text = "",
) -> Response:  # fmt: skip
    """Somebody new, with his first role; or one more role of somebody who is there."""
    given = {"name": name.strip(), "email": email.strip(), "role": role, "department": department.strip()}
    with site.storage.unit() as work:
        try:
            put = add_role(site, work, visitor, given)
        except AlreadyThere:
            twice = {"role": (site.pages.wording(request).t("master.twice_role"), "")}
            put = Put(given["email"], "", twice)
    if put.what:
        return site.pages.go(request, f"/people/{put.email}", f"master.{put.what}")
    return person_page(request, site, put.email if put.known else "", 422, typed=given, faults=put.faults)


def add_role(site: Site, work: UnitOfWork, visitor: Visitor, given: Mapping[str, str]) -> Put:
    """A role of somebody, who need not be there yet; noted and committed. AlreadyThere where he has it."""
    known = work.master.person(given["email"])
    faults = _faults(given)
    if known:
        given = {**given, "name": known[0].name, "email": known[0].email}
        faults.pop("name", None)
    if faults:
        return Put(given["email"], "", faults, bool(known))
    made = KINDS["people"].card(given)
    work.master.put_person(made)
    told = {"name": made.name, "changes": {"role": ["", _role_of(made)]}}
    what = "role_added" if known else "person_added"
    work.audit.add(visitor.user.email, site.clock(), what, f"person:{made.email.lower()}", told)
    work.commit()
    return Put(made.email, what)


def _faults(given: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """field → (why, remedy)."""
    plain = {"name": "x", "email": "x@example.com", "role": "administrator", "department": "x"}
    found: dict[str, tuple[str, str]] = {}
    for name, text in given.items():
        with_role = {"role": given["role"]} if name == "department" else {}
        try:
            KINDS["people"].card({**plain, **with_role, name: text})
        except Refused as why:
            found[name] = (str(why), why.remedy)
    if "role" in found:
        found.pop("department", None)
    return found


@router.post("/people/save")
def person_save(
    request: Request, site: TheSite, visitor: TheVisitor,
    email: Text = "", name: Text = "", deputy: Text = "", was: Annotated[str, Form()] = "",
) -> Response:  # fmt: skip
    """Another name, another deputy. Changed where somebody else was faster."""
    before = was_of({"was": was})
    with site.storage.unit() as work:
        if before and before != standing_of(work, email, lock=True):
            raise Changed
        put = change_person(site, work, visitor, email, name, deputy)
    if put.faults:
        said = {"deputy": (site.pages.wording(request).t("master.no_deputy"), "")} if "deputy" in put.faults else {}
        return person_page(
            request, site, email, 422, typed={"name": name, "deputy": deputy}, faults={**put.faults, **said}
        )
    return site.pages.go(request, f"/people/{email}", "record.saved" if put.what else "record.nothing_changed")


def standing_of(work: UnitOfWork, email: str, lock: bool = False) -> dict[str, str]:
    """A person's name and deputy. Missing where he is none of ours."""
    roles = work.master.person(email, lock=lock)
    if not roles:
        raise Missing
    return {"name": roles[0].name, "deputy": work.master.deputy(email)}


def change_person(site: Site, work: UnitOfWork, visitor: Visitor, email: str, name: str, deputy: str) -> Put:
    """Another name and deputy ("": none); noted and committed. Missing where he is none of ours."""
    standing = standing_of(work, email, lock=True)
    faults = _faults({"name": name.strip()})
    if deputy and (deputy.lower() == email.lower() or not work.master.person(deputy)):
        faults["deputy"] = ("the deputy must be another of our people", "")
    wanted = {"name": name.strip(), "deputy": deputy.strip().lower()}
    changes = {key: [standing[key], wanted[key]] for key in wanted if wanted[key] != standing[key]}
    if faults or not changes:
        return Put(email, "", faults)
    for role in work.master.person(email):
        work.master.put_person(replace(role, name=wanted["name"]))
    work.master.set_deputy(email, wanted["deputy"])
    told = {"name": wanted["name"], "changes": changes}
    work.audit.add(visitor.user.email, site.clock(), "person_changed", f"person:{email.lower()}", told)
    work.commit()
    return Put(email, "person_changed")


@router.post("/people/remove")
def role_remove(
    request: Request, site: TheSite, visitor: TheVisitor, email: Text = "", role: Annotated[int, Form()] = 0
) -> Response:
    """One role less. The last one goes only where no open work is left behind."""
    try:
        with site.storage.unit() as work:
            what = remove_role(site, work, visitor, email, role)
    except OpenWork as left:
        said = site.pages.wording(request).t("master.open_work_left", n=left.left)
        return site.pages.go(request, f"/people/{email}", kind="bad", detail=said)
    return site.pages.go(request, "/people" if what == "person_removed" else f"/people/{email}", f"master.{what}")


def remove_role(site: Site, work: UnitOfWork, visitor: Visitor, email: str, role: int) -> str:
    """One role less; the name of that in the trail. Missing where he has none of this number, OpenWork where it is his
    last one and work is left with him. Commits.
    """
    roles = work.master.person(email, lock=True)
    gone = next((one for one in roles if one.id == role), None)
    if gone is None:
        raise Missing
    last = len(roles) == 1
    if last and (left := _open_work(work, email)):
        raise OpenWork(left)
    work.master.remove("people", role)
    if last:
        work.master.forget_deputy(email)
    told = {"name": gone.name, "changes": {"role": [_role_of(gone), ""]}}
    what = "person_removed" if last else "role_removed"
    work.audit.add(visitor.user.email, site.clock(), what, f"person:{email.lower()}", told)
    work.commit()
    return what


def _open_work(work: UnitOfWork, email: str) -> int:
    return work.master_facts.open_numbers().get(email.lower(), 0) + len(work.lives.open_tasks(email))


def _role_of(person: Person) -> str:
    return f"{person.role.value} {person.department}".strip()
