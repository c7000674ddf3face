"""The demo company: the same for the same seed, sound in every record, and never put into a real data folder."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from salesdesk.demo.building import build, mark_of
from salesdesk.demo.million import Size, build_million
from salesdesk.demo.samples import make_samples
from salesdesk.demo.words import Words
from salesdesk.desk import DATA_FILE, Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.domain.text import phone_problem, tax_id_problem
from salesdesk.services.checking import check_all
from tests.desks import NOON, empty_desk

ROOT = Path(__file__).resolve().parents[1]
TODAY = date(2026, 6, 18)
UID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def quiet(done: int, whole: int) -> None:
    """No progress."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small demo company of seed 3."""
    made = tmp_path_factory.mktemp("demo")
    assert "演示公司已造好" in build(made, 3, "small", TODAY, quiet)
    return made


@pytest.fixture
def desk(folder: Path) -> Iterator[Desk]:
    opened = open_desk(folder, FixedClock(NOON.replace(day=18, hour=16)))
    yield opened
    opened.close()


def without_uids(dump: str) -> dict[str, Any]:
    """The dump with every uid replaced by its place in the order of making. The uid of a finding follows from its claim's: it
    is left out, and the findings are put in the order of what they say."""
    places = {uid: f"#{n}" for n, uid in enumerate(sorted(set(UID.findall(dump))))}
    told: dict[str, Any] = json.loads(UID.sub(lambda found: places[found[0]], dump))
    findings = [{key: value for key, value in row.items() if key != "uid"} for row in told["claim_finding"]]
    told["claim_finding"] = sorted(findings, key=lambda row: json.dumps(row, sort_keys=True))
    return told


def test_the_same_seed_gives_the_same_company(tmp_path: Path) -> None:
    """In two other processes, where sets and dictionaries of texts come in different orders."""
    dumps = []
    for order in ("77", "1"):
        folder = tmp_path / order
        command = ["demo", "--scale", "small", "--seed", "3", "--today", TODAY.isoformat(), "--data", str(folder)]
        env = {**os.environ, "PYTHONHASHSEED": order}
        subprocess.run(
            [sys.executable, "-m", "salesdesk", *command], cwd=ROOT, env=env, check=True, capture_output=True
        )
        made = open_desk(folder)
        dumps.append(without_uids(made.dump()))
        made.close()
    assert dumps[0] == dumps[1]


def test_it_passes_every_check(desk: Desk, folder: Path) -> None:
    report = check_all(desk.database, folder)
    assert report.sound, report.lines
    assert report.counts["attachments"] >= 3 and report.counts["records"] > 500


def test_it_is_a_lively_desk(desk: Desk) -> None:
    orders = desk.rows("sales_order")
    assert {"done", "confirmed", "draft", "parked"} <= {o["stage"] for o in orders}
    assert 45 <= len(orders) <= 75
    assert any(o["order_date"] == TODAY.isoformat() for o in orders)
    assert {t.verb for t in desk.todos()} >= {"order.deliver", "order.answer"}
    assert len(desk.rows("intake")) > 5 and len(desk.rows("delivery")) > 20
    assert {s["received_by"] for s in desk.rows("route_slip")} - {None}
    with desk.read() as reader:
        slips = reader.value(
            'SELECT count(*) FROM (SELECT "order" FROM delivery WHERE void = 0 GROUP BY "order" HAVING count(*) > 1)'
        )
        stamps = reader.column("SELECT at FROM operation ORDER BY id")
    assert slips, "no order was delivered in parts"
    assert stamps == sorted(stamps) and stamps[-1][:10] == TODAY.isoformat()
    assert all("08:00" <= at[11:16] <= "17:30" for at in stamps)


def test_customers_have_sound_papers_and_own_phones(desk: Desk) -> None:
    customers = desk.rows("customer")
    assert len({c["name"] for c in customers}) == len(customers) == 30
    assert all(tax_id_problem(str(c["tax_id"])) is None for c in customers)
    assert all(phone_problem(str(c["phone"])) is None for c in customers)
    assert len({c["phone"] for c in customers}) == len(customers)
    assert any(len(desk.lines("customer_contact", str(c["uid"]))) > 1 for c in customers)


def test_a_finished_demo_is_left_alone(folder: Path) -> None:
    before = (folder / DATA_FILE).read_bytes()
    assert "没有重造" in build(folder, 3, "small", TODAY, quiet)
    assert (folder / DATA_FILE).read_bytes() == before


def test_real_data_are_never_mixed_with_a_demo(tmp_path: Path) -> None:
    real = empty_desk(tmp_path)
    real.do("customer.save", {"name": "真客户"})
    real.close()
    for make in (lambda: build(tmp_path, 3, "small", TODAY, quiet), lambda: build_million(tmp_path, 3, TODAY, quiet)):
        with pytest.raises(Refused, match="别的数据"):
            make()


