"""Text: normalising, finding by fragment and pinyin, tax numbers, phones, file names."""

from __future__ import annotations

import subprocess
import sys

import pytest
import sqlcipher3
from hypothesis import example, given
from hypothesis import strategies as st

from salesdesk.domain import text
from salesdesk.domain.characters import compact
from salesdesk.domain.polyphones import POLYPHONES

HAN = st.sampled_from([*POLYPHONES, *"苏州华兴机械有限公司汽股份门庆安源商贸五金阀泵𠮷〇㐀鿿"])
NAMES = st.text(HAN | st.sampled_from("abcXYZ0159 -（）()·，。/éΦⅡ①²㎡ß'\"*"), max_size=24)
ANYTHING = st.text(max_size=40)


@pytest.mark.parametrize(
    ("raw", "stored"),
    [
        ("  ＡＢＣ　１２３  ", "ABC 123"),
        ("a\u00a0\u3000 b\tc\nd", "a b c d"),
        ("苏州（集团）有限公司", "苏州（集团）有限公司"),
        ("ABC（2）", "ABC(2)"),
        ("苏州，上海", "苏州，上海"),
        ("1，2", "1,2"),
        ("ﾊﾝ", "ハン"),
        ("\u2f49底", "月底"),  # a radical as PDF files hand it over
        ("10²㎡ ①…", "10²㎡ ①…"),
        ("\ufeff苏\u200b州", "苏州"),
        ("－３", "-3"),
        ("", ""),
    ],
)
def test_normalize(raw: str, stored: str) -> None:
    assert text.normalize(raw) == stored


@given(ANYTHING | NAMES)
def test_normalising_twice_changes_nothing(raw: str) -> None:
    stored = text.normalize(raw)
    assert text.normalize(stored) == stored
    assert text.search_key(stored) == text.search_key(raw)
    key = text.search_key(raw)
    assert text.search_key(key) == key
    assert "  " not in stored and stored == stored.strip()


def test_search_key_makes_variants_equal() -> None:
    assert text.search_key("苏州（集团）ＡＢＣ") == text.search_key(" 苏州(集团)abc ")
    assert text.search_key("STRASSE") == text.search_key("straße")
    assert text.normalize_lines(" 一 \n\n ２ \n") == "一\n\n2"


def test_is_han() -> None:
    assert all(text.is_han(ch) for ch in "苏〇㐀𠮷鿿")
    assert not any(text.is_han(ch) for ch in "aＡ1，（ぁハ한·")


@pytest.mark.parametrize(
    ("word", "full", "initials"),
    [
        ("重庆", "chongqing", "cq"),
        ("重量", "zhongliang", "zl"),
        ("厦门", "xiamen", "xm"),
        ("长安", "changan", "ca"),
        ("银行", "yinhang", "yh"),
        ("五金商行", "wujinshanghang", "wjsh"),
        ("东莞", "dongguan", "dg"),
        ("番禺", "panyu", "py"),
        ("台州", "taizhou", "tz"),
        ("六安", "luan", "la"),
        ("蚌埠", "bengbu", "bb"),
        ("乐清", "yueqing", "yq"),
        ("亳州", "bozhou", "bz"),
        ("单县", "shanxian", "sx"),
        ("曾都", "zengdu", "zd"),
        ("什邡", "shifang", "sf"),
        ("会计", "kuaiji", "kj"),
        ("弹簧", "tanhuang", "th"),
        ("轧钢", "zhagang", "zg"),
        ("绿地", "lvdi", "ld"),
        ("苏州ＡＢＣ-2厂", "suzhouabc2chang", "szabc2c"),
        ("DN50 球阀", "dn50qiufa", "dn50qf"),
        ("", "", ""),
    ],
)
def test_pinyin(word: str, full: str, initials: str) -> None:
    assert text.pinyin_of(word) == full
    assert text.initials_of(word) == initials


