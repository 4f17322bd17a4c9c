"""The conversation with a model that follows instructions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from seedwise.prompt.clauses import clauses, lines, listed, planned
from seedwise.prompt.shown import Ask, Exemplar, Shown, Wording
from seedwise.records import Message


@dataclass(frozen=True, slots=True)
class _Form:
    """How a conversation of one kind asks for a text, and whether a plan comes before it."""

    template: str
    ask: Callable[[Shown, Ask], str]
    stop: tuple[str, ...] = ("\n",)
    is_planned: bool = False


def chat_turns(shown: Shown) -> Wording:
    """Ask for one text of the class; exemplars are earlier turns in which the same was asked and answered.

    Real texts thus stand alone in a turn of their own, where they can be taken for nothing else. With
    nothing to show the conversation is the naive prompt: one request.
    """
    return _converse(shown, _Form("chat_turns@1", _request))


def scaffold_turns(shown: Shown) -> Wording:
    """Ask for a plan, then the text, on a line each; exemplars are answered with a plan of their own."""
    stop = ("\n\n", "\nPlan:")
    return _converse(shown, _Form("scaffold_turns@1", _request_with_plan, stop, is_planned=True))


def counterfactual_turns(shown: Shown) -> Wording:
    """Ask for a text of another class to be rewritten; exemplars are answers to texts made up of them."""
    return _converse(shown, _Form("counterfactual_turns@1", _request_rewriting))


def _converse(shown: Shown, form: _Form) -> Wording:
    turns: list[Message] = []
    for exemplar in shown.exemplars:
        turns.append(Message("user", form.ask(shown, exemplar.ask)))
        answer = _plan(shown, exemplar) if form.is_planned else exemplar.text
        turns.append(Message("assistant", answer))
    request = Message("user", form.ask(shown, shown.ask))
    return Wording(form.template, messages=(*turns, request), stop=form.stop)


def _plan(shown: Shown, exemplar: Exemplar) -> str:
    return f"Plan: {planned(exemplar.plan)}\n{title(shown.topic)}: {exemplar.text}"


def _task(shown: Shown, ask: Ask) -> str:
    return f"Write one {shown.topic} that expresses {shown.label}{clauses(ask)}."


def _request(shown: Shown, ask: Ask) -> str:
    return f"{_task(shown, ask)} Answer with the {shown.topic} only."


def _request_with_plan(shown: Shown, ask: Ask) -> str:
    name = title(shown.topic)
    return f'{_task(shown, ask)} Answer with two lines: "Plan:" first, then "{name}:" with the {shown.topic}.'


def _request_rewriting(shown: Shown, ask: Ask) -> str:
    if ask.original is None:
        return _request(shown, ask)
    task = f"Rewrite this {shown.topic} so that it expresses {shown.label}. Change as few words as possible."
    return lines(
        f"{task} Answer with the {shown.topic} only.",
        f"{title(shown.topic)}: {ask.original.text}",
        listed("Replace: ", ask.original.words),
        listed("Use: ", ask.words),
        listed("Without: ", ask.avoid),
    )


def title(topic: str) -> str:
    """Write what a text is called as it begins a line."""
    return topic[:1].upper() + topic[1:]
