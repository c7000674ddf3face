"""Where vouchers come to stand on A4: which grid each page goes into, which sheet, which cell. Lengths in mm."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from salesdesk.services.vouchers.voucher import VoucherKind

BINDING = 12.0
"""White at the left edge of the sheet, where it is bound."""
EDGE = 6.0
LABEL = 5.5
FOOT = 9.0
"""White at the lower edge, with the page number in it."""
_SMALL = frozenset((VoucherKind.RAIL, VoucherKind.TAXI, VoucherKind.QUOTA, VoucherKind.COACH, VoucherKind.PAPER_ROLL))


class Rect(NamedTuple):
    """A rectangle from the sheet's top left corner."""

    x: float
    y: float
    width: float
    height: float


class Grid(NamedTuple):
    """How a sheet is divided."""

    width: float
    height: float
    columns: int
    rows: int

    @property
    def cells(self) -> int:
        return self.columns * self.rows

    def cell(self, place: int) -> Rect:
        """The room of a voucher with its label, white edges taken off; rows first from the top, each from the left."""
        row, column = divmod(place, self.columns)
        wide, high = self.width / self.columns, self.height / self.rows
        left = BINDING if column == 0 else EDGE
        top = EDGE if row == 0 else 3.0
        low = FOOT if row == self.rows - 1 else 4.0
        return Rect(column * wide + left, row * high + top, wide - left - EDGE, high - top - low)

    def cuts(self) -> Iterator[tuple[float, float, float, float]]:
        """The lines to cut along."""
        for row in range(1, self.rows):
            yield 0.0, self.height * row / self.rows, self.width, self.height * row / self.rows
        for column in range(1, self.columns):
            yield self.width * column / self.columns, 0.0, self.width * column / self.columns, self.height


WHOLE = Grid(210.0, 297.0, 1, 1)
HALVES = Grid(210.0, 297.0, 1, 2)
QUARTERS = Grid(297.0, 210.0, 2, 2)
SLIPS = Grid(210.0, 297.0, 2, 2)
"""One on a sheet, two (invoices, air tickets), four across (railway tickets), four upright (receipts of a till)."""


class Leaf(NamedTuple):
    """One page to be placed. piece: index of its voucher; page: from 0; pages: how many the voucher has."""

    piece: int
    page: int
    pages: int
    width: float
    height: float
    kind: VoucherKind | None
    picture: bool = False


class Spot(NamedTuple):
    """Where a leaf stands: sheet from 0, its grid, the cell, the label's line, and the leaf itself in true proportion."""

    leaf: Leaf
    sheet: int
    grid: Grid
    cell: Rect
    box: Rect

    @property
    def scale(self) -> float:
        """Printed size by true size."""
        return self.box.width / self.leaf.width


def grid_of(leaf: Leaf) -> Grid:
    """The grid that suits a page: tall pages fill a sheet, receipts and long screenshots share one, the rest two on one."""
    tall = leaf.height / leaf.width
    small = leaf.kind in _SMALL
    if tall > 0.85:
        return SLIPS if leaf.picture and (small or tall > 1.6) else WHOLE
    return QUARTERS if small else HALVES


def lay_out(leaves: Sequence[Leaf]) -> list[Spot]:
    """The leaves in their order. One or two railway tickets in a row go with the invoices, for they fit two on a sheet.

    Pages of one voucher that fit on one sheet are not parted.
    """
    grids = [grid_of(leaf) for leaf in leaves]
    start = 0
    while start < len(leaves):
        end = start
        while end < len(leaves) and grids[end] == grids[start]:
            end += 1
        if grids[start] == QUARTERS and end - start <= HALVES.cells:
            grids[start:end] = [HALVES] * (end - start)
        start = end
    spots: list[Spot] = []
    sheet, used, current = -1, 0, WHOLE
    for place, (leaf, grid) in enumerate(zip(leaves, grids, strict=True)):
        together = _together(leaves, grids, place)
        parted = 1 < together <= grid.cells and used + together > grid.cells
        if sheet < 0 or grid != current or used >= grid.cells or parted:
            sheet, used, current = sheet + 1, 0, grid
        cell = grid.cell(used)
        spots.append(Spot(leaf, sheet, grid, cell, _fit(leaf, cell)))
        used += 1
    return spots


def _together(leaves: Sequence[Leaf], grids: Sequence[Grid], first: int) -> int:
    """How many pages of one voucher in one grid begin at its first page; 1 anywhere else."""
    if leaves[first].page or leaves[first].pages == 1:
        return 1
    end = first
    while end < len(leaves) and leaves[end].piece == leaves[first].piece and grids[end] == grids[first]:
        end += 1
    return end - first


def _fit(leaf: Leaf, cell: Rect) -> Rect:
    """The page below its label, in the middle, never larger than it is; pictures have no true size and fill the room."""
    room = Rect(cell.x, cell.y + LABEL, cell.width, cell.height - LABEL)
    scale = min(room.width / leaf.width, room.height / leaf.height)
    if not leaf.picture:
        scale = min(1.0, scale)
    width, height = leaf.width * scale, leaf.height * scale
    return Rect(room.x + (room.width - width) / 2, room.y, width, height)
