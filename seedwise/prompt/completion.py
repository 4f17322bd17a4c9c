"""The lines that a base-like model is to continue."""

from __future__ import annotations

from seedwise.prompt.chat import title
from seedwise.prompt.clauses import lines, listed, phrases, planned
from seedwise.prompt.shown import Ask, Shown, Wording


def keyword_lines(shown: Shown) -> Wording:
    """Write one heading, a block of lines an exemplar, and the beginning of the block to be written.

    A block is a line of each kind that there is something for (``Keywords:``, ``Without:``,
    ``Traits:``), and a line with the text. What changes least comes first, so that a server can reuse
    the prefix it has read before.
    """
    name = title(shown.topic)
    blocks = [lines(_wishes(exemplar.ask), f"{name}: {exemplar.text}") for exemplar in shown.exemplars]
    opening = lines(_wishes(shown.ask), f"{name}:")
    return Wording("keyword_lines@1", completion=lines(_heading(shown), *blocks, opening), stop=("\n",))


def scaffold_lines(shown: Shown) -> Wording:
    """Write the lines of `keyword_lines` with a plan before each text; the plan is what the model begins."""
    name = title(shown.topic)
    blocks = [
        lines(_wishes(exemplar.ask), f"Plan: {planned(exemplar.plan)}", f"{name}: {exemplar.text}")
        for exemplar in shown.exemplars
    ]
    opening = lines(_wishes(shown.ask), "Plan:")
    stop = ("\n\n", "\nKeywords:", "\nPlan:")
    return Wording("scaffold_lines@1", completion=lines(_heading(shown), *blocks, opening), stop=stop)


def counterfactual_lines(shown: Shown) -> Wording:
    """Write pairs of lines, a text before it was rewritten for the class and after, with what was changed."""
    heading = f"Each {shown.topic} below is rewritten with few changes, so that it expresses: {shown.label}"
    blocks = [lines(_changes(exemplar.ask), f"After: {exemplar.text}") for exemplar in shown.exemplars]
    opening = lines(_changes(shown.ask), "After:")
    return Wording("counterfactual_lines@1", completion=lines(heading, *blocks, opening), stop=("\n",))


def _heading(shown: Shown) -> str:
    return f"Each {shown.topic} below expresses: {shown.label}"


def _wishes(ask: Ask) -> str:
    return lines(
        listed("Keywords: ", ask.words),
        listed("Without: ", ask.avoid),
        listed("Traits: ", tuple(filter(None, [phrases(ask)]))),
    )


def _changes(ask: Ask) -> str:
    original = ask.original
    return lines(
        f"Before: {original.text}" if original else "",
        listed("Replace: ", original.words if original else ()),
        listed("Use: ", ask.words),
        listed("Without: ", ask.avoid),
    )
