"""What made-up complaint faxes say and how they are laid out: seven layouts in three languages, each with its truth.

Everything is invented. A seed decides the values, so a page is the same in every run; codes are rich in the signs that
machines confuse (5 S, 8 B, 2 Z, 0 D, 1 L; PO before digits).
"""

import random
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.documents.paper import Paper

LANGUAGES = ("zh-CN", "zh-TW", "en")
WORDS: dict[str, dict[str, str]] = {
    "zh-CN": {
        "title": "质量问题反馈单", "to": "致：苏州明锐精密部件有限公司", "company": "宁波海川电器有限公司", "customer": "客户名称", "contact_label": "联系人", "contact": "周文涛",
        "phone_label": "电话", "product_label": "产品名称", "model_label": "型号", "batch_label": "批号", "order_label": "订单号", "shipped_label": "发货数量",
        "bad_label": "不良数量", "date_label": "发货日期", "defect_label": "问题描述", "claim_label": "处理要求", "item_label": "序号",
        "product": "轴承端盖", "product2": "电机转子", "product3": "密封圈", "unit": "只",
        "defect": "端面有裂纹，装配时发现漏油", "defect2": "外圆尺寸超差", "defect3": "表面生锈",
        "claim": "请在三日内回复原因和改善措施，并换货。", "closing": "此致敬礼",
        "prose": "贵司{date}发来的{product}（型号{model}，批号{batch}，订单{order}）共{shipped}只，我司抽检时发现其中{bad}只{defect}，影响我司生产。",
        "ask": "请贵司尽快派人到我司处理，并提供分析报告。", "boxes": "退货", "boxes2": "换货", "boxes3": "返工",
    },
    "zh-TW": {
        "title": "品質異常通知單", "to": "致：蘇州明銳精密部件有限公司", "company": "台中宏達機械股份有限公司", "customer": "客戶名稱", "contact_label": "聯絡人", "contact": "林志明",
        "phone_label": "電話", "product_label": "品名", "model_label": "型號", "batch_label": "批號", "order_label": "訂單號碼", "shipped_label": "出貨數量",
        "bad_label": "不良數量", "date_label": "出貨日期", "defect_label": "異常說明", "claim_label": "處理要求", "item_label": "項次",
        "product": "軸承端蓋", "product2": "馬達轉子", "product3": "密封圈", "unit": "個",
        "defect": "端面有裂紋，組裝時發現漏油", "defect2": "外徑尺寸超出公差", "defect3": "表面生鏽",
        "claim": "請於三日內回覆原因及改善對策，並更換新品。", "closing": "順頌商祺",
        "prose": "貴公司{date}出貨之{product}（型號{model}，批號{batch}，訂單{order}）共{shipped}個，本公司檢驗時發現其中{bad}個{defect}，影響產線。",
        "ask": "請貴公司儘速派員前來處理，並提供分析報告。", "boxes": "退貨", "boxes2": "換貨", "boxes3": "重工",
    },
    "en": {
        "title": "Nonconformance Report", "to": "To: Suzhou Mingrui Precision Parts Co., Ltd.", "company": "Harwell Pumps Limited", "customer": "Customer", "contact_label": "Contact", "contact": "Oliver Benson",
        "phone_label": "Phone", "product_label": "Product", "model_label": "Model", "batch_label": "Lot No.", "order_label": "PO No.", "shipped_label": "Qty shipped",
        "bad_label": "Qty defective", "date_label": "Ship date", "defect_label": "Defect", "claim_label": "Request", "item_label": "Item",
        "product": "Bearing cover", "product2": "Motor rotor", "product3": "Sealing ring", "unit": "pcs",
        "defect": "Cracks in the face, oil leaks after assembly", "defect2": "Outer diameter out of tolerance", "defect3": "Rust on the surface",
        "claim": "Please reply with cause and corrective action within 3 days and replace the parts.", "closing": "Yours faithfully",
        "prose": "Of the {shipped} pcs of {product} (model {model}, lot {batch}, our order {order}) which you shipped on {date}, we found {bad} pcs with this defect: {defect}. Our production is affected.",
        "ask": "Please send somebody to our plant as soon as possible and let us have your analysis.", "boxes": "Return", "boxes2": "Replace", "boxes3": "Rework",
    },
}  # fmt: skip
FONTS = {
    "zh-CN": ("noto-sans", "uming", "wqy", "noto-serif", "ukai"),
    "zh-TW": ("noto-serif", "noto-sans", "uming", "ukai", "wqy"),
    "en": ("liberation-mono", "liberation-sans", "liberation-serif", "noto-sans", "dejavu"),
}


