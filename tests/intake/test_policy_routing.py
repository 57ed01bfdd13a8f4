"""Departments by cause, recipients by role, distance by place, and what is missing."""

import pytest

from intake.policy import (
    department_for,
    departments_for,
    distance_for,
    load_policy,
    missing_fields,
    province_of,
    recipients,
)
from storage.records import CustomerCard, ItemOf, Person, Purpose, Role

POLICY = load_policy(None)

CAUSES = [
    ("drawing", ("技术部",)),
    ("design", ("技术部",)),
    ("process_drawing", ("技术部",)),
    ("packaging_design", ("技术部",)),
    ("engineering_change", ("技术部",)),
    ("manufacture", ("分厂",)),
    ("transport", ("销售部",)),
    ("handling", ("销售部",)),
    ("sales_channel", ("销售部",)),
    ("customer_operation", ("销售部",)),
    ("raw_material", ("资材部",)),
    ("wrong_goods", ("成品库", "分厂")),
    ("wrong_count", ("成品库", "分厂")),
    ("mixed_goods", ("成品库", "分厂")),
    ("line_stop", ("生产部计划", "分厂")),
    ("混装", ("成品库", "分厂")),
    (None, ("质量部",)),
    ("", ("质量部",)),
    ("moonlight", ("质量部",)),
]


@pytest.mark.parametrize(("cause", "departments"), CAUSES)
def test_departments_by_cause(cause: str | None, departments: tuple[str, ...]) -> None:
    assert departments_for(cause, POLICY) == departments
    assert department_for(cause, POLICY) == departments[0]


def test_every_cause_of_the_policy_is_tested() -> None:
    assert set(POLICY.causes) <= {cause for cause, _ in CAUSES}


PEOPLE = [
    Person("王", "wang@x.cn", "分厂", Role.DEPARTMENT),
    Person("李", "li@x.cn", "分厂", Role.DEPARTMENT_HEAD),
    Person("赵", "zhao@x.cn", "成品库", Role.DEPARTMENT),
    Person("钱", "qian@x.cn", "品管部", Role.QUALITY),
    Person("孙", "sun@x.cn", "", Role.QUALITY_MANAGER),
    Person("周", "zhou@x.cn", "", Role.BUSINESS_UNIT_MANAGER),
    Person("吴", "wu@x.cn", "业务部", Role.SALES),
    Person("郑", "zheng@x.cn", "", Role.GENERAL_MANAGER),
    Person("冯", "feng@x.cn", "", Role.MANAGEMENT_REPRESENTATIVE),
]


