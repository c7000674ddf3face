"""Turns single cells of an imported table into values, and doubts those Excel changed behind the clerk's back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from salesdesk.domain.errors import BadValue
from salesdesk.domain.kinds import Kind, Link, Note, Text, Value
from salesdesk.domain.problems import Problem, Severity
from salesdesk.services.excel_text import Cell

_EXACT_DIGITS = 10**15  # Excel keeps 15 digits of a number and turns the rest into zeros


class Fault:
    """A cell that was not read well: the value to use all the same (None when there is none) and the problem."""

    __slots__ = ("problem", "value")

    def __init__(self, value: Value, problem: Problem) -> None:
        self.value = value
        self.problem = problem


class Reader(dict[Any, Any]):
    """Cell -> value or Fault by one kind, each distinct cell parsed once. True equals 1: flags go to `read`, past the memory."""

    def __init__(self, kind: Kind, today: str | None, resolve: Callable[[str], Value] | None) -> None:
        super().__init__()
        self._kind, self._today, self._resolve = kind, today, resolve
        self._textual = isinstance(kind, (Text, Note, Link))

    def __missing__(self, cell: Cell) -> Any:
        self[cell] = found = self.read(cell)
        return found

    def read(self, cell: Cell) -> Any:
        """The value of one cell or its Fault, without the memory."""
        try:
            value = self._kind.parse(cell, self._today)
            if value is None:
                return None
            if self._textual and isinstance(cell, (int, float)) and abs(cell) >= _EXACT_DIGITS:
                return _lost_digits(cell)
            if self._resolve is not None:
                value = self._resolve(str(value))
        except BadValue as fault:
            return Fault(None, Problem(fault.reason, fault.cure, code="import.value", value=cell_text(cell)))
        if self._textual and isinstance(cell, (date, datetime)):
            return _became_date(cell, value)
        return value


def _lost_digits(cell: float) -> Fault:
    """A card or tax number typed into a number cell: Excel has already replaced its last digits."""
    reason = f"{cell_text(cell)} 在表里是数字，超过 15 位，末尾几位已被 Excel 变成 0"
    cure = "请把这一列改成“文本”格式，重新填完整的号码"
    return Fault(None, Problem(reason, cure, code="import.digits", value=cell_text(cell)))


def masked_cell(cell: Cell) -> Fault:
    """A covered value of an exported list come back: it says nothing, and what is stored stays."""
    reason, cure = "是导出时遮住的，这一格不导", "要改就填完整的；不填保持原来的"
    return Fault(None, Problem(reason, cure, code="import.masked", severity=Severity.HINT, value=cell_text(cell)))


def _became_date(cell: date, value: Value) -> Fault:
    """A text such as 3-4 that Excel took for a date."""
    reason = f"在表里是日期 {cell_text(cell)}，原来写的可能是 {cell.month}-{cell.day}"
    problem = Problem(reason, "请核对", code="import.became_date", severity=Severity.WARN, value=cell_text(cell))
    return Fault(value, problem)


def cell_text(cell: Cell) -> str:
    """The cell as the clerk sees it, near enough."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, float):
        return f"{cell:.12g}" if abs(cell) < _EXACT_DIGITS else f"{cell:.0f}"
    return cell.isoformat(" ") if isinstance(cell, datetime) else str(cell)
