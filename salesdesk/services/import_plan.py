"""Shows what an import would do before anything is written: every row read, every fault with row, column, value and cure."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Mapping as AnyMapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from salesdesk.domain.errors import BadValue, Refused
from salesdesk.domain.fields import Entity, Field
from salesdesk.domain.kinds import Kind, Money, Qty, Row, Value
from salesdesk.domain.masking import looks_masked
from salesdesk.domain.problems import Problem, Severity, stops
from salesdesk.services.excel_header import Body, Header, Total, body_of, find_header, titles_of
from salesdesk.services.excel_out import column_letters
from salesdesk.services.excel_package import Place
from salesdesk.services.excel_text import Cell, Merge
from salesdesk.services.import_cells import Fault, Reader, cell_text, masked_cell
from salesdesk.services.import_mapping import Mapping

__all__ = ["ImportPlan", "Mapping", "PlannedRow", "Preview", "Rules", "State", "plan"]


class State(StrEnum):
    """What would happen to a row."""

    NEW = "new"
    UPDATE = "update"
    SAME = "same"
    FAILED = "failed"
    SKIPPED = "skipped"

    @property
    def label(self) -> str:
        """The state in the clerk's words."""
        return {"new": "新增", "update": "更新", "same": "没有变化", "failed": "有错", "skipped": "不导入"}[self.value]


@dataclass(slots=True)
class PlannedRow:
    """One data row: index in the table from 0, its values by field key, its faults, and what would happen to it.

    existing: the record it would change, as found. changed: keys whose value differs from that record.
    """

    index: int
    values: Row
    problems: list[Problem] = field(default_factory=list)
    state: State = State.NEW
    existing: AnyMapping[str, Any] | None = None
    changed: tuple[str, ...] = ()

    @property
    def number(self) -> int:
        """Row number as Excel shows it."""
        return self.index + 1


@dataclass(frozen=True)
class Rules:
    """What the subject adds to the reading of a table; every part may be left out.

    existing: the record a row would change (values as read) or None. resolve: field key -> typed text to stored value,
    for links; raises BadValue. check: further problems of one row's values (path: a field key). unique: keys that
    together must not repeat inside the file. defaults: values of new records where column or cell is missing. today:
    ISO day for dates without a year. partial: a row may lack required fields when it changes an existing record.
    """

    existing: Callable[[Row], AnyMapping[str, Any] | None] | None = None
    resolve: AnyMapping[str, Callable[[str], Value]] = field(default_factory=dict)
    check: Callable[[Row], Iterable[Problem]] | None = None
    unique: tuple[str, ...] = ()
    defaults: AnyMapping[str, Value] = field(default_factory=dict)
    today: str | None = None
    partial: bool = True


@dataclass(frozen=True)
class Preview:
    """The plan as a table of texts: titles, then per row (row number, state, shown values…, faults)."""

    titles: tuple[str, ...]
    rows: list[tuple[str, ...]]


