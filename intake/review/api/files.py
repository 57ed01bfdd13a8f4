"""What answers that are files say of themselves in the OpenAPI document."""

from typing import Any

Answers = dict[int | str, dict[str, Any]]
_BYTES = {"schema": {"type": "string", "format": "binary"}}

FILE: Answers = {200: {"description": "the file, as a download", "content": {"application/octet-stream": _BYTES}}}
PICTURE: Answers = {200: {"description": "the picture", "content": {"image/webp": _BYTES}}}
HTML: Answers = {
    200: {"description": "HTML with nothing active in it", "content": {"text/html": {"schema": {"type": "string"}}}}
}
WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
