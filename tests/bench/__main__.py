"""Run benchmarks by name: `python -m tests.bench [--write] [save_order import_lines …]`; without a name, all of them."""

from __future__ import annotations

import importlib
import os
import platform
import sys
from collections.abc import Callable
from datetime import date
from pathlib import Path

from tests.bench.measure import Result

JOBS: dict[str, str] = {
    "save_order": "orders",
    "import_lines": "orders",
    "smart_paste": "pasting",
    "start": "start",
    "list_million": "lists",
    "search_customers": "finding",
    "side_panel": "beside",
    "call_card": "calls",
    "print_sheets": "papers",
    "export": "papers",
    "tile_vouchers": "tiling",
