"""Turning a prompt into a request, with sampling seeds that never overlap."""

from __future__ import annotations

from dataclasses import dataclass

from seedwise.config import GenerationConfig
from seedwise.embedded import find_model, is_embedded
from seedwise.identity import derive_seed, digest
from seedwise.records import Prompt, Request, Sampling

_BASE_RANGE = 1 << 30
_DIGEST_DIGITS = 16


@dataclass(frozen=True, slots=True)
class Identity:
    """How the journal knows a model: by its file's content where Seedwise serves it, else by its address."""

    model: str
    base_url: str
    is_embedded: bool


def identify(config: GenerationConfig) -> Identity:
    """Name the configured model; LLMError where an embedded model's file is missing."""
    if not is_embedded(config.llm):
        return Identity(config.llm, config.llm_base_url.rstrip("/"), is_embedded=False)
    file = find_model(config.llm)
    return Identity(f"embedded/{file.name}", f"embedded:{file.digest[:_DIGEST_DIGITS]}", is_embedded=True)


def make_request(prompt: Prompt, identity: Identity, config: GenerationConfig, root_seed: int) -> Request:
    """Combine a prompt with a model and its sampling.

    The seed is derived from the root seed and what the model sees, so that arms which ask the same
    thing share the answer; see `sampling_seed`.
    """
    sampling = Sampling(
        temperature=config.temperature,
        top_p=None if config.top_p == 1 else config.top_p,
        min_p=config.min_p if identity.is_embedded else None,
        max_tokens=config.max_tokens,
        n=config.answers_per_request,
        seed=sampling_seed(prompt, config.answers_per_request, root_seed),
    )
    return Request(identity.model, identity.base_url, prompt, sampling)


def sampling_seed(prompt: Prompt, n: int, root_seed: int) -> int:
    """Derive the seed of a prompt's first answer, in [0, 2**31).

    Answer i is drawn with the seed plus i, so repeats of a prompt lie ``n`` apart: spaced by less, they
    would draw the same answers again.
    """
    content = digest([prompt.template, prompt.messages, prompt.completion, prompt.stop])
    return derive_seed(root_seed, "sampling", content) % _BASE_RANGE + prompt.repeat * n
