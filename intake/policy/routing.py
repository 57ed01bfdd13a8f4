"""Who answers for a cause, and who gets which letter (客诉信息处理流程 §5.2, §5.3)."""

from collections.abc import Collection, Sequence
from typing import Literal, get_args

from intake.policy.model import Department, Holder, Policy
from storage.records import Person, Purpose, Role

_STAFF = frozenset({Role.DEPARTMENT, Role.QUALITY, Role.SALES, Role.INTAKE})
_HEADS = frozenset({Role.DEPARTMENT_HEAD, Role.QUALITY_MANAGER})


def departments_for(cause: str | None, policy: Policy) -> tuple[str, ...]:
    """The names of the departments that a cause concerns: the first answers, the others stand with it.

    `cause` is a key of the policy's [causes], or its label. Where it is not known, the department for unknown causes
    answers.
    """
    row = policy.causes.get(cause or "") or next((row for row in policy.causes.values() if row.label == cause), None)
    keys = row.departments if row is not None else (policy.routing.department_if_unknown,)
    return tuple(policy.departments.names(key)[0] for key in keys)


def department_for(cause: str | None, policy: Policy) -> str:
    """The department that answers for a cause."""
    return departments_for(cause, policy)[0]


def recipients(
    purpose: Purpose | Literal["report"],
    departments: str | Sequence[str],
    people: Sequence[Person],
    policy: Policy,
    fallback: str = "",
    owner: str = "",
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(to, cc) of a letter to our own people; each address once.

    `departments`: the responsible ones, by name. `owner`: the record's owner, an address. Where nobody holds the
    roles of "to", the letter goes to `fallback`. "report" is the weekly and the monthly one. KeyError for a purpose
    that goes to the customer.
    """
    row = getattr(policy.recipients, str(purpose), None)
    if row is None:
        raise KeyError(f"{purpose} is no letter to our own people")
    concerned = (departments,) if isinstance(departments, str) else tuple(departments)
    to = _addresses(row.to, concerned, people, policy, owner) or ((fallback,) if fallback else ())
    cc = _addresses(row.cc, concerned, people, policy, owner)
    return to, tuple(address for address in cc if address not in to)


def first_holding(roles: Sequence[Role], people: Sequence[Person]) -> tuple[str, ...]:
    """The addresses of those who hold the first of these roles that somebody holds, each once."""
    held = (tuple(dict.fromkeys(one.email for one in people if one.role is role)) for role in roles)
    return next((found for found in held if found), ())


def _addresses(
    holders: Sequence[Holder], departments: Sequence[str], people: Sequence[Person], policy: Policy, owner: str
) -> tuple[str, ...]:
    found: list[str] = []
    for holder in holders:
        if holder == "owner":
            found.append(owner)
        else:
            found += [person.email for person in people if _holds(person, holder, departments, policy)]
    return tuple(dict.fromkeys(address for address in found if address))


def _holds(person: Person, holder: Role, departments: Sequence[str], policy: Policy) -> bool:
    """Whether a person holds a role. Of the departments' own roles, only the responsible departments' people count."""
    if holder not in (Role.DEPARTMENT, Role.DEPARTMENT_HEAD):
        return person.role is holder
    roles = _STAFF if holder is Role.DEPARTMENT else _HEADS
    return person.role in roles and any(_same(_department_of(person, policy), name, policy) for name in departments)


def _department_of(person: Person, policy: Policy) -> str:
    """The person's department; quality people need not have named theirs."""
    quality = person.role in (Role.QUALITY, Role.QUALITY_MANAGER)
    return policy.departments.quality[0] if quality and not person.department else person.department


def names_of_departments(people: Collection[Person], policy: Policy) -> tuple[str, ...]:
    """All names under which the departments of these people may stand in a record."""
    found: dict[str, None] = {}
    for one in (_department_of(person, policy) for person in people):
        key = _key(one, policy)
        names = policy.departments.names(key) if key in get_args(Department) else (one,)  # type: ignore[arg-type]
        found.update(dict.fromkeys(name for name in names if name))
    return tuple(found)


def is_of(departments: Collection[str], department: str, policy: Policy) -> bool:
    """Whether one of a person's departments is the named one, whatever it is called (质量部, 品管部)."""
    return any(_same(one, department, policy) for one in departments)


def printed(department: str, policy: Policy) -> str:
    """A department's name as it is printed; as it was given where the policy does not know it."""
    key = _key(department, policy) or (department if department in get_args(Department) else None)
    return policy.departments.names(key)[0] if key in get_args(Department) else department  # type: ignore[arg-type]


def _same(one: str, other: str, policy: Policy) -> bool:
    """Whether two names mean one department (质量部, 品管部)."""
    return bool(one) and (one == other or _key(one, policy) == _key(other, policy) is not None)


def _key(name: str, policy: Policy) -> str | None:
    return next((key for key in get_args(Department) if name in policy.departments.names(key)), None)
