"""The records that cross from one stage to the next."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal, overload

import numpy as np
import numpy.typing as npt

from seedwise.arms import Arm
from seedwise.identity import digest

VOLATILE: Mapping[str, Any] = {"volatile": True}
"""Field metadata that keeps a timing out of the content digest."""


# --------------------------------------------------------------------------- real rows


@dataclass(frozen=True, slots=True)
class Row:
    """One labelled real text.

    ``id`` is unique in its data set and stable across runs; ``group`` is shared by near-duplicates.
    """

    id: str
    text: str
    label: str
    group: int


class Rows(Sequence[Row]):
    """An immutable, ordered collection of rows that knows its content digest.

    It is deliberately neither a list nor a dataclass: orchestrators walk into those value by value.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._rows = tuple(rows)

    @overload
    def __getitem__(self, index: int) -> Row: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> Row | Rows:
        return Rows(self._rows[index]) if isinstance(index, slice) else self._rows[index]

    def __len__(self) -> int:
        return len(self._rows)

    def __iter__(self) -> Iterator[Row]:
        return iter(self._rows)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Rows) and self._rows == other._rows

    def __hash__(self) -> int:
        return hash(self._rows)

    def __repr__(self) -> str:
        return f"Rows({len(self)} rows, {self.content_digest[:12]})"

    def __add__(self, other: Rows) -> Rows:
        return Rows(self._rows + other._rows)

    @cached_property
    def content_digest(self) -> str:
        """Digest of ids, texts, labels and groups, in order."""
        return digest([[r.id, r.text, r.label, r.group] for r in self._rows])

    @property
    def texts(self) -> list[str]:
        """The texts, in order."""
        return [row.text for row in self._rows]

    @property
    def labels(self) -> list[str]:
        """The labels, in order."""
        return [row.label for row in self._rows]

    def of_label(self, label: str) -> Rows:
        """Keep the rows of one class, in order."""
        return Rows(row for row in self._rows if row.label == label)


@dataclass(frozen=True, slots=True)
class Dataset:
    """A labelled data set, normalised and split; no near-duplicate group straddles the split.

    ``labels`` are sorted; ``notes`` say what was substituted, dropped or merged on the way, in full
    sentences, for the log and the report's title.
    """

    name: str
    labels: tuple[str, ...]
    train: Rows
    test: Rows
    source: str
    license: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Draw:
    """One random choice of seeds, and the rest of the training rows in the order the real arm adds them."""

    index: int
    seeds: Rows
    pool: Rows


# --------------------------------------------------------------------------- explanations


@dataclass(frozen=True, slots=True)
class ModelScore:
    """Cross-validated macro-F1 of one candidate classifier on the seeds: in [0, 1]."""

    name: str
    mean_f1: float
    std_f1: float
    fold_f1: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """Which classifier is explained, by which rule, and how its rivals did (best mean first)."""

    chosen: str
    rule: str
    scores: tuple[ModelScore, ...]


@dataclass(frozen=True, slots=True)
class TokenScore:
    """How one token speaks for one class.

    Attributes
    ----------
    token : str
        As the explainer's vectoriser writes it.
    score : float
        What the ranking sorts by, descending; unit by method.
    shap : float
        Mean SHAP value (log-odds, or margin units) over the rows that hold the token; sign kept.
    tfidf_difference : float
        Mean tf-idf over rows of the class minus the mean over all other rows, in [-1, 1].
    stability : float
        Share of resamples in which the token is among the top ones, in [0, 1].
    support : int
        Seed rows of the class that hold the token.
    """

    token: str
    score: float
    shap: float
    tfidf_difference: float
    stability: float
    support: int


