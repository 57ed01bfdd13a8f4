"""Complaint mails by the hundred, different from one another: a third free Chinese text, a third label lines, a third English."""

import random
from base64 import b64encode
from collections.abc import Iterator
from email.header import Header

PRODUCTS = ("轴承座", "连接器", "密封圈", "齿轮箱", "电容器", "铝支架", "传感器", "油封")
PARTS = ("bearing seat", "connector", "seal ring", "gearbox", "capacitor", "bracket", "sensor", "oil seal")
DEFECTS = ("表面划伤", "尺寸超差", "漏油", "接触不良", "开裂", "毛刺过大", "变形", "异响")
FAULTS = (
    "scratched surface",
    "diameter out of tolerance",
    "oil leakage",
    "poor contact",
    "cracked",
    "large burrs",
    "deformed",
    "abnormal noise",
)


def complaints(count: int, seed: int = 1) -> Iterator[bytes]:
    """`count` plain-text complaints with their own Message-IDs and senders."""
    chance = random.Random(seed)
    for number in range(count):
        kind = number % 3
        which = chance.randrange(8)
        model = f"{chance.choice('ABCHMT')}{chance.choice('XKLR')}-{chance.randrange(100, 999)}{chance.choice('ABC')}"
        batch = f"B26{chance.randrange(1, 13):02d}{chance.randrange(1, 29):02d}-{chance.randrange(1, 9)}"
        shipped, bad = chance.randrange(500, 9000), chance.randrange(2, 90)
        if kind == 0:
            subject = f"{PRODUCTS[which]} {model} 质量问题"
            body = (
                f"您好，\n\n贵司上周送来的{PRODUCTS[which]}{model}（批号{batch}），到货{shipped}只，"
                f"装配时发现{bad}只{DEFECTS[which]}，无法使用。目前生产未受影响，请尽快安排换货，"
                f"并在3天内回复原因和整改措施。\n\n王{chance.choice('强敏刚丽')}\n某某电器有限公司 质量部\n电话：0512-6{chance.randrange(1000000, 9999999)}\n"
            )
        elif kind == 1:
            subject = f"不良反馈 {number}"
            body = (
                f"产品名称：{PRODUCTS[which]}\n规格型号：{model}\n批号：{batch}\n发货数量：{shipped}只\n不良数量：{bad}只\n"
                f"不良现象：{DEFECTS[which]}\n处理方式：退货\n\n李工\n"
            )
        else:
            subject = f"Complaint {PARTS[which]} {model}"
            body = (
                f"Dear team,\n\nin lot {batch} of your {PARTS[which]} {model} ({shipped} pcs received) we found {bad} pcs with "
                f"{FAULTS[which]}. Please send an 8D report and replacement parts.\n\nBest regards,\nAnna Smith\nNorth Works Ltd.\n"
            )
        yield mail(
            subject, body, f"customer{number}@c{number % 97}.example", f"<bench.{seed}.{number}@c{number % 97}.example>"
        )


def mail(subject: str, body: str, sender: str, message_id: str) -> bytes:
    content = b64encode(body.replace("\n", "\r\n").encode())
    lines = b"\r\n".join(content[start : start + 76] for start in range(0, len(content), 76))
    head = (
        f"Return-Path: <{sender}>\r\nFrom: {sender}\r\nTo: complaints@example.com\r\nSubject: {Header(subject, 'utf-8').encode()}\r\n"
        f"Date: Thu, 10 Sep 2026 10:00:00 +0800\r\nMessage-ID: {message_id}\r\nMIME-Version: 1.0\r\n"
        "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    )
    return head.replace("\n ", "\r\n ").replace("\r\r\n", "\r\n").encode() + lines + b"\r\n"