def sent(
    purpose: Purpose, departments: str | tuple[str, ...], owner: str = ""
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    return recipients(purpose, departments, PEOPLE, POLICY, "complaints@x.cn", owner)


def test_dispatch_goes_to_the_department_with_the_business_unit_manager_on_copy() -> None:
    assert sent(Purpose.DISPATCH, "分厂") == (("wang@x.cn", "li@x.cn"), ("zhou@x.cn", "wu@x.cn"))


def test_dispatch_to_two_departments() -> None:
    assert sent(Purpose.DISPATCH, ("成品库", "分厂"))[0] == ("wang@x.cn", "zhao@x.cn", "li@x.cn")


def test_a_department_goes_by_any_of_its_names() -> None:
    assert sent(Purpose.DISPATCH, "质量部")[0] == ("qian@x.cn", "sun@x.cn")
    assert sent(Purpose.DISPATCH, "销售部") == (("wu@x.cn",), ("zhou@x.cn",))


def test_management_report_goes_to_the_general_manager() -> None:
    assert sent(Purpose.MANAGEMENT_REPORT, "分厂")[0] == ("zheng@x.cn",)


def test_overdue_goes_to_the_department_head_and_the_quality_manager() -> None:
    assert sent(Purpose.OVERDUE, "分厂", "wang@x.cn") == (("li@x.cn", "sun@x.cn"), ("wang@x.cn",))


def test_escalation_goes_to_the_management_representative_and_the_general_manager() -> None:
    assert sent(Purpose.ESCALATION, "分厂")[0] == ("feng@x.cn", "zheng@x.cn")


def test_due_soon_goes_to_the_owner_first() -> None:
    assert sent(Purpose.DUE_SOON, "分厂", "owner@x.cn")[0] == ("owner@x.cn", "wang@x.cn")


def test_a_letter_that_nobody_would_get_goes_to_the_company_itself() -> None:
    assert sent(Purpose.SYSTEM_TROUBLE, "")[0] == ("complaints@x.cn",)
    assert sent(Purpose.DISPATCH, "资材部")[0] == ("complaints@x.cn",)


def test_without_a_fallback_nobody_is_nobody() -> None:
    assert recipients(Purpose.SYSTEM_TROUBLE, "", PEOPLE, POLICY) == ((), ())


def test_a_customers_letter_has_no_row() -> None:
    with pytest.raises(KeyError, match="acknowledgement"):
        sent(Purpose.ACKNOWLEDGEMENT, "分厂")


PLACES = [
    ("江苏省苏州市", "江苏省"),
    ("苏", "江苏省"),
    ("江苏", "江苏省"),
    ("蘇州工業園區", "江苏省"),
    ("昆山市玉山镇", "江苏省"),
    ("No. 8 Xinghu Road, Suzhou", "江苏省"),
    ("南京西路100号", None),
    ("上海市南京西路1号", "上海市"),
    ("大连市中山区", "辽宁省"),
    ("吉林市", "吉林省"),
    ("重庆市璧山区", "重庆市"),
    ("辽宁凤城", "辽宁省"),
    ("新北市土城區", "台湾省"),
    ("臺北市", "台湾省"),
    ("葵涌", "香港特别行政区"),
    ("Nashik, India", "abroad"),
    ("Indianapolis", None),
    ("某工业区", None),
    ("", None),
    (None, None),
]


@pytest.mark.parametrize(("text", "province"), PLACES)
def test_province_of_a_place(text: str | None, province: str | None) -> None:
    assert province_of(text) == province


DISTANCES = [
    # location, card's province, card says remote, → distance from 江苏省
    ("苏州市", "", False, "own"),
    (None, "苏", False, "own"),
    ("宁波", "江苏省", False, "other"),
    ("浙江", "", False, "other"),
    ("拉萨", "", False, "remote"),
    ("苏州市", "", True, "remote"),
    (None, "", True, "remote"),
    ("Osaka, Japan", "", False, "remote"),
    (None, "", False, None),
    ("某工业区", "", False, None),
]


@pytest.mark.parametrize(("location", "province", "remote", "distance"), DISTANCES)
def test_distance(location: str | None, province: str, remote: bool, distance: str | None) -> None:
    card = CustomerCard("客户", province=province, remote=remote)
    assert distance_for(location, card, "江苏省", POLICY) == distance


def test_a_company_in_a_remote_province_is_near_to_its_neighbours() -> None:
    assert distance_for("乌鲁木齐", None, "新疆", POLICY) == "own"


def test_without_an_own_province_no_distance_is_known() -> None:
    assert distance_for("苏州", None, "", POLICY) is None


WHOLE = ItemOf(
    product="轴承",
    model="6204",
    ship_date="2026-11-01",
    quantity_shipped=100,
    quantity_defective=0,
    defect="异响",
    disposition="return",
)


def test_a_whole_item_misses_nothing_and_zero_is_a_value() -> None:
    assert missing_fields([WHOLE], POLICY) == ()


def test_production_or_ship_date_suffices() -> None:
    assert missing_fields([ItemOf(model="x", production_date="2026-11")], POLICY) == (
        "product",
        "quantity_shipped",
        "quantity_defective",
        "defect",
        "disposition",
    )
    assert "ship_date" in missing_fields([ItemOf(model="x")], POLICY)


def test_one_item_that_lacks_a_field_is_enough_and_no_item_lacks_all() -> None:
    assert missing_fields([WHOLE, ItemOf(model="y")], POLICY) != ()
    assert len(missing_fields([], POLICY)) == len(POLICY.completeness.fields)