@dataclass
class ImportPlan:
    """Everything an import would do. Change it with `recheck`, `set_cell` and `skip`; write `good`."""

    fields: tuple[Field, ...]
    table: Sequence[Sequence[Cell]]
    header: Header
    mapping: Mapping
    rules: Rules
    source: str
    unread: AnyMapping[Place, str]
    merged: Sequence[Merge] = ()
    findings: Sequence[Problem] = ()
    body: Body = field(default_factory=lambda: Body([], [], []))
    columns: dict[str, int] = field(default_factory=dict)
    rows: list[PlannedRow] = field(default_factory=list)
    general: list[Problem] = field(default_factory=list)
    edits: dict[Place, Cell] = field(default_factory=dict)
    skipped: set[int] = field(default_factory=set)
    _required: list[Field] = field(default_factory=list, repr=False)

    # ---- what stands ------------------------------------------------------------------------------------------------

    @property
    def problems(self) -> list[Problem]:
        """All faults: of the whole table first, then row by row."""
        return self.general + [p for row in self.rows if row.state is not State.SKIPPED for p in row.problems]

    @property
    def counts(self) -> dict[State, int]:
        """How many rows are new, changed, the same, failed, left out."""
        found = Counter(row.state for row in self.rows)
        return {state: found.get(state, 0) for state in State}

    @property
    def ready(self) -> bool:
        """Whether every row that is not left out can be written."""
        return not stops(self.general) and not self.counts[State.FAILED]

    @property
    def good(self) -> list[PlannedRow]:
        """The rows to write: new and changed ones."""
        return [row for row in self.rows if row.state in (State.NEW, State.UPDATE)]

    @property
    def summary(self) -> str:
        """One sentence for the status line, e.g. 「共 120 行：新增 100，更新 15，有错 5」."""
        parts = [f"{state.label} {count}" for state, count in self.counts.items() if count]
        return f"共 {len(self.rows)} 行：{'，'.join(parts)}" if parts else "没有可以导入的行"

    def preview(self, most: int | None = None, only: State | None = None) -> Preview:
        """Texts for a table widget or a terminal; at most `most` rows, only those in one state when asked."""
        shown = [one for one in self.fields if one.key in self.columns]
        rows = [row for row in self.rows if only is None or row.state is only][:most]
        return Preview(
            ("行", "状态", *(one.title for one in shown), "说明"),
            [
                (
                    str(row.number),
                    row.state.label,
                    *(self._shown(row, one) for one in shown),
                    "；".join(p.message + (f"，{p.cure}" if p.cure else "") for p in row.problems),
                )
                for row in rows
            ],
        )

    def _shown(self, row: PlannedRow, one: Field) -> str:
        value = row.values.get(one.key)
        if value is None or one.key in self.rules.resolve:
            return cell_text(self.cell(row.index, self.columns[one.key]))
        return one.kind.show(value)

    def cell(self, index: int, column: int) -> Cell:
        """The cell as it counts: what the clerk put in its place, else what the file says."""
        place = (index, column)
        return self.edits[place] if place in self.edits else self.table[index][column]

    # ---- changes by the clerk ---------------------------------------------------------------------------------------

    def recheck(self, mapping: Mapping | None = None, rules: Rules | None = None) -> ImportPlan:
        """Read everything again, after the mapping, the rules or the records changed; edits and left-out rows stay."""
        if mapping is not None:
            self.mapping = mapping
        if rules is not None:
            self.rules = rules
        self.columns = {
            one.key: c for one in self.fields if (c := self.mapping.places(self.header).get(one.key)) is not None
        }
        # A required field without a column is one fault of the table, not one of each row.
        self._required = [one for one in self.fields if one.required and one.key in self.columns]
        self.body = body_of(self.table, self.header, self.columns)
        self.rows = self._read(self.body.data)
        self._settle()
        return self

    def remap(self, places: AnyMapping[str, int | None]) -> ImportPlan:
        """Say for some fields in which column they are (None: in none) and read everything again."""
        taken = {column for column in places.values() if column is not None}
        kept = {key: (None if column in taken else column) for key, column in self.columns.items()}
        return self.recheck(Mapping.of(self.header, {**kept, **places}))

    def set_cell(self, index: int, key: str, typed: Cell) -> PlannedRow:
        """Put another value in place of a cell (row index from 0, field key) and check that row again."""
        self.set_cells({(index, key): typed})
        return self.rows[self._at(index)]

    def set_cells(self, typed: AnyMapping[tuple[int, str], Cell]) -> None:
        """Many cells at once, (row index from 0, field key) -> value. Raises Refused for a place that is no data."""
        for (index, key), cell in typed.items():
            self._at(index)
            if key not in self.columns:
                raise Refused(Problem(f"没有哪一列是「{key}」，改不了", "请先指定它是哪一列", path=f"columns/{key}"))
            self.edits[index, self.columns[key]] = cell
        for index in {index for index, _ in typed}:
            self.rows[self._at(index)] = self._read([index])[0]
        if typed:
            self._settle()

    def _at(self, index: int) -> int:
        """Position in `rows` of the row with this index."""
        at = bisect_left(self.rows, index, key=lambda row: row.index)
        if at == len(self.rows) or self.rows[at].index != index:
            raise Refused(Problem(f"第 {index + 1} 行不是数据行，改不了", "请对照预览里的行号", path=f"rows/{index}"))
        return at

    def skip(self, indexes: Iterable[int], skipped: bool = True) -> None:
        """Leave rows (indexes from 0) out of the import, or take them in again."""
        before = set(self.skipped)
        if skipped:
            self.skipped.update(indexes)
        else:
            self.skipped.difference_update(indexes)
        if self.skipped != before:
            self._settle()

    # ---- reading ----------------------------------------------------------------------------------------------------

    def _read(self, indexes: Sequence[int]) -> list[PlannedRow]:
        """Values column by column: cells repeat down a column, so each distinct one is parsed once."""
        mapped = [one for one in self.fields if one.key in self.columns]
        faults: dict[int, list[Problem]] = {}
        columns = [self._read_column(one, indexes, faults) for one in mapped]
        keys = [one.key for one in mapped]
        records: Iterable[tuple[Value, ...]] = zip(*columns, strict=True) if columns else [()] * len(indexes)
        rows = []
        for index, values in zip(indexes, records, strict=True):
            row = PlannedRow(index, dict(zip(keys, values, strict=True)))
            if index in faults:
                row.problems = faults[index]
            self._judge(row)
            rows.append(row)
        return rows

    def _read_column(self, one: Field, indexes: Sequence[int], faults: dict[int, list[Problem]]) -> list[Value]:
        """The values of one field; faults are added to `faults` by row index."""
        column = self.columns[one.key]
        reader = Reader(one.kind, self.rules.today, self.rules.resolve.get(one.key))
        cells = [self.table[index][column] for index in indexes]
        if not isinstance(
            one.kind, (Money, Qty)
        ):  # an order number or price merged over lines holds for each; a sum does not
            above = {
                row: top
                for top, left, bottom, _right in self.merged
                if left == column and top > self.header.row_index
                for row in range(top + 1, min(bottom + 1, len(self.table)))
            }
            if above:
                cells = [self.table[above.get(index, index)][column] for index in indexes]
        doubts: dict[int, str] = {}
        for at, index in enumerate(indexes) if self.edits or self.unread else ():
            place = (index, column)
            if place in self.edits:
                cells[at] = self.edits[place]
            elif place in self.unread:
                doubts[at] = self.unread[place]
        flags = bool in set(map(type, cells))
        values: list[Any] = list(map(reader.read if flags else reader.__getitem__, cells))
        for at, cell in enumerate(cells) if one.masked else ():
            if looks_masked(cell):
                values[at] = masked_cell(cell)
        for at, reason in doubts.items():
            cure = "请在 Excel 里算好并保存，或在这里直接填上"
            values[at] = Fault(None, Problem(f"{reason}，这一格不能用", cure, code="import.formula"))
        if Fault in set(map(type, values)):
            for at, found in enumerate(values):
                if type(found) is Fault:
                    values[at] = found.value
                    faults.setdefault(indexes[at], []).append(self._problem(indexes[at], one, found.problem))
        return values

    def _judge(self, row: PlannedRow) -> None:
        """Existing record, defaults, required fields and the subject's own checks of one row."""
        rules, values = self.rules, row.values
        if rules.existing and not (row.problems and stops(row.problems)):
            row.existing = rules.existing(values)
        if row.existing is None:
            for key, value in rules.defaults.items():
                if values.get(key) is None:
                    values[key] = value
        if row.existing is None or not rules.partial:
            for one in self._required:
                if values.get(one.key) is None and not any(p.path == self._path(row.index, one) for p in row.problems):
                    fault = Problem(f"「{one.title}」没有填", "请补上，或不导入这一行", code="import.required")
                    row.problems.append(self._problem(row.index, one, fault))
        if rules.check and not (row.problems and stops(row.problems)):
            for problem in rules.check(values):
                found = next((f for f in self.fields if f.key == problem.path), None)
                row.problems.append(self._problem(row.index, found, problem))
        if row.existing is not None:
            before = row.existing
            row.changed = tuple(k for k, v in values.items() if v is not None and before.get(k) != v)

    def _settle(self) -> None:
        """States, repeats inside the file, totals and missing columns, after rows changed."""
        first: dict[tuple[Value, ...], int] = {}
        for row in self.rows:
            if row.problems:
                row.problems = [p for p in row.problems if p.code != "import.repeated"]
            if row.index in self.skipped:
                row.state = State.SKIPPED
                continue
            if self.rules.unique:
                name = tuple(row.values.get(key) for key in self.rules.unique)
                if all(part is not None for part in name):
                    seen = first.setdefault(name, row.number)
                    if seen != row.number:
                        one = next(f for f in self.fields if f.key == self.rules.unique[0])
                        fault = Problem(f"和第 {seen} 行重复", "请留下一行，另一行不导入", code="import.repeated")
                        row.problems.append(self._problem(row.index, one, fault))
            if row.problems and stops(row.problems):
                row.state = State.FAILED
            elif row.existing is None:
                row.state = State.NEW
            else:
                row.state = State.UPDATE if row.changed else State.SAME
        self.general = [*self.findings, *self._missing_columns(), *self._empty(), *self._totals(), *self._passed()]

    # ---- faults -----------------------------------------------------------------------------------------------------

    def _path(self, index: int, one: Field) -> str:
        return f"rows/{index}/{one.key}"

    def _problem(self, index: int, one: Field | None, problem: Problem) -> Problem:
        """The problem with its place in the file: row number, column letters, our title of the field."""
        where = f"{self.source} " if self.source else ""
        if one is None:
            return problem.at(f"rows/{index}", f"{where}第 {index + 1} 行")
        column = self.columns.get(one.key)
        letters = "" if column is None else f" {column_letters(column)} 列"
        return problem.at(self._path(index, one), f"{where}第 {index + 1} 行{letters}「{one.title}」")

    def _missing_columns(self) -> list[Problem]:
        if self.rules.partial and self.rows and all(row.existing is not None for row in self.rows):
            return []
        missing = [
            one
            for one in self.fields
            if one.required and one.key not in self.columns and self.rules.defaults.get(one.key) is None
        ]
        return [
            Problem(
                f"没有找到「{one.title}」这一列",
                "请在上面指定是哪一列" if self.header.titles else "请检查表头",
                path=f"columns/{one.key}",
                place=self.source,
                code="import.no_column",
            )
            for one in missing
        ]

    def _empty(self) -> list[Problem]:
        if self.rows:
            return []
        return [Problem("表头下面没有数据", "请检查选的表对不对", place=self.source, code="import.empty")]

    def _totals(self) -> list[Problem]:
        """合计 rows of the file against the sum of the rows above: a difference means a row was lost or misread."""
        found = []
        sums = [f for f in self.fields if f.key in self.columns and isinstance(f.kind, (Money, Qty))]
        by_index = {row.index: row for row in self.rows} if self.body.totals else {}
        for one in sums:
            since = 0
            for total in self.body.totals:
                expected = _total_value(one.kind, total, self.columns[one.key])
                above = [i for i in self.body.data if i < total.index]
                if expected is not None and above:
                    group = [i for i in above if i > since]
                    sums_of = [_sum(by_index, part, one.key) for part in (group, above)]
                    slack = len(above) // 2 + 1  # each row may have been rounded by half a unit
                    if all(abs(s - expected) > slack for s in sums_of):
                        found.append(self._total_problem(one, total, expected, sums_of[0 if total.partial else 1]))
                since = total.index
        return found

    def _total_problem(self, one: Field, total: Total, expected: int, counted: int) -> Problem:
        show = one.kind.show
        message = (
            f"表里写的{total.label[:6]}是 {show(expected)}，各行加起来是 {show(counted)}，差 {show(expected - counted)}"
        )
        problem = Problem(message, "请核对是否少了行或有数字读错", code="import.total", severity=Severity.WARN)
        return self._problem(total.index, one, problem)

    def _passed(self) -> list[Problem]:
        """What was passed over below the headings, so that nothing is dropped silently."""
        return [
            Problem(
                f"没有当作数据（{why}）：{text}",
                path=f"rows/{index}",
                place=f"{self.source} 第 {index + 1} 行".strip(),
                code="import.passed",
                severity=Severity.HINT,
                value=text,
            )
            for index, text, why in self.body.passed
        ]


