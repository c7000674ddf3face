"""Puts copies of one row into a sheet of a workbook; whatever points at cells below or at the row itself follows.

    rows = RowCopies(book, sheet, place=5, count=12)
    rows.make()
    for row in rows.places: …

What Excel does when rows are put in above a total: cells, heights, merged cells, formulas and names of the whole book, rules of
colours and of entry, tables, filters, print area and titles, page breaks, pictures and charts move down; a range that ends on
the repeated row takes in all copies of it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import copy
from typing import Any

_REF = re.compile(r"(\$?[A-Z]{1,3})(\$?)(\d+)(?!\d)")
_ROWS = re.compile(r"(\$?)(\d+)")


class RowCopies:
    """One row of a sheet made into `count` (at least one) with everything around it kept."""

    def __init__(self, book: Any, sheet: Any, place: int, count: int) -> None:
        self.book, self.sheet, self.place = book, sheet, place
        self.extra = max(0, count - 1)
        self._columns = range(1, sheet.max_column + 1)
        self._styles = [copy(sheet.cell(place, c)._style) for c in self._columns]
        self._height = sheet.row_dimensions[place].height
        self._formulas: dict[int, str] = {}

    @property
    def places(self) -> range:
        """The numbers of the repeated rows."""
        return range(self.place, self.place + self.extra + 1)

    def make(self) -> list[Any]:
        """Move what is below and lay out the copies; returns the contents of the row as it was, column by column.

        Formulas of the row are already in their places, other contents are for the caller to write.
        """
        merged = [str(area) for area in self.sheet.merged_cells.ranges]
        if self.extra:
            for area in merged:
                self.sheet.unmerge_cells(area)
            self._move_down()
            for area in merged:
                self.sheet.merge_cells(self._merged_area(area))
            for sheet in self.book.worksheets:
                self._follow_in(sheet)
            self._names(self.book.defined_names)
            self._frames()
        contents = [self.sheet.cell(self.place, c).value for c in self._columns]
        self._lay_out([area for area in merged if _rows_of(area) == (self.place, self.place)], contents)
        return contents

    def _lay_out(self, inside: list[str], contents: list[Any]) -> None:
        from openpyxl.formula.translate import Translator

        for row in self.places:
            if row > self.place:
                self.sheet.row_dimensions[row].height = self._height
                for area in inside:
                    self.sheet.merge_cells(re.sub(r"\d+", str(row), area))
            for column, content, style in zip(self._columns, contents, self._styles, strict=True):
                cell = self.sheet.cell(row, column)
                cell._style = copy(style)
                if is_formula(content) and type(cell).__name__ != "MergedCell":
                    origin = self.sheet.cell(self.place, column).coordinate
                    cell.value = Translator(content, origin=origin).translate_formula(cell.coordinate)

    # -- moving --------------------------------------------------------------------------------------------------------

    def _move_down(self) -> None:
        sheet, place, extra = self.sheet, self.place, self.extra
        heights = {r: (d.height, d.hidden) for r, d in sheet.row_dimensions.items() if r > place}
        last = sheet.max_row
        if last > place:
            end = sheet.cell(last, sheet.max_column).coordinate
            sheet.move_range(f"A{place + 1}:{end}", rows=extra, translate=False)
        for r in heights:
            sheet.row_dimensions[r].height = None
            sheet.row_dimensions[r].hidden = False
        for r, (height, hidden) in heights.items():
            sheet.row_dimensions[r + extra].height = height
            sheet.row_dimensions[r + extra].hidden = hidden

    def _row(self, row: int, grows: bool = False) -> int:
        return row + self.extra if row > self.place or (grows and row == self.place) else row

    def _at(self, ref: str, grows: bool = False) -> str:
        return _REF.sub(lambda m: f"{m[1]}{m[2]}{self._row(int(m[3]), grows)}", ref)

    def _area(self, area: str, grows: bool = True) -> str:
        """An area of cells, or one cell: what ends on the row takes in its copies unless `grows` is off."""
        first, mark, last = area.partition(":")
        if mark and not _REF.search(area):  # whole rows, as "1:4"
            return ":".join(
                _ROWS.sub(lambda m, g=g: f"{m[1]}{self._row(int(m[2]), g)}", part)  # type: ignore[misc]
                for part, g in ((first, False), (last, grows))
            )
        return f"{self._at(first)}:{self._at(last, grows)}" if mark else self._at(first)

    def _merged_area(self, area: str) -> str:
        return self._area(area, grows=_rows_of(area) != (self.place, self.place))

    def _spread(self, area: str) -> str:
        """An area that a rule holds for: the rule of the row holds for all of its copies."""
        first, _, last = area.partition(":")
        return f"{self._at(first)}:{self._at(last or first, True)}"

    # -- following -----------------------------------------------------------------------------------------------------

    def follow(self, formula: str, here: bool, grows: bool = True) -> str:
        """A formula, with or without its "=", after the move. here: references without a sheet's name mean this sheet."""
        return self._followed(formula, here, lambda area: self._area(area, grows))

    def _followed(self, formula: str, here: bool, moved: Callable[[str], str]) -> str:
        from openpyxl.formula.tokenizer import Token, Tokenizer

        bare = not formula.startswith("=")
        tokens = Tokenizer(f"={formula}" if bare else formula)
        for token in tokens.items:
            if token.type == Token.OPERAND and token.subtype == Token.RANGE:
                title, mark, ref = token.value.rpartition("!")
                if (title.strip("'").replace("''", "'") == self.sheet.title) if mark else here:
                    token.value = f"{title}{mark}{moved(ref)}"
        return ("" if bare else "=") + "".join(token.value for token in tokens.items)

    def _follow_in(self, sheet: Any) -> None:
        """Formulas, rules, names and charts of one sheet."""
        here = sheet is self.sheet
        for cells in sheet.iter_rows():
            for cell in cells:
                if is_formula(cell.value) and cell.data_type == "f":
                    # in the row itself "up to here" stays "up to here": only what points below follows
                    cell.value = self.follow(cell.value, here, grows=not (here and cell.row == self.place))
                elif type(cell.value).__name__ == "ArrayFormula":
                    cell.value.text = self.follow(str(cell.value.text), here)
                    cell.value.ref = self._area(cell.value.ref) if here else cell.value.ref
        for rule in (rule for one in sheet.conditional_formatting for rule in one.rules):
            rule.formula = [self.follow(text, here) for text in rule.formula]
        for entry in sheet.data_validations.dataValidation:
            for key in ("formula1", "formula2"):
                text = getattr(entry, key)
                if text and not text.startswith('"'):
                    setattr(entry, key, self.follow(text, here))
        for ref, values in (found for chart in sheet._charts for found in _chart_refs(chart)):
            ref.f = self._followed(ref.f, False, self._spread if values else self._area)
        self._names(sheet.defined_names)

    def _names(self, names: Any) -> None:
        for name in names.values():
            if name.attr_text and not name.attr_text.startswith('"'):
                name.attr_text = self.follow(str(name.attr_text), False)

    def _frames(self) -> None:
        """Print area and titles, page breaks, filter and tables, what lies over the cells, and where rules hold."""
        sheet = self.sheet
        if sheet.print_area:
            areas = [part.rpartition("!")[2].replace("$", "") for part in str(sheet.print_area).split(",")]
            sheet.print_area = ",".join(self._spread(area) for area in areas)
        if sheet.print_title_rows:
            sheet.print_title_rows = self._area(sheet.print_title_rows.replace("$", ""), grows=False)
        for one in sheet.row_breaks.brk:
            one.id = self._row(int(one.id))
        if sheet.auto_filter.ref:
            sheet.auto_filter.ref = self._area(sheet.auto_filter.ref)
        for table in sheet.tables.values():
            table.ref = self._area(table.ref)
            if table.autoFilter is not None:
                table.autoFilter.ref = self._area(table.autoFilter.ref)
        for part in (*sheet._images, *sheet._charts):
            marker = getattr(part.anchor, "_from", None)
            if marker is not None and marker.row + 1 > self.place:
                marker.row += self.extra
                if getattr(part.anchor, "to", None) is not None:
                    part.anchor.to.row += self.extra
        for rule in sheet.data_validations.dataValidation:
            rule.sqref = type(rule.sqref)(" ".join(self._spread(str(area)) for area in rule.sqref.ranges))
        kept = list(sheet.conditional_formatting)
        if kept:
            from openpyxl.formatting.formatting import ConditionalFormattingList

            made = ConditionalFormattingList()
            for one in kept:
                for rule in one.rules:
                    made.add(" ".join(self._spread(str(area)) for area in one.sqref.ranges), rule)
            sheet.conditional_formatting = made


def is_formula(value: Any) -> bool:
    """Whether the content of a cell is a formula (text that begins with "=" would be one too: ask `data_type` as well)."""
    return isinstance(value, str) and value.startswith("=")


def _rows_of(area: str) -> tuple[int, int]:
    numbers = [int(n) for n in re.findall(r"\d+", area)]
    return numbers[0], numbers[-1]


def _chart_refs(chart: Any) -> Iterator[tuple[Any, bool]]:
    """All references of a chart to cells, of the charts laid over it too, and whether they mean its values."""
    for one in chart._charts:
        for series in one.ser:
            for name in ("val", "cat", "xVal", "yVal", "bubbleSize", "tx"):
                for key in ("numRef", "strRef", "multiLvlStrRef"):
                    ref = getattr(getattr(series, name, None), key, None)
                    if ref is not None and ref.f:
                        yield ref, name != "tx"
