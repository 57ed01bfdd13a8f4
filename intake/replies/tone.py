"""Whether a letter to a customer says what it must not: familiarity, blame, admission, promises that nobody decided.

不卑不亢 (顾客沟通控制程序 §5.4.10), 先不得做任何承诺 (客户投诉及意见反馈 二(七)). The shipped wording never does, so
what is found was written by a person; a person decides whether the letter goes all the same.
"""

from storage.records import Letter, Purpose
from templates.data import TO_CUSTOMERS
from templates.words import breaches_of_tone

# Letters that are written once a person has decided what is done, and may name the remedy.
_DECIDED = frozenset(
    {
        Purpose.SOLUTION,
        Purpose.FULL_REPORT,
        Purpose.REVISION,
        Purpose.CLOSURE,
        Purpose.RETURN_ARRANGEMENT,
        Purpose.NOT_OUR_FAULT,
    }
)


def breaches(letter: Letter) -> tuple[str, ...]:
    """The words in question, as `templates/words/tone.toml` has them; none of a letter to our own people."""
    if letter.purpose.value not in TO_CUSTOMERS:
        return ()
    said = f"{letter.subject}\n{letter.text}"
    return breaches_of_tone(said, letter.language, is_decided=letter.purpose in _DECIDED)
