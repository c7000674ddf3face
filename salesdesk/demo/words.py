"""Puts the demo company's names, numbers and days together from parts; the same seed gives the same ones."""

from __future__ import annotations

import csv
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from typing import Any

from salesdesk.domain.text import tax_id_check_digit
from salesdesk.paths import SHIPPED_DATA

FOLDER = SHIPPED_DATA / "demo"
_CODE_CHARACTERS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class DemoProduct:
    """One product as the words give it; prices in 元 with two decimals as text."""

    code: str
    name: str
    spec: str
    category: str
    route: str
    unit: str
    price: str
    floor: str
    cost: str
    pack_unit: str
    pack_qty: str
    aliases: str


class Words:
    """Random but repeatable names and numbers."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.names: dict[str, Any] = json.loads((FOLDER / "names.json").read_text(encoding="utf-8"))
        self.phrases: dict[str, Any] = json.loads((FOLDER / "phrases.json").read_text(encoding="utf-8"))
        self._taken: set[str] = {self.names["sample_customer"]["name"]}
        self._phones = 0
        self.open_day = (
            date.min
        )  # the one day the firm works whatever the calendar says: today, so that 今日 is never empty

    def pick(self, *path: str) -> Any:
        """One entry of a list in the name or phrase file."""
        found: Any = self.phrases if path[0] in self.phrases else self.names
        for key in path:
            found = found[key]
        return self.rng.choice(found)

    def person(self) -> str:
        """A person's name."""
        return f"{self.pick('surnames')}{self.pick('given')}"

    def mobile(self) -> str:
        """A mobile number of a series with 0000 in its middle, each once."""
        self._phones += 1
        head = self.rng.choice(("131", "135", "138", "150", "158", "177", "186"))
        return f"{head} 0000 {self._phones % 10000:04d}"

    def firm(self, town: str, trade: str) -> tuple[str, str]:
        """A full and a short firm name nobody had before."""
        while True:
            core = self.pick("core_first") + self.pick("core_second")
            full = f"{town}{core}{trade}{self.pick('forms')}"
            if full not in self._taken:
                self._taken.add(full)
                return full, f"{core}{trade[:2]}"

    def address(self, town: dict[str, Any]) -> str:
        """A street address in a town."""
        return f"{town['name']}市{self.rng.choice(town['districts'])}{self.pick('roads')} {self.rng.randint(3, 998)} 号"

    def tax_id(self, area_code: str) -> str:
        """A tax number with a right check digit; its organisation part starts with XM, which is issued to nobody."""
        body = f"91{area_code}XM" + "".join(self.rng.choice(_CODE_CHARACTERS) for _ in range(7))
        return body + tax_id_check_digit(body)

    def bank_account(self) -> str:
        """A 19-digit account number."""
        return "999" + "".join(str(self.rng.randint(0, 9)) for _ in range(16))

    def products(self) -> list[DemoProduct]:
        """All products of the product file, a price per size."""
        made: list[DemoProduct] = []
        with (FOLDER / "products.csv").open(encoding="utf-8", newline="") as file:
            for family, row in enumerate(csv.DictReader(file), start=1):
                for i, size in enumerate(row["sizes"].split("|")):
                    price = round(float(row["base"]) * float(row["growth"]) ** i, 2 if float(row["base"]) < 20 else 1)
                    made.append(
                        DemoProduct(
                            code=f"P{family:02d}{i + 1:03d}",
                            name=f"{row['name']} {size}",
                            spec=size,
                            category=row["category"],
                            route=row["route"],
                            unit=row["unit"],
                            price=f"{price:.2f}",
                            floor=f"{price * 0.82:.2f}",
                            cost=f"{price * 0.68:.2f}",
                            pack_unit=row["pack_unit"],
                            pack_qty=row["pack_qty"],
                            aliases=row["aliases"],
                        )
                    )
        return made

    @cached_property
    def rest_days(self) -> frozenset[date]:
        """Public holidays of the years in the phrase file."""
        found: set[date] = set()
        for one in self.phrases["rest_days"]:
            first, _, last = one.partition("..")
            day, end = date.fromisoformat(first), date.fromisoformat(last or first)
            while day <= end:
                found.add(day)
                day += timedelta(days=1)
        return frozenset(found)

    def works(self, day: date) -> bool:
        """Whether the firm is at work that day."""
        fixed = (day.month, day.day) in ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))
        if day == self.open_day:
            return True
        return day.weekday() < 5 and day not in self.rest_days and not fixed

    def working_days(self, first: date, last: date) -> Iterator[date]:
        """The working days of a period, both ends included."""
        day = first
        while day <= last:
            if self.works(day):
                yield day
            day += timedelta(days=1)

    def next_working_day(self, day: date) -> date:
        """The first working day after a day."""
        day += timedelta(days=1)
        while not self.works(day):
            day += timedelta(days=1)
        return day
