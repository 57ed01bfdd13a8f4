"""The lists and figures that a quality office keeps, as sheets of a workbook, in the company's language."""
