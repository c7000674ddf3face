"""What a typed text shows in a long list is what going through all rows would show, whatever was written meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain import text
from salesdesk.domain.errors import GivenUp
from salesdesk.domain.kinds import Row
from salesdesk.persistence import database, listing, remembered
from salesdesk.persistence.asked import Condition, Query, number_fields, order
from tests.desks import order_args, small_desk

PIECES = ("XS26", "XS2605A-", "xs", "0", "1", "12", "2605", "PO", "po-", "采购", "苏州", "%", "_", "-", "É", "é")
TYPED = (*PIECES, "苏", "公s", "苏州hy", "szhy", "C0004", "有限公司", "重庆", "zzz", "138 1288", "a\nb", "K", "（")


@pytest.fixture(autouse=True, scope="module")
def short_is_long() -> Iterator[None]:
    """A few dozen rows are treated as a million."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(remembered, "WORTHWHILE", 1)
        patch.setattr(remembered, "NEAR", 6)
        patch.setattr(remembered, "FEW", 8)
        patch.setattr(remembered, "OUTDATED", 25)
        patch.setattr(remembered, "_AT_A_TIME", 7)
        patch.setattr(listing, "_FIRST_LOOK", 2)
        yield


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    one = small_desk(tmp_path_factory.mktemp("typed"))
    yield one
    one.close()


def expected(desk: Desk, typed: str, stage: str = "") -> list[int]:
    """The answer of somebody who looks at every row."""
    with desk.read() as reader:
        rows = reader.rows("SELECT rowid AS id, * FROM sales_order WHERE void = 0 ORDER BY order_date DESC, rowid DESC")
        keys = dict(reader.tuples("SELECT uid, keys FROM search_doc WHERE entity = 'customer'"))
    meant = typed if text.match_expression(typed) else ""

    def holds(row: Row, key: str) -> bool:
        return typed.encode().lower() in str(row[key] or "").encode().lower()

    return [
        int(row["id"] or 0)
        for row in rows
        if (not stage or row["stage"] == stage)
        and (
            (typed.isascii() and holds(row, "number"))
            or holds(row, "customer_po")
            or text.matches(meant, keys.get(str(row["customer"]), "")) is not None
        )
    ]


def check(desk: Desk, typed: str) -> None:
    """The first rows, all rows and their number, with and without another condition."""
    typed = typed.strip()
    for stage in ("", "draft"):
        query = Query((Condition("stage", "=", stage),) if stage else (), text=typed)
        wanted = expected(desk, typed, stage)
        assert list(desk.list_ids("sales_order", query)) == wanted
        assert desk.count("sales_order", query) == len(wanted)
        for limit in (1, 4, 300):
            assert list(desk.list_ids("sales_order", query, limit)) == wanted[:limit]
    if typed:
        assert sorted(desk.list_ids("sales_order", Query(text=typed, sort="amount"))) == sorted(expected(desk, typed))


numbers = st.lists(st.sampled_from(PIECES), min_size=1, max_size=4).map("".join)
row_of = st.fixed_dictionaries(
    {
        "number": numbers,
        "customer_po": st.none() | numbers,
        "order_date": st.dates().map(str) | st.just("2026-06-01"),
        "void": st.sampled_from((0, 0, 0, 1)),
    }
)
nth = st.integers(0, 10_000)


def add(desk: Desk, at: int, row: Row) -> None:
    with desk.database.work("订单") as work:
        customers = work.column("SELECT uid FROM customer ORDER BY code")
        given = {key: value for key, value in row.items() if key != "void"}
        work.insert(desk.entity("sales_order"), {**given, "customer": customers[at % len(customers)]})


def edit(desk: Desk, at: int, row: Row) -> None:
    with desk.database.work("改订单") as work:
        uids = work.column("SELECT uid FROM sales_order ORDER BY rowid")
        if uids:
            work.update(desk.entity("sales_order"), str(uids[at % len(uids)]), row)


