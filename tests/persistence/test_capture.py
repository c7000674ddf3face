"""Every kind of write that reaches a synced table is in the log, whoever wrote it and however; what would break sync is refused."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import sqlalchemy as sa
from sqlalchemy import orm
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import StaticPool
from sqlcipher3 import dbapi2

from salesdesk.desk import Desk
from salesdesk.domain.clock import new_uid
from salesdesk.persistence.database import connect
from salesdesk.persistence.shape import metadata_of
from salesdesk.persistence.tables import logged_columns
from salesdesk.services.checking import check_all
from tests.desks import small_desk

State = dict[str, dict[str, Any]]


class Outsider:
    """Somebody with SQLAlchemy on the same file and an operation of its own: what no verb would do, the triggers must see."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.tables = metadata_of(desk.registry.entities.values()).tables
        path = desk.database.path
        self.engine = sa.create_engine("sqlite://", module=dbapi2, creator=lambda: connect(path), poolclass=StaticPool)
        sa.event.listen(self.engine, "begin", lambda connection: connection.exec_driver_sql("BEGIN IMMEDIATE"))
        registry = orm.registry()
        self.Customer = type("Customer", (), {})
        self.Address = type("Address", (), {})
        registry.map_imperatively(self.Address, self.tables["customer_address"])
        registry.map_imperatively(
            self.Customer,
            self.tables["customer"],
            properties={
                "places": orm.relationship(
                    self.Address, cascade="all", foreign_keys=[self.tables["customer_address"].c.customer]
                )
            },
        )
        self.uid, self.other = [r["uid"] for r in desk.rows("customer")]

    def state(self) -> State:
        """All rows of the tables that are written here, the logged columns only."""
        found: State = {}
        with self.desk.read() as reader:
            for key in ("customer", "customer_address"):
                columns = ", ".join(f'"{c}"' for c in ["uid", *logged_columns(self.desk.entity(key))])
                found.update({f"{key}/{row['uid']}": row for row in reader.rows(f'SELECT {columns} FROM "{key}"')})
        return found

    def session(self, act: Callable[[orm.Session], object]) -> None:
        """One operation: what the program's own `work` does around its statements."""
        with orm.Session(self.engine) as session, session.begin():
            number = session.scalar(sa.text("SELECT coalesce(max(id), 0) + 1 FROM operation"))
            session.execute(
                sa.text(
                    "INSERT INTO operation(id, device, n, hlc, title, verb, operator, role, at)"
                    " SELECT :id, device, n + 1, hlc + 1, '外来', '', '', '', '2026-06-12T12:00:00' FROM now"
                ),
                {"id": number},
            )
            session.execute(sa.text("UPDATE now SET op = :id, n = n + 1, hlc = hlc + 1"), {"id": number})
            act(session)
            session.flush()
            session.execute(sa.text("UPDATE now SET op = NULL"))

    def replayed(self, before: State) -> State:
        """What the log of the last operation makes of a state."""
        after = {key: dict(row) for key, row in before.items()}
        with self.desk.read() as reader:
            rows = reader.tuples(
                "SELECT entity, uid, kind, before, after FROM change WHERE op = (SELECT max(id) FROM operation) ORDER BY id"
            )
        for entity, uid, kind, was, now in rows:
            key = f"{entity}/{uid}"
            if kind == "I":
                after[key] = {"uid": uid, **dict.fromkeys(logged_columns(self.desk.entity(entity)))}
            else:
                assert {k: after[key][k] for k in json.loads(was)} == json.loads(was), "the log tells what stood before"
            after[key].update(json.loads(now))
        return after


@pytest.fixture
def outsider(tmp_path: Path) -> Iterator[Outsider]:
    desk = small_desk(tmp_path)
    made = Outsider(desk)
    yield made
    made.engine.dispose()
    desk.close()


def rows(n: int) -> list[dict[str, Any]]:
    return [
        {"uid": new_uid(), "void": 0, "code": f"X{i}", "name": f"外来「{i}」'号", "credit_limit": i} for i in range(n)
    ]


def orm_add(o: Outsider, s: orm.Session) -> None:
    one = o.Customer()
    for key, value in rows(1)[0].items():
        setattr(one, key, value)
    s.add(one)


def orm_change(o: Outsider, s: orm.Session) -> None:
    one: Any = s.get(o.Customer, o.uid)
    one.note, one.credit_limit = "改", None


def orm_cascade(o: Outsider, s: orm.Session) -> None:
    one: Any = s.get(o.Customer, o.uid)
    for i in range(3):
        place: Any = o.Address()
        place.uid, place.void, place.address = new_uid(), 0, f"第 {i} 仓"
        one.places.append(place)


def orm_move(o: Outsider, s: orm.Session) -> None:
    orm_cascade(o, s)
    s.flush()
    first: Any = s.get(o.Customer, o.uid)
    second: Any = s.get(o.Customer, o.other)
    second.places.append(first.places[0])


def orm_bulk(o: Outsider, s: orm.Session) -> None:
    s.bulk_insert_mappings(sa.inspect(o.Customer), rows(50))
    s.bulk_update_mappings(sa.inspect(o.Customer), [{"uid": o.uid, "note": "成批"}, {"uid": o.other, "note": "成批"}])


def orm_query(o: Outsider, s: orm.Session) -> None:
    s.execute(sa.update(o.Customer).values(contact="全改"))


def core(o: Outsider, s: orm.Session) -> None:
    table = o.tables["customer"]
    s.execute(sa.insert(table).values(rows(1)[0]))
    s.execute(sa.update(table).where(table.c.uid == o.uid).values(void=1, name="改名"))


