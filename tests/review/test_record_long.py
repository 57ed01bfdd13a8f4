"""A record with a very long thread: what is new is shown, what waits stays in sight, the rest is one link away."""

from datetime import timedelta

from selectolax.lexbor import LexborHTMLParser

from intake.review.record_mails import MOST_MAILS
from intake.review.record_story import MOST_EVENTS, MOST_STRANDS
from storage.records import Event, ThreadMessage
from tests.review.complaints import NUMBER, complaint
from tests.review.conftest import NOW, Place
from tests.storage.samples import arrival

PAGE = f"/records/{NUMBER}"
LATER = MOST_EVENTS + 30


def grown(place: Place) -> None:
    """The complaint, its letter still waiting, and behind that many more mails and events."""
    made = complaint(place)
    with place.storage.unit() as work:
        sha256 = work.arrivals.of_record(NUMBER)[0].sha256
        for n in range(LATER):
            at, mail = NOW + timedelta(minutes=n), f"later-{n}"
            work.arrivals.add([arrival(mail, id=mail, sha256=sha256, record=NUMBER, received_at=at, taken_at=at)])
            work.complaints.add_message(
                ThreadMessage(NUMBER, "in", f"<{mail}@x.example>", f"later {n}", at, "box", arrival=mail)
            )
        work.complaints.add_events([Event(made.number, NOW, "system", f"happened_{n}") for n in range(LATER)])
        work.commit()


def test_the_newest_of_a_long_thread_are_shown_and_the_letter_that_waits_far_back(place: Place) -> None:
    grown(place)
    browser = place.signed_in()
    page = LexborHTMLParser(browser.get(PAGE).text)
    assert len(page.css(".thread .theirs")) == MOST_STRANDS
    assert "later 0" not in page.css_first(".thread").text()
    assert [node.attributes["data-row"] for node in page.css(".thread .ours")] == [f"l-{NUMBER}"]
    (more,) = page.css('a[href$="thread=all"]')
    assert str(LATER + 1 - MOST_STRANDS) in more.text()
    whole = LexborHTMLParser(browser.get(str(more.attributes["href"])).text)
    assert len(whole.css(".thread .theirs")) == LATER + 1
    assert not whole.css('a[href$="thread=all"]')


def test_the_last_events_of_a_long_history_are_shown(place: Place) -> None:
    grown(place)
    shown = LexborHTMLParser(place.signed_in().get(PAGE).text).css("ol.events li")
    assert len(shown) == MOST_EVENTS
    assert f"happened {LATER - 1}" in shown[0].text()


def test_of_very_many_mails_the_first_the_wanted_and_the_newest_can_be_opened(place: Place) -> None:
    grown(place)
    browser = place.signed_in()
    page = LexborHTMLParser(browser.get(f"{PAGE}/original").text)
    offered = [str(node.attributes["href"]) for node in page.css(".view a")]
    assert len(offered) == MOST_MAILS + 1
    assert offered[0].endswith(f"a-{NUMBER}")
    assert offered[-1].endswith(f"later-{LATER - 1}")
    wanted = LexborHTMLParser(browser.get(f"{PAGE}/original?arrival=later-3").text)
    assert wanted.css_first('.view a[aria-current="page"]').attributes["href"].endswith("later-3")