def plan(
    rows: Sequence[Sequence[Cell]],
    fields: Entity | Iterable[Field],
    mapping: Mapping | None = None,
    *,
    rules: Rules | None = None,
    header: Header | None = None,
    source: str = "",
    unread: AnyMapping[Place, str] | None = None,
    merged: Sequence[Merge] = (),
    findings: Sequence[Problem] = (),
) -> ImportPlan:
    """Read a table (`Workbook.rows`) as records of these fields; nothing is written.

    `mapping`: what was remembered for this source; without it columns are found by their headings. `source`: name of the
    file for the places of faults. `unread`, `merged`, `findings`: what `Workbook` says about the sheet. Raises Refused when the
    table is empty; all other faults are in the plan.
    """
    chosen = fields.typed_fields if isinstance(fields, Entity) else tuple(fields)
    mapping = mapping or Mapping()
    if header is None:
        header = find_header(
            rows, {key: (*names, mapping.columns.get(key) or names[0]) for key, names in titles_of(chosen).items()}
        )
    found = ImportPlan(chosen, rows, header, mapping, rules or Rules(), source, unread or {}, merged, findings)
    return found.recheck()


def _total_value(kind: Kind, total: Total, column: int) -> int | None:
    try:
        value = kind.parse(total.cells[column])
    except BadValue:
        return None
    return value if isinstance(value, int) else None


def _sum(rows: AnyMapping[int, PlannedRow], indexes: Iterable[int], key: str) -> int:
    return sum(value for index in indexes if isinstance(value := rows[index].values.get(key), int))
