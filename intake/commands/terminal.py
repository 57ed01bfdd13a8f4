"""What people see on the terminal: tables of records, arrivals and checks."""

from collections.abc import Mapping, Sequence
from typing import Any

from intake.commands.check import Result
from intake.console import console, table


def _short(moment: str | None) -> str:
    return moment[5:16].replace("T", " ") if moment else ""


def _items(record: Mapping[str, Any]) -> str:
    return "; ".join(
        " ".join(str(part) for part in (item["product"], item["model"], item["quantity_defective"]) if part is not None)
        for item in record["items"]
    )


def _place(entry: Mapping[str, Any]) -> str:
    """Which value of the record is meant, its item counted from 1."""
    name: str = entry["field"]
    return name if entry["item"] is None else f"item {entry['item'] + 1} {name}"


def print_records(rows: Sequence[Mapping[str, Any]]) -> None:
    """One line a record: the next promise that is open stands at its end."""
    columns = ("number", "class", "state", "customer", "what", "next due", "letters")
    listed = table(*columns, whole=("number",))
    for row in rows:
        waiting = min((w["due_at"] for w in row["windows"] if w["state"] in ("open", "overdue")), default=None)
        sent = sum(letter["state"] == "sent" for letter in row["letters"])
        customer = row["customer"]["company"] or row["customer"]["email"] or ""
        letters = f"{sent}/{len(row['letters'])} sent"
        listed.add_row(row["number"], row["class"], row["state"], customer, _items(row), _short(waiting), letters)
    console().print(listed if rows else "No records yet.")


def print_record(row: Mapping[str, Any]) -> None:
    """All of one record."""
    out = console()
    out.print(f"{row['number']}  class {row['class']} ({', '.join(row['reasons'])})  {row['state']}")
    out.print(f"received {row['received_at']}  {row['channel']}  {row['language']}  {row['subject']}")
    out.print("customer: " + ", ".join(f"{k} {v}" for k, v in row["customer"].items() if v))
    for item in row["items"]:
        out.print("item: " + ", ".join(f"{k} {v}" for k, v in item.items() if v is not None))
    if row["missing"]:
        out.print("missing: " + ", ".join(row["missing"]))
    if row["to_check"]:
        out.print("to check: " + ", ".join(f"{_place(each)} ({each['confidence']:g})" for each in row["to_check"]))
    for each in row["proposed"]:
        out.print(f"proposed: {_place(each)} {' or '.join(each['values'])}: {each['why']}")
    for warning in row["warnings"]:
        out.print(f"warning: {warning}")
    for kind, columns in (
        ("windows", ("name", "due_at", "state", "met_at", "clause")),
        ("letters", ("purpose", "to", "state", "sent_at", "subject")),
        ("events", ("at", "who", "what")),
    ):
        listed = table(*columns)
        for entry in row[kind]:
            listed.add_row(
                *(", ".join(entry[c]) if isinstance(entry[c], list) else str(entry[c] or "") for c in columns)
            )
        out.print(f"\n{kind}")
        out.print(listed)


def print_arrivals(rows: Sequence[Mapping[str, Any]]) -> None:
    """One line an arrival, and the counts that add up to them."""
    columns = ("id", "received", "source", "subject", "state", "became", "record", "why")
    listed = table(*columns, whole=("id", "record"))
    for row in rows:
        why = row["why"] + (f" {row['remedy']}" if row["remedy"] else "")
        listed.add_row(
            row["id"],
            _short(row["received_at"]),
            row["source"],
            row["subject"],
            row["state"],
            row["became"] or "",
            row["record"] or "",
            why,
        )
    out = console()
    out.print(listed if rows else "Nothing has arrived yet.")
    if rows:
        counts: dict[str, int] = {}
        for row in rows:
            place = row["became"] or row["state"]
            counts[place] = counts.get(place, 0) + 1
        out.print(f"\n{len(rows)} arrived: " + ", ".join(f"{n} {place}" for place, n in sorted(counts.items())))


def print_checks(results: Sequence[Result]) -> None:
    listed = table("", "what", "result")
    for result in results:
        listed.add_row("ok" if result.ok else "FAILS", result.what, result.line)
    console().print(listed)
