"""What answers that are files say of themselves in the OpenAPI document."""

from typing import Any

Answers = dict[int | str, dict[str, Any]]
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
EXCEL_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_BYTES = {"schema": {"type": "string", "format": "binary"}}

FILE: Answers = {200: {"description": "the file, as a download", "content": {"application/octet-stream": _BYTES}}}
WORD: Answers = {200: {"description": "the Word file, as a download", "content": {WORD_TYPE: _BYTES}}}
BOOK: Answers = {200: {"description": "the workbook, as a download", "content": {EXCEL_TYPE: _BYTES}}}
FORM: Answers = {200: {"description": "the form, as a download", "content": {WORD_TYPE: _BYTES, EXCEL_TYPE: _BYTES}}}
PICTURE: Answers = {200: {"description": "the picture", "content": {"image/webp": _BYTES}}}
HTML: Answers = {
    200: {"description": "HTML with nothing active in it", "content": {"text/html": {"schema": {"type": "string"}}}}
}
