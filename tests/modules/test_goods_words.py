"""A product in one run of words names its spec once."""

from __future__ import annotations

import pytest

from salesdesk.modules.products.rules import goods_words


@pytest.mark.parametrize(
    ("name", "spec", "words"),
    [
        ("不锈钢球阀 DN50", "DN50", "P1 不锈钢球阀 DN50"),
        ("不锈钢球阀DN50", "dn 50", "P1 不锈钢球阀DN50"),
        ("不锈钢球阀", "DN50", "P1 不锈钢球阀 DN50"),
        ("不锈钢球阀 DN5", "DN50", "P1 不锈钢球阀 DN5 DN50"),
        ("不锈钢球阀 DN50", "5", "P1 不锈钢球阀 DN50 5"),
        ("不锈钢球阀", None, "P1 不锈钢球阀"),
        (None, "DN50", "P1 DN50"),
    ],
)
def test_the_spec_is_said_once(name: str | None, spec: str | None, words: str) -> None:
    assert goods_words(name, spec, "P1") == words