@dataclass(frozen=True, slots=True)
class Guide:
    """What the explanations tell the prompt about one class; every list is ranked, best first.

    ``placebo`` tokens are random seed words that match the guided tokens' frequency, ``other_class``
    tokens the guided ones of other classes. ``avoid`` tokens vote for other classes rather than for this
    one. ``exemplars`` are ids of seed rows of the class, the clearest first; ``diverse`` those of a few that
    are both clear and unlike one another.
    """

    label: str
    guided: tuple[TokenScore, ...]
    tfidf: tuple[TokenScore, ...]
    placebo: tuple[TokenScore, ...]
    exemplars: tuple[str, ...]
    other_class: tuple[TokenScore, ...] = ()
    avoid: tuple[TokenScore, ...] = ()
    diverse: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Guides:
    """The guides of one draw, a guide a class, in the data set's label order."""

    draw: int
    explainer: str
    method: str
    guides: tuple[Guide, ...]

    def of_label(self, label: str) -> Guide:
        """Find the guide of a class; KeyError where there is none."""
        for guide in self.guides:
            if guide.label == label:
                return guide
        raise KeyError(label)


# --------------------------------------------------------------------------- generation


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
    none was asked. ``round`` counts feedback rounds from 0. The rest is the prompt's.
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


# --------------------------------------------------------------------------- evaluation


@dataclass(frozen=True, slots=True)
class Score:
    """One cell of the comparison: a classifier trained on seeds plus added rows, scored on real test rows.

    All scores lie in [0, 1] but ``mcc`` in [-1, 1]. ``predicted`` holds a label index for each test row.
    ``n_added`` is what was really added; less than ``added`` where the arm ran short.
    """

    arm: Arm
    classifier: str
    added: int
    draw: int
    n_train: int
    n_added: int
    macro_f1: float
    per_class_f1: Mapping[str, float]
    weighted_f1: float
    balanced_accuracy: float
    mcc: float
    predicted: npt.NDArray[np.int8]
    seconds: float = field(metadata=VOLATILE)


Verdict = Literal["better", "equivalent", "worse", "cannot tell"]
"""What a difference comes to, by rule."""


