"""The judgement of generated rows, one after the other."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from seedwise.config import ScreenConfig
from seedwise.records import Candidate, Choice, Rows
from seedwise.screen.agreement import SeedClassifier
from seedwise.screen.reason import Reason, Verdict
from seedwise.screen.wording import distinct_share, is_meta, is_refusal, letter_share, repeats_parts
from seedwise.textual import (
    Match,
    OneWordIndex,
    SimilarityIndex,
    content_words,
    is_one_word_apart,
    jaccard,
    normalise,
    shingles,
    words,
)

LEAST_LETTERS = 0.5
"""Share of letters below which a text is no language: our choice; 1 of 3,256 real tweets lies below."""

LEAST_DISTINCT = 0.5
"""Share of distinct words below which a text goes round in circles: our choice; 4 of 3,256 real tweets do."""

_OF_PARTS = ("scaffold", "counterfactual")


class Screen:
    """Judges the rows of one arm of one draw; it remembers what it accepted, so their order matters.

    Parameters
    ----------
    seeds : Rows
        The draw's seeds; exemplars are among them.
    test : Rows
        The test rows, which no accepted row may resemble.
    config : ScreenConfig
        Bounds of length and likeness.
    topic : str
        What a text is called in the prompts.
    classifier : SeedClassifier, optional
        Fills in every row's ``confidence``; needed where ``config.agreement`` is above 0.

    Raises
    ------
    ValueError
        Where agreement is asked for, and no classifier given.
    """

    def __init__(
        self,
        seeds: Rows,
        test: Rows,
        config: ScreenConfig,
        topic: str,
        classifier: SeedClassifier | None = None,
    ) -> None:
        if config.agreement and classifier is None:
            raise ValueError("agreement needs a classifier to agree with")
        self._config, self._topic, self._classifier = config, topic, classifier
        self._seed_rows = seeds
        self._seeds, self._test, self._accepted = _indexed(seeds), _indexed(test), SimilarityIndex()
        self._seeds_by_words = OneWordIndex([content_words(text) for text in seeds.texts])
        self._exact: dict[str, str] = {}
        self._checks: tuple[Callable[[Candidate, Choice], Verdict | None], ...] = (
            self._find_silence,
            self._find_copy,
            self._find_changed_word,
            self._find_leak,
            self._find_truncation,
            self._find_meta_text,
            self._find_wrong_length,
            self._find_noise,
            self._find_duplicate,
            self._find_disagreement,
        )

    def judge(self, candidate: Candidate, choice: Choice) -> Candidate:
        """Accept a row (its ``reason`` stays empty) or reject it with a `Reason` and its detail.

        Parameters
        ----------
        candidate : Candidate
            The row as parsed; its text is empty where parsing left nothing.
        choice : Choice
            The answer that it was taken from.
        """
        candidate = self._weigh(candidate)
        for check in self._checks:
            if verdict := check(candidate, choice):
                return replace(candidate, reason=verdict.reason.value, detail=verdict.detail)
        self._accepted.add(candidate.id, candidate.text)
        self._exact[candidate.text.casefold()] = candidate.id
        return candidate

    def _weigh(self, candidate: Candidate) -> Candidate:
        if self._classifier is None or not candidate.text:
            return candidate
        confidence = self._classifier.probabilities(candidate.text).get(candidate.label, 0.0)
        return replace(candidate, confidence=confidence)

    def _find_silence(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        if choice.finish == "content_filter":
            return Verdict(Reason.CONTENT_FILTER, "withheld by the provider")
        if choice.finish == "refusal" or is_refusal(choice.text.strip()):
            return Verdict(Reason.REFUSED, choice.text.strip()[:80])
        return None if candidate.text else Verdict(Reason.EMPTY, f"answer of {len(choice.text)} characters")

    def _find_truncation(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        # A line that was completed before the limit is whole, whatever the model went on to say.
        last_line = normalise(choice.text.rsplit("\n", 1)[-1])
        cut = choice.finish == "length" and candidate.text in last_line
        return Verdict(Reason.TRUNCATED, _length(candidate.text)) if cut else None

    def _find_meta_text(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        meta = is_meta(candidate.text, candidate.label, self._topic)
        has_parts = candidate.avoid or candidate.attributes or candidate.template.startswith(_OF_PARTS)
        meta = meta or bool(has_parts and repeats_parts(candidate.text))
        return Verdict(Reason.META_TEXT, candidate.text[:80]) if meta else None

    def _find_wrong_length(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        length = len(words(candidate.text))
        if length < self._config.min_words:
            return Verdict(Reason.TOO_SHORT, _length(candidate.text))
        return Verdict(Reason.TOO_LONG, _length(candidate.text)) if length > self._config.max_words else None

    def _find_noise(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        if (letters := letter_share(candidate.text)) < LEAST_LETTERS:
            return Verdict(Reason.NOT_LANGUAGE, f"{letters:.0%} letters")
        if (distinct := distinct_share(candidate.text)) < LEAST_DISTINCT:
            return Verdict(Reason.REPETITIVE, f"{distinct:.0%} of the words are distinct")
        return None

    def _find_copy(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        match = self._seeds.nearest(candidate.text, self._config.near_duplicate)
        if match and match.key == candidate.source and self._is_edit(candidate):
            match = self._find_other_seed(candidate)
        if match is None:
            return None
        shown = match.key in candidate.exemplars
        return Verdict(Reason.COPIES_EXEMPLAR if shown else Reason.COPIES_SEED, _likeness(match))

    def _is_edit(self, candidate: Candidate) -> bool:
        """Tell whether a row was to be like its source, and has other words than its source."""
        is_rewritten = candidate.template.startswith("counterfactual")
        return is_rewritten and _folded_words(candidate.text) != self._source_words(candidate.source)

    def _source_words(self, id_: str) -> list[str]:
        return next(_folded_words(row.text) for row in self._seed_rows if row.id == id_)

    def _find_other_seed(self, candidate: Candidate) -> Match | None:
        """Find the seed most like a row, its source aside; None where none reaches the threshold."""
        query = shingles(candidate.text)
        others = (row for row in self._seed_rows if row.id != candidate.source)
        matches = (Match(row.id, jaccard(query, shingles(row.text))) for row in others)
        best = max(matches, key=lambda match: match.similarity, default=None)
        return best if best and best.similarity >= self._config.near_duplicate else None

    def _find_changed_word(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        said = content_words(candidate.text)
        place = self._seeds_by_words.find(said)
        if place is None:
            return None
        seed: str | None = self._seed_rows[place].id
        if seed == candidate.source and self._is_edit(candidate):
            seed = self._find_other_by_words(candidate, said)
        return Verdict(Reason.ONE_WORD_FROM_SEED, seed) if seed else None

    def _find_other_by_words(self, candidate: Candidate, said: Sequence[str]) -> str | None:
        """Find the first seed that differs from a row in one word at most, its source aside."""
        others = (row for row in self._seed_rows if row.id != candidate.source)
        return next((row.id for row in others if is_one_word_apart(said, content_words(row.text))), None)

    def _find_leak(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        match = self._test.nearest(candidate.text, self._config.near_duplicate)
        return Verdict(Reason.COPIES_TEST, _likeness(match)) if match else None

    def _find_duplicate(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        if twin := self._exact.get(candidate.text.casefold()):
            return Verdict(Reason.DUPLICATE, twin)
        match = self._accepted.nearest(candidate.text, self._config.near_duplicate)
        return Verdict(Reason.NEAR_DUPLICATE, _likeness(match)) if match else None

    def _find_disagreement(self, candidate: Candidate, choice: Choice) -> Verdict | None:
        confidence = candidate.confidence
        if self._classifier is None or confidence is None or confidence >= self._config.agreement:
            return None
        shares = self._classifier.probabilities(candidate.text)
        likeliest = max(shares, key=shares.__getitem__)
        detail = f"{likeliest} {shares[likeliest]:.2f}, asked {candidate.label} {confidence:.2f}"
        return Verdict(Reason.DISAGREES, detail)


def _indexed(rows: Rows) -> SimilarityIndex:
    index = SimilarityIndex()
    for row in rows:
        index.add(row.id, row.text)
    return index


def _likeness(match: Match) -> str:
    return f"{match.key} ({match.similarity:.2f})"


def _folded_words(text: str) -> list[str]:
    return words(text.casefold())


def _length(text: str) -> str:
    return f"{len(words(text))} words"
