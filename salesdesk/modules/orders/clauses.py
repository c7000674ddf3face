"""Cuts a sentence into clauses of words and numbers, and takes off the words people say around what they want."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from salesdesk.modules.orders.spoken import Line, Mark

_SEPARATORS = re.compile(r"[、，,;。!?！？；]+|\s+-\s+|(?<=\s)/(?=\s)")
_HEAD = re.compile(
    r"^(?:[\s:：.~…+\-()（）]|把|将|尽快|抓紧|加急|急|要货|下面是?|以下|如下|清单|明细|你好|您好|在吗|在不在|早上好|上午好|下午好|中午好|老板|亲爱的|亲"
    r"|麻烦您?|帮忙|帮我们?|帮|请问|请|给我们?|给|我们?司?|我要|想要|想|需要|还需要"
    r"|还要|再要|要|再来|来|再加|加上|加|另外|另|还有|还|以及|和|跟|也|再|订购|订货|订|定|买|下单|下个单|下|采购|拿|发货|发|报|安排一下|安排|这次|本次|先|那个|就|上次那种|一样的"
    r"|品名|产品|货|量|型号|规格|数量|然后|今天|各|的|呢|啊|哈|嗯|哦|好的?|收到|对了|[\[【][^\]】]{1,6}[\]】])+"
)
_TAIL = re.compile(
    r"(?:[\s:：.~…+\-()（）]|的?数量改[成为到]|改[成为到]|换成|增加到|减到|先?来个|要|需要|来|各|的|吧|了|呢|啊|哈|哦|嘛|谢谢您?|多谢"
    r"|辛苦了?|麻烦了?|先|就|也|还|和|跟|及|都|再|订|定|共|数量|型号|规格|给我|发|急|加急|有货吗|有没有"
    r"|有吗|可以吗|行吗|安排|安排一下|帮我|送|每|[\[【][^\]】]{1,6}[\]】])+$"
)
GREETING = re.compile(
    r"^(?:[\s~!,，。、.…]|[\u4e00-\u9fff]{1,2}(?:姐|哥|总|工|经理|师傅|老师)|你好|您好|在吗|在不在|早上好|上午好|下午好|晚上好|早|老板|亲"
    r"|谢谢|多谢|辛苦了?|麻烦了?|收到请回复?|好的?|嗯|哦|哈|OK|ok|[\[【][^\]】]{1,6}[\]】])*$"
)
_SAME_SIZES = re.compile(r"(?i)^(?P<head>dn|pn|m|de|φ)\s?\d+(?:/(?:dn|pn|m|de|φ)?\d+)+$")


@dataclass
class Clause:
    """Words and counts between two separators, in their order."""

    atoms: list[tuple[str, str, Mark | None]] = field(default_factory=list)  # (kind, words, mark)


def noun_of(words: str) -> str:
    """What the goods are called, without sizes."""
    return " ".join(re.findall(r"[\u3400-\u9fff]+", re.sub(r"[A-Za-zφΦ]*\d[A-Za-z0-9.×*/-]*\s*(?:寸|分)?", " ", words)))


def apart(words: str) -> list[str]:
    """DN25/DN32 球阀: two things; the last one carries the name."""
    parts = words.split()
    for i, part in enumerate(parts):
        if found := _SAME_SIZES.match(part):
            sizes = [s if s[0].isalpha() or s[0] in "φΦ" else found["head"] + s for s in part.split("/")]
            rest = [p for n, p in enumerate(parts) if n != i]
            return (
                [*sizes[:-1], " ".join([*rest[:i], sizes[-1], *rest[i:]])]
                if not rest or i == 0
                else [" ".join([*rest, s]) for s in sizes]
            )
    return [words]


def bare_words(words: str) -> str:
    """The words without what people say around them."""
    before = ""
    while before != words:
        before = words
        words = _TAIL.sub("", _HEAD.sub("", re.sub("(?<=[A-Za-z0-9])的", " ", words))).strip(
            " \t()（）:：.*=-—+\"'“”「」"
        )
    return re.sub(r"[\s()（）]+", " ", words).strip()


def clauses_of(line: Line) -> list[Clause]:
    """Cut a line at commas and full stops; what was recognised stays whole."""
    clauses = [Clause()]
    places: list[tuple[int, int, Mark | None]] = [(m.start, m.end, m) for m in line.marks]
    places += [(start, end, None) for start, end in line.gaps()]
    for start, end, mark in sorted(places, key=lambda p: p[0]):
        if mark is None:
            pieces = re.split(f"({_SEPARATORS.pattern})", line.raw[start:end])
            for piece in pieces:
                if not piece:
                    continue
                if _SEPARATORS.fullmatch(piece):
                    clauses.append(Clause())
                else:
                    _add_words(clauses[-1], piece)
        elif mark.kind == "size":
            _add_words(clauses[-1], line.raw[start:end])
        elif mark.kind in ("count", "bare", "price"):
            clauses[-1].atoms.append((mark.kind, line.raw[start:end] if mark.kind == "bare" else "", mark))
        else:
            clauses[-1].atoms.append(("frame", "", mark))
    return [c for c in clauses if c.atoms]


def _add_words(clause: Clause, words: str) -> None:
    """Words beside words are one name."""
    if clause.atoms and clause.atoms[-1][0] == "words":
        kind, before, mark = clause.atoms[-1]
        clause.atoms[-1] = (kind, before + words, mark)
    else:
        clause.atoms.append(("words", words, None))
