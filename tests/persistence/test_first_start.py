"""Two windows started at the same moment on an empty folder make one sound data file between them."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from salesdesk.desk import DATA_FILE, find_modules
from salesdesk.persistence.database import Database, connect
from salesdesk.persistence.migrate import newest, prepare
from salesdesk.persistence.tables import Schema, fingerprint
from salesdesk.services.module import Registry


def test_a_race_of_first_starts_makes_one_file(tmp_path: Path) -> None:
    schema = Schema(Registry(find_modules()).entities.values())
    for n in range(5):
        path, gate = tmp_path / str(n) / DATA_FILE, threading.Barrier(4)

        def start(path: Path = path, gate: threading.Barrier = gate) -> list[str]:
            gate.wait()
            database = Database(path, schema)
            try:
                return prepare(database)
            finally:
                database.close()

        with ThreadPoolExecutor(4) as pool:
            told = [f.result() for f in [pool.submit(start) for _ in range(4)]]
        assert any(told)
        raw = connect(path)
        assert raw.execute("SELECT count(*) FROM now").fetchone() == (1,)
        assert raw.execute("PRAGMA user_version").fetchone() == (newest(),)
        texts = [row[0] for row in raw.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'").fetchall()]
        assert fingerprint(texts) == schema.fingerprint
        raw.close()
