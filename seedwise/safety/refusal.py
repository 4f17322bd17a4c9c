"""Whether rows are texts at all: refusals, and talk about the task."""

from __future__ import annotations

import numpy as np

from seedwise.records import ALL, Check
from seedwise.safety.rates import Rate, rate_of
from seedwise.safety.sides import Flags, Pair, Side, pick
from seedwise.screen.wording import is_meta, is_refusal

MEASURE = "refusals and talk about the task"


def check_refusals(pair: Pair, topic: str, bound: float) -> Check:
    """Count rows that decline to write, or talk about the task, as screening knows them.

    Rows that Seedwise grew were screened for both already. Of others the wording of the prompt is not
    known: what is found then is the usual way of language models to talk of what they write.

    Parameters
    ----------
    pair
        Real text shows how often people are mistaken for it.
    topic
        What a text is called in prompts.
    bound
        The share up to which the gate passes.
    """
    refused, meta = _find_refusals(pair.synthetic), _find_meta(pair.synthetic, topic)
    share = rate_of(refused | meta)
    real = rate_of(_find_refusals(pair.real) | _find_meta(pair.real, topic))
    return Check(
        *("safety", MEASURE, pair.name, ALL),
        *(share.value, share.low, share.high),
        reference=real.value,
        bound=bound,
        relation="at most",
        passed=None if share.value is None else share.value <= bound,
        rows=pair.named(refused) + pick(pair.synthetic.ids, meta & ~refused),
        remark=_remark(refused, meta, share),
    )


def _find_refusals(side: Side) -> Flags:
    return np.array([is_refusal(text.strip()) for text in side.texts], dtype=bool)


def _find_meta(side: Side, topic: str) -> Flags:
    rows = zip(side.texts, side.labels.tolist(), strict=True)
    return np.array([is_meta(text.strip(), label, topic) for text, label in rows], dtype=bool)


def _remark(refused: Flags, meta: Flags, share: Rate) -> str:
    if share.value is None:
        return "There are no synthetic rows."
    if not share.value:
        return ""
    return f"{int(refused.sum())} rows refuse, {int((meta & ~refused).sum())} talk about the task."
