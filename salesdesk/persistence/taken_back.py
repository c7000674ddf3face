"""What an operation takes back when that one is not here: given up for lost, or told anew under another name."""

from __future__ import annotations

from salesdesk.persistence.work import Work


def wait(work: Work, op: int, undone: tuple[str, int]) -> None:
    """Remember (device, n) of what an operation takes back until it comes; the operation's link needs it meanwhile."""
    work.execute("INSERT INTO undo_waiting(op, device, n) VALUES (?, ?, ?)", (op, *undone))


def part(work: Work, device: str, last: int) -> None:
    """Before a PC's operations after `last` are told anew under another name: what others took back are those under the old
    name, which come again from the share."""
    others = work.tuples(
        "SELECT o.id, u.n FROM operation o JOIN operation u ON u.id = o.undoes WHERE u.device = ? AND u.n > ? AND o.device <> ?",
        (device, last, device),
    )
    for op, n in others:
        wait(work, int(op), (device, int(n)))
        work.execute("UPDATE operation SET undoes = NULL WHERE id = ?", (op,))


def meet(work: Work) -> None:
    """Tie operations to what they take back, where that has come meanwhile."""
    for op, undone in work.tuples(
        "SELECT w.op, o.id FROM undo_waiting w JOIN operation o ON o.device = w.device AND o.n = w.n"
    ):
        work.execute("UPDATE operation SET undoes = ? WHERE id = ?", (undone, op))
        work.execute("DELETE FROM undo_waiting WHERE op = ?", (op,))
