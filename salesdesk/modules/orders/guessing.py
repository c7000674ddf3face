"""Guesses which customer something came from: by mail address, telephone number or name; and says by what."""

from __future__ import annotations

import re
from dataclasses import dataclass

from salesdesk.domain.kinds import Row
from salesdesk.persistence import search
from salesdesk.persistence.reading import Reader

PUBLIC = frozenset(
    [
        "qq.com",
        "foxmail.com",
        "163.com",
        "126.com",
        "yeah.net",
        "sina.com",
        "sina.cn",
        "sohu.com",
        "139.com",
        "189.cn",
        "21cn.com",
        "aliyun.com",
        "outlook.com",
        "hotmail.com",
        "live.cn",
        "live.com",
        "msn.com",
        "gmail.com",
        "icloud.com",
        "yahoo.com",
        "vip.163.com",
        "vip.qq.com",
        "vip.sina.com",
    ]
)
"""Mail services anybody may use: the part behind the @ says nothing about the firm."""
_ADDRESS = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+", re.ASCII)
_PHONE = re.compile(r"(?<!\d)(?:1[3-9]\d[ -]?\d{4}[ -]?\d{4}|0\d{2,3}[ -]?\d{7,8})(?!\d)", re.ASCII)
_HEAD = 800
"""Characters at either end of a long text in which a firm's name is looked for: greeting and signature."""


@dataclass(frozen=True)
class Guess:
    """A customer, his name and by what he was guessed. sure False: only worth offering, a person's name is no proof."""

    customer: str
    name: str
    by: str
    sure: bool = True

    @property
    def words(self) -> str:
        """How the window says it."""
        return f"猜是「{self.name}」（{self.by}）" if self.sure else f"可能是「{self.name}」（{self.by}）"


def guess(reader: Reader, text: str = "", address: str = "", who: str = "", own: str = "") -> Guess | None:
    """The one customer the traces point at, the strongest trace first; None when there is none or two fit.

    own: our own mail domain, which a forwarded mail carries too.
    """
    found = list(dict.fromkeys([address.lower(), *(a.lower() for a in _ADDRESS.findall(text))]))
    addresses = [a for a in found if a and not (own and a.endswith(f"@{own}"))]
    for one in addresses:
        if hit := _one(_by_address(reader, one)):
            return Guess(hit["uid"], hit["name"], f"按邮箱 {one}")
    for one in addresses:
        domain = one.rpartition("@")[2]
        if domain not in PUBLIC and (hit := _one(_by_domain(reader, domain))):
            return Guess(hit["uid"], hit["name"], f"按邮箱域名 @{domain}")
    for phone in dict.fromkeys(_PHONE.findall(f"{who}\n{text}")):
        if hit := _one(_by_phone(reader, re.sub(r"\D", "", phone))):
            return Guess(hit["uid"], hit["name"], f"按电话 {phone}")
    if hit := _by_name(reader, f"{who}\n{text[:_HEAD]}\n{text[-_HEAD:] if len(text) > _HEAD else ''}"):
        return Guess(hit["uid"], hit["name"], f"内容里有「{hit['word']}」")
    if len(who.strip()) > 1 and (hit := _one(_by_person(reader, who.strip()))):
        return Guess(hit["uid"], hit["name"], f"联系人叫 {who.strip()}", sure=False)
    return None


def _one(rows: list[Row]) -> Row | None:
    """The customer when all rows speak of the same one."""
    return rows[0] if len({r["uid"] for r in rows}) == 1 else None


_LIVE = "c.void = 0 AND coalesce(c.stopped, 0) = 0"


def _by_address(reader: Reader, address: str) -> list[Row]:
    return reader.rows(
        f"SELECT c.uid, c.name FROM customer c WHERE lower(c.email) = ?1 AND {_LIVE} UNION SELECT c.uid, c.name FROM"
        f" customer_contact k JOIN customer c ON c.uid = k.customer WHERE lower(k.email) = ?1 AND k.void = 0 AND {_LIVE}",
        (address,),
    )


def _by_domain(reader: Reader, domain: str) -> list[Row]:
    pattern = f"%@{domain}"
    return reader.rows(
        f"SELECT c.uid, c.name FROM customer c WHERE c.email LIKE ?1 AND {_LIVE} UNION SELECT c.uid, c.name FROM"
        f" customer_contact k JOIN customer c ON c.uid = k.customer WHERE k.email LIKE ?1 AND k.void = 0 AND {_LIVE}",
        (pattern,),
    )


def _by_phone(reader: Reader, digits: str) -> list[Row]:
    hits = [h.uid for h in search.find(reader, digits, "customer", 3)]
    found = [r for r in (reader.get("customer", uid) for uid in hits) if r and not r["void"] and not r["stopped"]]
    found = [r for r in found if re.sub(r"\D", "", str(r["phone"] or "")) == digits]
    return found or reader.rows(
        "SELECT c.uid, c.name FROM customer_contact k JOIN customer c ON c.uid = k.customer"
        f" WHERE replace(replace(k.phone, ' ', ''), '-', '') = ? AND k.void = 0 AND {_LIVE}",
        (digits,),
    )


def _by_name(reader: Reader, text: str) -> Row | None:
    """The one customer whose name, or else short name, stands in the text; a name inside a longer one does not count."""
    rows = reader.rows(
        "SELECT c.uid, c.name, CASE WHEN instr(?1, c.name) THEN c.name ELSE c.short_name END AS word FROM customer c"
        f" WHERE (instr(?1, c.name) OR (length(c.short_name) > 1 AND instr(?1, c.short_name))) AND {_LIVE} LIMIT 200",
        (text,),
    )
    words = {r["word"] for r in rows}
    return _one([r for r in rows if not any(r["word"] != w and r["word"] in w for w in words)])


def _by_person(reader: Reader, who: str) -> list[Row]:
    return reader.rows(
        f"SELECT c.uid, c.name FROM customer c WHERE c.contact = ?1 AND {_LIVE} UNION SELECT c.uid, c.name FROM"
        f" customer_contact k JOIN customer c ON c.uid = k.customer WHERE k.name = ?1 AND k.void = 0 AND {_LIVE}",
        (who,),
    )
