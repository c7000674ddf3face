"""What other subjects and the window may ask of documents; plain rows."""

from __future__ import annotations

from salesdesk.domain.kinds import Row
from salesdesk.persistence.reading import Reader


def versions(reader: Reader, document: str) -> list[Row]:
    """All versions of a document's file, the newest first."""
    return reader.rows(
        "SELECT * FROM document_file WHERE document = ? AND void = 0 ORDER BY version DESC, rowid DESC", (document,)
    )


def unread_texts(reader: Reader) -> int:
    """How many files nobody has read for words on this PC yet, whether they lie here or not."""
    return int(
        reader.value(
            "SELECT count(*) FROM document_file f WHERE f.void = 0 AND f.place IS NULL"
            " AND NOT EXISTS (SELECT 1 FROM file_words w WHERE w.sha256 = f.sha256)"
        )
    )
