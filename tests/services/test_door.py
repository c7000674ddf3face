"""The one door: rights, required arguments, defaults, records meant by name, and no odd argument that gets past it."""

from __future__ import annotations

import itertools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from salesdesk.desk import Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import EnvironmentFault, Refused
from salesdesk.domain.fields import Field, Lines
from salesdesk.services.checking import check_all
from salesdesk.services.roles import Role
from tests.desks import NOON, order_args, small_desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = small_desk(tmp_path)
    yield made
    made.close()


def refused(desk: Desk, verb: str, args: dict[str, Any]) -> list[tuple[str, str]]:
    with pytest.raises(Refused) as fault:
        desk.do(verb, args)
    return [(p.path, p.code) for p in fault.value.problems]


def test_an_unknown_verb_is_told_with_the_nearest_name(desk: Desk) -> None:
    with pytest.raises(Refused, match=r"是不是 order\.save"):
        desk.do("order.sav")


def test_all_faults_of_the_arguments_are_told_at_once(desk: Desk) -> None:
    args = {"customer": "没有的", "due_date": "六月", "lines": [{"product": "P10012", "qty": "十二只", "menge": 1}]}
    assert refused(desk, "order.save", args) == [
        ("customer", "bad_value"),
        ("due_date", "bad_value"),
        ("lines/0/qty", "bad_value"),
        ("lines/0/menge", "unknown_argument"),
    ]


def test_what_a_change_must_be_given_is_asked_for(desk: Desk) -> None:
    order = desk.do("order.confirm", order_args(("P10012", "3", "48.6")))
    assert refused(desk, "order.amend", {"uid": order.uid}) == [("amend_reason", "required")]


def test_a_change_leaves_alone_what_was_not_given(desk: Desk) -> None:
    came = desk.do("intake.save", {"channel": "微信", "content": "要球阀"})
    desk.do("intake.save", {"uid": came.uid, "from_whom": "王芳"})
    row = desk.row("intake", came.uid)
    assert row is not None and (row["channel"], row["from_whom"]) == ("微信", "王芳")
    assert refused(desk, "intake.save", {"uid": came.uid, "channel": ""}) == [("channel", "required")]


def test_a_new_line_takes_the_defaults_of_its_fields(desk: Desk) -> None:
    claim = desk.do(
        "claim.save", {"claimant": "李强", "department": "销售部", "lines": [{"summary": "送样", "amount": 3}]}
    )
    assert [r["item"] for r in desk.lines("expense_line", claim.uid)] == ["差旅费"]


def test_a_name_that_means_several_records_is_not_called_unknown(desk: Desk) -> None:
    desk.do("product.save", {"code": "P1", "name": "垫圈", "unit": "只"})
    desk.do("product.save", {"code": "P2", "name": "垫圈", "unit": "只"})
    with pytest.raises(Refused, match="有 2 条产品都叫「垫圈」"):
        desk.do("stock.move", {"product": "垫圈", "qty": 1})


def test_lines_name_their_products_by_code_name_or_uid_and_only_one_they_could_mean(desk: Desk) -> None:
    """Codes of many lines are looked up at once, everything else line by line; both find the same."""
    first, second, third = (str(row["uid"]) for row in desk.rows("product"))
    called = ("P10012", " P10013 ", "四氟垫片 DN50", first)
    lines = [{"product": one, "qty": "1", "price": "90"} for one in called]
    made = desk.do("order.save", {"customer": "C00042", "due_date": "+7", "lines": lines})
    assert [line["product"] for line in desk.lines("order_line", made.uid)] == [first, second, third, first]
    desk.do("product.save", {"code": "P10012-2", "name": "P10013", "spec": "仿", "unit": "只"})
    with desk.database.work("两条同码") as work:
        work.execute("UPDATE product SET code = 'P10012' WHERE code = 'P10012-2'")
    with pytest.raises(Refused) as refused:
        desk.do("order.save", {"customer": "C00042", "due_date": "+7", "lines": lines[:2]})
    assert [p.path for p in refused.value.problems] == ["lines/0/product"]


def test_a_viewer_changes_nothing_by_any_verb(desk: Desk) -> None:
    desk.settings.put("operator.role", "viewer")
    for verb in desk.registry.verbs.values():
        if verb.changes and verb.name != "operator.password":  # one's own password is one's own
            assert verb.role > Role.VIEWER, verb.name
            assert refused(desk, verb.name, {}) == [("", "role")]


