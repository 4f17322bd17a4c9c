"""Parts of a kept response that have no column of their own, as SQL for either database."""

from __future__ import annotations

import sqlalchemy as sa

from seedwise.journal.schema import RESPONSES


def base_url(connection: sa.Connection) -> sa.ColumnElement[str]:
    """Read the address out of the kept request."""
    if connection.dialect.name == "sqlite":
        return sa.func.json_extract(RESPONSES.c.request, "$.base_url", type_=sa.Text)
    return sa.func.json_extract_path_text(sa.cast(RESPONSES.c.request, sa.JSON), "base_url", type_=sa.Text)


def answer_count(connection: sa.Connection) -> sa.ColumnElement[int]:
    """Count the answers of a response."""
    is_sqlite = connection.dialect.name == "sqlite"
    choices = RESPONSES.c.choices if is_sqlite else sa.cast(RESPONSES.c.choices, sa.JSON)
    return sa.func.json_array_length(choices, type_=sa.Integer)
