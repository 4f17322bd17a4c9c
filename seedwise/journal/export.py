"""Kept responses as a file for other programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import sqlalchemy as sa

from seedwise.errors import ConfigError
from seedwise.journal.schema import RESPONSES
from seedwise.journal.store import Journal
from seedwise.journal.which import Which

if TYPE_CHECKING:
    import pyarrow as pa

_ROWS_AT_ONCE = 1000

Line = Mapping[str, Any]
"""One exported response, by column."""

Write = Callable[[Iterable[Line]], None]

_COLUMNS = tuple(column for column in RESPONSES.c if column.name not in ("raw", "content"))


def export_responses(journal: Journal, which: Which, file: Path, *, is_forced: bool = False) -> int:
    """Write responses with their requests to a JSON Lines or Parquet file, in the order in which they came.

    Both have the same columns: when and by which model the response came, all of the request (arm, class,
    prompt, sampling), the answers with their finish reasons, tokens, cost (US dollars, null where no price
    is known) and seconds. However many there are, a thousand are held in memory. The file appears once it
    is whole.

    Parameters
    ----------
    file
        Named ``.jsonl`` or ``.parquet``.
    is_forced
        Whether a file that is there already is replaced.

    Returns
    -------
    int
        The responses written.

    Raises
    ------
    ConfigError
        For another kind of file, one that is there already, or a folder that cannot be written.
    """
    write_to = _find_writer(file)
    if file.exists() and not is_forced:
        raise ConfigError(
            found=f"{file} is there already",
            expected="the name of a new file",
            remedy="name another, or give --force to replace it",
        )
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with write_to(unfinished) as write:
            count = journal.database.read(lambda connection: _write_all(connection, which, write))
        unfinished.replace(file)
    except OSError as exc:
        raise ConfigError(
            found=f"{file} cannot be written ({exc.strerror or exc})",
            expected="a folder that exists and can be written, on a disk with room",
            remedy="make the folder, or name another file",
        ) from exc
    finally:
        unfinished.unlink(missing_ok=True)
    return count


def _find_writer(file: Path) -> Callable[[Path], AbstractContextManager[Write]]:
    writers = {".jsonl": _write_jsonl, ".parquet": _write_parquet}
    if file.suffix not in writers:
        raise ConfigError(
            found=f"a file called {file.name}",
            expected="a name that ends in .jsonl or .parquet",
            remedy=f"name it {file.stem or 'responses'}.jsonl or {file.stem or 'responses'}.parquet",
        )
    return writers[file.suffix]


_LATER: Mapping[str, Any] = {"avoid": [], "attributes": [], "source": ""}
"""What prompts did not have when the first journals were kept."""


def _write_all(connection: sa.Connection, which: Which, write: Write) -> int:
    query = sa.select(*_COLUMNS).where(*which.conditions()).order_by(RESPONSES.c.created_at, RESPONSES.c.key)
    count = 0
    # A server-side cursor on PostgreSQL; SQLite hands rows out one by one in any case.
    with connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(query) as rows:
        for some in rows.partitions():
            write(map(_line, some))
            count += len(some)
    return count


def _line(row: sa.Row[Any]) -> Line:
    request = json.loads(row.request)
    prompt, sampling = _LATER | request["prompt"], request["sampling"]
    prompt["prompt_id"] = prompt.pop("id")
    choices = [{"text": text, "finish": finish} for text, finish in json.loads(row.choices)]
    kept: dict[str, Any] = {**row._mapping, "choices": choices}
    del kept["request"]
    return {**kept, "base_url": request["base_url"], **prompt, **sampling}


@contextmanager
def _write_jsonl(file: Path) -> Iterator[Write]:
    with file.open("w", encoding="utf-8") as lines:

        def write(some: Iterable[Line]) -> None:
            # Escaped to ASCII: a model may answer half a character, which UTF-8 cannot hold.
            lines.writelines(json.dumps(line) + "\n" for line in some)

        yield write


@contextmanager
def _write_parquet(file: Path) -> Iterator[Write]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = _arrow_schema()
    with pq.ParquetWriter(file, schema, compression="zstd") as table:

        def write(some: Iterable[Line]) -> None:
            table.write_batch(pa.RecordBatch.from_pylist([_mend(line) for line in some], schema))

        yield write


def _arrow_schema() -> pa.Schema:
    """Give every column of a line its type."""
    import pyarrow as pa

    text, texts = pa.string(), pa.list_(pa.string())
    message = pa.struct([("role", text), ("content", text)])
    choice = pa.struct([("text", text), ("finish", text)])
    columns = {
        **dict.fromkeys(("key", "created_at", "status", "model", "base_url", "served_model", "budget"), text),
        **dict.fromkeys(("prompt_id", "arm", "label", "template"), text),
        "messages": pa.list_(message),
        "completion": text,
        "repeat": pa.int32(),
        **dict.fromkeys(("hints", "exemplars", "stop", "avoid", "attributes"), texts),
        "source": text,
        **dict.fromkeys(("temperature", "top_p", "min_p"), pa.float64()),
        **dict.fromkeys(("max_tokens", "n"), pa.int32()),
        "seed": pa.int64(),
        "choices": pa.list_(choice),
        **dict.fromkeys(("prompt_tokens", "completion_tokens"), pa.int64()),
        **dict.fromkeys(("cost", "seconds"), pa.float64()),
    }
    return pa.schema(list(columns.items()))


def _mend(value: Any) -> Any:
    """Replace halves of characters, which Parquet cannot hold, by a question mark."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode("utf-8")
    if isinstance(value, Mapping):
        return {name: _mend(item) for name, item in value.items()}
    return [_mend(item) for item in value] if isinstance(value, list) else value
