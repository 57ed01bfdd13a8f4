"""`intake evaluate FOLDER`: how well the extractor reads mails whose answers are known, and where it fails worst.

FOLDER holds NNN.eml beside NNN.json: the answer in the form of `intake extract`, with plain values. Beside a field X,
`X_alternatives` lists further values that count as right (null: leaving it out is right too); `signals_optional` and
`requests_optional` are not judged; `own_company` says who "we" are in that mail; `meta.structure` its layout.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from intake.errors import UsageError
from intake.policy.model import Policy
from intake.policy.severity import class_of_reading
from parsers.files.seen import Wanted
from parsers.job import Job, Outcome, Read, open_job
from parsers.limits import ReadLimits
from parsers.nlp.evaluate import MAIN_FIELDS, Fault, Score, Tally, score_items
from parsers.ocr.pool import Eyes
from parsers.types import CUSTOMER_FIELDS, ITEM_FIELDS, Field, Kind, Ours, Reading

_ANSWERED = frozenset({Kind.COMPLAINT, Kind.REPLY, Kind.INQUIRY, Kind.NOTICE})  # of these the sender is judged too
_SURE = 0.9
_WHOLE = ("kind", "language", "channel", "severity")
_SETS = ("signals", "requests")


@dataclass(slots=True)
class Mail:
    """One mail, judged."""

    name: str
    language: str
    layout: str
    kind: str
    score: Score
    whole: dict[str, bool] = field(default_factory=dict)

    @property
    def all_right(self) -> bool:
        return not any(fault.field in MAIN_FIELDS for fault in self.score.faults)


def judge_folder(folder: Path, policy: Policy, limits: ReadLimits, model: str = "") -> Iterator[Mail]:
    """Each mail of the folder with its answer, in the order of their names."""
    answers = sorted(path for path in folder.glob("*.json") if path.with_suffix(".eml").exists())
    if not answers:
        raise UsageError(f"{folder} holds no mail with its answer.", "Put NNN.json beside each NNN.eml.")
    eyes = Eyes(limits, 2)
    for path in answers:
        try:
            answer = json.loads(path.read_text("utf-8"))
        except ValueError as error:
            raise UsageError(f"{path} is no JSON: {error}.", "Mend the answer.") from error
        yield judge(path.stem, path.with_suffix(".eml"), answer, policy, limits, eyes, model)
    eyes.close()


def _read(job: Job, read: Read, eyes: Eyes) -> Reading:
    outcome = read(job, lambda part: None, {})
    if isinstance(outcome, Wanted):
        outcome = read(replace(job, seen=eyes.look(outcome.pictures)), lambda part: None, {})
    assert isinstance(outcome, Outcome)
    return outcome.reading


def judge(
    name: str, mail: Path, answer: Mapping[str, Any], policy: Policy, limits: ReadLimits, eyes: Eyes, model: str = ""
) -> Mail:
    own = answer.get("own_company") or ()
    ours = Ours((own,) if isinstance(own, str) else tuple(own))
    job = Job(mail.read_bytes(), datetime.fromtimestamp(mail.stat().st_mtime, UTC))
    reading = _read(job, open_job(ours, limits, model), eyes)
    score = score_items([_accepted(item, ITEM_FIELDS) for item in answer.get("items") or []], reading.items)
    if answer.get("kind") in _ANSWERED:
        _judge_sender(score, answer, reading)
    for key in _SETS:
        _judge_set(score, key, answer, reading)
    layout = (answer.get("meta") or {}).get("structure", "")
    verdict = class_of_reading(reading, policy)
    found = {
        "kind": reading.kind.value,
        "language": reading.language,
        "channel": reading.channel.value,
        "severity": str(verdict.letter) if verdict else None,
    }
    whole = {key: _one_of(answer, key, found[key]) for key in _WHOLE}
    whole["severity"] = whole["severity"] or (answer.get("severity") is None and found["severity"] == "C")
    return Mail(name, str(answer.get("language", "")), str(layout), str(answer.get("kind", "")), score, whole)


def _one_of(answer: Mapping[str, Any], key: str, found: Any) -> bool:
    return found in [answer.get(key), *(answer.get(f"{key}_alternatives") or ())]


def _accepted(answer: Mapping[str, Any], names: Sequence[str]) -> dict[str, tuple[Any, ...]]:
    return {name: (answer.get(name), *(answer.get(f"{name}_alternatives") or ())) for name in names}


def _judge_sender(score: Score, answer: Mapping[str, Any], reading: Reading) -> None:
    if not answer.get("customer_optional"):
        for name, accepted in _accepted(answer.get("customer") or {}, CUSTOMER_FIELDS).items():
            score.judge(name, accepted, getattr(reading.customer, name))
    whole = _accepted(answer, ("claim_amount", "reply_due"))
    score.judge("claim_amount", whole["claim_amount"], _plain(reading.claim_amount))
    score.judge("reply_due", whole["reply_due"], reading.reply_due)


def _plain(claim: "Field[Any] | None") -> "Field[Any] | None":
    if claim is None:
        return None
    return Field(asdict(claim.value), claim.text, claim.confidence, claim.source, claim.rule)


def _judge_set(score: Score, key: str, answer: Mapping[str, Any], reading: Reading) -> None:
    free = set(answer.get(f"{key}_optional") or ())
    expected = set(answer.get(key) or ()) - free
    found = {mark.name.value for mark in getattr(reading, key)} - free
    tally = Tally(len(expected & found), len(found - expected), len(expected - found))
    score.fields.setdefault(key, Tally()).add(tally)
    if expected != found:
        score.faults.append(Fault(key, tuple(sorted(expected)), tuple(sorted(found))))


# ---------------------------------------------------------------- the report


def summary(mails: Sequence[Mail], worst: int = 10) -> dict[str, Any]:
    """Figures by field, language, layout and kind, those of confidence, and the worst cases."""
    total = _together(mails)
    complaints = [mail for mail in mails if mail.kind == Kind.COMPLAINT]
    return {
        "mails": len(mails),
        "main": _figures(total.of()),
        "all_main_right": round(sum(m.all_right for m in complaints) / len(complaints), 4) if complaints else None,
        **{key: round(sum(mail.whole[key] for mail in mails) / len(mails), 4) for key in _WHOLE},
        "fields": {name: _figures(total.fields[name]) for name in sorted(total.fields)},
        "confidence": _confidence(total),
        **{f"by_{key}": _by(mails, key) for key in ("language", "layout", "kind")},
        "worst": [
            _case(mail) for mail in sorted(mails, key=lambda m: (-len(_faults(m)), m.name))[:worst] if _faults(mail)
        ],
    }


def _together(mails: Sequence[Mail]) -> Score:
    total = Score()
    for mail in mails:
        total.add(mail.score)
    return total


def _figures(tally: Tally) -> dict[str, float]:
    return {
        "precision": round(tally.precision, 4),
        "recall": round(tally.recall, 4),
        "f1": round(tally.f1, 4),
        "expected": tally.right + tally.missing,
    }


def _confidence(score: Score) -> dict[str, float]:
    """Of the values given with a confidence of 0.9 or more: how many are right, and what part of all given they are."""
    sure = [right for _, _, confidence, right in score.given if confidence >= _SURE]
    return {
        "threshold": _SURE,
        "precision": round(sum(sure) / len(sure), 4) if sure else 1.0,
        "share": round(len(sure) / len(score.given), 4) if score.given else 0.0,
    }


def _by(mails: Sequence[Mail], key: str) -> dict[str, dict[str, float]]:
    parts: dict[str, list[Mail]] = {}
    for mail in mails:
        parts.setdefault(getattr(mail, key), []).append(mail)
    return {
        name: {
            "mails": len(part),
            **_figures(_together(part).of()),
            "kind": round(sum(mail.whole["kind"] for mail in part) / len(part), 4),
        }
        for name, part in sorted(parts.items())
    }


def _faults(mail: Mail) -> list[dict[str, Any]]:
    wrong: list[dict[str, Any]] = [{"field": key} for key, right in mail.whole.items() if not right]
    return wrong + [{"field": f.field, "expected": list(f.expected), "found": f.found} for f in mail.score.faults]


def _case(mail: Mail) -> dict[str, Any]:
    return {"mail": mail.name, "faults": _faults(mail)}


def lines(report: Mapping[str, Any]) -> Iterator[str]:
    """The report for a person."""
    yield f"{report['mails']} mails; " + ", ".join(f"{key} {report[key]:.3f}" for key in _WHOLE)
    yield _line("main fields", report["main"])
    right = report["all_main_right"]
    yield f"all main fields right in {right:.1%} of the complaints" if right is not None else "no complaint among them"
    sure = report["confidence"]
    yield f"confidence {sure['threshold']} or more: precision {sure['precision']:.3f}, {sure['share']:.1%} of all"
    for name, figures in report["fields"].items():
        yield _line(f"  {name}", figures)
    for key in ("language", "layout", "kind"):
        yield f"by {key}"
        for name, figures in report[f"by_{key}"].items():
            yield _line(f"  {name or '-'} ({figures['mails']})", figures)
    for case in report["worst"]:
        yield f"worst: {case['mail']}"
        for fault in case["faults"]:
            told = f": expected {fault['expected']}, found {fault['found']}" if "expected" in fault else ""
            yield f"  {fault['field']}{told}"


def _line(name: str, figures: Mapping[str, float]) -> str:
    return (
        f"{name:32s} P {figures['precision']:.3f}  R {figures['recall']:.3f}  F1 {figures['f1']:.3f}"
        f"  of {figures['expected']}"
    )
