"""What must hold of documents however they came to be so: by undo, redo or another PC."""

from __future__ import annotations

import json

from salesdesk.domain.changes import Changes
from salesdesk.domain.problems import Problem
from salesdesk.persistence.work import Work

AMONG = "IN (SELECT value FROM json_each(?))"


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
