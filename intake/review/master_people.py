"""Changes of our own people: who is there, his roles, who stands in for him. What he may do to records follows."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from intake.importing import KINDS, Refused
from intake.review.entry import Guarded, TheSite, TheVisitor
from intake.review.master_cards import person_page
from intake.review.refusals import Changed, Missing
from intake.review.was import was_of
from storage import UnitOfWork
from storage.errors import AlreadyThere
from storage.records import Person

_LONGEST = 300

router = APIRouter(dependencies=[Guarded])
Text = Annotated[str, Form(max_length=_LONGEST)]


@router.post("/people/add")
def person_add(
    request: Request, site: TheSite, visitor: TheVisitor,
    name: Text = "", email: Text = "", role: Text = "", department: Text = "",
) -> Response:  # fmt: skip
    """Somebody new, with his first role; or one more role of somebody who is there."""
    given = {"name": name.strip(), "email": email.strip(), "role": role, "department": department.strip()}
    faults = _faults(given)
    wording = site.pages.wording(request)
    with site.storage.unit() as work:
        known = work.master.person(given["email"])
        if known:
            given |= {"name": known[0].name, "email": known[0].email}
            faults.pop("name", None)
        if not faults:
            made = KINDS["people"].card(given)
            try:
                work.master.put_person(made)
            except AlreadyThere:
                faults = {"role": (wording.t("master.twice_role"), "")}
        if not faults:
            told = {"name": made.name, "changes": {"role": ["", _role_of(made)]}}
            what = "role_added" if known else "person_added"
            work.audit.add(visitor.user.email, site.clock(), what, f"person:{made.email.lower()}", told)
            work.commit()
            return site.pages.go(request, f"/people/{made.email}", f"master.{what}")
    standing = given["email"] if known else ""
    return person_page(request, site, standing, 422, typed=given, faults=faults)


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
        roles = work.master.person(email, lock=True)
        if not roles:
            raise Missing
        standing = {"name": roles[0].name, "deputy": work.master.deputy(email)}
        if before and before != standing:
            raise Changed
        faults = _faults({"name": name.strip()})
        if deputy and (deputy.lower() == email.lower() or not work.master.person(deputy)):
            faults["deputy"] = (site.pages.wording(request).t("master.no_deputy"), "")
        wanted = {"name": name.strip(), "deputy": deputy.strip().lower()}
        changes = {key: [standing[key], wanted[key]] for key in wanted if wanted[key] != standing[key]}
        if not faults and changes:
            for role in roles:
                work.master.put_person(replace(role, name=wanted["name"]))
            work.master.set_deputy(email, wanted["deputy"])
            told = {"name": wanted["name"], "changes": changes}
            work.audit.add(visitor.user.email, site.clock(), "person_changed", f"person:{email.lower()}", told)
            work.commit()
    if faults:
        return person_page(request, site, email, 422, typed={"name": name, "deputy": deputy}, faults=faults)
    return site.pages.go(request, f"/people/{email}", "record.saved" if changes else "record.nothing_changed")


@router.post("/people/remove")
def role_remove(
    request: Request, site: TheSite, visitor: TheVisitor, email: Text = "", role: Annotated[int, Form()] = 0
) -> Response:
    """One role less. The last one goes only where no open work is left behind."""
    with site.storage.unit() as work:
        roles = work.master.person(email, lock=True)
        gone = next((one for one in roles if one.id == role), None)
        if gone is None:
            raise Missing
        last = len(roles) == 1
        if last and (left := _open_work(work, email)):
            said = site.pages.wording(request).t("master.open_work_left", n=left)
            return site.pages.go(request, f"/people/{email}", kind="bad", detail=said)
        work.master.remove("people", role)
        if last:
            work.master.forget_deputy(email)
        told = {"name": gone.name, "changes": {"role": [_role_of(gone), ""]}}
        what = "person_removed" if last else "role_removed"
        work.audit.add(visitor.user.email, site.clock(), what, f"person:{email.lower()}", told)
        work.commit()
    return site.pages.go(request, "/people" if last else f"/people/{email}", f"master.{what}")


def _open_work(work: UnitOfWork, email: str) -> int:
    return work.master_facts.open_numbers().get(email.lower(), 0) + len(work.lives.open_tasks(email))


def _role_of(person: Person) -> str:
    return f"{person.role.value} {person.department}".strip()