@dataclass(frozen=True)
class Item:
    product: str
    model: str
    batch: str
    order: str
    shipped: int
    bad: int
    date: str
    defect: str


@dataclass(frozen=True)
class Said:
    """The truth of a page: its lines in reading order, and its items."""

    layout: str
    language: str
    lines: tuple[str, ...]
    items: tuple[Item, ...]
    header: str
    fax: str
    codes: tuple[str, ...] = field(default=())  # models and batches


def page(layout: str, language: str, seed: int = 0) -> tuple[Paper, Said]:
    """The drawn sheet, as it goes into the machine, and what it says."""
    dice = random.Random(f"{layout} {language} {seed}")
    words = WORDS[language]
    fonts = FONTS[language]
    paper = Paper(fonts[(sorted(LAYOUTS).index(layout) + seed) % len(fonts)])
    count = 3 if layout in ("table", "columns") else 1
    items = tuple(_item(dice, words, number) for number in range(count))
    LAYOUTS[layout](paper, words, items, dice)
    fax = f"0{dice.randint(10, 99)}{dice.randint(0, 9)}-{dice.randint(20000000, 89999999)}"
    name = {"zh-CN": "HAICHUAN DQ", "zh-TW": "HONDA MACHINE", "en": "HARWELL PUMPS"}[language]
    header = f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02} {dice.randint(8, 18):02}:{dice.randint(0, 59):02}   FROM: {fax}   {name}   P.01/01"
    codes = tuple(code for item in items for code in (item.model, item.batch))
    return paper, Said(layout, language, tuple(paper.said), items, header, fax, codes)


def _item(dice: random.Random, words: dict[str, str], number: int) -> Item:
    letters = "ABSZGDHKTL"  # I and O are left out of most firms' codes, because nobody can tell them from 1 and 0
    model = dice.choice(
        [
            f"{dice.choice(letters)}{dice.choice(letters)}-{dice.randint(10, 99)}0{dice.choice('BSD')}",
            f"{dice.choice('MZKH')}{dice.randint(1000, 9999)}-{dice.randint(10, 99)}/{dice.choice('ABK')}{dice.randint(1, 9)}",
            f"{dice.choice(letters)}{dice.randint(100, 999)}{dice.choice('XLP')}{dice.randint(10, 99)}",
            f"6{dice.randint(100, 999)}-2{dice.choice('RSZ')}{dice.choice('S1')}",
        ]
    )
    batch = dice.choice(
        [
            f"{dice.choice('BLSD')}25{dice.randint(1, 12):02}{dice.randint(1, 28):02}-{dice.randint(1, 19):02}",
            f"25{dice.randint(1, 12):02}{dice.randint(1, 28):02}{dice.choice('ABS')}",
            f"{dice.choice('WLMB')}{dice.randint(24, 25)}{dice.choice(letters)}{dice.randint(1000, 9999)}",
        ]
    )
    order = dice.choice([f"PO{dice.randint(20250000, 20259999)}", f"45{dice.randint(10000000, 99999999)}", f"SO-25{dice.randint(100, 999)}"])  # fmt: skip
    shipped = dice.choice([500, 800, 1200, 2500, 6000])
    suffix = ("", "2", "3")[number]
    date = f"2025-{dice.randint(1, 12):02}-{dice.randint(1, 28):02}"
    return Item(
        words[f"product{suffix}"], model, batch, order, shipped, dice.randint(3, 98), date, words[f"defect{suffix}"]
    )


def _rows(words: dict[str, str], item: Item) -> list[tuple[str, str]]:
    return [
        (words["product_label"], item.product), (words["model_label"], item.model), (words["batch_label"], item.batch),
        (words["order_label"], item.order), (words["shipped_label"], f"{item.shipped} {words['unit']}"), (words["bad_label"], f"{item.bad} {words['unit']}"),
        (words["date_label"], item.date), (words["defect_label"], item.defect), (words["claim_label"], words["claim"]),
    ]  # fmt: skip


