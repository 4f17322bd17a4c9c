"""Batch jobs of the providers that LiteLLM hands jobs in to."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO

from seedwise.errors import LLMError
from seedwise.llm.addresses import find_base_url
from seedwise.llm.batches import LABEL, BatchLLM, JobsHiddenError, JobState, Phase
from seedwise.llm.dialect import Dialect, Parameters, Tune
from seedwise.llm.exceptions import read_failure, sort_exception
from seedwise.llm.faults import explain_refusal, read_words, redact
from seedwise.llm.files import FileTransport
from seedwise.llm.naming import Named
from seedwise.llm.openai_batches import OpenAIBatches, OpenAIDesk, explain_no_batches, read_state
from seedwise.llm.ports import TransientError
from seedwise.llm.prices import Price
from seedwise.llm.registry import close_clients, litellm

_KEYS = {
    "azure": ("AZURE_API_KEY", "AZURE_OPENAI_API_KEY"),
    "mistral": ("MISTRAL_API_KEY",),
    "xai": ("XAI_API_KEY",),
}
"""The providers within reach. Left out are those that LiteLLM cannot hand a job in to (Anthropic), or only
by way of a bucket of the user's own (Vertex AI, Bedrock)."""

_WINDOW = "24h"
_PAGE = 100
_AZURE_V1 = frozenset({"v1", "preview", "latest"})
_LISTS_NO_JOBS = frozenset({"mistral"})
_KEPT_BY_NAME = "name"
_MOST_PAGES = 20


def open_lite_batches(
    model: Named, base_url: str = "", *, asked: str, timeout: float, price: Price | None
) -> BatchLLM:
    """Open a model of another provider than OpenAI; see `seedwise.llm.opening.open_batch_llm`.

    Azure, Mistral and xAI write OpenAI's language, so that a request's line holds what LiteLLM would post.
    Azure's jobs are OpenAI's, and need no LiteLLM, whose client for them outlives its event loop.
    """
    if model.provider not in _KEYS:
        raise explain_no_batches(f"{asked}, whose provider {model.provider} takes no batch jobs from here")
    key = _find_key(_KEYS[model.provider], asked)
    where = find_base_url(model.provider, base_url) or model.provider
    dialect = Dialect(model.name, where, asked=asked, key=key, price=price, tune=_make_tune(model))
    if model.provider != "azure":
        return OpenAIBatches(dialect, LiteLLMDesk(model, base_url, asked, timeout))
    transport = FileTransport(_azure_url(where), {"api-key": key}, timeout=timeout)
    return OpenAIBatches(dialect, OpenAIDesk(transport, asked), root="")


def _azure_url(base_url: str) -> str:
    """Complete an Azure resource's address; the version of its API is the environment's, as LiteLLM's is."""
    version = os.environ.get("AZURE_API_VERSION") or litellm.AZURE_DEFAULT_API_VERSION
    root = base_url.partition("/openai")[0].rstrip("/")
    if version in _AZURE_V1:
        return f"{root}/openai/v1" + ("" if version == "v1" else f"?api-version={version}")
    return f"{root}/openai?api-version={version}"


