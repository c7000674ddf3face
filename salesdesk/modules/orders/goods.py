"""Finds which product a customer's own words mean, among twenty thousand, and says honestly when it is not sure."""

from __future__ import annotations

import heapq
import re
import threading
from collections import OrderedDict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from salesdesk.domain.kinds import Row
from salesdesk.domain.text import is_han, search_key, similarity
from salesdesk.modules.orders.matching import Catalogue, key_of
from salesdesk.persistence import search
from salesdesk.persistence.reading import Reader

MOST_CANDIDATES = 5
_POOL = 300
"""Products looked at closely when nothing fits exactly."""
_CLOSE = 24
"""Of those, so many are compared letter by letter."""
_PIECES = re.compile(r"[a-zφ]+\d+(?:\.\d+)?(?:x\d+(?:\.\d+)?)*|\d+(?:\.\d+)?[a-z]*(?:x\d+(?:\.\d+)?)*|[a-zφ]+")
_WORDS = re.compile(r"[a-z0-9φ][a-z0-9φ.#℃\"-]*|[\u3400-\u9fff〇]+|#")
_SIZE = re.compile(r"(?:dn|pn|de|dg|m|φ|g|d)?\d[\w.x#\"-]*(?:寸|分|mm|mpa|公斤|平方|级)?")


@dataclass(frozen=True, slots=True)
class Match:
    """What words mean: the product when `sure`, else up to five candidates, the likeliest first, and why it is not sure."""

    product: str | None = None
    candidates: tuple[str, ...] = ()
    reason: str = ""
    via: str = ""

    @property
    def sure(self) -> bool:
        return self.product is not None


@lru_cache(maxsize=100_000)
def spelled(text: str) -> str:
    """One way to write sizes: DN 50, Dn50 and ＤＮ５０ are dn50; × and * are x."""
    key = search_key(text).replace("×", "x").replace("*", "x").replace("ø", "φ").replace("（", "(").replace("）", ")")
    key = re.sub(r"\b(dn|pn|de|dg|m|φ|g)[\s.-]+(?=\d)", r"\1", key)
    return re.sub(r"(?<=\d)\s*x\s*(?=\d)", "x", key)


