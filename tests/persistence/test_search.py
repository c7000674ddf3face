"""Finding records by what a clerk types: fragments, pinyin, first letters, mixtures, codes and digits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from salesdesk.desk import Desk
from salesdesk.domain import text
from salesdesk.persistence import search
from tests.desks import empty_desk

CUSTOMERS = (
    ("C00042", "苏州华源贸易有限公司", "138 1288 6021"),
    ("C00043", "重庆长安阀门经营部", "023-6789 1234"),
    ("C00044", "无锡ABC-2机电（集团）公司", ""),
    ("C00045", "杭州源华贸易有限公司", "0571-8800 4321"),
    ("Z-9", "张家港港务局", ""),
)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    one = empty_desk(tmp_path_factory.mktemp("search"))
    for code, name, phone in CUSTOMERS:
        one.do("customer.save", {"code": code, "name": name, "phone": phone})
    one.do("product_category.save", {"name": "阀门", "route": "生产"})
    one.do(
        "product.save",
        {"code": "P10012", "name": "不锈钢球阀 DN25", "spec": "304 / PN16", "unit": "只", "category": "阀门"},
    )
    yield one
    one.close()


def names(desk: Desk, typed: str, entity: str | None = "customer") -> list[str]:
    return [hit.title[:4] for hit in desk.find(typed, entity)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("苏", ["苏州华源"]),
        ("苏州", ["苏州华源"]),
        ("华源贸易", ["苏州华源"]),
        ("源", ["杭州源华", "苏州华源"]),
        ("贸易", ["杭州源华", "苏州华源"]),
        ("sz", ["苏州华源"]),
        ("szhy", ["苏州华源"]),
        ("SZHY", ["苏州华源"]),
        ("suzhou", ["苏州华源"]),
        ("hangzhouyuan", ["杭州源华"]),
        ("cq", ["重庆长安"]),
        ("zq", ["重庆长安"]),
        ("chongqing", ["重庆长安"]),
        ("zhongqing", ["重庆长安"]),
        ("cqca", ["重庆长安"]),
        ("cqza", ["重庆长安"]),
        ("zjg", ["张家港港"]),
        ("苏z", ["苏州华源"]),
        ("苏州hy", ["苏州华源"]),
        ("重q长a", ["重庆长安"]),
        ("华y", ["苏州华源"]),
        ("苏zhou", ["苏州华源"]),
        ("苏h", []),
        ("苏州 贸易", ["苏州华源"]),
        ("贸易 苏州", ["苏州华源"]),
        ("贸易 重庆", []),
        ("c00043", ["重庆长安"]),
        ("00043", ["重庆长安"]),
        ("0043", ["重庆长安", "杭州源华"]),
        ("z-9", ["张家港港"]),
        ("z9", ["张家港港"]),
        ("abc2", ["无锡AB"]),
        ("ABC-2", ["无锡AB"]),
        ("ＡＢＣ", ["无锡AB"]),
        ("(集团)", ["无锡AB"]),
        ("12886021", ["苏州华源"]),
        ("138 1288", ["苏州华源"]),
        ("6021", ["苏州华源"]),
        ("南京", []),
        ("xyzxyz", []),
        ("", []),
        ("  ", []),
        ("（，", []),
        ('"*', []),
    ],
)
def test_customers_are_found(desk: Desk, typed: str, found: list[str]) -> None:
    assert sorted(names(desk, typed)) == sorted(found)


def test_kinds_are_told_apart(desk: Desk) -> None:
    assert names(desk, "球阀", "product") == ["不锈钢球"]
    assert names(desk, "阀门", "product") == []
    assert names(desk, "阀门", "customer") == ["重庆长安"]
    assert {hit.entity for hit in desk.find("1")} == {"customer", "product"}


def test_a_name_that_begins_so_comes_first(desk: Desk) -> None:
    assert names(desk, "华") == ["苏州华源", "杭州源华"]
    assert names(desk, "源") == ["杭州源华", "苏州华源"]


def test_a_changed_name_is_found_anew_and_the_old_one_no_more(tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    uid = desk.do("customer.save", {"code": "C1", "name": "苏州华源贸易有限公司"}).uid
    assert names(desk, "hy") == ["苏州华源"]
    desk.do("customer.save", {"uid": uid, "name": "常熟金茂贸易有限公司"})
    assert names(desk, "hy") == names(desk, "苏州") == []
    assert names(desk, "jm") == names(desk, "常熟") == ["常熟金茂"]
    desk.do("system.undo", {})
    assert names(desk, "jm") == []
    assert names(desk, "hy") == ["苏州华源"]
    desk.close()


def test_saving_mends_the_index_of_a_record_that_lacks_its_tokens(tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    uid = desk.do("customer.save", {"code": "C1", "name": "苏州华源贸易有限公司"}).uid
    with desk.database.local() as work:
        work.execute("DELETE FROM search_gram")
    assert names(desk, "苏州") == []
    desk.do("customer.save", {"uid": uid, "note": "大客户"})
    assert names(desk, "苏州") == names(desk, "c1") == ["苏州华源"]
    desk.close()


def test_what_is_voided_leaves_and_what_is_restored_comes_back(tmp_path: Path) -> None:
    desk = empty_desk(tmp_path)
    uid = desk.do("customer.save", {"code": "C1", "name": "苏州华源贸易有限公司"}).uid
    desk.do("customer.void", {"uid": uid})
    assert names(desk, "苏州") == names(desk, "c1") == []
    with desk.read() as reader:
        assert reader.value("SELECT count(*) FROM search_doc") == 0
    desk.do("customer.restore", {"uid": uid})
    assert names(desk, "苏州") == names(desk, "c1") == ["苏州华源"]
    desk.close()


def test_a_match_behind_many_near_ones_is_not_lost(tmp_path: Path) -> None:
    """Hundreds of records share all pairs of the query; only the last one has them side by side."""
    desk = empty_desk(tmp_path)
    customer = desk.entity("customer")
    with desk.database.work("很多客户") as work:
        near = [{"code": f"A{i:04}", "name": "华源苏州州华有限公司"} for i in range(search.CANDIDATES + 50)]
        work.insert_many(customer, [*near, {"code": "B0001", "name": "苏州华源有限公司"}])
    assert [hit.title for hit in desk.find("苏州华源", "customer")] == ["苏州华源有限公司"]
    assert [hit.title for hit in desk.find("苏州h源", "customer")] == ["苏州华源有限公司"]
    desk.close()


@given(st.text(alphabet="苏州华源贸易重庆长安abc2sz hy0-（", max_size=8))
def test_lists_and_search_agree(desk: Desk, typed: str) -> None:
    """What narrows a list is what the search finds, and both are what `matches` says; punctuation alone finds nothing."""
    found = {hit.uid for hit in desk.find(typed, "customer")}
    with desk.read() as reader:
        select, params = search.uids(reader, typed, "customer")
        assert {uid for uid in reader.column(select, params) if uid} == found
        keys = reader.tuples("SELECT uid, keys FROM search_doc WHERE entity = 'customer'")
    meant = typed if text.match_expression(typed) else ""
    assert {uid for uid, words in keys if text.matches(meant, words) is not None} == found


@given(st.text(alphabet="苏州华源贸易有限公司szhychangqi0138 -", max_size=3))
def test_the_rarest_pairs_find_what_all_pairs_find(desk: Desk, typed: str) -> None:
    with desk.read() as reader:
        keys = reader.tuples("SELECT uid, keys FROM search_doc WHERE entity = 'customer'")
        for words in ("138 1288 6021 szhymyyxgs", "chongqingchanganfamen", "无锡abc2机电集团公司"):
            meant = f"{typed} {words}"
            wanted = {uid for uid, own in keys if text.matches(meant, own) is not None}
            assert {hit.uid for hit in search.find(reader, meant, "customer")} == wanted


def test_every_long_fragment_of_what_is_there_is_found(desk: Desk) -> None:
    with desk.read() as reader:
        for uid, keys in reader.tuples("SELECT uid, keys FROM search_doc WHERE entity = 'customer'"):
            for word in keys.split():
                for at in range(0, max(1, len(word) - 6), 3):
                    assert uid in {hit.uid for hit in search.find(reader, word[at : at + 9], "customer")}
