"""The early warning on the record page: who has confirmed, when and by whom, who has not, and asking again from there."""

from dataclasses import replace
from datetime import timedelta

from storage.life import Warned
from storage.records import LetterState, Purpose
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import NOW, Place
from tests.review.test_record import PAGE, tree
from tests.storage.samples import letter

HOUR = timedelta(hours=1)
SHIPPED = (("ZC-204", "B2611-03", 200.0, "2026-11-03"),)


def _warned(place: Place) -> None:
    complaint(place)
    sent = letter(
        "w1", record=NUMBER, purpose=Purpose.BATCH_WARNING, to=("a@jia.example",), message_id="<w1@x.example>"
    )
    sent = replace(sent, state=LetterState.SENT, sent_at=NOW - 30 * HOUR)
    row = Warned("w-1", NUMBER, "甲公司", None, "a@jia.example", "zh-CN", SHIPPED, "w1")
    row = replace(row, sent_at=NOW - 30 * HOUR, asked_at=NOW - 30 * HOUR)
    done = replace(
        row, id="w-2", customer="Yi Ltd", letter=None, confirmed_at=NOW - HOUR, confirmed_by="bob@yi.example"
    )
    called = Warned("w-3", NUMBER, "丙公司", None, "", "zh-CN", SHIPPED)
    with place.storage.unit() as work:
        work.letters.add([sent])
        work.lives.add([row, done, called])
        work.commit()


def test_the_page_lists_who_has_confirmed_and_asks_again_with_one_press(place: Place) -> None:
    _warned(place)
    browser = place.signed_in()
    card = tree(browser).css_first("#warned")
    rows = [" ".join(row.text().split()) for row in card.css("tbody tr")]
    assert [row[:3] for row in rows] == ["丙公司", "甲公司", "Yi "]
    assert "to be telephoned" in rows[0] and "sent, not confirmed" in rows[1] and "bob@yi.example" in rows[2]
    assert "1 of 3" in card.text()
    assert [one.attributes["value"] for one in card.css("input[name=act]")] == ["confirmed", "warn_again", "confirmed"]

    browser.post(f"{PAGE}/act", {"act": "warn_again", "customer": "w-1"})
    with place.storage.reading() as work:
        again = [one for one in work.letters.of_record(NUMBER) if one.id != "w1"][-1]
        assert (again.purpose, again.to, again.in_reply_to) == (
            Purpose.BATCH_WARNING,
            ("a@jia.example",),
            "<w1@x.example>",
        )
        assert [one.again for one in work.lives.warned(NUMBER) if one.id == "w-1"] == [(again.id,)]
