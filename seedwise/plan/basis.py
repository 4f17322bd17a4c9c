"""What the figures of an estimate rest on, in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, GenerationConfig, RunConfig
from seedwise.generate.needs import Tariff
from seedwise.grow import PRIOR_ACCEPTANCE, count_rounds
from seedwise.journal import History
from seedwise.options import of_arm
from seedwise.plan.numbers import show_money
from seedwise.plan.rates import BYTES_A_TOKEN, LEAST_HISTORY, Rates
from seedwise.plan.records import Basis

_MILLION = 1_000_000


def explain_basis(
    rates: Rates, config: ExperimentConfig, run: RunConfig, history: History, judged: int, accepted: int
) -> Basis:
    """Say what each figure rests on; ``judged`` and ``accepted`` count the journal's candidates."""
    generation = config.generation
    answers = f"{_count(rates.answers, 'answer')} a request as asked for"
    most = f"at most: {generation.candidate_factor:g} candidates a row, {answers}"
    return Basis(
        requests="; ".join([_explain_acceptance(judged, accepted), most, *_explain_options(config)]),
        tokens=_explain_tokens(rates, history),
        cost=_explain_cost(rates.tariff, generation, run),
        time=_explain_time(rates, run, history),
    )


def _explain_acceptance(judged: int, accepted: int) -> str:
    if not judged:
        return f"no candidates in the journal yet: {PRIOR_ACCEPTANCE:.0%} of the answers taken to be accepted"
    return f"{accepted:,} of {judged:,} candidates in the journal accepted ({accepted / judged:.0%})"


def _explain_options(config: ExperimentConfig) -> Iterator[str]:
    """Say of arms that are grown otherwise what that makes of the figures."""
    own = {arm: of_arm(config, arm) for arm in config.evaluate.grown}
    for factor in sorted({each.refine.overgenerate for each in own.values()} - {1.0}):
        names = _name(arm for arm, each in own.items() if each.refine.overgenerate == factor)
        yield f"{factor:g} sound rows are grown for each one kept in {names}"
    if names := _name(arm for arm, each in own.items() if count_rounds(each) > 1):
        yield (
            f"of {names} the first round is known, later ones are taken to be new and to need as much a row: "
            "what they ask depends on its answers"
        )


def _name(arms: Iterable[Arm]) -> str:
    return ", ".join(arm.value for arm in arms)


def _explain_tokens(rates: Rates, history: History) -> str:
    answers = f"{rates.answer_tokens:.0f} tokens an answer"
    if history.counted >= LEAST_HISTORY:
        source = f"{_count(history.counted, 'kept response')} of this model"
        basis = f"{source}: {rates.prompt_rate:.2f} tokens a byte of prompt, {answers}"
    else:
        basis = (
            f"fewer than {LEAST_HISTORY} responses of this model kept: about {BYTES_A_TOKEN} bytes a token, "
            f"answers as long as the seeds, {answers}"
        )
    return f"{basis}; at most: 2 bytes a token, {rates.most_answer_tokens} tokens an answer"


def _explain_cost(tariff: Tariff, generation: GenerationConfig, run: RunConfig) -> str:
    price = tariff.price
    if price is None:
        return f"unknown price of {generation.llm}: --prompt-price and --completion-price name it"
    if not price.prompt and not price.completion:
        return f"free: {price.source}"
    kind = "batch prices" if run.batch and not tariff.is_own else "prices"
    return (
        f"{kind} of {show_money(price.prompt * _MILLION)} a million prompt tokens and "
        f"{show_money(price.completion * _MILLION)} a million answer tokens ({price.source}); failed "
        "tries aside"
    )


def _explain_time(rates: Rates, run: RunConfig, history: History) -> str:
    if run.batch:
        return "unknown: a batch is answered whenever the provider does, mostly within a day"
    if rates.seconds is None:
        return "unknown: nothing of this model in the journal yet"
    limits = [
        f"at most {limit:,} {what} a minute"
        for limit, what in ((rates.requests_per_minute, "requests"), (rates.tokens_per_minute, "tokens"))
        if limit
    ]
    pace = (
        f"a median of {rates.seconds:.3g} s a request over {_count(history.responses, 'kept response')} of "
        f"this model, {rates.concurrency} at once"
    )
    return ", ".join([pace, *limits])


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