def _head(paper: Paper, words: dict[str, str]) -> None:
    paper.centred(words["company"], 16)
    paper.centred(words["title"], 14)
    paper.line(words["to"])


def _form(paper: Paper, words: dict[str, str], items: tuple[Item, ...], dice: random.Random) -> None:
    """A ruled form: two labels with their values in a row, long values across."""
    _head(paper, words)
    rows = _rows(words, items[0])
    short = [cell for pair in rows[:6] for cell in pair]
    top = [words["customer"], words["company"], words["contact_label"], words["contact"]]
    paper.ruled([top, short[0:4], short[4:8], short[8:12]], [75, 190, 75, 130])
    paper.ruled([list(rows[6]), list(rows[7]), list(rows[8])], [75, 395])


def _letter(paper: Paper, words: dict[str, str], items: tuple[Item, ...], dice: random.Random) -> None:
    """Running text."""
    _head(paper, words)
    item = items[0]
    paper.paragraph(words["prose"].format(**vars(item)))
    paper.paragraph(words["ask"])
    paper.line(words["closing"])
    paper.line(f"{words['company']}  {words['contact']}")


def _table(paper: Paper, words: dict[str, str], items: tuple[Item, ...], dice: random.Random) -> None:
    """A ruled list of items under a header row."""
    _head(paper, words)
    heads = ["product_label", "model_label", "batch_label", "bad_label", "defect_label"]
    rows = [[each.product, each.model, each.batch, str(each.bad), each.defect] for each in items]
    paper.ruled([[words[head] for head in heads], *rows], [85, 90, 85, 72, 138])
    paper.paragraph(words["claim"])


def _lines(paper: Paper, words: dict[str, str], items: tuple[Item, ...], dice: random.Random) -> None:
    """A label, a colon and its value in each line."""
    _head(paper, words)
    for label, value in _rows(words, items[0]):
        paper.line(f"{label}：{value}" if ord(label[0]) > 0x2E80 else f"{label}: {value}")
    paper.line(f"{words['contact_label']}: {words['contact']}")


def _columns(paper: Paper, words: dict[str, str], items: tuple[Item, ...], dice: random.Random) -> None:
    """A list of items in columns without rules."""
    _head(paper, words)
    heads = ["model_label", "batch_label", "shipped_label", "bad_label"]
    rows = [[each.model, each.batch, str(each.shipped), str(each.bad)] for each in items]
    paper.columns([[words[head] for head in heads], *rows], [0, 130, 260, 370])
    paper.paragraph(f"{items[0].product}: {items[0].defect}")
    paper.paragraph(words["claim"])


def _bilingual(paper: Paper, words: dict[str, str], items: tuple[Item, ...], dice: random.Random) -> None:
    """A ruled form with labels in two languages and boxes to tick."""
    _head(paper, words)
    english = [label for label, _ in _rows(WORDS["en"], items[0])]
    rows = _rows(words, items[0])
    both = [label if label == other else f"{label} {other}" for (label, _), other in zip(rows, english, strict=True)]
    paper.ruled([[label, value] for label, (_, value) in zip(both, rows, strict=True)], [170, 300])
    paper.boxes([(words["boxes"], False), (words["boxes2"], True), (words["boxes3"], False)])


def _large(paper: Paper, words: dict[str, str], items: tuple[Item, ...], dice: random.Random) -> None:
    """A few lines in large type, as a small shop writes."""
    item = items[0]
    paper.line(words["to"], 18)
    for text in (
        f"{item.product} {item.model}", f"{words['batch_label']} {item.batch}", item.defect,
        f"{words['bad_label']}: {item.bad} {words['unit']}", words["contact"],
    ):  # fmt: skip
        paper.line(text, 18)


LAYOUTS: dict[str, Callable[[Paper, dict[str, str], tuple[Item, ...], random.Random], None]] = {
    "form": _form, "letter": _letter, "table": _table, "lines": _lines, "columns": _columns, "bilingual": _bilingual, "large": _large,
}  # fmt: skip
