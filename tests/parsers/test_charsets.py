"""Bytes and labels as they come: (text, written in, labelled as)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parsers.charsets import clean, decode

CN = "外壳破裂，请于本周五前回复。批号B2406-01共20只不良，镕钒喆"
TW = "外殼破裂，請於本週五前回覆。批號B2406-01共20只不良，碁銹裏恒"
FR = "Téléphone à l'été: ça ne marche pas, pièce cassée"

ROWS = [
    (CN, "gb18030", "gb2312"), (CN, "gb18030", "x-none"), (CN, "gb18030", "iso-8859-1"), (CN, "gb18030", "us-ascii"), (CN, "gb18030", "utf-8"),
    (CN, "gb18030", "big5"), (CN, "utf-8", "gb2312"), (CN, "utf-8", "x-unknown"), (CN, "utf-8", None), (CN, "utf-16", "utf-8"), (CN, "utf-8-sig", "gbk"),
    (TW, "cp950", "big5"), (TW, "cp950", "x-none"), (TW, "cp950", "gb2312"), (TW, "cp950", "us-ascii"), (TW, "cp950", "utf-8"), (TW, "utf-8", "big5"),
    (FR, "latin-1", "iso-8859-1"), (FR, "cp1252", "x-none"), (FR, "utf-8", "iso-8859-1"), (FR, "cp1252", "us-ascii"), (FR, "cp1252", "utf-8"),
    ("부품 파손", "cp949", "ks_c_5601"), ("ばね", "iso-2022-jp", "iso-2022-jp"), ("ばね破損", "cp932", "shift_jis"), ("Größe 5 µm", "latin-1", None),
    ("联通", "gbk", "gbk"), ("李", "gbk", None), ("划伤", "gbk", None), ("Жалоба на партию", "cp1251", "windows-1251"), ("“smart” – €5", "cp1252", "iso-8859-1"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "written", "label"), ROWS)
def test_text_comes_back_whatever_the_label_says(text: str, written: str, label: str | None) -> None:
    assert decode(text.encode(written), label).text == text


@pytest.mark.parametrize("label", ["x-none", "utf-8", "us-ascii", None])
def test_a_guess_is_said_in_a_warning(label: str | None) -> None:
    warning = decode(CN.encode("gb18030"), label).warning
    assert warning is not None
    assert "read as gb18030" in warning


def test_text_that_is_cut_inside_a_character_keeps_its_label() -> None:
    read = decode(CN.encode("gb18030")[:-1], "gb2312")
    assert read.text[:-1] == CN[:-1]
    assert read.warning is not None


@given(
    st.binary(max_size=200),
    st.sampled_from(
        [
            "gb2312",
            "big5",
            "utf-8",
            "utf-7",
            "utf-16",
            "hz-gb-2312",
            "iso-2022-jp",
            "x-none",
            "idna",
            "base64",
            "",
            None,
        ]
    ),
)
def test_any_bytes_under_any_label_are_text(content: bytes, label: str | None) -> None:
    text = clean(decode(content, label).text)
    text.encode("utf-8")
    assert "\x00" not in text
    assert "\r" not in text