def core_many(o: Outsider, s: orm.Session) -> None:
    s.execute(sa.insert(o.tables["customer"]), rows(40))


def raw_text(o: Outsider, s: orm.Session) -> None:
    s.execute(sa.text("UPDATE customer SET credit_limit = coalesce(credit_limit, 0) + 1, name = upper(name)"))


def raw_select(o: Outsider, s: orm.Session) -> None:
    s.execute(
        sa.text("INSERT INTO customer(uid, void, code, name) SELECT uid || '-2', 0, code || '-2', name FROM customer")
    )


def raw_from(o: Outsider, s: orm.Session) -> None:
    s.execute(sa.text("UPDATE customer SET note = c.code FROM customer c WHERE c.uid = customer.uid"))


def executemany(o: Outsider, s: orm.Session) -> None:
    raw: Any = s.connection().connection.dbapi_connection
    raw.executemany(
        "INSERT INTO customer(uid, void, name) VALUES (?, 0, ?)", [(new_uid(), f"第 {i}") for i in range(30)]
    )


def upserts(o: Outsider, s: orm.Session) -> None:
    wanted = [{**rows(1)[0], "uid": o.uid, "name": "有了就改"}, rows(1)[0]]
    made = upsert(o.tables["customer"]).values(wanted)
    s.execute(made.on_conflict_do_update(index_elements=["uid"], set_={"name": made.excluded.name}))


def replace_new(o: Outsider, s: orm.Session) -> None:
    s.execute(sa.text("REPLACE INTO customer(uid, void, name) VALUES ('全新的', 0, '换成新的')"))


def or_ignore(o: Outsider, s: orm.Session) -> None:
    s.execute(sa.text("INSERT OR IGNORE INTO customer(uid, void, name) VALUES (:uid, 0, '已有')"), {"uid": o.uid})


def data_frame(o: Outsider, s: orm.Session) -> None:
    frame = pd.DataFrame(rows(25)).drop(columns="credit_limit")
    frame.to_sql("customer", s.connection(), if_exists="append", index=False)


def same_values(o: Outsider, s: orm.Session) -> None:
    s.execute(sa.text("UPDATE customer SET name = name, credit_limit = credit_limit"))


def back_and_forth(o: Outsider, s: orm.Session) -> None:
    for name in ("一", "二", "三"):
        s.execute(sa.text("UPDATE customer SET name = :name"), {"name": name})


WRITES = [
    *(orm_add, orm_change, orm_cascade, orm_move, orm_bulk, orm_query, core, core_many, raw_text, raw_select, raw_from),
    *(executemany, upserts, replace_new, or_ignore, data_frame, same_values, back_and_forth),
]


@pytest.mark.parametrize("write", WRITES, ids=lambda w: w.__name__)
def test_the_log_tells_exactly_what_changed(outsider: Outsider, write: Callable[[Outsider, orm.Session], None]) -> None:
    before = outsider.state()
    outsider.session(lambda session: write(outsider, session))
    after = outsider.state()
    assert outsider.replayed(before) == after
    assert (after != before) == (write not in (same_values, or_ignore))


def test_our_own_bulk_insert_logs_what_the_triggers_would(outsider: Outsider) -> None:
    before = outsider.state()
    with outsider.desk.database.work("导入") as work:
        work.insert_many(outsider.desk.entity("customer"), [{"code": f"B{i}", "name": f"成批{i}"} for i in range(300)])
    assert outsider.replayed(before) == outsider.state()
    assert check_all(outsider.desk.database, outsider.desk.folder).sound


def test_what_was_rolled_back_is_not_in_the_log(outsider: Outsider) -> None:
    before = outsider.state()
    with outsider.desk.read() as reader:
        newest = reader.newest_change()

    def fail(session: orm.Session) -> None:
        core_many(outsider, session)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        outsider.session(fail)
    with outsider.desk.read() as reader:
        assert reader.newest_change() == newest
    assert outsider.state() == before


FORBIDDEN = {
    "delete": ("DELETE FROM customer WHERE uid = :uid", "voided, never deleted"),
    "delete all": ("DELETE FROM customer", "voided, never deleted"),
    "replace": ("REPLACE INTO customer(uid, void, name) VALUES (:uid, 0, '换掉')", "voided, never deleted"),
    "update or replace": ("UPDATE OR REPLACE customer SET uid = :uid", "never"),
    "uid": ("UPDATE customer SET uid = uid || 'x'", "uid of a customer never changes"),
    "ledger": ("UPDATE stock_move SET qty = qty + 1", "is a ledger"),
    "ledger delete": ("DELETE FROM stock_move", "voided, never deleted"),
}


@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_would_break_sync_is_refused(outsider: Outsider, name: str) -> None:
    statement, why = FORBIDDEN[name]
    before = outsider.desk.dump()
    wanted = {"uid": outsider.uid} if ":uid" in statement else {}
    with pytest.raises(DBAPIError, match=why):
        outsider.session(lambda session: session.execute(sa.text(statement), wanted))
    assert outsider.desk.dump() == before


def test_an_orm_delete_is_refused(outsider: Outsider) -> None:
    with pytest.raises(DBAPIError, match="voided, never deleted"):
        outsider.session(lambda session: session.delete(session.get(outsider.Customer, outsider.uid)))


def test_a_write_outside_an_operation_fails_instead_of_escaping(outsider: Outsider) -> None:
    before = outsider.desk.dump()
    with (
        pytest.raises(DBAPIError, match=r"NOT NULL constraint failed: change\.op"),
        outsider.engine.begin() as connection,
    ):
        connection.execute(sa.text("UPDATE customer SET name = '绕过去'"))
    assert outsider.desk.dump() == before