@lru_cache(maxsize=100_000)
def tokens(text: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(words of letters and digits, runs of Chinese characters) of a text, each once, in order."""
    latin: dict[str, None] = {}
    han: dict[str, None] = {}
    for word in _WORDS.findall(spelled(text)):
        if is_han(word[0]):
            han[word] = None
        else:
            cleaned = word.strip('.-"').replace("-", "")
            if cleaned:
                latin[cleaned] = None
    return tuple(latin), tuple(han)


def is_size(text: str) -> bool:
    """Whether the words hold sizes only (DN50, M16×90, 304): the name of the goods was said before."""
    latin, han = tokens(text)
    return (
        bool(latin)
        and all(_SIZE.fullmatch(word) for word in latin)
        and all(h in ("寸", "分", "公斤", "级", "的") for h in han)
    )


@dataclass
class Goods:
    """The catalogue in use, indexed by the words of each product."""

    catalogue: Catalogue
    order: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    by_token: dict[str, set[int]] = field(default_factory=dict)
    by_pair: dict[str, set[int]] = field(default_factory=dict)
    units: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[Row]) -> Goods:
        """Index products; code, name, spec, aliases and brand all count."""
        found = cls(Catalogue.of(rows))
        units: set[str] = set()
        for uid, row in found.catalogue.rows.items():
            at = len(found.order)
            found.order.append(uid)
            whole = " ".join(str(row[k]) for k in ("code", "name", "spec", "aliases", "brand", "barcode") if row.get(k))
            latin, han = tokens(whole)
            found.texts.append(" ".join(han))
            for word in latin:
                found.by_token.setdefault(word, set()).add(at)
                parts = _PIECES.findall(word)
                if len(parts) > 1:
                    for part in parts:
                        found.by_token.setdefault(part, set()).add(at)
            for run in han:
                for i in range(len(run)):
                    found.by_pair.setdefault(run[i], set()).add(at)
                    if i + 1 < len(run):
                        found.by_pair.setdefault(run[i : i + 2], set()).add(at)
            units.update(str(row[k]) for k in ("unit", "pack_unit") if row.get(k))
        found.units = frozenset(units)
        return found

    def known(self, word: str) -> bool:
        """Whether every part of a word stands in the catalogue."""
        latin, han = tokens(word)
        pairs = [run[i : i + 2] for run in han for i in range(max(1, len(run) - 1))]
        return bool(latin or han) and all(w in self.by_token for w in latin) and all(p in self.by_pair for p in pairs)

    def row(self, uid: str) -> Row:
        """The product."""
        return self.catalogue.rows[uid]

    # -- matching --------------------------------------------------------------------------------------------------

    def match(self, code: str, name: str, spec: str, often: Mapping[str, int], reader: Reader | None = None) -> Match:
        """What is meant by code, name and spec as written (any may be ""). `often`: product -> times this customer bought it.

        Sure only by code, barcode, name with spec, alias, unique containment of every word, or unique initials.
        """
        uid, why = self.catalogue.match(code, name, spec)
        words = " ".join(w for w in (code, name, spec) if w)
        if uid is not None and not (is_size(words) and not code and len(key_of(words)) < 6):
            against = self._against(uid, code, name, spec)
            return Match(None, (uid,), against, "exact") if against else Match(uid, (uid,), "", "exact")
        found = self._containing(words, often)
        if found is None and code and (name or spec):  # the customer's own code means nothing here
            found = self._containing(f"{name} {spec}".strip(), often)
        if found is None and reader is not None:
            found = self._initials(reader, words, often)
        if found is not None:
            return found
        near = self._similar(words, often)
        told = f"没有找到产品「{words}」" if "对得上" not in why else why
        if near:
            return Match(None, near, told + "，下面几个有点像", "similar")
        return Match(None, (), told, "")

    def _against(self, uid: str, code: str, name: str, spec: str) -> str:
        """What else was written and speaks against a product found by its code or its name alone; "" when nothing does."""
        row = self.row(uid)
        ours = " ".join(str(row[k]) for k in ("code", "name", "spec", "aliases", "brand", "barcode") if row.get(k))
        own_words, own_runs = tokens(ours)
        own = {*own_words, *(piece for word in own_words for piece in _PIECES.findall(word))}
        strange = [
            w for w in tokens(spec)[0] if w not in own and not set(_PIECES.findall(w)) <= own and f"dn{w}" not in own
        ]
        if strange:
            return f"规格「{spec}」和我们的「{row['name']} {row['spec'] or ''}」对不上"
        _, runs = tokens(name)
        pairs = {run[i : i + 2] for run in own_runs for i in range(len(run) - 1)}
        said = {run[i : i + 2] for run in runs for i in range(len(run) - 1)}
        if code and said and pairs and not said & pairs:
            return f"编码是我们的「{row['name']}」，写的却是「{name}」"
        return ""

    def _containing(self, words: str, often: Mapping[str, int]) -> Match | None:
        latin, han = tokens(words)
        if not latin and not han:
            return None
        hits, loose = self._having(latin, han)
        if not hits:
            return None
        if len(hits) == 1 and not loose and (sum(map(len, han)) >= 2 or any(len(w) >= 4 for w in latin)):
            uid = self.order[next(iter(hits))]
            return Match(uid, (uid,), "", "contains")
        ranked = self._ranked(hits, often)
        if len(hits) == 1:
            reason = f"「{words}」{loose or '说得太少'}，像是这个产品，请核对"
        else:
            reason = f"「{words}」对得上 {len(hits)} 个产品，请选一个"
        return Match(None, ranked, reason, "several")

    def _having(self, latin: tuple[str, ...], han: tuple[str, ...]) -> tuple[set[int], str]:
        """Products with every one of the words; and how loosely a word had to be read, "" when not at all."""
        sets: list[set[int]] = []
        loose = ""
        for word in latin:
            exact = self.by_token.get(word)
            if exact is None:
                parts = _PIECES.findall(word)
                if len(parts) > 1 and all(p in self.by_token for p in parts):
                    sets += [self.by_token[p] for p in parts]
                    continue
                if (sized := self.by_token.get(f"dn{word}")) is not None:
                    sets.append(sized)
                    loose = f"里的 {word} 按 DN{word} 找到"
                    continue
                return set(), ""
            if word.isdigit() and f"dn{word}" in self.by_token and len(word) < 4:
                exact = exact | self.by_token[f"dn{word}"]
                loose = f"里的 {word} 也可能是 DN{word}"
            sets.append(exact)
        for run in han:
            pairs = [run] if len(run) == 1 else [run[i : i + 2] for i in range(len(run) - 1)]
            present = [self.by_pair[p] for p in pairs if p in self.by_pair]
            if len(run) <= 2 and len(present) < len(pairs):
                return set(), ""
            if not present:
                return set(), ""
            sets += present if len(present) == len(pairs) else [self.by_pair.get(c, set()) for c in run]
        sets.sort(key=len)
        hits = set.intersection(*sets) if sets else set()
        return {at for at in hits if all(_covered(run, self.texts[at]) for run in han)}, loose

    def _initials(self, reader: Reader, words: str, often: Mapping[str, int]) -> Match | None:
        """bxgqf dn50: a word of letters only may be first letters or pinyin."""
        latin, han = tokens(words)
        letters = [w for w in latin if w.isalpha() and w not in self.by_token]
        if not letters or max(map(len, letters)) < 2:
            return None
        hits = {h.uid for h in search.find(reader, " ".join(letters), "product", 400)} & self.catalogue.rows.keys()
        rest = tuple(w for w in latin if w not in letters)
        if rest or han:
            having, _ = self._having(rest, han)
            hits &= {self.order[at] for at in having}
        if not hits:
            return None
        if len(hits) == 1 and len("".join(letters)) >= 3:
            return Match(next(iter(hits)), tuple(hits), "", "initials")
        places = {self.order.index(uid) for uid in list(hits)[:_POOL]}
        return Match(None, self._ranked(places, often), f"「{words}」对得上 {len(hits)} 个产品，请选一个", "several")

    def _similar(self, words: str, often: Mapping[str, int]) -> tuple[str, ...]:
        latin, han = tokens(words)
        known = [self.by_token[w] for w in latin if w in self.by_token]
        known += [self.by_token[f"dn{w}"] for w in latin if f"dn{w}" in self.by_token]
        known += [
            self.by_token[p] for w in latin if w not in self.by_token for p in _PIECES.findall(w) if p in self.by_token
        ]
        known += [self.by_pair[p] for run in han for i in range(len(run) - 1) if (p := run[i : i + 2]) in self.by_pair]
        if not known:
            return ()
        known.sort(key=len)
        chosen: set[int] = set()
        for first in range(
            min(3, len(known))
        ):  # what has most of the words, each of the rarest three taken as the start
            near = known[first]
            for one in known[:first] + known[first + 1 :]:
                near = (near & one) or near
            chosen |= near if len(near) <= _POOL else set(sorted(near)[:_POOL])
        having = {at: sum(at in one for one in known) for at in chosen}
        most = max(having.values())
        best = [at for at in chosen if having[at] * 2 >= most]
        key = spelled(words)
        if len(best) > _CLOSE:
            best = sorted(best, key=lambda at: (-having[at], self.order[at] not in often, self._length(at), at))[
                :_CLOSE
            ]

        def rank(at: int) -> tuple[float, str]:
            row = self.row(self.order[at])
            bonus = 0.3 if self.order[at] in often else 0.0
            return (
                -(similarity(key, f"{row['name']} {row['spec'] or ''}") + bonus + having[at] / most),
                str(row["code"]),
            )

        return tuple(self.order[at] for at in sorted(best, key=rank)[:MOST_CANDIDATES])

    def _length(self, at: int) -> int:
        row = self.row(self.order[at])
        return len(str(row["name"])) + len(str(row["spec"] or ""))

    def _ranked(self, places: set[int], often: Mapping[str, int]) -> tuple[str, ...]:
        """Of products that have all the words: what this customer buys first, then the plainest."""
        best = heapq.nsmallest(
            MOST_CANDIDATES,
            places,
            key=lambda at: (-often.get(self.order[at], 0), self._length(at), str(self.row(self.order[at])["code"])),
        )
        return tuple(self.order[at] for at in best)


def _covered(run: str, text: str) -> bool:
    """Whether a run of Chinese characters is made of pieces of the product's own words, each two characters or longer."""
    if run in text:
        return True
    reach = [True] + [False] * len(run)
    for end in range(2, len(run) + 1):
        reach[end] = any(reach[start] and run[start:end] in text for start in range(end - 1))
    return len(run) > 3 and reach[-1]


# ---- kept between two pastes -----------------------------------------------------------------------------------------

_KEPT: OrderedDict[str, tuple[int, int, Goods]] = OrderedDict()
_LOCK = threading.Lock()
_COLUMNS = "uid, code, name, spec, unit, barcode, aliases, brand, pack_unit, pack_qty, list_price, stopped"


def goods(reader: Reader, place: str) -> Goods:
    """The indexed catalogue of the data file at `place`, read again only after a product has changed."""
    newest, count = reader.newest_change(), int(reader.value("SELECT count(*) FROM product"))
    with _LOCK:
        kept = _KEPT.get(place)
        if kept is None or kept[0] > newest or kept[1] != count or reader.changed_since("product", kept[0]):
            rows = reader.rows(f"SELECT {_COLUMNS} FROM product WHERE void = 0 AND coalesce(stopped, 0) = 0")
            index = Goods.of(rows)
        else:
            index = kept[2]
        _KEPT[place] = (newest, count, index)
        _KEPT.move_to_end(place)
        while len(_KEPT) > 2:
            _KEPT.popitem(last=False)
        return index
