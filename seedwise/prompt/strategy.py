"""The prompt strategy of each generated arm."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from typing import Literal, Protocol

from seedwise.arms import Arm
from seedwise.config import PromptConfig
from seedwise.prompt.chat import chat_turns, counterfactual_turns, scaffold_turns
from seedwise.prompt.completion import counterfactual_lines, keyword_lines, scaffold_lines
from seedwise.prompt.shown import Template, Wording
from seedwise.prompt.sources import Source
from seedwise.prompt.table import Table
from seedwise.records import Draw, Guides, Prompt

Style = Literal["chat", "completion"]
"""How a model is asked: by instruction, or with lines to be continued."""


_TEMPLATES: Mapping[Style, Mapping[str, Template]] = {
    "chat": {"plain": chat_turns, "scaffold": scaffold_turns, "counterfactual": counterfactual_turns},
    "completion": {
        "plain": keyword_lines,
        "scaffold": scaffold_lines,
        "counterfactual": counterfactual_lines,
    },
}


class Strategy(Protocol):
    """Writes the prompts of one arm and draw."""

    def render(self, label: str, index: int) -> Prompt:
        """Write the prompt number ``index`` (from 0) of a class; the same one whenever it is asked for.

        Raises
        ------
        KeyError
            Where the guides know no such class; the naive strategy takes any.
        """


def make_strategy(
    arm: Arm, draw: Draw, guides: Guides, config: PromptConfig, style: Style, seed: int
) -> Strategy:
    """Make the strategy of an arm that an LLM writes.

    Two arms differ in one thing at a time: at one class and index, ``exemplars_only``,
    ``tfidf_guided``, ``guided`` and ``placebo`` show the same exemplars in the same words, but for
    the token list, and options ask the same of each. ``naive`` is a chat prompt under either style;
    while no option is on it depends on no draw. The form ``counterfactual`` asks for no traits: a text
    that is to be changed little keeps its own.

    Parameters
    ----------
    arm : Arm
        A generated arm.
    draw : Draw
        Its seeds are what exemplars are taken from.
    guides : Guides
        The guides of that draw.
    config : PromptConfig
        Hints and exemplars a prompt, what else it asks for, its form, and what a text is called.
    style : {"chat", "completion"}
        How the model is asked.
    seed : int
        The experiment's root seed.

    Raises
    ------
    ValueError
        For an arm that no LLM writes.
    """
    if not arm.is_generated:
        raise ValueError(f"no prompt is written for the arm {arm}")
    spoken: Style = "chat" if arm.base is Arm.NAIVE else style
    source = Source(arm, Table(draw, guides, config, seed))
    return _Numbered(arm, source, _TEMPLATES[spoken][config.form])


class _Numbered:
    """Renders what a source shows, counting how often each content came before."""

    def __init__(self, arm: Arm, source: Source, template: Template) -> None:
        self._arm, self._source, self._template = arm, source, template
        self._prompts: defaultdict[str, list[Prompt]] = defaultdict(list)
        self._seen: defaultdict[str, Counter[Wording]] = defaultdict(Counter)

    def render(self, label: str, index: int) -> Prompt:
        prompts = self._prompts[label]
        while len(prompts) <= index:
            prompts.append(self._next(label, len(prompts)))
        return prompts[index]

    def _next(self, label: str, index: int) -> Prompt:
        shown = self._source.show(label, index)
        wording = self._template(shown)
        repeat = self._seen[label][wording]
        self._seen[label][wording] += 1
        return Prompt(
            id=f"{self._arm}/{label}/{index}",
            arm=self._arm,
            label=label,
            template=wording.template,
            messages=wording.messages,
            completion=wording.completion,
            repeat=repeat,
            hints=shown.ask.words,
            exemplars=shown.row_ids,
            stop=wording.stop,
            avoid=shown.ask.avoid,
            attributes=tuple(trait.name for trait in shown.ask.traits),
            source=shown.ask.original.id if shown.ask.original else "",
        )
