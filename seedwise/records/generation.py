"""What is asked of a model, and what comes of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from seedwise.arms import Arm
from seedwise.identity import VOLATILE, digest


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of a chat prompt."""

    role: Literal["system", "user", "assistant"]
    content: str


@dataclass(frozen=True, slots=True)
class Prompt:
    """A rendered prompt: chat ``messages``, or a raw ``completion`` text to be continued.

    Attributes
    ----------
    id : str
        ``arm/label/index``: unique within a draw and stable across runs.
    repeat : int
        How many earlier prompts of this arm and class have the same content.
    template : str
        Template id and version, e.g. ``keyword_lines@1``.
    hints, exemplars : tuple of str
        The tokens and the seed row ids that this prompt shows.
    stop : tuple of str
        Strings that end the answer.
    avoid : tuple of str
        Tokens that the text is asked to do without.
    attributes : tuple of str
        Traits asked for, drawn from one seed row, e.g. ``hashtag`` or ``past``.
    source : str
        Id of the seed row of another class that is to be rewritten; empty where none is.
    """

    id: str
    arm: Arm
    label: str
    template: str
    messages: tuple[Message, ...] = ()
    completion: str = ""
    repeat: int = 0
    hints: tuple[str, ...] = ()
    exemplars: tuple[str, ...] = ()
    stop: tuple[str, ...] = ()
    avoid: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True)
class Sampling:
    """Sampling parameters sent with a request; ``None`` leaves a parameter to the provider.

    ``n`` answers are asked for at once; answer i of a seeded request is drawn with ``seed + i``.
    """

    temperature: float | None
    top_p: float | None
    min_p: float | None
    max_tokens: int
    n: int
    seed: int | None


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of a model; its ``key`` is its identity in the journal.

    ``model`` and ``base_url`` name the model as the journal knows it, never a passing port. The key is a
    digest of these, the content, the sampling, the template and the repeat index. The arm and the prompt's
    id are left out: two arms that ask the same thing share the answer.
    """

    model: str
    base_url: str
    prompt: Prompt
    sampling: Sampling
    key: str = field(init=False, compare=False, metadata=VOLATILE)

    def __post_init__(self) -> None:
        prompt = self.prompt
        content = [prompt.messages, prompt.completion, prompt.stop, prompt.template, prompt.repeat]
        key = digest([self.model, self.base_url, content, self.sampling])[:40]
        object.__setattr__(self, "key", key)


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer; ``finish`` is the provider's reason (``stop``, ``length``, ``content_filter``, …).

    ``refusal`` stands for a refusal that the provider marks as one, ``failed`` for a request that was never
    answered though it was tried again and again while others were.
    """

    text: str
    finish: str


@dataclass(frozen=True, slots=True)
class Response:
    """All that came back for one request, as the journal keeps it.

    ``cost`` is in US dollars, None where no price is known. ``seconds`` is the request's own wall time
    when it was first asked. ``reused`` tells that this run did not ask for it.
    """

    key: str
    choices: tuple[Choice, ...]
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    seconds: float = field(metadata=VOLATILE)
    reused: bool = field(default=False, metadata=VOLATILE)


@dataclass(frozen=True, slots=True)
class Candidate:
    """One generated row with its passport; ``reason`` is empty for an accepted row.

    ``detail`` explains the reason (the id of the row it copies, the length it has). ``confidence`` is the
    probability in [0, 1] that a classifier trained on the seeds alone gives the intended label; None where
    none was asked. ``round`` counts feedback rounds from 0. ``cost`` is its even share of what its response
    cost when it was first paid for, in US dollars; None where no price is known. The rest is the prompt's.
    """

    id: str
    text: str
    label: str
    arm: Arm
    draw: int
    prompt_id: str
    request_key: str
    choice: int
    template: str
    model: str
    hints: tuple[str, ...]
    exemplars: tuple[str, ...]
    reason: str = ""
    detail: str = ""
    avoid: tuple[str, ...] = ()
    attributes: tuple[str, ...] = ()
    source: str = ""
    confidence: float | None = None
    round: int = 0
    cost: float | None = None


@dataclass(frozen=True, slots=True)
class LimitChange:
    """A new bound on the requests under way: ``second`` since the first request, the bound, and why.

    ``cause`` is ``start``, ``refused`` (429), ``grown``, ``broken`` (one request at a time, to see whether
    the provider is back) or ``mended``.
    """

    second: float
    limit: int
    cause: str


@dataclass(frozen=True, slots=True)
class Traffic:
    """What it took to be answered: tries sent, refused with 429, and failed, by the name of the fault.

    ``set_aside`` counts requests that were never answered though others were; ``paused`` the seconds in
    which the provider wanted to be left alone.
    """

    sent: int = 0
    refused: int = 0
    failed: Mapping[str, int] = field(default_factory=dict)
    set_aside: int = 0
    paused: float = 0.0
    limits: tuple[LimitChange, ...] = ()


@dataclass(frozen=True, slots=True)
class Confusion:
    """Seeds of ``label`` that were taken for class ``taken_for``, as a share of the seeds of ``label``."""

    label: str
    taken_for: str
    share: float


@dataclass(frozen=True, slots=True)
class RoundNote:
    """What one round of growing brought in, and what was learnt from it.

    Attributes
    ----------
    round : int
        Its number, from 0.
    rows : int
        Rows kept of it.
    requests, prompt_tokens, completion_tokens : int
        Of the round, as when they were first paid for.
    cost : float or None
        US dollars; None where no price is known.
    macro_f1 : float or None
        Cross-validated macro-F1 on the seeds, trained on seeds and all rows so far; None where it was not
        measured.
    gain : float or None
        Difference in that to the round before, to the seeds alone for the first, a hundred rows trained on.
    detector_auc : float or None
        Out-of-fold AUC of a classifier that tells the rows so far from seeds; None where none was asked.
    confused : tuple of Confusion
        The commonest confusions of the seeds, out of fold, commonest first.
    remark : str
        What was decided after it, in a sentence; empty where nothing was.
    """

    round: int
    rows: int
    requests: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    macro_f1: float | None = None
    gain: float | None = None
    detector_auc: float | None = None
    confused: tuple[Confusion, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Harvest:
    """What one arm of one draw brought in: accepted and rejected rows in the order they were asked for.

    ``asked`` and ``shortfall`` count rows a class; ``shortfall`` holds only classes that fell short.
    ``requests`` and ``responses`` count calls, ``candidates`` the answers in them; tokens, cost and
    seconds are those of the calls when they were first paid for, reused ones included. ``traffic`` is what
    this run sent; empty where the journal held everything. Where rows were selected, the accepted ones of a
    class are in the order of their selection. ``rounds`` is empty where rows were grown in one.
    """

    arm: Arm
    draw: int
    accepted: tuple[Candidate, ...]
    rejected: tuple[Candidate, ...]
    asked: Mapping[str, int]
    shortfall: Mapping[str, int]
    requests: int
    responses: int
    candidates: int
    prompt_tokens: int
    completion_tokens: int
    cost: float | None
    seconds: float = field(metadata=VOLATILE)
    reused: int = field(default=0, metadata=VOLATILE)
    traffic: Traffic = field(default_factory=Traffic, metadata=VOLATILE)
    rounds: tuple[RoundNote, ...] = ()

    @property
    def content_digest(self) -> str:
        """Digest of what later stages read: the accepted and rejected rows."""
        return digest([self.arm, self.draw, [_candidate(c) for c in self.accepted + self.rejected]])


def _candidate(row: Candidate) -> list[Any]:
    return [row.id, row.text, row.label, row.request_key, row.choice, row.reason, row.round]
