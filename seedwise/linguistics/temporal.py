"""How a text speaks of time: tense by verb form, aspect, time words."""

from __future__ import annotations

from functools import partial

from seedwise.linguistics import lexicons
from seedwise.linguistics.measure import SHARE, Measure, mean_per_text, per_100_of, per_100_words
from seedwise.linguistics.tense import Form, count_form, mixes_tenses

FAMILY = "temporal"


def _forms(name: str, form: Form) -> Measure:
    return per_100_words(FAMILY, name, partial(count_form, form=form))


MEASURES = (
    _forms("past_forms", Form.PAST),
    _forms("present_forms", Form.PRESENT),
    _forms("future_forms", Form.FUTURE),
    _forms("perfect", Form.PERFECT),
    _forms("progressive", Form.PROGRESSIVE),
    per_100_of(FAMILY, "time_words", lexicons.TIME_WORDS),
    mean_per_text(FAMILY, "mixed_tenses", mixes_tenses, unit=SHARE),
)
