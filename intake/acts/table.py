"""Every act by its name: the whole of what people may do to a record, for the terminal, the site and the mail alike."""

from collections.abc import Mapping

from intake.acts.act import Act, allow, values_of
from intake.acts.case import Actor, Case, World
from intake.acts.close import CLOSE_ACTS
from intake.acts.handover import HANDOVER_ACTS
from intake.acts.letters import LETTER_ACTS
from intake.acts.report import REPORT_ACTS
from intake.acts.review import REVIEW_ACTS
from intake.acts.send import SEND_ACTS
from intake.acts.suppliers import SUPPLIER_ACTS
from intake.acts.survey import SURVEY_ACTS
from intake.acts.warning import WARNING_ACTS
from intake.acts.work import WORK_ACTS
from intake.errors import UsageError

ACTS: Mapping[str, Act] = {
    act.name: act
    for act in (
        *REVIEW_ACTS,
        *HANDOVER_ACTS,
        *WORK_ACTS,
        *REPORT_ACTS,
        *SEND_ACTS,
        *LETTER_ACTS,
        *WARNING_ACTS,
        *SUPPLIER_ACTS,
        *SURVEY_ACTS,
        *CLOSE_ACTS,
    )
}


def act_named(name: str) -> Act:
    """UsageError where there is none of this name."""
    if name not in ACTS:
        raise UsageError(f"There is no action {name!r}.", f"Actions are {', '.join(ACTS)}.")
    return ACTS[name]


def do(name: str, case: Case, given: Mapping[str, str], who: Actor, world: World) -> Case:
    """The case after an act. UsageError for a wrong action or key, RecordError for what rights or state forbid."""
    act = act_named(name)
    allow(act, case, who)
    return act.do(case, values_of(act, given, world), who, world)


def help_lines() -> list[str]:
    """What `intake act --help` prints: each act with its keys and who may do it."""
    lines: list[str] = []
    for act in ACTS.values():
        roles = "anybody of ours" if len(act.who) > 8 else ", ".join(sorted(role.value for role in act.who))
        lines.append(f"{act.name}: {act.what} [{roles}]")
        for key in act.keys:
            choices = f" ({', '.join(key.choices)})" if key.choices else ""
            lines.append(f"    {key.name}=… {key.what}{choices}{', required' if key.required else ''}")
        if act.open_keys:
            lines.append(f"    {act.open_keys}")
    return lines
