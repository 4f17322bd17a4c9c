"""A provider's faults, one at a time, against a whole harvest: what the run does, keeps and exits with."""

from __future__ import annotations

import json
import random
import sqlite3
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import openai_server as server
from openai_server import Behaviour, Exchange, OpenAIServer

from seedwise.arms import Arm
from seedwise.config import EvaluateConfig, ExperimentConfig, GenerationConfig, RunConfig
from seedwise.errors import UserError
from seedwise.generate import Engine, Identity, RetryPolicy
from seedwise.generate.engine import Limits
from seedwise.generate.models import connect
from seedwise.grow import grow
from seedwise.journal import NO_CAPS, Caps, Journal
from seedwise.records import Dataset, Draw, Guides, Harvest, Row, Rows

MODEL = "openai/some-model"
BUDGET = "fault bench"
ANSWERS = 2
LABELS = ("anger", "joy")
SEEDS = Rows(
    Row(f"s-{label}-{i}", f"{label} seed text of number {i} with some padding {i * 7}", label, i)
    for label in LABELS
    for i in range(4)
)
DATASET = Dataset("made", LABELS, SEEDS, Rows([Row("t", "held back for the test alone", "joy", 99)]), "", "")
DRAW = Draw(0, SEEDS, Rows())
GUIDES = Guides(0, "xgboost", "signed", ())
WORDS = [
    f"{a}{b}{c}" for a in ("lo", "mi", "ka", "tu") for b in ("ra", "ne", "so") for c in ("pel", "dot", "win")
]

ROWS = 8
"""Rows wanted: 4 a class."""
ASKED = 6
"""Requests of a run that nothing disturbs: 3 a class, at 2 answers each and the expected 70 %."""
MOST_ASKED = 20
"""All that the candidate budget allows: 5 candidates a row wanted, at 2 a request; one without any is one."""
UNDER_WAY = 4
RETRIES = 2

QUICK = RetryPolicy(RETRIES, first_wait=0.01, patience=0.4)


@dataclass(frozen=True)
class Case:
    """A fault, and what is expected of the run that meets it.

    ``script`` answers the first requests, ``default`` all others (None: well). ``asked`` are the least
    and the most requests that may reach the server. ``statuses`` counts the journal's responses by
    status, ``failures`` its failed tries by fault; None where that depends on who came first.
    ``accepted`` counts the rows of the result: a shortfall is a result too. ``refusals`` are requests
    that no budget counts, for want of patience.
    """

    fault: str
    behaviour: str
    script: tuple[Behaviour, ...] = ()
    default: Behaviour | None = None
    asked: tuple[int, int] = (ASKED, ASKED)
    statuses: Mapping[str, int] = field(default_factory=lambda: {"complete": ASKED})
    failures: Mapping[str, int] | None = field(default_factory=dict)
    accepted: int = ROWS
    refusals: int = 0
    exit_code: int = 0
    timeout: float = 20.0
    policy: RetryPolicy = QUICK
    caps: Caps = NO_CAPS
    seconds: float | None = None
    latency: float = 0.0


@dataclass(frozen=True)
class Outcome:
    """What a run has come to; ``kept`` counts the whole answers' texts in the journal.

    ``counted`` are the requests that the budget has counted.
    """

    harvest: Harvest | None
    error: UserError | None
    asked: int
    kept: int
    statuses: Mapping[str, int]
    failures: Mapping[str, int]
    counted: int

    @property
    def exit_code(self) -> int:
        return 0 if self.error is None else self.error.exit_code

    @property
    def accepted(self) -> tuple[str, ...]:
        """The texts of the result."""
        return () if self.harvest is None else tuple(row.text for row in self.harvest.accepted)


@dataclass
class FaultServer(OpenAIServer):
    """A server that counts the texts which it has sent in good answers."""

    written: int = 0

    def note_written(self, texts: int) -> None:
        with self.lock:
            self.written += texts


def write_well(exchange: Exchange, *, model: str = "", most: int | None = None) -> None:
    """Answer with sentences that the screening accepts, drawn from what was asked and its seed."""
    body = server.completion(exchange.asked)
    body["choices"], body["model"] = body["choices"][:most], model or body["model"]
    for choice in body["choices"]:
        words = random.Random(f"{exchange.asked.content}/{exchange.asked.body['seed'] + choice['index']}")
        choice["message"]["content"] = " ".join(words.choices(WORDS, k=8))
    exchange.send_json(200, body)
    assert isinstance(exchange.server, FaultServer)
    exchange.server.note_written(len(body["choices"]))


class Poisoned:
    """Fails for ever with one request, and answers all others."""

    def __init__(self) -> None:
        self._poison: tuple[str, int] | None = None

    def __call__(self, exchange: Exchange) -> None:
        asked = exchange.asked.content, exchange.asked.body["seed"]
        self._poison = self._poison or asked
        (server.status(500, "not this one") if asked == self._poison else write_well)(exchange)


# --------------------------------------------------------------------------- the cases


