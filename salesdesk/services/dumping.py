"""All shared records as one text that is equal wherever the data is equal."""

from __future__ import annotations

import json
from typing import Any

from salesdesk.domain.kinds import Password
from salesdesk.persistence.reading import Reader
from salesdesk.services.module import Registry


def dump(reader: Reader, registry: Registry) -> str:
    """Canonical sorted JSON, passwords and derived columns left out."""
    out: dict[str, list[dict[str, Any]]] = {}
    for key in sorted(registry.entities):
        entity = registry.entities[key]
        if entity.shared:
            kept = (f.key for f in entity if not f.derived and not isinstance(f.kind, Password))
            names = ", ".join(f'"{c}"' for c in ("uid", "void", *kept))
            out[key] = reader.rows(f'SELECT {names} FROM "{key}" ORDER BY uid')
    return json.dumps(out, ensure_ascii=False, sort_keys=True, indent=1)
