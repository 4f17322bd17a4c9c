"""Why requests are new though the journal holds others."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from seedwise.identity import canonical
from seedwise.journal.responses import batches
from seedwise.journal.schema import RESPONSES, content_digest
from seedwise.journal.store import Journal
from seedwise.records import Request

_LATEST = 5000
"""Kept requests among which one of the same place, but another content, is looked for."""

_SETTINGS = {"n": "answers_per_request"}
"""Sampling parameters that are set under another name."""

_EMBEDDED = "embedded:"

Kept = dict[str, Any]
"""A request as the journal keeps it."""


@dataclass(frozen=True, slots=True)
class Change:
    """What differs from the nearest kept request: a setting or a part of the prompt, and how."""

    name: str
    detail: str = ""

    def __str__(self) -> str:
        return f"{self.name} changed ({self.detail})" if self.detail else f"{self.name} changed"


@dataclass(frozen=True, slots=True)
class Reason:
    """Why some requests are new; no changes: nothing like them was asked before."""

    changes: tuple[Change, ...]
    count: int

    @property
    def cause(self) -> str:
        """The reason in words."""
        return " and ".join(map(str, self.changes)) or "not asked before"

    def __str__(self) -> str:
        return f"because {self.cause}" if self.changes else self.cause


@dataclass(frozen=True, slots=True)
class Reuse:
    """How many requests the journal answers, and why the others are new, most frequent reason first."""

    reused: int = 0
    reasons: tuple[Reason, ...] = field(default=())

    @property
    def new(self) -> int:
        """Requests that would be asked."""
        return sum(reason.count for reason in self.reasons)

    @property
    def has_past(self) -> bool:
        """Whether anything of them, or like them, was asked before."""
        return bool(self.reused) or any(reason.changes for reason in self.reasons)

    def __add__(self, other: Reuse) -> Reuse:
        counts = Counter({reason.changes: reason.count for reason in self.reasons})
        counts.update({reason.changes: reason.count for reason in other.reasons})
        return Reuse(self.reused + other.reused, _rank(counts))

    def __str__(self) -> str:
        head = f"{self.reused:,} reused"
        if not self.reasons:
            return head
        if len(self.reasons) == 1:
            reason = str(self.reasons[0])
            return f"{head}, {self.new:,} new{' ' if self.reasons[0].changes else ': '}{reason}"
        return f"{head}, {self.new:,} new: " + ", ".join(f"{r.count:,} {r}" for r in self.reasons)


def explain_reuse(journal: Journal, requests: Iterable[Request]) -> Reuse:
    """Tell how many requests the journal answers, and for each other why it does not.

    A missing request is compared with the kept ones that the model sees alike: what differs is a setting.
    Failing these, with the kept ones of the same arm, class and number among the latest: what differs is
    the prompt. The one that differs least counts.

    Parameters
    ----------
    requests
        Those of one run; of the same key once. Thousands cost a fraction of a second.
    """
    wanted = {request.key: request for request in requests}
    return journal.database.read(lambda connection: _explain(connection, wanted))


def _explain(connection: sa.Connection, wanted: Mapping[str, Request]) -> Reuse:
    kept = set(_find_keys(connection, list(wanted)))
    missing = [request for key, request in wanted.items() if key not in kept]
    if not missing:
        return Reuse(len(kept))
    return Reuse(len(kept), _rank(_count_changes(connection, missing, kept)))


def _count_changes(
    connection: sa.Connection, missing: Sequence[Request], kept: set[str]
) -> Counter[tuple[Change, ...]]:
    if connection.scalar(sa.select(RESPONSES.c.key).limit(1)) is None:
        return Counter({(): len(missing)})
    return Counter(_Past(connection, missing, kept).explain())


def _rank(counts: Counter[tuple[Change, ...]]) -> tuple[Reason, ...]:
    return tuple(Reason(changes, count) for changes, count in counts.most_common())


class _Past:
    """The kept requests that missing ones are compared with; never one that the same run reuses."""

    def __init__(self, connection: sa.Connection, missing: Iterable[Request], reused: set[str]) -> None:
        self._connection, self._reused = connection, reused
        self._missing: list[Kept] = [canonical(request) for request in missing]
        self._contents = [content_digest(now) for now in self._missing]
        self._alike = self._find_alike()
        self._placed: Mapping[str, Sequence[Kept]] | None = None

    def explain(self) -> Iterator[tuple[Change, ...]]:
        """Say of each request what sets it apart from the nearest; nothing where there is none."""
        for now, content in zip(self._missing, self._contents, strict=True):
            alike = self._alike.get(content, ())
            placed = () if alike else self._find_placed().get(now["prompt"]["id"], ())
            compared = [tuple(_compare_sampling(kept, now)) for kept in alike]
            compared += [tuple(_compare_prompts(kept, now)) for kept in placed]
            yield min(compared, key=len, default=())

    def _find_alike(self) -> Mapping[str, Sequence[Kept]]:
        found: dict[str, list[Kept]] = defaultdict(list)
        query = sa.select(RESPONSES.c.content, RESPONSES.c.request).order_by(RESPONSES.c.created_at.desc())
        for some in batches(sorted(set(self._contents))):
            for row in self._connection.execute(query.where(RESPONSES.c.content.in_(some))):
                found[row.content].append(json.loads(row.request))
        return found

    def _find_placed(self) -> Mapping[str, Sequence[Kept]]:
        if self._placed is None:
            self._placed = found = defaultdict(list)
            wanted = {now["prompt"]["id"] for now in self._missing}
            query = sa.select(RESPONSES.c.key, RESPONSES.c.request).order_by(RESPONSES.c.created_at.desc())
            for row in self._connection.execute(query.limit(_LATEST)):
                kept = json.loads(row.request)
                if row.key not in self._reused and kept["prompt"]["id"] in wanted:
                    found[kept["prompt"]["id"]].append(kept)
        return self._placed


def _find_keys(connection: sa.Connection, keys: Sequence[str]) -> Iterator[str]:
    for some in batches(keys):
        yield from connection.scalars(sa.select(RESPONSES.c.key).where(RESPONSES.c.key.in_(some)))


def _compare_sampling(kept: Kept, now: Kept) -> Iterator[Change]:
    """Compare two requests that a model sees alike."""
    yield from _compare_settings(kept, now)
    if _root_of(kept) != _root_of(now):
        yield Change("root_seed")


def _compare_settings(kept: Kept, now: Kept) -> Iterator[Change]:
    yield from _compare_models(kept, now)
    before, after = kept["sampling"], now["sampling"]
    for name, value in after.items():
        if name != "seed" and before.get(name) != value:
            yield Change(_SETTINGS.get(name, name), _arrow(before.get(name), value))


def _compare_models(kept: Kept, now: Kept) -> Iterator[Change]:
    has_own_server = [request["base_url"].startswith(_EMBEDDED) for request in (kept, now)]
    if kept["model"] != now["model"]:
        yield Change("llm", _arrow(kept["model"], now["model"]))
    elif kept["base_url"] != now["base_url"] and all(has_own_server):
        yield Change("the model's file")
    if kept["base_url"] != now["base_url"] and not any(has_own_server):
        yield Change("llm_base_url", _arrow(kept["base_url"], now["base_url"]))


def _root_of(request: Kept) -> int | None:
    """Reduce a sampling seed to what follows from the root seed and the content alone.

    See `seedwise.generate.requests.sampling_seed`: a repeat lies ``n`` seeds behind the one before it.
    """
    sampling = request["sampling"]
    seed = sampling["seed"]
    return None if seed is None else int(seed) - int(request["prompt"]["repeat"]) * int(sampling["n"])


def _compare_prompts(kept: Kept, now: Kept) -> Iterator[Change]:
    """Compare two requests of the same place whose prompts differ."""
    yield from _compare_settings(kept, now)
    before, after = kept["prompt"], now["prompt"]
    changes = [
        *_compare_templates(before, after),
        *_compare_shown("exemplars", before, after, "other seeds or another draw"),
        *_compare_shown("hints", before, after, "other guides or another draw"),
        *_compare_shown("avoid", before, after, "other guides or another draw"),
        *_compare_shown("attributes", before, after, "other seeds or another draw"),
    ]
    yield from changes or [_compare_words(before, after)]


def _compare_templates(before: Kept, after: Kept) -> Iterator[Change]:
    if before["template"] != after["template"]:
        yield Change("template", _arrow(before["template"], after["template"]))


def _compare_shown(name: str, before: Kept, after: Kept, otherwise: str) -> Iterator[Change]:
    kept, now = list(before.get(name, ())), list(after.get(name, ()))
    if len(kept) != len(now):
        yield Change(name, f"{len(kept)} -> {len(now)} a prompt")
    elif kept != now:
        yield Change(name, otherwise)


def _compare_words(before: Kept, after: Kept) -> Change:
    if all(before[part] == after[part] for part in ("messages", "completion", "stop")):
        return Change("repeat", _arrow(before["repeat"], after["repeat"]))
    return Change("wording", "the same class, hints and exemplars in other words")


def _arrow(before: object, now: object) -> str:
    return f"{_show(before)} -> {_show(now)}"


def _show(value: object) -> str:
    return "unset" if value in (None, "") else str(value)
