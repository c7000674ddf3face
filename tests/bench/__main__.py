"""Run benchmarks by name: `python -m tests.bench [save_order import_lines …]`; without a name, all of them."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Callable

from tests.bench.measure import Result

JOBS: dict[str, str] = {
    "save_order": "orders",
    "import_lines": "orders",
    "smart_paste": "pasting",
}


def main(names: list[str]) -> int:
    """Print one line per measurement; exit code 0 also when a target is missed, for the machine may be to blame."""
    unknown = [n for n in names if n not in JOBS]
    if unknown:
        print(f"没有 {'、'.join(unknown)}；可用的有：{'、'.join(JOBS)}", file=sys.stderr)
        return 2
    for name in names or JOBS:
        job: Callable[[], list[Result]] = getattr(importlib.import_module(f"tests.bench.{JOBS[name]}"), name)
        for result in job():
            print(result.text, flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