class LiteLLMDesk:
    """Where LiteLLM hands jobs in; see `seedwise.llm.batches.JobDesk`.

    Parameters
    ----------
    model : Named
        The provider, and the model's name with it.
    base_url : str
        Empty for the provider's own.
    asked : str
        The model string that the user wrote, for messages.
    timeout : float
        Seconds that an exchange may take.
    """

    def __init__(self, model: Named, base_url: str, asked: str, timeout: float) -> None:
        self._provider, self._asked, self._where = model.provider, asked, base_url or model.provider
        # Without it the OpenAI client that LiteLLM uses would itself submit a job again.
        given = {"custom_llm_provider": model.provider, "timeout": timeout, "max_retries": 0}
        self._to_files = given | ({"api_base": base_url} if base_url else {})
        self._to_jobs = self._to_files | ({"model": asked} if model.provider == "mistral" else {})

    async def upload(self, file: Path) -> str:
        """Hand in a file of requests."""
        content = await asyncio.to_thread(file.read_bytes)
        call = partial(litellm.acreate_file, file=(file.name, content), purpose="batch", **self._to_files)
        return str((await self._call(call)).id)

    async def submit(self, file: str, endpoint: str, label: str) -> str:
        """Make a job of an uploaded file."""
        call = partial(
            litellm.acreate_batch,
            completion_window=_WINDOW,
            endpoint=endpoint,
            input_file_id=file,
            metadata=self._label(label),
            **self._to_jobs,
        )
        return str((await self._call(call)).id)

    async def find(self, label: str, since: float) -> str:
        """Look for the job with our label, newest first."""
        if self._provider in _LISTS_NO_JOBS:
            raise JobsHiddenError(f"LiteLLM lists no jobs of {self._provider}")
        wanted, after = self._label(label).items(), None
        for _ in range(_MOST_PAGES):
            page = await self._call(partial(litellm.alist_batches, after=after, limit=_PAGE, **self._to_jobs))
            for job in page.data:
                if wanted <= (job.metadata or {}).items():
                    return str(job.id)
            after = getattr(page, "next_page_token", None) or _next_of(page)
            if not after or page.data[-1].created_at < since - 24 * 3600:
                break
        return ""

    async def poll(self, job: str) -> JobState:
        """Ask how far a job is."""
        try:
            batch = await self._call(partial(litellm.aretrieve_batch, batch_id=job, **self._to_jobs))
        except _NotFoundError as exc:
            return JobState(Phase.UNKNOWN, problem=exc.found)
        return read_state(batch.model_dump())

    async def download(self, file: str, sink: BinaryIO) -> None:
        """Fetch a file of results into a sink."""
        answer = await self._call(partial(litellm.afile_content, file_id=file, **self._to_files))
        sink.write(answer.content)

    async def aclose(self) -> None:
        """Close what LiteLLM keeps open on this event loop."""
        await close_clients()

    def _label(self, label: str) -> dict[str, str]:
        """Write our label as the provider keeps it: xAI knows no metadata but a name."""
        return {_KEPT_BY_NAME: f"{LABEL}-{label}"} if self._provider == "xai" else {LABEL: label}

    async def _call(self, call: Callable[[], Awaitable[Any]]) -> Any:
        try:
            return await call()
        except Exception as exc:  # clients raise whatever their transport raises
            fault = self._sort(exc)
        # Raised outside of the handler: the provider's own exception may carry the key in its text.
        raise fault

    def _sort(self, exc: Exception) -> TransientError | LLMError:
        if (fault := sort_exception(exc, self._where)) is not None:
            return fault
        failure = read_failure(exc)
        where = f"{self._where} answered HTTP {failure.status} for {self._asked}"
        words = read_words(failure.raw) if failure.raw else failure.message
        refusal = explain_refusal(failure.status, where, redact(words), 1)
        if failure.status != 404:
            return refusal
        return _NotFoundError(found=refusal.found, expected=refusal.expected, remedy=refusal.remedy)


class _NotFoundError(LLMError):
    """What was asked for is not there."""


def _next_of(page: Any) -> str:
    return str(page.data[-1].id) if page.data and getattr(page, "has_more", False) else ""


def _find_key(names: Sequence[str], asked: str) -> str:
    # LiteLLM's own complaint looks like any answer that cannot be read, and would be tried again.
    if found := [os.environ[name] for name in names if os.environ.get(name)]:
        return found[0]
    raise LLMError(
        found=f"no API key for {asked}",
        expected=f"the environment variable {names[0]}",
        remedy=f"export {names[0]} and run the same command again",
    )


def _make_tune(model: Named) -> Tune:
    """Fit sampling parameters as LiteLLM does when it asks at once."""

    def tune(parameters: Parameters) -> Parameters:
        mapped = litellm.get_optional_params(
            model=model.name, custom_llm_provider=model.provider, drop_params=True, **parameters
        )
        extra = mapped.pop("extra_body", None) or {}
        return {name: value for name, value in {**mapped, **extra}.items() if name != "stream"}

    return tune
