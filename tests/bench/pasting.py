"""Smart paste: a hundred lines of talk and a table of a hundred rows against twenty thousand products."""

from __future__ import annotations

import random
import statistics

from salesdesk.desk import Desk
from tests.bench.measure import Result, spread, timed
from tests.bench.orders import bench_desk

GOODS = ("球阀", "闸阀", "截止阀", "止回阀", "蝶阀", "法兰", "弯头", "三通", "垫片", "螺栓")
STUFF = ("不锈钢", "碳钢", "黄铜", "铸铁", "衬氟", "塑料", "四氟", "合金", "锻钢", "橡胶")
SIZES = tuple(
    f"DN{n}" for n in (10, 15, 20, 25, 32, 40, 50, 65, 80, 100, 125, 150, 200, 250, 300, 350, 400, 450, 500, 600)
)
RATINGS = ("PN6", "PN10", "PN16", "PN25", "PN40", "PN63", "150LB", "300LB", "600LB", "900LB")


def _catalogue(desk: Desk) -> list[tuple[str, str, str, str]]:
    goods = [(a + b, size, rating) for a in STUFF for b in GOODS for size in SIZES for rating in RATINGS]
    rows = [(f"Q{i:05}", *one) for i, one in enumerate(goods)]
    with desk.database.work("准备") as work:
        work.insert_many(
            desk.entity("product"),
            [{"code": c, "name": f"{n} {s}", "spec": r, "unit": "只", "list_price": 486000} for c, n, s, r in rows],
        )
    return rows


def smart_paste(lines: int = 100, rounds: int = 9) -> list[Result]:
    """J9: 100 lines read, 20,000 products in the catalogue; the first reading also indexes it."""
    rng = random.Random(7)
    with bench_desk() as desk:
        rows = _catalogue(desk)
        chosen = rng.sample(rows, lines)
        talk = "\n".join(f"{size}{name} {rating} 要{rng.randint(1, 500)}个" for _, name, size, rating in chosen)
        vague = "\n".join(f"{size} {name[-2:]} {rng.randint(1, 500)}只" for _, name, size, _ in chosen)
        wrong = "\n".join(f"{size}钛合金{name[-2:]} 加长型 {rng.randint(1, 500)}只" for _, name, size, _ in chosen)
        table = "品名\t规格\t数量\n" + "\n".join(f"{n} {s}\t{r}\t{rng.randint(1, 500)}" for _, n, s, r in chosen)

        def read(text: str) -> None:
            desk.do("order.read_text", {"customer": "C00001", "text": text})

        first = timed(lambda _: read(talk), 0)
        found = [Result("smart paste, first reading after start", first, note="indexes 20,000 products")]
        for name, text in (("talk", talk), ("table", table), ("vague talk", vague), ("unknown goods", wrong)):
            times = [timed(lambda _, text=text: read(text), i) for i in range(rounds)]
            found.append(
                Result(
                    f"smart paste of {lines} lines, {name}", statistics.median(times), target=300, note=spread(times)
                )
            )
        return found
