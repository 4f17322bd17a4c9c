"""The journal's tables, and how a journal of an earlier release gets them."""

from __future__ import annotations

import json
from typing import Any

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from seedwise.identity import digest

SCHEMA_VERSION = 2
"""Raised whenever a table changes; an older journal is brought up, a newer one refused."""

METADATA = sa.MetaData()

VERSIONS = sa.Table(
    "journal_versions",
    METADATA,
    sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
)

RESPONSES = sa.Table(
    "responses",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("created_at", sa.String(32), nullable=False, index=True),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("request", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("choices", sa.Text, nullable=False),
    sa.Column("prompt_tokens", sa.Integer, nullable=False),
    sa.Column("completion_tokens", sa.Integer, nullable=False),
    sa.Column("cost", sa.Float(53)),
    sa.Column("seconds", sa.Float(53), nullable=False),
    # Since version 2. `content` names what the model sees, whatever the model and the sampling.
    sa.Column("content", sa.String(64), nullable=False, server_default="", index=True),
    sa.Column("served_model", sa.Text, nullable=False, server_default=""),
    sa.Column("budget", sa.String(64), nullable=False, server_default=""),
)
"""Every response, by the key of its request; the first of a key stays."""

FAILURES = sa.Table(
    "failures",
    METADATA,
    sa.Column("id", sa.Integer, primary_key=True),
    sa.Column("key", sa.String(64), nullable=False, index=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("fault", sa.String(16), nullable=False),
    sa.Column("reason", sa.Text, nullable=False),
    sa.Column("raw", sa.LargeBinary, nullable=False),
    sa.Column("budget", sa.String(64), nullable=False),
)
"""Every try that brought no response, refusals for want of patience aside; ``raw`` is what came of it."""

CLAIMS = sa.Table(
    "claims",
    METADATA,
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("owner", sa.String(255), nullable=False, index=True),
    sa.Column("budget", sa.String(64), nullable=False, index=True),
    sa.Column("tokens", sa.BigInteger, nullable=False),
    sa.Column("cost", sa.Float(53), nullable=False),
    sa.Column("expires_at", sa.Float(53), nullable=False),
)
"""Requests under way: who asks, what it may use at most, and when the claim lapses unless renewed."""

LEDGER = sa.Table(
    "ledger",
    METADATA,
    sa.Column("budget", sa.String(64), primary_key=True),
    sa.Column("requests", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("tokens", sa.BigInteger, nullable=False, server_default="0"),
    sa.Column("cost", sa.Float(53), nullable=False, server_default="0"),
    sa.Column("unpriced", sa.BigInteger, nullable=False, server_default="0"),
)
"""What each budget has used so far; ``unpriced`` counts requests whose price is not known."""

PACES = sa.Table(
    "paces",
    METADATA,
    sa.Column("model", sa.Text, primary_key=True),
    sa.Column("requests_ready", sa.Float(53), nullable=False, server_default="0"),
    sa.Column("tokens_ready", sa.Float(53), nullable=False, server_default="0"),
)
"""When the next request of a model is due under a limit per minute, in seconds since 1970."""

BATCHES = sa.Table(
    "batches",
    METADATA,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("created_at", sa.String(32), nullable=False),
    sa.Column("model", sa.Text, nullable=False),
    sa.Column("base_url", sa.Text, nullable=False),
    sa.Column("budget", sa.String(64), nullable=False),
    sa.Column("job", sa.Text, nullable=False, server_default=""),
    sa.Column("status", sa.String(16), nullable=False),
    sa.Column("keys", sa.Text, nullable=False),
)
"""Jobs of a provider's batch API; ``id`` is ours and known before the provider's ``job`` is."""

BATCH_REQUESTS = sa.Table(
    "batch_requests",
    METADATA,
    sa.Column("batch", sa.String(64), primary_key=True),
    sa.Column("key", sa.String(64), primary_key=True),
    sa.Column("request", sa.Text, nullable=False),
)
"""What an open job was given and has not been seen to answer: whoever polls it can keep its answers."""

_PREPARING = 0x5EED
"""Number of the lock under which tables are made; any, as long as it stays."""

_ADDED_IN_2 = ("content", "served_model", "budget")


def insert(connection: sa.Connection, table: sa.Table) -> Any:
    """Begin an insert that leaves a row alone whose key is there already."""
    is_sqlite = connection.dialect.name == "sqlite"
    statement: Any = sqlite.insert(table) if is_sqlite else postgresql.insert(table)
    return statement.on_conflict_do_nothing()


def prepare(connection: sa.Connection) -> None:
    """Make the tables that are missing, and bring a journal of version 1 up to date."""
    _take_turns(connection)
    is_new = not sa.inspect(connection).has_table(RESPONSES.name)
    _create(connection, VERSIONS)
    if is_new:
        # Before the responses table: SQLite commits each table at once, and one may be killed between them.
        connection.execute(insert(connection, VERSIONS), {"version": SCHEMA_VERSION})
    elif read_versions(connection) == [1]:
        _upgrade_from_1(connection)
    if is_new or read_versions(connection) == [SCHEMA_VERSION]:
        for table in METADATA.sorted_tables:
            _create(connection, table)


def read_versions(connection: sa.Connection) -> list[int]:
    """Read the schema versions that the journal says it has; one, where all is well."""
    return sorted(connection.scalars(sa.select(VERSIONS.c.version)))


def content_digest(request: dict[str, Any]) -> str:
    """Name what the model sees of a request, as the journal keeps it: not the sampling, not the model."""
    prompt = request["prompt"]
    seen = [prompt[name] for name in ("messages", "completion", "stop", "template", "repeat")]
    return digest(seen)[:40]


def _take_turns(connection: sa.Connection) -> None:
    """Let one process at a time make tables: PostgreSQL's IF NOT EXISTS fails for two that do so at once."""
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_PREPARING)))


def _create(connection: sa.Connection, table: sa.Table) -> None:
    connection.execute(sa.schema.CreateTable(table, if_not_exists=True))
    for index in table.indexes:
        connection.execute(sa.schema.CreateIndex(index, if_not_exists=True))


def _upgrade_from_1(connection: sa.Connection) -> None:
    for name in _ADDED_IN_2:
        size = "64" if name != "served_model" else "255"
        connection.execute(
            sa.text(f"ALTER TABLE responses ADD COLUMN {name} VARCHAR({size}) NOT NULL DEFAULT ''")
        )
    rows = connection.execute(sa.select(RESPONSES.c.key, RESPONSES.c.request)).all()
    update = sa.update(RESPONSES).where(RESPONSES.c.key == sa.bindparam("of"))
    contents = [{"of": row.key, "content": content_digest(json.loads(row.request))} for row in rows]
    if contents:
        connection.execute(update.values(content=sa.bindparam("content")), contents)
    connection.execute(sa.update(VERSIONS).values(version=SCHEMA_VERSION))
