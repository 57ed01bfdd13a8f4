"""What a user of a department sees: every record, or his own alone, as `[review] departments_see` says.

The two doors ask for every route whose address names a record, so that no page, file or letter of it has to; lists and
searches ask with their filter.
"""

from fastapi import Request

from intake.likeness.ranking import Similar
from intake.likeness.warning import Suggestion
from intake.policy.routing import names_of_departments
from intake.review.refusals import Missing
from intake.review.sessions import Visitor
from intake.review.site import Site
from storage.sight import Sight
from storage.site import SiteRole
from storage.views import RecordLine


def sight_of(site: Site, visitor: Visitor) -> Sight | None:
    """None: he sees everything."""
    if site.settings.review.departments_see == "all" or visitor.user.role is not SiteRole.DEPARTMENT:
        return None
    with site.storage.reading() as work:
        his = [one for one in work.people.everybody() if one.email.lower() == visitor.user.email]
    addresses = dict.fromkeys((visitor.user.email, *(one.email for one in his)))
    return Sight(tuple(addresses), names_of_departments(his, site.office.policy))


def check_sight(request: Request, site: Site, visitor: Visitor) -> None:
    """Missing where the address names a record that he may not see: whether there is such a record is not told."""
    number = request.path_params.get("number", "") if "/records/" in request.url.path else ""
    sight = sight_of(site, visitor) if number else None
    if sight is None:
        return
    with site.storage.reading() as work:
        if not work.seeing.only(sight, [number]):
            raise Missing


def seen_alike(
    site: Site, visitor: Visitor, alike: tuple[Similar, ...], warning: Suggestion | None
) -> tuple[tuple[Similar, ...], Suggestion | None]:
    """Of what is like a record, that which he may see; no suggestion that speaks of others."""
    sight = sight_of(site, visitor)
    if sight is None:
        return alike, warning
    spoken = list(warning.records) if warning is not None else []
    with site.storage.reading() as work:
        seen = set(work.seeing.only(sight, [*(one.number for one in alike), *spoken]))
    return tuple(one for one in alike if one.number in seen), warning if set(spoken) <= seen else None


def seen_lines(site: Site, visitor: Visitor, lines: list[RecordLine]) -> list[RecordLine]:
    """Of the lines of a card, those of records that he may see."""
    sight = sight_of(site, visitor)
    if sight is None:
        return lines
    with site.storage.reading() as work:
        seen = set(work.seeing.only(sight, [line.number for line in lines]))
    return [line for line in lines if line.number in seen]
