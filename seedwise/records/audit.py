"""What a set of synthetic rows is held against in an audit, and what is found."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from seedwise.records.real import Rows

ALL = "all"
"""The label under which all classes are pooled."""

SEEDS = "seeds"
"""What held-out text is where there is no other real text than the seeds."""


@dataclass(frozen=True, slots=True)
class Specimen:
    """One synthetic row as an audit reads it.

    ``id`` is unique in its exhibit. ``hints`` and ``exemplars`` are the tokens and the ids of the seed rows
    that its prompt showed; empty where nothing is known of a prompt.
    """

    id: str
    text: str
    label: str
    hints: tuple[str, ...] = ()
    exemplars: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Lot:
    """The synthetic rows of one draw beside real rows that their prompts could and could not have shown.

    ``seeds`` could have been shown. ``unseen`` are real rows like them that no prompt of the draw could
    show, without near-duplicates of seeds; empty where there are none.
    """

    draw: int
    rows: tuple[Specimen, ...]
    seeds: Rows
    unseen: Rows


@dataclass(frozen=True)
class Exhibit:
    """A set of synthetic rows, and the real text that it is held against.

    Attributes
    ----------
    name : str
        The arm, or the name of the file.
    labels : tuple of str
        The data set's classes.
    lots : tuple of Lot
        In draw order; at least one.
    held_out : Rows
        Real text beside which language and distribution are measured: in no draw's seeds. Where there is
        none, the seeds themselves.
    held_out_is : str
        What that text is, in a few words: ``training split``, ``test split``, or `SEEDS`.
    test : Rows
        Real rows that score classifiers, and must not be among the synthetic ones; possibly empty.
    """

    name: str
    labels: tuple[str, ...]
    lots: tuple[Lot, ...]
    held_out: Rows
    held_out_is: str
    test: Rows

    @cached_property
    def rows(self) -> tuple[Specimen, ...]:
        """All rows in the order of the lots; exact repeats of text and label within a class only once."""
        first: dict[tuple[str, str], Specimen] = {}
        for lot in self.lots:
            for row in lot.rows:
                first.setdefault((row.text, row.label), row)
        return tuple(first.values())


Subject = Literal[
    "privacy", "memorisation", "contamination", "diversity", "authenticity", "validity", "safety"
]
"""What a check of an audit is about."""


@dataclass(frozen=True, slots=True)
class Check:
    """One figure of an audit; a gate where the config sets a bound for it.

    Attributes
    ----------
    subject, measure : str
        ``measure`` is unique within a subject, in plain words: ``nearer to seeds than to unseen rows``.
    name, label : str
        The exhibit; a class, or ``all``.
    value : float or None
        What was found; None where it cannot be measured (``remark`` says why).
    low, high : float or None
        Bounds of its 95 % interval; None where none is defined.
    reference : float or None
        What real rows show in the same place, or the ideal.
    bound : float or None
        The gate's threshold; None for a figure that no gate reads.
    relation : str or None
        ``at most`` or ``at least`` the bound; None without one.
    passed : bool or None
        None for a figure that no gate reads, or that could not be measured.
    rows : tuple of str
        Ids of the synthetic rows that count against it, worst first.
    remark : str
        A sentence that tells a reader what the figure says here; empty where the figure does.
    """

    subject: Subject
    measure: str
    name: str
    label: str
    value: float | None
    low: float | None = None
    high: float | None = None
    reference: float | None = None
    bound: float | None = None
    relation: Literal["at most", "at least"] | None = None
    passed: bool | None = None
    rows: tuple[str, ...] = ()
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Contrast:
    """Effect size of one linguistic measure taken text by text: synthetic against held-out real text.

    ``delta`` is Cliff's delta in [-1, 1], above 0 where synthetic texts have more, with the bounds of its
    95 % interval; ``size`` is ``negligible``, ``small``, ``medium`` or ``large`` (bounds .147, .33, .474 of
    its absolute value), empty where not measured. ``p`` is Mann-Whitney's, two-sided, ``p_holm`` the same
    after Holm's correction within the family, arm and label. None where either side has fewer than ten
    texts.
    """

    family: str
    measure: str
    name: str
    label: str
    delta: float | None
    low: float | None
    high: float | None
    size: str
    p: float | None
    p_holm: float | None


@dataclass(frozen=True, slots=True)
class Distance:
    """A distance between synthetic and held-out real text, beside that between real texts of the same size.

    Attributes
    ----------
    family : str
        ``distribution``, ``embedding``, ``cluster`` or ``feature vector``.
    measure, features : str
        ``Fréchet distance`` of ``embedding``, say; features are ``lexical``, ``style`` or ``embedding``.
    better : str
        Whether ``lower`` or ``higher`` values are like real text.
    value : float or None
        Mean over samples; None where there is too little text.
    real, floor_low, floor_high : float or None
        Mean and bounds (2.5th to 97.5th percentile) of the same between two real samples.
    p : float or None
        Of a permutation test where the measure has one.
    outside : bool or None
        Whether the value lies beyond the floor on the side that is unlike real text.
    """

    family: str
    measure: str
    features: str
    name: str
    label: str
    better: Literal["lower", "higher"]
    value: float | None
    real: float | None
    floor_low: float | None
    floor_high: float | None
    p: float | None = None
    outside: bool | None = None


@dataclass(frozen=True, slots=True)
class Detection:
    """How well a classifier tells synthetic from held-out real rows: a classifier two-sample test.

    ``auc`` (out of fold, .5 where they cannot be told apart) with the bounds of its 95 % interval,
    ``macro_f1`` of the same detector, ``p`` of a permutation test, ``floor_low`` and ``floor_high`` what
    telling real from real reaches at this size, ``rows`` a side. None where there are too few rows.
    """

    name: str
    label: str
    features: Literal["lexical", "style", "embedding"]
    auc: float | None
    low: float | None
    high: float | None
    macro_f1: float | None
    p: float | None
    floor_low: float | None
    floor_high: float | None
    rows: int


@dataclass(frozen=True, slots=True)
class GiveAway:
    """A token or habit by which a detector knows synthetic rows (``weight`` above 0) or real ones (below).

    ``weight`` is the mean SHAP value (log-odds of being synthetic) over the rows that have it; for a habit,
    the mean over synthetic less that over real rows, with the sign of the side that has more of it.
    ``synthetic`` and ``real`` are the share of rows that hold the token, or the habit's mean, on either side.
    """

    name: str
    label: str
    features: Literal["lexical", "style"]
    token: str
    weight: float
    synthetic: float
    real: float


@dataclass(frozen=True, slots=True)
class Stuffing:
    """How often synthetic rows hold words that their prompt hinted at, beside held-out real rows.

    Attributes
    ----------
    rows : int
        Synthetic rows whose prompt showed hints.
    shown : float
        Hinted words a prompt shows, on average.
    held : float
        Share of the hinted words that the row holds, in [0, 1].
    per_row, real_per_row : float
        Occurrences of the class's hinted words in a row: synthetic rows, and real rows of the class.
    ratio : float or None
        The one over the other; None where real rows hold none.
    """

    name: str
    label: str
    rows: int
    shown: float
    held: float
    per_row: float
    real_per_row: float
    ratio: float | None


@dataclass(frozen=True, slots=True)
class Nearest:
    """The real rows nearest to one synthetic row: among its seeds, and among unseen rows.

    Distances lie in [0, 1], 0 for a copy. ``seed`` is the nearest of all seeds. ``unseen_distance`` is that
    to the nearest of some unseen rows, and ``matched_distance`` that to the nearest of as many seeds, of
    the same classes: these two can be compared. All three are None without unseen rows.
    """

    row: str
    seed: str
    seed_distance: float
    unseen: str | None = None
    unseen_distance: float | None = None
    matched_distance: float | None = None


@dataclass(frozen=True, slots=True)
class Opinion:
    """What a classifier trained on real rows that no prompt showed takes a synthetic row for."""

    row: str
    label: str
    predicted: str

    @property
    def agrees(self) -> bool:
        """Whether that is the label that the row was written for."""
        return self.predicted == self.label


@dataclass(frozen=True, slots=True)
class Composite:
    """One number for how far an exhibit's language lies outside the real-vs-real floor.

    ``value`` is the mean over families of the share of measures outside the floor, in [0, 1]; about .05
    for real text. ``families`` names each family with its share. None where nothing was measured.
    """

    name: str
    label: str
    value: float | None
    families: tuple[FamilyShare, ...]


@dataclass(frozen=True, slots=True)
class FamilyShare:
    """The share of a family's measures that lie outside the floor, in [0, 1], and how many there are."""

    family: str
    outside: float
    measures: int


@dataclass(frozen=True, slots=True)
class Audit:
    """All that an audit found in one exhibit; ``notes`` are full sentences a reader must know."""

    name: str
    rows: int
    checks: tuple[Check, ...] = ()
    contrasts: tuple[Contrast, ...] = ()
    distances: tuple[Distance, ...] = ()
    detections: tuple[Detection, ...] = ()
    giveaways: tuple[GiveAway, ...] = ()
    stuffing: tuple[Stuffing, ...] = ()
    nearest: tuple[Nearest, ...] = ()
    opinions: tuple[Opinion, ...] = ()
    composites: tuple[Composite, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def failed(self) -> tuple[Check, ...]:
        """The gates that did not pass."""
        return tuple(check for check in self.checks if check.passed is False)
