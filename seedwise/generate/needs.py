"""What requests may use, and what they cost."""

from __future__ import annotations

from dataclasses import dataclass, replace

from seedwise.config import GenerationConfig, RunConfig
from seedwise.errors import BudgetError, ConfigError
from seedwise.journal import Caps, Need, Spent, Terms
from seedwise.llm.prices import Price, cost_of, find_price
from seedwise.records import Request, Response

_BYTES_A_TOKEN = 2
_TOKENS_A_MESSAGE = 8
_MILLION = 1_000_000


@dataclass(frozen=True, slots=True)
class Tariff:
    """What a model's tokens cost; ``price`` None where that is not known.

    ``is_own`` tells that the user has named the price: it then counts, whatever the client says.
    """

    price: Price | None
    is_own: bool = False

    def need_of(self, request: Request) -> Need:
        """Bound what a request may use: a token for every two bytes of its prompt, and full answers.

        Nearly every tokeniser takes more than two bytes a token; one that does not can overstep a cap by
        its excess over the requests under way.
        """
        prompt, answers = bound_prompt_tokens(request), request.sampling.n * request.sampling.max_tokens
        return Need(request.key, prompt + answers, self.cost_of(prompt, answers) or 0.0)

    def cost_of(self, prompt_tokens: int, completion_tokens: int) -> float | None:
        """Price tokens in US dollars; None where no price is known."""
        return None if self.price is None else cost_of(self.price, prompt_tokens, completion_tokens)

    def apply(self, response: Response) -> Response:
        """Put the user's own price on a response, where there is one."""
        if not self.is_own:
            return response
        return replace(response, cost=self.cost_of(response.prompt_tokens, response.completion_tokens))


UNKNOWN_TARIFF = Tariff(None)


def find_tariff(generation: GenerationConfig, run: RunConfig) -> Tariff:
    """Find what the configured model costs: the user's own prices, else the price table's, else unknown."""
    if run.prompt_price is None or run.completion_price is None:
        return Tariff(_pick(find_price(generation.llm, generation.llm_base_url), run))
    prompt, completion = run.prompt_price / _MILLION, run.completion_price / _MILLION
    return Tariff(Price(prompt, completion, prompt, completion, "your own setting"), is_own=True)


def find_caps(run: RunConfig, tariff: Tariff) -> Caps:
    """Collect the caps of a run.

    Raises
    ------
    ConfigError
        Where the cost is capped and the model's price is not known: such a cap could not hold.
    """
    if run.max_cost is not None and tariff.price is None:
        raise ConfigError(
            found="a cap on the cost (max_cost) of a model whose price is not known",
            expected="a model in LiteLLM's price table, or its price in US dollars a million tokens",
            remedy="give --prompt-price and --completion-price, or cap --max-tokens or --max-requests",
        )
    return Caps(run.max_requests, run.max_tokens, run.max_cost)


def over_budget(spent: Spent, terms: Terms) -> BudgetError:
    """Say that a budget has no room for what comes next."""
    caps = terms.caps
    pairs = {
        f"{spent.requests:,} of {caps.requests or 0:,} requests": caps.requests,
        f"{spent.tokens:,} of {caps.tokens or 0:,} tokens": caps.tokens,
        f"{spent.cost:.4f} of {caps.cost or 0:.4f} US dollars": caps.cost,
    }
    used = ", ".join(words for words, cap in pairs.items() if cap is not None)
    return BudgetError(
        found=f"budget {terms.budget!r} has used {used}; what comes next could go beyond that",
        expected="room for the rows that are still missing",
        remedy="raise --max-requests, --max-tokens or --max-cost, or ask for less (--added, --draws)",
    )


def bound_prompt_tokens(request: Request) -> int:
    """Bound the tokens of a prompt from above, without a tokeniser; see `Tariff.need_of`."""
    prompt = request.prompt
    texts = [message.content for message in prompt.messages] or [prompt.completion]
    size = sum(len(text.encode("utf-8", "surrogatepass")) for text in texts)
    return size // _BYTES_A_TOKEN + _TOKENS_A_MESSAGE * len(texts)


def _pick(price: Price | None, run: RunConfig) -> Price | None:
    """Choose the batch prices for a run by batch; unknown where the table has none."""
    if price is None or not run.batch:
        return price
    if price.batch_prompt is None or price.batch_completion is None:
        return None
    return replace(price, prompt=price.batch_prompt, completion=price.batch_completion)