def test_an_unfinished_demo_is_made_anew(tmp_path: Path) -> None:
    def break_off(done: int, whole: int) -> None:
        if done == 2:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(tmp_path, 3, "small", TODAY, break_off)
    assert mark_of(tmp_path) == "making"
    build_million(tmp_path, 3, TODAY, quiet, Size(20, 10, 30))
    assert mark_of(tmp_path) == f"3/1m/{TODAY}"


def test_the_bulk_load_is_consistent_and_searchable(tmp_path: Path) -> None:
    build_million(tmp_path, 3, TODAY, quiet, Size(120, 210, 700))
    desk = open_desk(tmp_path, FixedClock(NOON.replace(day=18)))
    try:
        report = check_all(desk.database, tmp_path)
        assert report.sound, report.lines
        assert len(desk.rows("sales_order")) == 700 and len(desk.rows("product")) == 210
        stages = {o["stage"] for o in desk.rows("sales_order")}
        assert {"done", "cancelled", "confirmed"} <= stages
        name = str(desk.rows("customer")[0]["name"])
        assert desk.find(name[:4], "customer")
        with desk.read() as reader:
            assert "没有写进历史" in reader.value("SELECT value FROM meta WHERE key = 'bulk_load'")
            assert reader.value("SELECT count(*) FROM change") == 0
            assert reader.value("SELECT count(*) FROM sqlite_stat1") and not reader.value(
                "SELECT count(*) FROM sqlite_stat4"
            )
            indexes = set(reader.column("SELECT name FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"))
        wanted = {s.split()[2] for s in desk.database.schema.statements if s.startswith("CREATE INDEX")}
        assert wanted and wanted <= indexes
        made = desk.do(
            "order.confirm",
            {
                "customer": "C000001",
                "due_date": "+7",
                "reason": "试",
                "lines": [{"product": "P000001", "qty": 1, "price": 999}],
            },
        )
        assert desk.history("sales_order", made.uid)
        number = str(made.data["number"])
        assert sum(o["number"] == number for o in desk.rows("sales_order")) == 1
        assert check_all(desk.database, tmp_path).sound
    finally:
        desk.close()


def test_words_are_read_once_and_days_are_working_days() -> None:
    words = Words(1)
    assert words.works(date(2026, 6, 18)) and not words.works(date(2026, 6, 19)) and not words.works(date(2026, 6, 20))
    assert words.next_working_day(date(2026, 6, 18)) == date(2026, 6, 22)
    products = words.products()
    assert len(products) >= 200 and len({p.code for p in products}) == len(products) == len({p.name for p in products})
    assert all(float(p.cost) < float(p.floor) < float(p.price) for p in products)


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    return {p.stem: p for p in make_samples(tmp_path_factory.mktemp("samples"), 7)}


def test_the_customers_order_file_becomes_an_order(samples: dict[str, Path], tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    try:
        words = Words(7)
        name = words.names["sample_customer"]["name"]
        desk.do("customer.save", {"name": name})
        for one in words.products():
            desk.do(
                "product.save",
                {"code": one.code, "name": one.name, "spec": one.spec, "unit": one.unit, "list_price": one.price},
            )
        made = desk.do("order.import", {"file": str(samples["客户采购订单"]), "customer": name, "reason": "试"})
        [order] = desk.rows("sales_order")
        assert order["customer_po"] == "CG-20260612-031"
        assert len(desk.lines("order_line", str(order["uid"]))) == 8
        assert made.changes
    finally:
        desk.close()


@pytest.mark.parametrize(
    ("name", "entity", "faults"), [("产品价目与库存", "product", 3), ("新客户登记表", "customer", 4)]
)
def test_the_other_samples_show_their_faults_before_anything_is_written(
    samples: dict[str, Path], tmp_path: Path, name: str, entity: str, faults: int
) -> None:
    desk = empty_desk(tmp_path)
    try:
        if entity == "product":
            for category, route in {(p.category, p.route) for p in Words(7).products()}:
                desk.do("product_category.save", {"name": category, "route": route})
        with pytest.raises(Refused) as refused:
            desk.do(f"{entity}.import", {"file": str(samples[name])})
        assert (
            len({re.search(r"第 \d+ 行", p.place)[0] for p in refused.value.problems if p.severity == "stop"}) == faults
        )  # type: ignore[index]
        assert desk.rows(entity) == []
        desk.do(f"{entity}.import", {"file": str(samples[name]), "skip_failed": True})
        assert len(desk.rows(entity)) == (212 if entity == "product" else 26)
    finally:
        desk.close()


def test_the_shipped_samples_are_those_the_command_makes(samples: dict[str, Path]) -> None:
    from openpyxl import load_workbook

    for made in samples.values():
        shipped = ROOT / "data" / "samples" / made.name
        read = [
            [[cell.value for cell in row] for row in load_workbook(path).active.iter_rows()] for path in (made, shipped)
        ]
        assert json.dumps(read[0], default=str) == json.dumps(read[1], default=str)