@given(NAMES)
def test_initials_stand_beside_their_characters(name: str) -> None:
    plain = compact(text.search_key(name))
    letters = text.initials_of(name)
    assert len(letters) == len(plain)
    assert all(own == letter for own, letter in zip(plain, letters, strict=True) if not text.is_han(own))


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("cqca", "重庆长安汽车股份有限公司"),
        ("zqca", "重庆长安汽车股份有限公司"),
        ("cqza", "重庆长安汽车股份有限公司"),
        ("zqza", "重庆长安汽车股份有限公司"),
        ("chongqingchangan", "重庆长安汽车股份有限公司"),
        ("zhongqing", "重庆长安汽车股份有限公司"),
        ("caqc", "重庆长安汽车股份有限公司"),
        ("庆", "重庆长安汽车股份有限公司"),
        ("司", "重庆长安汽车股份有限公司"),
        ("重q", "重庆长安汽车股份有限公司"),
        ("c庆", "重庆长安汽车股份有限公司"),
        ("重庆ca", "重庆长安汽车股份有限公司"),
        ("重庆chang", "重庆长安汽车股份有限公司"),
        ("汽车 重庆", "重庆长安汽车股份有限公司"),
        ("cq 汽车", "重庆长安汽车股份有限公司"),
        ("xmhy", "厦门恒源商行"),
        ("smhy", "厦门恒源商行"),
        ("苏z", "苏州华兴机械有限公司"),
        ("苏州hx", "苏州华兴机械有限公司"),
        ("SZHX", "苏州华兴机械有限公司"),
        ("苏州（集团", "苏州(集团)有限公司"),
        ("苏州集团", "苏州（集团）有限公司"),
        ("sw", "单伟"),
        ("shanwei", "单伟"),
        ("danwei", "单伟"),
        ("zg", "曾刚"),
        ("dn50", "DN50 球阀"),
        ("DN50球阀", "DN50 球阀"),
        ("n5", "DN50 球阀"),
        ("50q", "DN50 球阀"),
        ("xs0012", "XS-0012"),
        ("xs-0012", "XS-0012"),
        ("0012", "XS-0012"),
        ("2", "XS-0012"),
        ("1380", "13800000000"),
    ],
)
def test_found_by_fragment(query: str, name: str) -> None:
    keys = text.search_keys(name)
    assert text.matches(query, keys) is not None
    assert found_by_index(query, keys)


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("重c", "重庆长安汽车股份有限公司"),
        ("庆重", "重庆长安汽车股份有限公司"),
        ("cqcx", "重庆长安汽车股份有限公司"),
        ("重庆 上海", "重庆长安汽车股份有限公司"),
        ("wen", "苏州华兴机械有限公司"),
        ("", "苏州"),
        ("  ", "苏州"),
        ("苏", ""),
        ("（", "苏州"),
    ],
)
def test_not_found(query: str, name: str) -> None:
    assert text.matches(query, text.search_keys(name)) is None


def test_better_matches_rank_first() -> None:
    names = ["上海苏州桥商行", "苏州华兴机械有限公司", "苏州桥", "江苏州泰"]
    ranked = sorted(names, key=lambda name: text.matches("苏州", text.search_keys(name)) or (99, 99))
    assert ranked == ["苏州桥", "苏州华兴机械有限公司", "江苏州泰", "上海苏州桥商行"]
    assert text.matches("苏z", text.search_keys("苏州桥")) < text.matches("苏zhou", text.search_keys("苏州桥"))  # type: ignore[operator]


def test_search_keys_are_words_and_few() -> None:
    assert text.search_keys("") == ""
    assert text.search_keys("XS-0012") == "xs-0012 xs0012"
    keys = text.search_keys("重庆长安行会车都乐调大单" * 10).split()
    assert len(keys) == len(set(keys)) <= 2 + 2 * 16
    assert text.search_keys("单伟").split() == ["单伟", "danwei", "shanwei", "chanwei", "dw", "sw", "cw"]


def test_bigrams_are_cut_by_script() -> None:
    assert text.bigrams("苏州DN50") == ["苏州", "州", "dn", "n", "50", "0"]
    assert text.bigrams("苏 A-1") == ["苏", "a", "1"]
    assert text.bigrams("哈哈哈") == ["哈哈", "哈"]
    assert text.query_bigrams("苏z") == ["苏", "z"]
    assert text.query_bigrams("dn50") == ["dn", "50"]
    assert text.query_bigrams("苏州 苏") == ["苏州"]
    assert text.query_bigrams("（，") == []
    assert text.match_expression("苏州z") == '"苏州" AND "z" *'


@example("〇〇𠮷", "", 0, 1)
@given(NAMES, NAMES, st.integers(0, 20), st.integers(1, 6))
def test_the_index_never_loses_a_match(name: str, other: str, start: int, length: int) -> None:
    keys = text.search_keys(name)
    indexed = text.bigrams(keys)
    fragments = [word[start : start + length] for word in (*keys.split(), name)]
    mixed = compact(text.search_key(name))[:1] + text.initials_of(name)[1:3]
    for query in [*fragments, mixed, other]:
        if text.matches(query, keys) is not None:
            for token in text.query_bigrams(query):
                assert token in indexed or (len(token) == 1 and any(t.startswith(token) for t in indexed))
    assert all(text.matches(word, keys) is not None for word in text.search_key(name).split())
    if mixed:
        assert text.matches(mixed, keys) is not None


