"""How this machine runs an experiment."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Literal, Self

from pydantic import Field, model_validator

from seedwise.config.experiment import ExperimentConfig
from seedwise.config.section import Section

TaskRunner = Literal["threads", "dask", "ray"]
"""Who fits the classifiers of a comparison."""


def out_dir() -> Path:
    """Return the folder that holds a folder for each experiment and sweep."""
    return Path(os.environ.get("SEEDWISE_OUT_DIR") or "seedwise-out")


def _state_dir() -> Path:
    return Path(os.environ.get("SEEDWISE_STATE_DIR") or ".seedwise")


class RunConfig(Section):
    """How this machine runs an experiment; nothing here changes its result."""

    out: Path | None = Field(
        None,
        description="Folder for the report and the rows; empty: one by fingerprint in the folder that "
        "SEEDWISE_OUT_DIR names, else in seedwise-out.",
    )
    max_cost: float | None = Field(None, ge=0, description="US dollars that may be spent; none: no cap.")
    max_tokens: int | None = Field(
        None, ge=1, description="Tokens, of prompts and answers together, that may be used; none: no cap."
    )
    max_requests: int | None = Field(None, ge=1, description="Requests that may be sent; none: no cap.")
    max_minutes: float | None = Field(
        None, gt=0, description="Minutes after which no request is sent any more; none: no cap."
    )
    budget: str = Field(
        "",
        max_length=64,
        description="Name that the caps on cost, tokens and requests are counted under, over all runs and "
        "workers that give the same; empty: the experiment's fingerprint.",
    )
    prompt_price: float | None = Field(
        None, ge=0, description="US dollars a million prompt tokens; none: LiteLLM's price table."
    )
    completion_price: float | None = Field(
        None, ge=0, description="US dollars a million answer tokens; none: LiteLLM's price table."
    )
    concurrency: int = Field(
        16,
        ge=1,
        le=1000,
        description="Most requests under way at once; the provider's own limit below it is found by asking.",
    )
    shared_limit: str = Field(
        "seedwise-llm",
        description="Prefect global concurrency limit that the requests of all workers share, made with "
        "concurrency slots where it is missing; empty: every worker by itself.",
    )
    key_block: str = Field(
        "",
        max_length=128,
        description="Name of a Prefect Secret block that holds the provider's key; empty: the key is in the "
        "environment.",
    )
    requests_per_minute: int = Field(
        0, ge=0, le=10_000_000, description="Requests a minute, over all workers on one journal; 0: no limit."
    )
    tokens_per_minute: int = Field(
        0, ge=0, description="Tokens a minute, over all workers on one journal; 0: no limit."
    )
    request_timeout: float = Field(120, gt=0, le=3600, description="Seconds that one try may take.")
    request_deadline: float = Field(
        900,
        gt=0,
        le=86_400,
        description="Seconds that one request may take with all its tries; waiting for a rate limit aside.",
    )
    retries: int = Field(
        5, ge=0, le=50, description="Times a failed request is tried again; a 429 does not count."
    )
    batch: bool = Field(
        False, description="Whether requests go through the provider's batch API: cheaper, within a day."
    )
    jobs: int = Field(
        0, ge=0, le=256, description="Processes that fit classifiers at once; 0: one a processor."
    )
    task_runner: TaskRunner = Field(
        "threads",
        description="What fits the classifiers of a comparison: processes of this machine (threads), or the "
        "workers of a Dask or Ray cluster (the extras dask, ray).",
    )
    task_runner_address: str = Field(
        "", description="Address of the Dask or Ray cluster; empty: one on this machine, for this run."
    )
    state_dir: Path = Field(
        default_factory=_state_dir,
        description="Folder for the journal, finished stages and local databases; empty: SEEDWISE_STATE_DIR, "
        "else .seedwise.",
    )
    data_dir: Path | None = Field(
        None, description="Folder that holds tweeteval-emotion/; SEEDWISE_DATA_DIR says the same."
    )
    data_mirror: str = Field(
        "",
        description="Base URL that serves tweeteval-emotion's files; SEEDWISE_DATA_MIRROR says the same.",
    )
    journal_url: str = Field(
        "",
        description="SQLAlchemy URL of the journal; empty: SEEDWISE_JOURNAL_URL, where a password belongs, "
        "else journal.db in state_dir.",
    )
    mlflow_uri: str = Field(
        "", description="MLflow tracking URI; empty: MLFLOW_TRACKING_URI, else mlflow.db in state_dir."
    )
    mlflow_experiment: str = Field("seedwise", min_length=1, description="MLflow experiment that runs go to.")
    sweep: str = Field(
        "", max_length=64, description="Name of the sweep that the run is a cell of; empty: of none."
    )
    progress: bool = Field(True, description="Whether progress is shown.")

    @model_validator(mode="after")
    def _priced_whole(self) -> Self:
        if (self.prompt_price is None) != (self.completion_price is None):
            raise ValueError("prompt_price and completion_price go together: give both or neither")
        return self

    def folder(self, config: ExperimentConfig) -> Path:
        """Return the folder that an experiment's report and rows go to."""
        return self.out or out_dir() / config.fingerprint

    @property
    def processes(self) -> int:
        """Processes that fit classifiers at once, default filled in."""
        return self.jobs or os.cpu_count() or 1

    @property
    def journal(self) -> str:
        """The journal's SQLAlchemy URL, default filled in."""
        given = self.journal_url or os.environ.get("SEEDWISE_JOURNAL_URL", "")
        return given or f"sqlite:///{(self.state_dir / 'journal.db').resolve()}"
