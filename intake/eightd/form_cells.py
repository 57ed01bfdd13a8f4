"""A customer's report form as cells that can be read and filled: worksheets (openpyxl) or Word tables (python-docx).

A place is `Sheet!C12` in a workbook and `table.row.column` in Word, counted from 1; a merged cell is named by any of
its cells. Formats, merged cells, pictures and formulas of the form stay; Excel's shapes, text boxes and form controls
are lost, which openpyxl does not keep.
"""

import zipfile
from collections.abc import Iterator
from datetime import date
from typing import Protocol

from intake.errors import UsageError

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
_TROUBLE = (zipfile.BadZipFile, KeyError, ValueError, OSError, TypeError)

Value = str | float | date


class Form(Protocol):
    """What both kinds have in common."""

    def texts(self) -> Iterator[tuple[str, str, str]]:
        """(text, place beside, place below) of every cell that says something; "" where there is no such place."""

    def text(self, place: str) -> str | None:
        """A cell's text; None where there is no such cell. A formula is its text, with its equals sign."""

    def put(self, place: str, value: Value, shown: str, percent: bool) -> None:
        """Fills a cell. A workbook takes figures and days as such, so that its formulas count with them; a `percent`
        counts to 100, and a cell in a format of percents holds the hundredth of it.
        """

    def moved(self, place: str, rows: int, column: str) -> str:
        """The place so many rows below, in another column."""

    def saved(self) -> bytes: ...


def open_form(content: bytes, media_type: str) -> Form:
    """Raises UsageError where it is no workbook or Word file. What reads one is loaded with the first: it takes longer
    than all else that the service begins with.
    """
    if media_type not in (XLSX, DOCX):
        raise UsageError("A customer's form is an .xlsx or a .docx.", "Save it as one of them.")
    from docx.opc.exceptions import OpcError

    try:
        if media_type == XLSX:
            from intake.eightd.form_sheets import Sheets

            return Sheets.of(content)
        from intake.eightd.form_tables import Tables

        return Tables.of(content)
    except (OpcError, *_TROUBLE) as error:
        raise UsageError("The customer's form cannot be opened.", "Save it anew as .xlsx or .docx.") from error