def found_by_index(query: str, keys: str) -> bool:
    """Whether SQLite's full text index, built as the program builds it, hands out the record."""
    connection = sqlcipher3.connect(":memory:")
    try:
        connection.execute("CREATE VIRTUAL TABLE g USING fts5(grams, content='', detail=none, tokenize='unicode61')")
        connection.execute("INSERT INTO g(rowid, grams) VALUES (1, ?)", (" ".join(text.bigrams(keys)),))
        found = connection.execute("SELECT rowid FROM g WHERE g MATCH ?", (text.match_expression(query),)).fetchall()
        return bool(found)
    finally:
        connection.close()


def test_sqlite_keeps_every_token_whole() -> None:
    tokens = text.bigrams("苏州〇一 𠮷野 鿍龻 㐀䶵 dn50 éa Φ5 ßx")
    connection = sqlcipher3.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE g USING fts5(t, tokenize='unicode61 remove_diacritics 0')")
    connection.execute("CREATE VIRTUAL TABLE v USING fts5vocab(g, 'row')")
    connection.execute("INSERT INTO g VALUES (?)", (" ".join(tokens),))
    kept = {row[0] for row in connection.execute("SELECT term FROM v")}
    connection.close()
    assert kept == set(tokens)


def test_pinyin_is_loaded_only_for_chinese() -> None:
    code = (
        "import sys; from salesdesk.domain import money, dates, text\n"
        "text.search_keys('XS-0012'); text.matches('苏z', '苏州 sz'); text.bigrams('苏州'); text.name_core('苏州公司')\n"
        "assert 'pypinyin' not in sys.modules\n"
        "text.search_keys('苏州'); assert 'pypinyin' in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize(
    ("name", "core"),
    [
        ("苏州华兴机械有限公司", "华兴机械"),
        ("华兴机械（苏州）股份有限公司", "华兴机械"),
        ("江苏省苏州市华兴机械有限责任公司", "华兴机械"),
        ("华兴机械(集团)有限公司", "华兴机械"),
        ("华兴机械有限公司苏州分公司", "华兴机械"),
        ("昆山市明达五金厂", "明达五金厂"),
        ("百佳超市有限公司", "百佳超市"),
        ("安康医药有限公司", "安康医药"),
        ("苏州有限公司", "苏州"),
        ("北京", "北京"),
        ("ABC Co.", "abcco"),
        ("", ""),
    ],
)
def test_name_core(name: str, core: str) -> None:
    assert text.name_core(name) == core


@pytest.mark.parametrize(
    "number",
    [
        "91350100M000100Y43",  # the example of GB 32100-2015
        " 91350100m0001 00y43 ",
        "９１３５０１００Ｍ０００１００Ｙ４３",
        "320594123456789",
        "12345678901234567890",
    ],
)
def test_right_tax_numbers(number: str) -> None:
    assert text.tax_id_problem(number) is None


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("", "空的"),
        ("91350100M000100Y44", "最后一位应该是 3"),
        ("91350100M000100Y4", "应该是 18 位，现在是 17 位"),
        ("9135010OM000100Y43", "第 8 位是字母 O"),
        ("9135O100M000100I43", "第 5 位是字母 O"),
        ("91350100M000100Y4税", "第 18 位「税」"),
    ],
)
def test_wrong_tax_numbers(number: str, reason: str) -> None:
    problem = text.tax_id_problem(number)
    assert problem is not None and reason in problem


@given(
    st.text("0123456789ABCDEFGHJKLMNPQRTUWXY", min_size=17, max_size=17),
    st.integers(0, 17),
    st.sampled_from("0123456789AY"),
)
def test_one_wrong_character_is_always_noticed(first17: str, at: int, wrong: str) -> None:
    number = first17 + text.tax_id_check_digit(first17)
    assert text.tax_id_problem(number) is None
    if number[at] != wrong:
        assert text.tax_id_problem(number[:at] + wrong + number[at + 1 :]) is not None


def test_check_digit_needs_17_characters() -> None:
    with pytest.raises(ValueError, match="17 位"):
        text.tax_id_check_digit("123")


