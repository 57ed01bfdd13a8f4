"""Every folder of tests/mails that holds a read.json: a real mail, what must be read of it, and why it is hard."""

import json
from pathlib import Path
from typing import Any

import pytest

from parsers.export import message_json
from parsers.mime import Message, parse
from parsers.types import Ours

MAILS = Path(__file__).parents[1] / "mails"
CASES = sorted(path.parent for path in MAILS.glob("*/read.json"))
OURS = Ours(names=("示例精密有限公司",), addresses=("complaints@example.com",), domains=("example.com",))


def _roles(message: Message) -> list[str]:
    return [passage.role.value for passage in message.body.passages]


# keys that stand for more than a key of `intake read`
ASPECTS = {
    "roles": _roles,
    "bulk": lambda message: message.envelope.bulk,
    "authentication_failed": lambda message: message.envelope.authentication_failed,
    "bounce_ids": lambda message: list(message.bounce.message_ids) if message.bounce else None,
    "inner_texts": lambda message: [part.message.body.text for part in message.attachments if part.message],
}


def _check(key: str, wanted: Any, message: Message, read: dict[str, Any]) -> None:
    if key.endswith("_contains"):
        name = {"reply_contains": "reply_text", "text_contains": "text"}[key]
        assert [one for one in wanted if one not in read[name]] == [], read[name]
    elif key == "reply_lacks":
        assert [one for one in wanted if one in read["reply_text"]] == []
    elif key == "attachments":
        assert [{name: got[name] for name in one} for one, got in zip(wanted, read[key], strict=True)] == wanted
    else:
        assert (ASPECTS[key](message) if key in ASPECTS else read[key]) == wanted


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_mail_is_read_as_its_case_says(case: Path) -> None:
    message = parse((case / "mail.eml").read_bytes(), OURS)
    read = message_json("mail.eml", message)
    assert "".join(message.body.text[one.start : one.end] for one in message.body.passages) == message.body.text
    for key, wanted in json.loads((case / "read.json").read_text("utf-8")).items():
        _check(key, wanted, message, read)


def test_every_case_says_why_it_is_hard() -> None:
    assert CASES
    assert [case.name for case in CASES if not (case / "why.md").read_text("utf-8").strip()] == []
