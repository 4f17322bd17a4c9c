"""The plan of one experiment: all that comes before the first call, and what the calls would cost."""

# No postponed annotations here: Prefect loads this file by its path and must find the types themselves.
from prefect import flow

from seedwise.config import ExperimentConfig, RunConfig
from seedwise.plan import Plan
from tasks.data import load_dataset, sample_seeds
from tasks.evaluate import require_extras
from tasks.explain import explain_otherwise, extract_tokens, fit_classifiers
from tasks.plan import foresee


@flow(name="plan", flow_run_name="plan: {config.seeds.seed_size} seeds, {config.generation.llm}")
def plan(config: ExperimentConfig, run: RunConfig) -> Plan:
    """Find the guides that an experiment would prompt with, and say what it would ask and cost."""
    require_extras(config)
    dataset = load_dataset(config, run)
    draws = [sample_seeds(dataset, config, index) for index in range(config.seeds.draws)]
    grown = draws[: config.llm_draws]
    selections = [fit_classifiers(dataset, draw, config, run) for draw in grown]
    guides = [extract_tokens(dataset, *pair, config) for pair in zip(grown, selections, strict=True)]
    special = explain_otherwise(dataset, grown, selections, config)
    return foresee(dataset, grown, guides, special, config, run)