@pytest.mark.parametrize(
    "number",
    ["13800000000", "138 0000 0000", "+86 138-0000-0000", "0512-65432100", "(0512)65432100", "０５１２－６５４３２１００", "010-65432100",
     "65432100", "6543210", "0512-65432100-801", "0512-65432100转801", "400-820-8820", "95588", "12315", "+1 650 253 0000",
     "0512-65432100、13800000000", "13800000000 0512-65432100", "13800000000/13900000000"],
)  # fmt: skip
def test_plausible_phones(number: str) -> None:
    assert text.phone_problem(number) is None


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("", "空的"),
        ("1380000000", "11 位"),
        ("138000000000", "11 位"),
        ("010-12345", "固定电话"),
        ("张三", "「张」不是数字"),
        ("1380000000O", "「O」不是数字"),
        ("123", "不像|11 位"),
        ("13800000000、12", "11 位"),
        ("0512-65432100转x", "不是数字"),
    ],
)
def test_odd_phones(number: str, reason: str) -> None:
    problem = text.phone_problem(number)
    assert problem is not None
    assert any(part in problem for part in reason.split("|"))


def test_numbers_inside_sort_by_value() -> None:
    titles = [
        "苏发〔2026〕12号",
        "苏发〔2026〕3号",
        "苏发〔2025〕30号",
        "苏发〔2026〕3号附件",
        "XS-2",
        "XS-10",
        "xs-010a",
    ]
    assert sorted(titles, key=text.natural_key) == [
        "XS-2", "XS-10", "xs-010a", "苏发〔2025〕30号", "苏发〔2026〕3号", "苏发〔2026〕3号附件", "苏发〔2026〕12号",
    ]  # fmt: skip


@given(st.integers(0, 10**120), st.integers(0, 10**120), st.text("ab号", max_size=3))
def test_numbers_of_any_length_sort_by_value(one: int, two: int, around: str) -> None:
    first, second = text.natural_key(f"{around}{one}{around}"), text.natural_key(f"{around}{two}{around}")
    if len(str(one)) < 99 and len(str(two)) < 99:
        assert (first < second) == (one < two)


def test_similarity() -> None:
    assert text.similarity("苏州华兴机械", "苏州 华兴机械") == 1.0
    assert 0.5 < text.similarity("苏州华兴机械", "苏州华星机械") < 1.0
    assert text.similarity("苏州", "上海") == 0.0
    assert text.similarity("", "上海") == 0.0
    assert text.similarity("苏", "苏州") > 0.0


@given(NAMES, NAMES)
def test_similarity_is_a_measure(a: str, b: str) -> None:
    assert 0.0 <= text.similarity(a, b) <= 1.0
    assert text.similarity(a, b) == text.similarity(b, a)


@pytest.mark.parametrize(
    ("raw", "name"),
    [
        ("送货单 XS-0012 重庆.pdf", "送货单 XS-0012 重庆.pdf"),
        ('a<b>c:d"e/f\\g|h?i*j', "a_b_c_d_e_f_g_h_i_j"),
        ("CON", "CON_"),
        ("con.txt", "con_.txt"),
        ("nul.tar.gz", "nul_.tar.gz"),
        ("COM1", "COM1_"),
        ("lpt²", "lpt²_"),
        ("CONSOLE", "CONSOLE"),
        ("x. . ", "x"),
        ("  x", "x"),
        ("a\r\nb", "a b"),
        ("\u202egpj.exe", "gpj.exe"),
        ("", "未命名"),
        (".", "未命名"),
        ("..", "未命名"),
        ("?", "_"),
    ],
)
def test_file_names(raw: str, name: str) -> None:
    assert text.safe_file_name(raw) == name


@example("00000 .000{", 10)
@given(ANYTHING | st.text(st.sampled_from('长😀a. <>:"/\\|?*\x00CONcom1'), max_size=200), st.integers(10, 150))
def test_any_text_becomes_a_file_name(raw: str, longest: int) -> None:
    name = text.safe_file_name(raw, longest)
    assert name and not set(name) & set('<>:"/\\|?*') and name.isprintable()
    assert name == name.strip(" ") and not name.endswith(".")
    assert len(name) <= longest + 1 and len(name.encode()) <= 241
    assert text.safe_file_name(name, longest + 1) == name


def test_a_long_name_keeps_its_extension() -> None:
    name = text.safe_file_name("长" * 300 + ".xlsx")
    assert name.endswith("长.xlsx") and len(name.encode()) <= 240
