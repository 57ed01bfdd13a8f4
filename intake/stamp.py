"""The record's number on a copy of a fax, as somebody writes it on the paper (客戶溝通管理程序 §5.8.1)."""

import io


def stamped(pages: tuple[bytes, ...], number: str) -> bytes:
    """A PDF of page pictures with the record's number on each page's upper margin (传真原件编号)."""
    from PIL import Image, ImageDraw, ImageFont  # loads slowly, and few processes stamp one

    sheets = []
    for page in pages:
        with Image.open(io.BytesIO(page)) as picture:
            sheet = picture.convert("RGB")
        size = max(18, sheet.width // 40)
        pen, font = ImageDraw.Draw(sheet), ImageFont.load_default(size)
        left, _, right, bottom = pen.textbbox((0, 0), number, font=font)
        at = (sheet.width - (right - left) - size, size // 3)
        frame = (at[0] - size // 3, at[1] - size // 6, at[0] + right + size // 3, at[1] + bottom + size // 4)
        pen.rectangle(frame, fill="white", outline=(200, 0, 0), width=max(2, size // 10))
        pen.text(at, number, fill=(200, 0, 0), font=font)
        sheets.append(sheet)
    out = io.BytesIO()
    sheets[0].save(out, "PDF", save_all=True, append_images=sheets[1:], resolution=150.0)
    return out.getvalue()
