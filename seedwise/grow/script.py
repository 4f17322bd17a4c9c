"""The prompts of an arm, numbered on through its rounds."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import replace

from seedwise.prompt import Strategy
from seedwise.records import Prompt


class Script:
    """Keeps the prompts that were written, so that no round asks again what one before it has asked.

    Parameters
    ----------
    strategy : Strategy
        Writes the prompts of the first round.
    """

    def __init__(self, strategy: Strategy) -> None:
        self._strategy = strategy
        self._prompts: defaultdict[str, list[Prompt]] = defaultdict(list)
        self._seen: defaultdict[str, Counter[Prompt]] = defaultdict(Counter)

    def turn_to(self, strategy: Strategy) -> None:
        """Let another strategy write the prompts that were not written yet."""
        self._strategy = strategy

    def prompt(self, label: str, index: int) -> Prompt:
        """Write the prompt number ``index`` (from 0) of a class; the same one whenever it is asked for.

        Its ``repeat`` counts earlier ones of the same content, whichever strategy wrote them.
        """
        prompts = self._prompts[label]
        while len(prompts) <= index:
            prompts.append(self._next(label, len(prompts)))
        return prompts[index]

    def _next(self, label: str, index: int) -> Prompt:
        prompt = self._strategy.render(label, index)
        content = _content(prompt)
        repeat = self._seen[label][content]
        self._seen[label][content] += 1
        return replace(prompt, repeat=repeat)


def _content(prompt: Prompt) -> Prompt:
    """Reduce a prompt to what the model is sent."""
    return Prompt(
        "", prompt.arm, prompt.label, prompt.template, prompt.messages, prompt.completion, stop=prompt.stop
    )
