"""What customers and our own people say in several stories."""

STOPPED = (
    "您好，\n\n贵司的轴承座HX-200B（批号B2609-01）到货1200只，装配时发现45只表面划伤，我司产线已经停线！"
    "请尽快{wish}。\n\n王强\n某某电器有限公司\n"
)
COMPLAINT = "您好，\n\n贵司的轴承座HX-200B（批号{batch}）到货1200只，装配时发现45只表面划伤，请回复原因。\n\n王强\n某某电器有限公司\n"
D3 = {f"d3.rows.{place}.action": "无" for place in ("in_transit", "sales_point", "wip", "supplier")} | {
    "d3.rows.customer.action": "已隔离",
    "d3.rows.customer.quantity_checked": "1200",
    "d3.rows.customer.quantity_found": "45",
    "d3.rows.finished_stock.action": "已挑选",
    "d3.rows.finished_stock.quantity_checked": "300",
    "d3.clean_batch": "B2609-07",
    "d1.leader.name": "何军",
}
FULL = D3 | {
    "d4.causes.1.text": "导轨磨损",
    "d4.causes.1.whys": "划痕;毛刺;磨损",
    "d4.causes.2.axis": "escape",
    "d4.causes.2.text": "光照不足",
    "d4.causes.2.whys": "未检出;光照;标准",
    "d5.1.text": "更换导轨",
    "d5.1.owner": "李雷",
    "d5.1.done_on": "2025-11-13",
    "d5.1.verified_quantity": "300",
    "d5.2.text": "增加光源并列入检验项目",
    "d5.2.owner": "何军",
    "d5.2.done_on": "2025-11-13",
    "d5.2.verified_quantity": "300",
    "d7.read_across": "HX-100、HX-300 已检查",
    "d7.documents.pfmea.changed": "yes",
}
