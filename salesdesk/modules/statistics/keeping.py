"""The kept figures of a report: written once, never changed; which of them stand is the same on every PC."""

from __future__ import annotations

from salesdesk.domain.changes import Changes
from salesdesk.domain.clock import named_uid
from salesdesk.domain.errors import Refused
from salesdesk.domain.kinds import Row
from salesdesk.domain.problems import Problem
from salesdesk.modules.statistics.figures import Figures, read_back
from salesdesk.modules.statistics.measures import Measure
from salesdesk.modules.statistics.model import FIGURES, REPORT
from salesdesk.modules.statistics.periods import Period
from salesdesk.persistence.reading import Reader
from salesdesk.persistence.work import Work

_SPACE = "5be1c8f4-6b1e-4a57-9c83-0d6f7c1be2a5"


def same_report(reader: Reader, period: Period, measure: Measure) -> Row | None:
    """The report of a period by one 口径 that is in use."""
    return reader.row(
        f"SELECT * FROM {REPORT.key} WHERE kind = ? AND first = ? AND last = ? AND measure IS ? AND void = 0"
        " ORDER BY state = 'closed' DESC, uid LIMIT 1",
        (period.kind, period.first, period.last, measure.uid or None),
    )


def report_uid(reader: Reader, period: Period, measure: Measure) -> str:
    """The uid of a new report, the same on every PC: reports make themselves on each, and are to be one afterwards."""
    voided = reader.value(
        f"SELECT count(*) FROM {REPORT.key} WHERE kind = ? AND first = ? AND last = ? AND measure IS ? AND void = 1",
        (period.kind, period.first, period.last, measure.uid or None),
    )
    return named_uid(_SPACE, "/".join((period.kind, period.first, period.last, measure.uid, str(voided))))


def keep(work: Work, uid: str, found: Figures) -> None:
    """Put figures in the place of those kept so far."""
    for old in work.of_parent(FIGURES, uid):
        work.void(FIGURES, old["uid"])
    work.insert(FIGURES, {"report": uid, "text": found.text()})


def fingerprint(text: str) -> str:
    """SHA-256 of kept figures."""
    import hashlib

    return hashlib.sha256(text.encode()).hexdigest()


def standing(reader: Reader, report: Row) -> Row | None:
    """The figures that stand: of a closed report those it was closed with, else the latest.

    Two PCs may each have kept some before they knew of one another, also while one of them closed the report.
    """
    rows = reader.rows(
        f"SELECT * FROM {FIGURES.key} WHERE report = ? AND void = 0 ORDER BY created_at DESC, uid DESC",
        (report["uid"],),
    )
    if report["state"] == "closed":
        rows.sort(key=lambda row: fingerprint(str(row["text"] or "")) != report["hash"])
    return rows[0] if rows else None


def kept_row(reader: Reader, report: Row) -> Row:
    """The figures that stand. Raises Refused when they are gone."""
    found = standing(reader, report)
    if found is None:
        raise Refused(Problem("这份报表没有底稿", "请作废它，另做一份", path="uid", code="no_figures"))
    return found


def kept_text(reader: Reader, uid: str) -> str:
    """The kept figures of a report as they were written. Raises Refused when they are gone."""
    return str(kept_row(reader, reader.get(REPORT, uid) or {"uid": uid, "state": "", "hash": ""})["text"] or "")


def kept_figures(reader: Reader, uid: str) -> Figures:
    """The kept figures of a report. Raises Refused when they are gone."""
    return read_back(kept_text(reader, uid))


def words_of(report: Row, found: Figures) -> tuple[str, str]:
    """波动原因 and 建议 of a report; a closed one says what it said when it was closed."""
    return found.drafted if report["state"] == "closed" else (str(report["cause"] or ""), str(report["advice"] or ""))


def unchanged(reader: Reader, row: Row) -> bool:
    """Whether the kept figures of a closed report are the very ones that were closed."""
    return fingerprint(kept_text(reader, str(row["uid"]))) == str(row["hash"])


def derive_reports(work: Work, changes: Changes) -> None:
    """Before each commit: the head of a touched report says what its standing figures say."""
    touched = set(changes.of(REPORT.key))
    for uid in changes.of(FIGURES.key):
        touched.add(str((work.get(FIGURES, uid) or {}).get("report") or ""))
    for uid in touched:
        row = work.get(REPORT, uid)
        if row is None:
            continue
        kept = standing(work, row)
        told: tuple[int | None, ...] = (None,) * 5  # a voided report has no figures
        if kept is not None:
            found = read_back(str(kept["text"]))
            whole = found.whole
            told = (whole.amount, whole.before, whole.year_before, whole.docs, found.buyers)
        work.execute(
            f"UPDATE {REPORT.key} SET amount = ?, before = ?, year_before = ?, docs = ?, customers = ? WHERE uid = ?",
            (*told, uid),
        )