def test_what_another_program_wrote_meanwhile_is_judged_again(tmp_path: Path) -> None:
    """An import reads before the transaction; a customer made by another window in between must not come in twice."""
    first = small_desk(tmp_path)
    second = open_desk(tmp_path, FixedClock(NOON))
    table = tmp_path / "客户.csv"
    table.write_text("客户编码,客户名称\nC9,新客户公司\n", encoding="utf-8-sig")
    verb = first.registry.verbs["customer.import"]
    prepare, done = verb.prepare, list[str]()

    def interrupted(ctx: Any, args: Any) -> Any:
        found = prepare(ctx, args)  # type: ignore[misc]
        if not done:
            done.append("once")
            second.do("customer.import", {"file": str(table)})
        return found

    first.registry.verbs["customer.import"] = verb._replace(prepare=interrupted)
    first.do("customer.import", {"file": str(table)})
    assert [r["name"] for r in first.rows("customer")].count("新客户公司") == 1
    first.close()
    second.close()


ENGLISH = re.compile(r"Error|Traceback|expected|invalid|object at|NoneType|sqlite", re.IGNORECASE)
ODD: tuple[Any, ...] = (
    None,
    "",
    0,
    -1,
    1e308,
    float("nan"),
    10**400,
    True,
    [],
    {},
    [None],
    [{}],
    "\0",
    "a\0b",
    "\ud800",
    "长" * 5000,
    "％",
    "'; DROP TABLE customer; --",
    "😀",
    "+99999",
    "9999-12-31",
    "[1]",
    '["x"]',
    '{"a": 1}',
    '{"2/qty": {}}',
    '{"x/qty": 1}',
    '[["name"]]',
    '[["nope", "=", "x"]]',
    '[["name", "= 1 OR 1=1 --", "x"]]',
    '[["name", "in", {"a": 1}]]',
    "没有的/文件.xlsx",
    "文件.pdf",
    "00000000-0000-7000-8000-000000000000",
)


def test_no_odd_argument_of_any_verb_is_our_defect(desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every parameter of every verb and every cell of its lines gets nonsense: refused in Chinese or done, and the log stays whole."""
    monkeypatch.chdir(tmp_path)
    table = tmp_path / "来单.csv"
    table.write_text("编码,数量,单价\nP10012,3,50\n", encoding="utf-8-sig")
    draft = desk.do("order.save", order_args(("P10012", "12", "48.6")))
    order = desk.do("order.confirm", order_args(("P20031", "9", "3.2")))
    base: dict[str, dict[str, Any]] = {
        "order.save": {"uid": draft.uid},
        "order.confirm": {"uid": draft.uid},
        "order.amend": {"uid": order.uid, "amend_reason": "其他"},
        "order.deliver": {"uid": order.uid},
        "order.import": {"file": str(table), "customer": "C00042"},
        "order.check_import": {"file": str(table), "customer": "C00042"},
        "customer.import": {"file": str(table)},
        "customer.save": {"uid": desk.rows("customer")[0]["uid"]},
        "customer.export": {"file": str(tmp_path / "x.xlsx")},
        "claim.save": {"claimant": "李", "department": "销售部"},
        "intake.save": {"uid": desk.do("intake.save", {"content": "要货"}).uid},
    }
    uids = (
        draft.uid,
        order.uid,
        str(desk.rows("customer")[0]["uid"]),
        str(desk.lines("order_line", order.uid)[0]["uid"]),
    )

    def give(name: str, args: dict[str, Any]) -> None:
        try:
            desk.do(name, args)
        except (Refused, EnvironmentFault) as fault:
            assert not ENGLISH.search(str(fault)), (name, args, str(fault))
        except Exception as defect:  # the whole point of the test
            raise AssertionError(f"{name} {str(args)[:200]} → {defect!r}") from defect

    step = 1 if os.environ.get("HYPOTHESIS_PROFILE") == "deep" else 9  # each place gets another part of the nonsense
    nonsense = [*ODD, *uids]
    starts = itertools.count()
    for verb in desk.registry.verbs.values():
        given = base.get(verb.name, {})
        for one in (*verb.params, Field("reason", "原因")):
            for raw in nonsense[next(starts) % step :: step]:
                give(verb.name, {**given, one.key: raw})
            if isinstance(one.kind, Lines):
                for cell in (*one.kind.entity.typed_fields, Field("uid", "编号")):
                    for raw in nonsense[next(starts) % step :: step]:
                        line = {k: v for k, v in GOOD_LINE.items() if k in one.kind.entity.by_key}
                        give(verb.name, {**given, one.key: [{**line, cell.key: raw}]})
    assert check_all(desk.database, desk.folder).lines[0].startswith("数据完好")


GOOD_LINE = {
    "product": "P10012",
    "qty": "1",
    "price": "50",
    "summary": "送样",
    "amount": "1",
    "name": "张",
    "address": "路",
}