@dataclass(frozen=True, slots=True)
class Effect:
    """A difference in F1 (arm - baseline, in [-1, 1]), its intervals, tests and verdict.

    Attributes
    ----------
    ci_low, ci_high : float
        Bounds of the 95 % interval; over two or three draws they can lie beyond [-1, 1].
    tost_low, tost_high : float
        Bounds of the 90 % interval: two one-sided tests at 5 % call the arms equivalent where it lies
        within the margin.
    p : float
        Two-sided p-value of no difference, from the resamples, in (0, 1].
    p_holm : float
        The same after Holm's correction over the family, at least ``p``.
    detectable : float
        Smallest true difference that a run like this shows in 80 % of cases (two-sided 5 %, before
        Holm's correction).
    verdict : Verdict
        By rule from the above.
    """

    difference: float
    ci_low: float
    ci_high: float
    tost_low: float
    tost_high: float
    p: float
    p_holm: float
    detectable: float
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Significance:
    """Further tests of one difference in macro-F1; None where a test is not defined (one draw, no spread).

    ``corrected_t`` and ``wilcoxon`` are two-sided p-values over draws, ``mcnemar`` over the test rows,
    ``tost`` the larger p of the two one-sided tests over draws against the margin. The verdict does not
    read them, and they are not corrected for the number of tests.
    """

    corrected_t: float | None
    wilcoxon: float | None
    mcnemar: float | None
    tost: float | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Difference of an arm to its baseline in macro-F1, then in each class's F1.

    ``by_draw`` holds the difference in macro-F1 of each of ``draws`` draws, in draw order.
    """

    arm: Arm
    baseline: Arm
    classifier: str
    added: int
    draws: int
    macro: Effect
    per_class: Mapping[str, Effect]
    by_draw: tuple[float, ...]
    tests: Significance

    @property
    def difference(self) -> float:
        """Arm minus baseline in macro-F1, in [-1, 1]."""
        return self.macro.difference

    @property
    def ci_low(self) -> float:
        """Lower bound of the 95 % interval."""
        return self.macro.ci_low

    @property
    def ci_high(self) -> float:
        """Upper bound of the 95 % interval."""
        return self.macro.ci_high


@dataclass(frozen=True, slots=True)
class LearningCurve:
    """The real learning curve F1 = a - b * n**(-c) of one classifier; ``label`` is empty for macro-F1.

    ``sizes`` are numbers of real training rows, ``means`` the F1 over draws that was fitted.
    """

    classifier: str
    label: str
    a: float
    b: float
    c: float
    sizes: tuple[int, ...]
    means: tuple[float, ...]


@dataclass(frozen=True, slots=True)
class Exchange:
    """How many real rows one added row of an arm is worth; ``label`` is empty for macro-F1.

    Below 0 the added rows do harm; infinite where the arm does better than the curve's limit. The bounds
    are those of the 95 % interval, infinite where too many resamples of the real curve do not grow. A rate
    beyond the curve's largest size is extrapolated.
    """

    arm: Arm
    classifier: str
    added: int
    label: str
    rate: float
    ci_low: float
    ci_high: float


@dataclass(frozen=True, slots=True)
class Harm:
    """Cells (class x added size) of an arm under one classifier that lie below ``seed_only``.

    ``lower`` counts those whose mean is lower, ``harmed`` those whose whole 95 % interval is.
    """

    arm: Arm
    classifier: str
    cells: int
    lower: int
    harmed: int


@dataclass(frozen=True, slots=True)
class Saturation:
    """The least added size from which on no further rows of an arm are worth the margin.

    None where the last step may still be worth it, where the run cannot tell, and with one size.
    """

    arm: Arm
    classifier: str
    added: int | None


@dataclass(frozen=True, slots=True)
class Recall:
    """How far SHAP learnt from an arm's rows alone agrees with SHAP learnt from held-out real rows.

    ``overlap`` is the share of the held-out real rows' ``k`` top tokens (fewer where there are fewer) that
    are among the arm's, in [0, 1], ``correlation`` Spearman's over the tokens that either knows, in [-1, 1];
    the floors are those of other real rows, as many. None where the reference has no token, a correlation
    also where the arm has none.
    """

    arm: Arm
    draw: int
    label: str
    k: int
    overlap: float | None
    correlation: float | None
    real_overlap: float | None
    real_correlation: float | None


@dataclass(frozen=True, slots=True)
class Edits:
    """What rewriting did in one arm and draw: means over its accepted rows with a source; all in [0, 1].

    Attributes
    ----------
    rows : int
        Accepted rows that have a source, at least 1.
    validity : float
        Share of rows that a classifier trained on the seeds alone takes for the intended class.
    proximity : float
        1 less the token edit distance to the source over the length of the longer of the two.
    sparsity : float
        Share of the source's tokens that are no longer there, wherever they stand: the less, the better.
    """

    arm: Arm
    draw: int
    rows: int
    validity: float
    proximity: float
    sparsity: float


@dataclass(frozen=True, slots=True)
class Evaluation:
    """All cells of an experiment, and what follows from them."""

    scores: tuple[Score, ...]
    comparisons: tuple[Comparison, ...]
    curves: tuple[LearningCurve, ...] = ()
    exchanges: tuple[Exchange, ...] = ()
    harms: tuple[Harm, ...] = ()
    saturations: tuple[Saturation, ...] = ()
    recalls: tuple[Recall, ...] = ()
    edits: tuple[Edits, ...] = ()


# --------------------------------------------------------------------------- linguistics


@dataclass(frozen=True, slots=True)
class Trait:
    """One linguistic measure of one arm and class beside held-out real text of the class.

    ``floor_low`` and ``floor_high`` bound what real text shows against real text at the same size;
    ``outside`` says that ``value`` lies beyond them. None where a measure is undefined (too little text).
    """

    family: str
    measure: str
    unit: str
    arm: Arm
    label: str
    value: float | None
    real: float | None
    floor_low: float | None
    floor_high: float | None
    outside: bool | None


@dataclass(frozen=True, slots=True)
class Linguistics:
    """All traits of an experiment and the token budget at which richness was measured."""

    traits: tuple[Trait, ...]
    token_budget: int
    notes: tuple[str, ...] = ()