def passing(fault: str, behaviour: Behaviour, name: str, *, times: int = 3, **changes: object) -> Case:
    """A fault that passes after some requests, each of which is asked again."""
    failures = {name: times} if name else {}
    words = "asked again" if name else "all wait, then asked again; no retry is used up"
    asked = (ASKED + times, ASKED + times)
    refusals = 0 if name else times
    script = (behaviour,) * times
    return Case(fault, words, script, asked=asked, failures=failures, refusals=refusals, **changes)


def lasting(fault: str, behaviour: Behaviour, words: str, most: int, **changes: object) -> Case:
    """A fault that begins after three good answers and stays; at most so many requests meet it."""
    few = {"statuses": {"complete": 3}, "failures": None, "accepted": 0, "exit_code": 2}
    asked = (4, 3 + most)
    return Case(fault, words, (write_well,) * 3, behaviour, asked, **few | changes)


def refused(fault: str, behaviour: Behaviour, words: str) -> Case:
    """A refusal that no retry mends: only what is under way at the first one meets it."""
    return lasting(fault, behaviour, words, UNDER_WAY, failures={})


def unusable(fault: str, behaviour: Behaviour, status: str, *, asked: int = MOST_ASKED) -> Case:
    """Answers that were paid for and are no rows, for ever: the candidate budget comes to an end."""
    return Case(
        fault,
        "recorded and counted as what they are; ends with a shortfall",
        default=behaviour,
        asked=(asked, asked),
        statuses={status: asked},
        accepted=0,
    )


_NO_PATIENCE = "all wait and try; given up when patience ends"
_SPENT = "asked again; given up when the retries are spent"
_AT_ONCE = "ends at once, saying what to mend"
_MOST_TRIES = 16
"""10 failures in a row open the circuit, and those spent by then end the run; a few more are under way."""
_HASTY = RetryPolicy(1, first_wait=0.01)
_PATIENT = RetryPolicy(0, first_wait=0.01, patience=30.0)

CASES = (
    Case("none", "–"),
    # patience
    passing("429 with Retry-After, 3 times", server.rate_limited("1"), "", policy=_PATIENT),
    passing("429 without Retry-After, 3 times", server.rate_limited(), "", policy=_PATIENT),
    lasting("429 with Retry-After for good", server.rate_limited("1"), _NO_PATIENCE, UNDER_WAY, failures={}),
    lasting("429 without Retry-After for good", server.rate_limited(), _NO_PATIENCE, 20, failures={}),
    refused("429: the money is spent", server.out_of_quota, "ends at once: no patience mends it"),
    # what may pass
    passing("500, 3 times", server.status(500), "server_error"),
    passing("502, 3 times", server.status(502), "server_error"),
    passing("503, 3 times", server.status(503), "server_error"),
    passing("503 with Retry-After, once", server.status(503, Retry_After="1"), "server_error", times=1),
    lasting("500 for good", server.status(500), _SPENT, _MOST_TRIES),
    Case(
        "500 for one request, for good",
        "that one is set aside after its retries, as failed; the others go on",
        default=Poisoned(),
        asked=(ASKED + RETRIES, ASKED + RETRIES),
        statuses={"complete": ASKED - 1, "failed": 1},
        failures={"server_error": RETRIES + 1},
    ),
    passing("hang, once", server.hang, "timeout", times=1, timeout=1.0),
    lasting("hang for good", server.hang, _SPENT, _MOST_TRIES, timeout=0.6, policy=_HASTY),
    passing("slow drip, once", server.drip, "timeout", times=1, timeout=1.0),
    lasting("slow drip for good", server.drip, _SPENT, _MOST_TRIES, timeout=0.6, policy=_HASTY),
    passing("connection reset mid-body, 3 times", server.reset_mid_body, "broken"),
    lasting("connection reset mid-body for good", server.reset_mid_body, _SPENT, _MOST_TRIES),
    passing("connection closed without a word, 3 times", server.hang_up, "broken"),
    # answers that are none
    passing("truncated JSON, 3 times", server.truncated_json, "unreadable"),
    lasting("truncated JSON for good", server.truncated_json, _SPENT, _MOST_TRIES),
    passing("not UTF-8, 3 times", server.not_utf8, "unreadable"),
    passing("a page of HTML, 3 times", server.not_json, "unreadable"),
    passing("200 with an error inside, 3 times", server.without_choices, "unreadable"),
    passing("10 MB, 3 times", server.oversized, "oversized"),
    lasting("10 MB for good", server.oversized, "read no further than 4 MB; " + _SPENT, _MOST_TRIES),
    # answers that are paid for and no rows
    unusable("no choices", server.no_choices, "empty", asked=2 * MOST_ASKED),
    unusable("null content", server.null_content, "empty"),
    unusable("finish_reason content_filter", server.finish("content_filter"), "filtered"),
    unusable("prompt refused by a content filter (400)", server.filtered, "filtered", asked=2 * MOST_ASKED),
    unusable("refusal in the provider's own field", server.refusal, "refused"),
    unusable("finish_reason length", server.finish("length"), "truncated"),
    Case(
        "the same text for ever",
        "kept once in all; ends with a shortfall when the candidate budget is spent",
        default=server.same_text("always the same seven words of a text"),
        asked=(MOST_ASKED, MOST_ASKED),
        statuses={"complete": MOST_ASKED},
        accepted=1,
    ),
    Case(
        "one answer instead of the two asked for",
        "what came counts; the next round asks for what is missing",
        default=partial(write_well, most=1),
        asked=(ASKED + 2, ASKED + 2),
        statuses={"complete": ASKED + 2},
    ),
    Case(
        "answered by another model",
        "kept, with the name of the model that has answered",
        default=partial(write_well, model="another-model"),
    ),
    # what the user must mend
    refused("401", server.status(401, "no such key"), _AT_ONCE),
    refused("404: the model does not exist", server.status(404, "no such model"), _AT_ONCE),
    refused("400: the prompt is too long", server.status(400, "maximum context length is 9"), _AT_ONCE),
    # what the user has set
    Case(
        "max_requests reached",
        "ends before the next request",
        asked=(4, 4),
        statuses={"complete": 4},
        accepted=0,
        exit_code=3,
        caps=Caps(requests=4),
    ),
    Case(
        "max_minutes over",
        "finishes what is under way, then ends",
        asked=(4, 4),
        statuses={"complete": 4},
        accepted=0,
        exit_code=3,
        seconds=1.0,
        latency=1.3,
    ),
)