def arrive(desk: Desk, at: int, row: Row) -> None:
    """As a merge writes: the log stands still and is given the merged change itself."""
    with desk.database.local() as work:
        uids = work.column("SELECT uid FROM sales_order ORDER BY rowid")
        if uids:
            uid = str(uids[at % len(uids)])
            work.execute("UPDATE now SET applying = 1")
            work.update(desk.entity("sales_order"), uid, row)
            work.execute("UPDATE now SET applying = 0")
            work.execute(
                "INSERT INTO change(op, entity, uid, kind, after) VALUES ('x', 'sales_order', ?, 'U', '{}')", (uid,)
            )


def rename(desk: Desk, at: int, row: Row) -> None:
    names = (("苏州华源贸易有限公司", "常熟采购公司"), ("重庆长安阀门经营部", "苏州公社"))
    with desk.read() as reader:
        uids = reader.column("SELECT uid FROM customer ORDER BY code")
    desk.do("customer.save", {"uid": uids[at % 2], "name": names[at % 2][at // 2 % 2]})


def learn(desk: Desk, at: int, row: Row) -> None:
    desk.learn_list("sales_order")


Deed = Callable[[Desk, int, Row], None]
deeds: tuple[Deed, ...] = (add, add, add, add, edit, edit, arrive, rename, learn)


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.sampled_from(deeds), nth, row_of), max_size=8),
    st.lists(st.sampled_from(TYPED) | numbers, min_size=1, max_size=4),
)
def test_a_typed_text_shows_what_fits_whatever_was_written_meanwhile(
    desk: Desk, done: list[tuple[Deed, int, Row]], typed: list[str]
) -> None:
    for deed, at, row in done:
        deed(desk, at, row)
    for one in typed:
        check(desk, one)


def test_saving_voiding_and_taking_back_show_at_once(tmp_path: Path) -> None:
    desk = small_desk(tmp_path)
    uids = [desk.do("order.save", order_args(("P20031", "1", "3.2"))).uid for _ in range(3)]
    desk.learn_list("sales_order")
    row = desk.row("sales_order", desk.do("order.save", order_args(("P20031", "1", "3.2"))).uid)
    assert row is not None
    number = str(row["number"])
    for deed in (
        lambda: None,
        lambda: desk.do("system.undo", {}),
        lambda: desk.do("order.void", {"uid": uids[0]}),
        lambda: desk.do("system.undo", {}),
        lambda: desk.do("customer.save", {"uid": desk.rows("customer")[0]["uid"], "name": "常熟金茂"}),
    ):
        deed()
        for typed in (number, number[-3:], "XS", "华源", "金茂", "jm", "0"):
            check(desk, typed)
    desk.close()


def test_a_list_is_remembered_anew_after_many_writes(tmp_path: Path) -> None:
    desk = small_desk(tmp_path)
    entity = desk.entity("sales_order")
    add(desk, 0, {"number": "XS1"})
    desk.learn_list("sales_order")
    for n in range(30):
        add(desk, n, {"number": f"XS2-{n}"})
    with desk.read() as reader:
        assert desk._memory.of(reader, entity) is None
    check(desk, "xs2")
    desk.learn_list("sales_order")
    with desk.read() as reader:
        known = desk._memory.of(reader, entity)
    assert known is not None
    assert len(list(known.holding("xs2"))) == 30
    check(desk, "xs2")
    desk.close()


def test_what_is_remembered_is_told_by_the_log(desk: Desk) -> None:
    """A derived field has no history, so a list must neither be ordered nor searched by one."""
    for entity in desk.registry.entities.values():
        ordered = [term.split()[0].removeprefix("t.").strip('"') for term in order(entity, Query()).split(",")]
        for key in (*ordered, *number_fields(entity, "0")):
            assert key == "rowid" or not entity[key].derived, (entity.key, key)


def test_a_long_read_ends_when_nobody_waits(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "ASKED_EVERY", 10)
    add(desk, 0, {"number": "XS1"})
    with pytest.raises(GivenUp):
        desk.list_ids("sales_order", Query(text="1"), None, lambda: True)
    with pytest.raises(GivenUp):
        desk.learn_list("customer", lambda: True)
    assert desk.count("sales_order", Query(text="XS1"), lambda: False) == len(expected(desk, "XS1"))
