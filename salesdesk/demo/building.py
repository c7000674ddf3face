"""Makes the data folder of the demo company, once: a finished one is left alone, an unfinished one is made anew."""

from __future__ import annotations

import shutil
import stat
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path

from salesdesk.demo.company import company_settings, enter_customer, enter_products, lay_out_rules, opening_stock
from salesdesk.demo.expenses import enter_people
from salesdesk.demo.habits import enter_habits
from salesdesk.demo.papers import enter_papers
from salesdesk.demo.prices import enter_price_policy
from salesdesk.demo.story import Story
from salesdesk.demo.words import Words
from salesdesk.desk import DATA_FILE, Desk, open_desk
from salesdesk.domain.clock import FixedClock
from salesdesk.domain.errors import Refused
from salesdesk.domain.problems import Problem
from salesdesk.paths import backups

MARK = "demo"
"""Setting that tells a demo folder from a real one: "making", then "seed/scale/day"."""


@dataclass(frozen=True)
class Scale:
    """How large the company is: customers (some of them met on the way), products, orders and the days they span."""

    customers: int
    new_customers: int
    products: int
    orders: int
    days: int


SCALES = {"small": Scale(25, 5, 40, 45, 75), "normal": Scale(255, 45, 200, 1500, 548)}


def build(folder: Path, seed: int, scale: str, today: date | None, progress: Callable[[int, int], None]) -> str:
    """Make the demo company in a folder; returns a sentence about it. Raises Refused for a folder with other data."""
    if scale not in SCALES:
        raise ValueError(scale)
    last = today or date.today()
    state = mark_of(folder)
    if state and state != "making":
        return f"演示公司已经在 {folder} 里，没有重造；要重造请先删掉这个文件夹"
    if state == "making":
        clear(folder)
    size = SCALES[scale]
    words = Words(seed)
    words.open_day = last
    first = last - timedelta(days=size.days)
    clock = FixedClock(datetime.combine(first, time(8, 5)))
    desk = open_desk(folder, clock)
    try:
        desk.settings.put(MARK, "making")
        with desk.database.hurried():
            story = play(desk, clock, words, size, first, closing(last, today is None), progress)
        desk.settings.put("operator.name", words.names["clerks"][0])
        desk.settings.put(MARK, f"{seed}/{scale}/{last}")
        with desk.read() as reader:
            counts = [
                reader.value(f'SELECT count(*) FROM "{t}"') for t in ("customer", "product", "sales_order", "delivery")
            ]
    finally:
        desk.close()
    told = "演示公司已造好：客户 {}、产品 {}、订单 {}、送货单 {}".format(*counts)
    return told + (f"（{len(story.refused)} 步被检查拦下）" if story.refused else "")


def play(
    desk: Desk,
    clock: FixedClock,
    words: Words,
    size: Scale,
    first: date,
    end: datetime,
    progress: Callable[[int, int], None],
) -> Story:
    """Enter the company and let its order desk work until the end."""
    company_settings(desk, words)
    lay_out_rules(desk)
    enter_people(desk, words.names["salespeople"], words.phrases["departments"])
    products = enter_products(desk, words, size.products)
    opening_stock(desk, words, products)
    story = Story(desk, clock, words, products)
    for number in range(1, size.customers + 1):
        story.customers.append(enter_customer(desk, words, number, len(products), first, fresh=False))
        clock.moment += timedelta(seconds=40)
    enter_price_policy(desk, products, story.customers[0].uid, end.date())
    story.play(first, end, size.orders, size.new_customers, progress)
    enter_habits(desk)
    enter_papers(desk, words.names["salespeople"], end.date())
    return story


def closing(last: date, real: bool) -> datetime:
    """The moment the story ends: in the afternoon of the last day, or now when that has not come yet."""
    end = datetime.combine(last, time(15, 40))
    return max(min(end, datetime.now().replace(microsecond=0)), datetime.combine(last, time(9, 30))) if real else end


def mark_of(folder: Path) -> str:
    """ "" for a folder without data, else the mark of a demo company. Raises Refused for any other data."""
    file = folder / DATA_FILE
    if not file.exists() or file.stat().st_size == 0:
        return ""
    desk = open_desk(folder)
    try:
        state = str(desk.settings.get(MARK, ""))
        with desk.read() as reader:
            used = (
                state
                or reader.value("SELECT count(*) FROM customer")
                or reader.value("SELECT count(*) FROM sales_order")
            )
    finally:
        desk.close()
    if used and not state:
        raise Refused(
            Problem(f"{folder} 里已经有别的数据，演示公司不往里放", "请用 --data 另指一个文件夹", code="other_data")
        )
    return state


def clear(folder: Path) -> None:
    """Remove the data of an unfinished demo company, and the copies made of it."""
    for name in (DATA_FILE, f"{DATA_FILE}-wal", f"{DATA_FILE}-shm"):
        (folder / name).unlink(missing_ok=True)
    for file in (folder / "attachments").glob("*/*"):
        file.chmod(stat.S_IWRITE)  # kept read-only, which Windows does not remove
    shutil.rmtree(folder / "attachments", ignore_errors=True)
    shutil.rmtree(backups(folder), ignore_errors=True)  # it was begun where no data lay, so they are its own
