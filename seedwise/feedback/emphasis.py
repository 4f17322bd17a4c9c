"""Which seeds the next round's guides and exemplars dwell on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from seedwise.explain.exemplars import find_conflicts
from seedwise.records import Guide, Guides, Rows, TokenScore


def emphasise(errors: Mapping[str, int]) -> dict[str, float]:
    """Let a seed weigh one more for every repeat of the validation that took it for another class."""
    return {id_: 1.0 + count for id_, count in errors.items()}


def show_hardest(guides: Guides, seeds: Rows, errors: Mapping[str, int], least: int) -> Guides:
    """Let prompts show the seeds that were taken for another class, as LLM2LLM (Lee et al. 2024) does.

    Parameters
    ----------
    guides : Guides
        Their ``diverse`` exemplars stay: whoever asks for clear ones gets clear ones.
    seeds : Rows
        All seeds; of near-duplicates with different labels none is shown before others.
    errors : mapping of str to int
        Errors by seed row id.
    least : int
        Exemplars a class keeps at least, filled up with the clearest.
    """
    conflicting = find_conflicts(seeds)
    hard = {row.id for row in seeds if errors.get(row.id) and row.group not in conflicting}
    shown = tuple(_put_first(guide, hard, errors, least) for guide in guides.guides)
    return replace(guides, guides=shown)


def _put_first(guide: Guide, hard: set[str], errors: Mapping[str, int], least: int) -> Guide:
    own = [id_ for id_ in guide.exemplars if id_ in hard]
    others = [id_ for id_ in guide.exemplars if id_ not in hard]
    ranked = sorted(own, key=lambda id_: -errors[id_]) + others
    return replace(guide, exemplars=tuple(ranked[: max(len(own), least)])) if own else guide


def ask_to_avoid(
    guides: Guides, words: Mapping[str, tuple[TokenScore, ...]], *, keeps_others: bool
) -> Guides:
    """Put words that give rows away among those to avoid, before the others or in their place."""
    return replace(guides, guides=tuple(_avoid(guide, words, keeps_others) for guide in guides.guides))


def _avoid(guide: Guide, words: Mapping[str, tuple[TokenScore, ...]], keeps_others: bool) -> Guide:
    found = words.get(guide.label, ())
    tokens = {score.token for score in found}
    others = [score for score in guide.avoid if score.token not in tokens] if keeps_others else []
    return replace(guide, avoid=(*found, *others))
