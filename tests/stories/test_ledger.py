"""A ledger shows what must not be: a letter that comes twice, to somebody else, or that nobody wrote; and where it differs."""

from dataclasses import replace

import pytest

from tests.service.world import mail
from tests.stories import ledger
from tests.stories.story import Story


@pytest.mark.parametrize("company", ["sqlite"], indirect=True)  # what it reads of either, the stories show
def test_a_ledger_names_what_went_wrong_with_a_letter(story: Story, monkeypatch: pytest.MonkeyPatch) -> None:
    story.begins("2025-11-13T10:00")
    story.comes(mail())
    right = story.ledger.text()
    monkeypatch.setattr(ledger, "LEDGERS", story.world.folder)
    (story.world.folder / "right.txt").write_text(f"# what is said\n{right}", encoding="utf-8")
    ledger.as_expected(story.ledger, "right")

    sink = story.world.sink
    first = sink.received[0]
    sink.received.append(replace(first, receivers=(*first.receivers, "rival@elsewhere.example")))
    unknown = first.content.replace(b"Message-ID: <", b"Message-ID: <x")
    sink.received.append(replace(first, content=unknown))
    story.ledger.note()
    with pytest.raises(AssertionError) as caught:
        ledger.as_expected(story.ledger, "right")
    (told_twice, nobodys) = [line for line in str(caught.value).splitlines() if line.startswith("+  10:00")]
    assert "ONCE MORE" in told_twice and "GIVEN TO" in told_twice and "rival@elsewhere.example" in told_twice
    assert "WRITTEN BY NOBODY" in nobodys
