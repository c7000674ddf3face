"""What must hold of documents however they came to be so, by undo, redo or another PC; and what several PCs did to one apart."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem, Severity
from salesdesk.modules.documents.keeping import called
from salesdesk.modules.documents.model import DOCUMENT
from salesdesk.persistence.reading import AMONG, Reader
from salesdesk.persistence.work import Work


def guard(work: Work, changes: Changes) -> list[Problem]:
    """A paper is lent to one at a time and only while it is filed; what is listed or destroyed stands on one list."""
    documents = set(changes.of("document"))
    if changes.of("document_loan"):
        documents |= set(
            work.column(
                f"SELECT document FROM document_loan WHERE uid {AMONG}",
                (json.dumps(list(changes.of("document_loan"))),),
            )
        )
    if not documents:
        return []
    wanted = (json.dumps(list(documents)),)
    problems = [
        Problem(f"《{title}》借出在外，不能这样", "请先登记归还", code="lent")
        for title in work.column(
            f"SELECT title FROM document WHERE uid {AMONG} AND state != 'filed' AND uid IN"
            " (SELECT document FROM document_loan WHERE state = 'lent' AND void = 0)",
            wanted,
        )
    ]
    problems += [
        Problem(f"《{title}》同时借给了 {count} 个人", "请先登记归还", code="lent_twice")
        for title, count in work.tuples(
            "SELECT d.title, count(*) FROM document_loan l JOIN document d ON d.uid = l.document WHERE l.state = 'lent' AND l.void = 0"
            f" AND d.uid {AMONG} GROUP BY d.uid HAVING count(*) > 1",
            wanted,
        )
    ]
    problems += [
        Problem(f"编号 {number} 给了 {count} 份文件", "请作废一份重新编号", code="number_twice")
        for number, count in work.tuples(
            "SELECT number, count(*) FROM document WHERE void = 0 AND number IN"
            f" (SELECT number FROM document WHERE uid {AMONG} AND number IS NOT NULL) GROUP BY number HAVING count(*) > 1",
            wanted,
        )
    ]
    return problems


def review(reader: Reader, changes: Changes, today: str) -> list[tuple[str, str, Problem]]:
    """After PCs were merged: what each could do alone and both together should not have done to one document."""
    wanted = set(changes.of("document"))
    for entity in ("document_number", "destruction_line"):
        wanted |= set(
            reader.column(
                f'SELECT document FROM "{entity}" WHERE uid {AMONG}', (json.dumps(sorted(changes.of(entity))),)
            )
        )
    found = []
    for uid in sorted(str(one) for one in wanted if one):
        row = reader.get(DOCUMENT, uid)
        if row is None or row["void"]:
            continue
        numbers = reader.column(
            "SELECT number FROM document_number WHERE document = ? AND void = 0 ORDER BY given_at, uid", (uid,)
        )
        if len(numbers) > 1:
            told = f"《{row['title']}》在两台电脑上各编了号：{'、'.join(numbers)}，现在用 {row['number']}"
            cure = "纸上写了另一个号的请改过来；那个号在编号簿里是作废"
            found.append(("document", uid, Problem(told, cure, code="numbered_twice", severity=Severity.WARN)))
        if row["held"] and row["state"] == "destroyed":
            cure = "它冻结的时候，另一台电脑还不知道；请向主管说明"
            told = f"{called(row)} 冻结着（{row['held_why']}），却已经销毁"
            found.append(("document", uid, Problem(told, cure, code="held_destroyed", severity=Severity.WARN)))
        lists = reader.column(
            "SELECT d.number FROM destruction_line l JOIN destruction d ON d.uid = l.destruction AND d.void = 0"
            " AND d.state != 'done' WHERE l.document = ? AND l.void = 0 ORDER BY d.number",
            (uid,),
        )
        if len(lists) > 1:
            told = f"{called(row)} 同时列在 {'、'.join(lists)} 里"
            found.append(
                (
                    "document",
                    uid,
                    Problem(told, "留一张，从另一张里去掉它", code="listed_twice", severity=Severity.WARN),
                )
            )
        found += _twins(reader, row)
    return found


def _twins(reader: Reader, row: Row) -> list[tuple[str, str, Problem]]:
    """The same letter, or the same order's dossier, taken in on two PCs that had not met; told of the older one on every PC."""
    if row["source"]:
        keys, words = ["source"], "自动归了两次"
    elif row["sender"] and row["outer_number"]:
        keys, words = ["sender", "outer_number"], "登记了两次"
    else:
        return []
    same = " AND ".join(f"{key} = ?" for key in keys)
    group = reader.rows(
        f"SELECT * FROM document WHERE void = 0 AND state != 'destroyed' AND {same} ORDER BY uid LIMIT 4",
        [row[key] for key in keys],
    )
    if len(group) < 2:
        return []
    told = f"{'、'.join(map(called, group))} 像是{words}"
    one = Problem(told, "是同一份就作废多的", code="same_document", severity=Severity.WARN)
    return [("document", str(group[0]["uid"]), one)]
