"""How often something is found in synthetic rows, and in real ones of the same classes."""

from __future__ import annotations

from dataclasses import dataclass

from scipy import stats

from seedwise.records import Check, Subject
from seedwise.safety.sides import Flags, Floats, Pair


@dataclass(frozen=True, slots=True)
class Rate:
    """A share in [0, 1] with the bounds of its 95 % interval; all None where there are no rows."""

    value: float | None
    low: float | None = None
    high: float | None = None

    def lies_above(self, other: Rate) -> bool:
        """Whether the interval lies wholly above another's."""
        return self.low is not None and other.high is not None and self.low > other.high

    def is_apart_from(self, other: Rate) -> bool:
        """Whether the two intervals share nothing: rarer by chance than one time in twenty."""
        return self.lies_above(other) or other.lies_above(self)

    def __str__(self) -> str:
        if self.value is None or self.low is None or self.high is None:
            return "unknown"
        return f"{self.value:.1%} (95 % interval {self.low:.1%} to {self.high:.1%})"


UNKNOWN = Rate(None)


def rate(hits: float, rows: float) -> Rate:
    """Divide hits by rows, with the interval of Wilson (1927).

    Parameters
    ----------
    hits, rows
        Effective numbers of weighted rows are rounded for the interval. No rows give `UNKNOWN`.
    """
    if rows <= 0:
        return UNKNOWN
    whole = max(1, round(rows))
    bounds = stats.binomtest(min(whole, round(hits / rows * whole)), whole).proportion_ci(method="wilson")
    return Rate(hits / rows, float(bounds.low), float(bounds.high))


def rate_of(hits: Flags) -> Rate:
    """Measure the share of texts that are marked."""
    return rate(int(hits.sum()), len(hits))


def weighted_rate(hits: Flags, weights: Floats) -> Rate:
    """Measure the weighted share of texts that are marked; the interval is that of as many rows as count.

    They are (sum of weights)² / sum of squared weights, Kish's effective sample size (1965).
    """
    total = float(weights.sum())
    if not total:
        return UNKNOWN
    effective = total**2 / float((weights**2).sum())
    return rate(float(weights @ hits) / total * effective, effective)


@dataclass(frozen=True, slots=True)
class Rates:
    """A share among the synthetic rows of a class, and among real rows."""

    synthetic: Rate
    real: Rate

    @classmethod
    def of(cls, pair: Pair, label: str, synthetic: Flags, real: Flags) -> Rates:
        """Compare one class, or all: then real classes weigh what the synthetic ones do.

        Parameters
        ----------
        pair
            Both sides.
        label
            A class, or ``all``.
        synthetic, real
            Marks of all texts of either side.
        """
        of_label = pair.real.having(label)
        counted = weighted_rate(real[of_label], pair.weights()[of_label])
        if not pair.synthetic.having(label).any():
            counted = rate_of(real[of_label])
        return cls(rate_of(synthetic[pair.synthetic.having(label)]), counted)

    def figure(
        self,
        subject: Subject,
        measure: str,
        name: str,
        label: str,
        rows: tuple[str, ...] = (),
        remark: str = "",
    ) -> Check:
        """Make a check that no gate reads; without a remark it says how the two shares compare."""
        rate = self.synthetic
        remark = remark or self._compare()
        return Check(
            *(subject, measure, name, label),
            *(rate.value, rate.low, rate.high),
            reference=self.real.value,
            rows=rows,
            remark=remark,
        )

    def _compare(self) -> str:
        if self.synthetic.value is None:
            return "There are no synthetic rows of the class."
        if self.real.value is None:
            return "There is no real text of the class to hold it against."
        if not self.synthetic.is_apart_from(self.real):
            return ""
        side = "above" if self.synthetic.lies_above(self.real) else "below"
        return f"Clearly {side} real text, which has {self.real}."
