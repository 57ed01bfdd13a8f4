"""Checks that bear on the first report already: team, problem, containment, and the words of the whole report.

Each yields (field, what is in question) for every fault that it finds.
"""

from intake.eightd.fault import Facts, Found, says, short
from storage.eight_d import Place


def no_leader(facts: Facts) -> Found:
    if not facts.report.d1.leader.name.strip():
        yield "d1.leader.name", ""


def no_problem(facts: Facts) -> Found:
    if not (facts.report.d2.our_text.strip() or facts.report.d2.defect.strip()):
        yield "d2.our_text", ""


def quantity_against_record(facts: Facts) -> Found:
    d2, record = facts.report.d2, facts.record
    for name, known in (
        ("quantity_defective", record.quantity_defective),
        ("quantity_shipped", record.quantity_shipped),
    ):
        said = getattr(d2, name)
        if said is not None and known is not None and said < known:
            yield f"d2.{name}", f"{said:g} < {known:g}"


def quantities_contradict(facts: Facts) -> Found:
    """A part that exceeds its whole."""
    d2 = facts.report.d2
    pairs = [
        ("d2.quantity_defective", d2.quantity_defective, d2.quantity_shipped),
        ("d2.quantity_defective", d2.quantity_defective, d2.quantity_checked),
        ("d2.quantity_returned", d2.quantity_returned, d2.quantity_shipped),
    ]
    for row in facts.report.d3.rows:
        place = f"d3.rows.{row.place.value}"
        pairs += [
            (f"{place}.quantity_found", row.quantity_found, row.quantity_checked),
            (f"{place}.quantity_checked", row.quantity_checked, row.quantity_suspect),
        ]
    for field, part, whole in pairs:
        if part is not None and whole is not None and part > whole:
            yield field, f"{part:g} > {whole:g}"


def containment_below_complaint(facts: Facts) -> Found:
    """Fewer goods under suspicion, in all places together, than were complained of and have not come back."""
    d2 = facts.report.d2
    suspect = [row.quantity_suspect for row in facts.report.d3.rows if row.quantity_suspect is not None]
    complained = d2.quantity_defective if d2.quantity_defective is not None else d2.quantity_complained
    held = sum(suspect) + (d2.quantity_returned or 0)
    if suspect and complained is not None and held < complained:
        yield "d3.rows", f"{held:g} < {complained:g}"


def place_missing(facts: Facts) -> Found:
    answered = {
        row.place
        for row in facts.report.d3.rows
        if row.action.strip() or row.quantity_suspect is not None or row.quantity_checked is not None
    }
    for place in Place:
        if place not in answered:
            yield f"d3.rows.{place.value}", place.value


def containment_without_quantities(facts: Facts) -> Found:
    for row in facts.contained():
        if row.quantity_checked is None and row.quantity_suspect is None:
            yield f"d3.rows.{row.place.value}", row.place.value


def containment_without_owner(facts: Facts) -> Found:
    for row in facts.contained():
        if not row.owner.strip():
            yield f"d3.rows.{row.place.value}.owner", row.place.value


def no_clean_point(facts: Facts) -> Found:
    if not facts.report.d3.clean_batch.strip() and facts.report.d3.clean_date is None:
        yield "d3.clean_batch", ""


def future_date(facts: Facts) -> Found:
    """What is told as done, on a day that is still to come."""
    report = facts.report
    days = [("d2.found_on", report.d2.found_on), ("d3.start", report.d3.start)]
    days += [(f"d3.rows.{row.place.value}.done_on", row.done_on) for row in report.d3.rows]
    if not facts.first:
        days += [(f"d5.{n}.done_on", action.done_on) for n, action in facts.actions()]
        days += [(f"d7.documents.{row.document.value}.changed_on", row.changed_on) for row in report.d7.documents]
        days += [("d8.closed_on", report.d8.closed_on)]
    for field, day in days:
        if day is not None and day > facts.today:
            yield field, day.isoformat()


def date_order(facts: Facts) -> Found:
    """What comes after in the method stands before it in time."""
    report = facts.report
    found, lifted, closed = report.d2.found_on, report.d6.containment_lifted_on, report.d8.closed_on
    pairs = [("d3.start", found, report.d3.start)]
    pairs += [(f"d3.rows.{row.place.value}.done_on", found, row.done_on) for row in report.d3.rows]
    if not facts.first:
        for n, action in facts.actions():
            pairs += [
                (f"d5.{n}.done_on", found, action.done_on),
                ("d6.containment_lifted_on", action.done_on, lifted),
                ("d8.closed_on", action.done_on, closed),
            ]
    for field, earlier, later in pairs:
        if earlier is not None and later is not None and later < earlier:
            yield field, f"{later.isoformat()} < {earlier.isoformat()}"


def vague_words(facts: Facts) -> Found:
    report = facts.report
    texts = [(f"d3.rows.{row.place.value}", row.action) for row in report.d3.rows]
    texts += [("d3.method", report.d3.method), ("d3.proof", report.d3.proof)]
    if not facts.first:
        texts += [(f"d5.{n}.text", action.text) for n, action in facts.actions()]
        texts += [("d7.read_across", report.d7.read_across)]
    for field, text in texts:
        if says(text, "vague"):
            yield field, short(text)


def blame(facts: Facts) -> Found:
    report = facts.report
    texts = [("d0.emergency_response", report.d0.emergency_response), ("d2.our_text", report.d2.our_text)]
    texts += [(f"d3.rows.{row.place.value}", row.action) for row in report.d3.rows]
    if not facts.first:
        texts += [(f"d4.causes.{n}.text", cause.text) for n, cause in enumerate(report.d4.causes, 1)]
        texts += [("d4.tests", report.d4.tests)]
        texts += [(f"d5.{n}.text", action.text) for n, action in facts.actions()]
    for field, text in texts:
        if says(text, "blame"):
            yield field, short(text)