# --------------------------------------------------------------------------- running a case


def run_case(case: Case, openai: FaultServer, folder: Path) -> Outcome:
    """Grow an arm against a server that misbehaves; what the folder's journal holds is not asked again."""
    openai.default, openai.latency = case.default or write_well, case.latency
    openai.script.clear()
    openai.script.extend(case.script)
    harvest, error, before = None, None, len(openai.asked)
    with open_engine_of(case, openai.url, folder) as engine:
        try:
            harvest = grow(Arm.NAIVE, DRAW, DATASET, GUIDES, config_of(openai.url), engine)
        except UserError as exc:
            error = exc
    asked = len(openai.asked) - before
    statuses = count(folder, "SELECT status, count(*) FROM responses GROUP BY status")
    failures = count(folder, "SELECT fault, count(*) FROM failures GROUP BY fault")
    counted = count(folder, "SELECT budget, requests FROM ledger").get(BUDGET, 0)
    return Outcome(harvest, error, asked, count_kept(folder), statuses, failures, counted)


def config_of(url: str) -> ExperimentConfig:
    return ExperimentConfig(
        evaluate=EvaluateConfig(added=(ROWS,)),
        generation=GenerationConfig(llm=MODEL, llm_base_url=url, answers_per_request=ANSWERS),
    )


@contextmanager
def open_engine_of(case: Case, url: str, folder: Path) -> Iterator[Engine]:
    """Open an engine as a run does, but with the case's patience."""
    generation = config_of(url).generation
    run = RunConfig(state_dir=folder, request_timeout=case.timeout)
    stop_at = None if case.seconds is None else time.monotonic() + case.seconds
    with (
        Journal(run.journal) as journal,
        Engine(
            Identity(MODEL, url, is_embedded=False),
            generation,
            journal,
            lambda: connect(generation, run),
            concurrency=UNDER_WAY,
            policy=case.policy,
            limits=Limits(BUDGET, case.caps, stop_at=stop_at),
        ) as engine,
    ):
        yield engine


def count(folder: Path, query: str) -> dict[str, int]:
    """Read a journal's counts, past the journal's own code."""
    with closing(sqlite3.connect(folder / "journal.db")) as connection:
        return dict(connection.execute(query))


def count_kept(folder: Path) -> int:
    """Count the texts of the whole answers that a journal holds."""
    with closing(sqlite3.connect(folder / "journal.db")) as connection:
        rows = connection.execute("SELECT choices FROM responses WHERE status = 'complete'").fetchall()
    return sum(len(json.loads(choices)) for (choices,) in rows)


def table_of(outcomes: Iterable[tuple[Case, Outcome]]) -> Iterator[str]:
    """Write what came of the cases as a markdown table."""
    yield f"| fault | what the run does | requests | rows kept | of {ROWS} wanted | exit code |"
    yield "|---|---|---:|---:|---:|---:|"
    for case, got in outcomes:
        accepted = "–" if got.harvest is None else str(len(got.accepted))
        cells = case.fault, case.behaviour, got.asked, got.kept, accepted, got.exit_code
        yield "| " + " | ".join(map(str, cells)) + " |"


def run_all() -> Iterator[tuple[Case, Outcome]]:
    """Run every case against a server, and in a folder, of its own."""
    for case in CASES:
        with tempfile.TemporaryDirectory() as folder, FaultServer() as openai:
            yield case, run_case(case, openai, Path(folder))
