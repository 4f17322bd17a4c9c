"""The page's sections in their order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Section:
    """A section: its anchor (also its template), its heading and its short name.

    It is shown where one of its figures or tables is there; always, where it ``needs`` none.
    """

    id: str
    title: str
    name: str
    needs: frozenset[str] = frozenset()


def _section(key: str, title: str, name: str, *needs: str) -> Section:
    return Section(key, title, name, frozenset(needs))


SECTIONS = (
    _section("curves", "Learning curves", "Learning curves", "learning_curves"),
    _section("classes", "Class by class", "Classes", "classes", "per_class"),
    _section("controls", "guided beside its placebo and other controls", "Placebo, controls", "controls"),
    _section("ablation", "What each option buys", "Options", "ablation"),
    _section("exchange", "What an added row is worth in real ones", "Worth in real rows", "exchanges"),
    _section("alone", "Synthetic rows alone", "Synthetic alone", "alone"),
    _section("recall", "Attribution recall", "Attribution recall", "recalls"),
    _section("harm", "Harm and saturation", "Harm, saturation", "harms"),
    _section("growing", "Rounds and rewriting", "Rounds, rewriting", "growing"),
    _section("reproduction", "The paper's findings beside ours", "The paper's findings", "reproduction"),
    _section("guides", "What the explanations told the prompts", "Guides", "guide_tokens"),
    _section("authenticity", "What the language lost", "Authenticity", "language", "families", "effects"),
    _section("distances", "How far from real text", "Distances", "distances"),
    _section("detector", "What gives rows away", "Give-aways", "detection", "giveaways", "stuffing"),
    _section("rows", "Rows side by side", "Rows side by side"),
    _section("privacy", "How near to real rows", "Privacy", "nearness"),
    _section("gates", "Gates before rows are taken home", "Gates", "gates"),
    _section("safety", "Safety and label validity", "Safety, validity", "safety"),
    _section("generation", "What was asked, rejected and paid", "Yield and cost", "waterfall", "costs"),
    _section("made", "How it was made", "How it was made"),
)
"""All that there may be below the verdict."""


def sections_of(there: Collection[str]) -> tuple[Section, ...]:
    """Keep the sections that have something to show; ``there`` names the figures and tables with data."""
    return tuple(section for section in SECTIONS if not section.needs or section.needs & set(there))
