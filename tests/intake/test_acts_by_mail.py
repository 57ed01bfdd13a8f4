"""What our own people write in answer to a dispatch, as acts and lines of the 8D."""

from datetime import date

import pytest

from intake.acts.by_mail import Answer, Order, answer_of, written_into
from storage.eight_d import Action, Axis, Containment, EightD, Place

TODAY = date(2025, 11, 13)
SIGN = Order("sign", {})


@pytest.mark.parametrize(
    ("text", "orders"),
    [
        ("签收", (SIGN,)),
        ("已签收，谢谢！", (SIGN,)),
        ("簽收", (SIGN,)),
        ("收到，我们马上处理。", (SIGN,)),
        ("Signed.\n\nLi Lei", (SIGN,)),
        ("拒收：不属于我部门", (Order("refuse", {"reason": "不属于我部门"}),)),
        ("退回", (Order("refuse", {"reason": "退回"}),)),
        ("refuse: not enough information", (Order("refuse", {"reason": "not enough information"}),)),
        ("承诺日期：11月20日", (Order("promise", {"date": "2025-11-20", "reason": "11月20日"}),)),
        ("预计完成：2025-12-01", (Order("promise", {"date": "2025-12-01", "reason": "2025-12-01"}),)),
        ("签收\n承诺日期：明天", (SIGN, Order("promise", {"date": "2025-11-14", "reason": "明天"}))),
        ("完成 019a7b0c6040 导轨已更换", (Order("done", {"task": "019a7b0c6040", "result": "导轨已更换"}),)),
        ("签收\n签收", (SIGN,)),
    ],
)  # fmt: skip
def test_orders(text: str, orders: tuple[Order, ...]) -> None:
    assert answer_of(text, TODAY).orders == orders


@pytest.mark.parametrize(
    "text",
    [
        "",
        "请问样品什么时候到？",
        "收到的样品里有三只是好的，其余划伤在外圆，和客户说的一样，长度大约三到八毫米，已拍照留存备查。",
        "signature pages are attached",
        "完成了大部分工作",
        "receiveding nothing",
        "承诺日期：尽快",
    ],
)
def test_what_orders_nothing(text: str) -> None:
    assert answer_of(text, TODAY) == Answer()


def _written(text: str, report: EightD = EightD()) -> EightD:  # noqa: B008  frozen
    return written_into(report, answer_of(text, TODAY).lines, TODAY)


def test_lines_of_d3_fill_their_places_with_their_figures() -> None:
    report = _written(
        "D3 成品库：可疑 500，已检 300，不良 2，已挑选\nD3 在途：无\n断点批号：B2511-07\n断点日期：11月14日"
    )
    assert report.d3.rows == (
        Containment(Place.FINISHED_STOCK, "可疑 500，已检 300，不良 2，已挑选", 500, 300, 2),
        Containment(Place.IN_TRANSIT, "无"),
    )
    assert (report.d3.clean_batch, report.d3.clean_date) == ("B2511-07", date(2025, 11, 14))


def test_a_place_that_is_answered_already_is_answered_anew() -> None:
    before = EightD(d3=EightD().d3.__class__(rows=(Containment(Place.WIP, "无", 10),)))
    assert _written("D3 在制品：已检80 不良1", before).d3.rows == (Containment(Place.WIP, "已检80 不良1", 10, 80, 1),)


def test_causes_and_actions_follow_their_labels() -> None:
    report = _written(
        "D4 发生原因：导轨磨损\nD4 流出原因：光照不足\nD5：更换导轨\n责任人：李雷\n计划完成：11月19日\nD5：增加光源\nD6\n实际完成：11月18日"
    )
    assert [(cause.axis, cause.text) for cause in report.d4.causes] == [
        (Axis.OCCURRENCE, "导轨磨损"),
        (Axis.ESCAPE, "光照不足"),
    ]
    assert report.d5 == (
        Action("更换导轨", owner="李雷", planned_on=date(2025, 11, 19)),
        Action("增加光源", done_on=date(2025, 11, 18)),
    )


def test_english_lines() -> None:
    report = _written(
        "D3 finished stock: checked 120, found 0\nclean lot: L-7\nD4 root cause: worn rail\nD7: HX-100 checked"
    )
    assert report.d3.rows == (Containment(Place.FINISHED_STOCK, "checked 120, found 0", None, 120, 0),)
    assert (report.d3.clean_batch, report.d4.causes[0].text, report.d7.read_across) == (
        "L-7",
        "worn rail",
        "HX-100 checked",
    )


def test_a_second_line_under_a_step_is_added_to_the_first() -> None:
    assert _written("D8：评审通过\n下次审核复查").d8.review == "评审通过\n下次审核复查"


def test_endless_mail_costs_little() -> None:
    answer = answer_of("D3：" + "很长" * 10_000 + "\n" + "D3 在途：无\n" * 50_000, TODAY)
    assert len(answer.lines) <= 400 and max(len(text) for _, _, text in answer.lines) <= 2000
