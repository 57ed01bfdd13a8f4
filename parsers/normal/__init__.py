"""Normal forms (规范形式): folded text, numbers, dates, money, each with the span it was read from. Pure functions."""
