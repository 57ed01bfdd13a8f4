"""The policy as a list: every figure with its clause, and what a company's own file has different."""

from pathlib import Path

import pytest

from intake.policy import load_policy
from intake.policy.figures import Figure, Origin, figures, origin

NO_CLAUSE = ("departments.", "calendar.")  # names, and the days of the week


def by_path(path: Path | None) -> dict[str, Figure]:
    return {figure.path: figure for figure in figures(load_policy(path))}


def test_of_the_shipped_policy_nothing_differs_and_every_figure_has_a_clause_or_is_ours() -> None:
    found = by_path(None)
    assert [path for path, figure in found.items() if figure.differs] == []
    assert [path for path, figure in found.items() if not figure.origin and not path.startswith(NO_CLAUSE)] == []
    assert len(found) > 150


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("classes.claim_limit", Origin(("客诉信息处理流程 §4",))),
        ("classes.unknown_currency", Origin((), ours=True)),
        ("rates.USD", Origin((), ours=True)),
        ("windows.first_report.A", Origin(("客诉信息处理流程 §4",))),
        ("windows.on_site.A.remote", Origin(("信息交流和内部沟通程序流程 §5.1.1",))),
        ("reminders.first_percent", Origin((), ours=True)),
        ("reminders.sign_within", Origin(("客诉信息处理流程 §5.2",), ours=True)),
        ("survey.half_yearly", Origin(("顾客沟通及满意度测量控制程序 §6.3",), ours=True)),
        ("causes.transport.departments", Origin(("客诉信息处理流程 §5.3",))),
        ("recipients.dispatch.to", Origin(("客诉信息处理流程 §5.2",))),
        ("completeness.fields", Origin(("客诉信息处理流程 §5.1",))),
    ],
)
def test_the_clause_of_a_figure_is_that_of_its_comment_its_table_or_its_part(path: str, expected: Origin) -> None:
    assert origin(path) == expected


def test_values_stand_as_the_file_writes_them() -> None:
    found = {path: figure.value for path, figure in by_path(None).items()}
    assert found["windows.dispatch.A"] == "4h" and found["windows.handled.C"] == "-"
    assert found["calendar.hours"] == ("08:00-12:00", "13:00-17:00")
    assert found["reminders.catch_up_after"] == "15m" and found["closing.accept_after"] == "14d"
    assert found["digest.time"] == "08:00" and found["digest.monthly"] == "true"
    assert found["rates.CNY"] == "1" and found["rates.VND"] == "0.00027"
    assert found["approval.C"] == ()


def test_what_a_companys_file_has_different_is_marked_with_the_shipped_value(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(
        '[windows.first_report]\nB = "36h"\n[calendar]\ndays_off = [2027-02-08]\n'
        '[causes]\npaint = { label = "油漆", departments = ["factory"] }\n[classes]\nrepeats = 3\n',
        encoding="utf-8",
    )
    found = [figure for figure in figures(load_policy(path)) if figure.differs]
    assert [(one.path, one.value, one.shipped) for one in found] == [
        ("windows.first_report.B", "36h", "48h"),
        ("calendar.days_off", ("2027-02-08",), ()),
        ("causes.paint.departments", ("factory",), None),
        ("causes.paint.label", "油漆", None),
    ]
