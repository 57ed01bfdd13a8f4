"""A customer's report form as tables of a Word file (python-docx): a place is `table.row.column`, counted from 1."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import docx

from intake.eightd.form_cells import Value

_TABLE_CELL = re.compile(r"(?P<table>[0-9]{1,3})\.(?P<row>[0-9]{1,4})\.(?P<column>[0-9]{1,3})")


@dataclass(slots=True)
class Tables:
    document: Any

    @classmethod
    def of(cls, content: bytes) -> "Tables":
        return cls(docx.Document(io.BytesIO(content)))

    def _cell(self, place: str) -> Any | None:
        found = _TABLE_CELL.fullmatch(place)
        if found is None:
            return None
        table, row, column = (int(found[name]) - 1 for name in ("table", "row", "column"))
        try:
            return self.document.tables[table].rows[row].cells[column]
        except IndexError:
            return None

    def texts(self) -> Iterator[tuple[str, str, str]]:
        for number, table in enumerate(self.document.tables[:60], 1):
            for line, row in enumerate(table.rows[:300], 1):
                cells = row.cells
                for position, cell in enumerate(cells, 1):
                    if not cell.text.strip() or (position > 1 and cells[position - 2]._tc is cell._tc):
                        continue
                    right = next((n for n in range(position, len(cells)) if cells[n]._tc is not cell._tc), None)
                    beside = f"{number}.{line}.{right + 1}" if right is not None else ""
                    yield cell.text, beside, f"{number}.{line + 1}.{position}"

    def text(self, place: str) -> str | None:
        cell = self._cell(place)
        return None if cell is None else str(cell.text)

    def put(self, place: str, value: Value, shown: str, percent: bool) -> None:
        cell = self._cell(place)
        assert cell is not None
        first = cell.paragraphs[0]
        for run in first.runs[1:]:
            run.text = ""
        if first.runs:
            first.runs[0].text = shown  # the run's own format stays
        else:
            first.add_run(shown)

    def moved(self, place: str, rows: int, column: str) -> str:
        found = _TABLE_CELL.fullmatch(place)
        return place if found is None else f"{found['table']}.{int(found['row']) + rows}.{column}"

    def saved(self) -> bytes:
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()
