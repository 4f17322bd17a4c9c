"""One experiment: from seeds, through explanations and an LLM, to a verdict."""

# No postponed annotations here: Prefect loads this file by its path and must find the types themselves.
from dataclasses import replace

from prefect import flow

from seedwise.config import ExperimentConfig, RunConfig
from seedwise.settings import Preset, under_preset
from tasks.audit import audit_arms
from tasks.data import load_dataset, sample_seeds
from tasks.evaluate import (
    describe_language,
    evaluate_arms,
    keep_models,
    measure_rewriting,
    recall_attributions,
    require_extras,
)
from tasks.explain import explain_otherwise, extract_tokens, fit_classifiers
from tasks.generate import generate_rows
from tasks.plan import estimate
from tasks.report import assemble, write_report
from tasks.runners import require_runner
from tasks.story import name_run, told_on_its_page
from tasks.summary import summarise
from tasks.tracking import track

DEFAULTS = ExperimentConfig(), RunConfig()


@flow(name="experiment", flow_run_name=name_run)
@told_on_its_page
def experiment(
    preset: Preset = "none", config: ExperimentConfig = DEFAULTS[0], run: RunConfig = DEFAULTS[1]
) -> str:
    """Grow seeds with an LLM that a classifier's explanations prompt, and measure what that buys.

    Args:
        preset: Settings to start from: smoke sees that a machine works, demo gives a first verdict within
            minutes; comparison, ablation and paper take hours. A setting below wins where it differs from
            the default shown there.
        config: All that shapes the result, in the order of the stages.
        run: How the worker runs it: caps on cost, limits, places. Nothing here changes the result. Keys and
            passwords do not belong here: a worker takes them from its environment.
    """
    # Prefect reads a parameter's description from a docstring of this form only.
    config = under_preset(preset, config)
    require_extras(config)
    require_runner(run)
    dataset = load_dataset(config, run)
    draws = [sample_seeds(dataset, config, index) for index in range(config.seeds.draws)]
    grown = draws[: config.llm_draws]
    selections = [fit_classifiers(dataset, draw, config, run) for draw in grown]
    guides = [extract_tokens(dataset, *pair, config) for pair in zip(grown, selections, strict=True)]
    special = explain_otherwise(dataset, grown, selections, config)
    estimate(dataset, grown, guides, special, config, run)
    harvests = [
        generate_rows(arm, dataset, *pair, config, run)
        for arm in config.evaluate.grown
        for pair in zip(grown, special.get(arm, guides), strict=True)
    ]
    recalls = recall_attributions(dataset, grown, selections, harvests, config)
    edits = measure_rewriting(dataset, grown, harvests)
    scored = evaluate_arms(dataset, draws, harvests, config, run)
    models = keep_models(dataset, draws, harvests, config)
    evaluation = replace(scored, recalls=recalls, edits=edits)
    language = describe_language(dataset, draws, harvests, config)
    audits = audit_arms(dataset, draws, harvests, language, config)
    found = assemble(config, dataset, draws, selections, guides, harvests, evaluation, language)
    findings = replace(found, audits=audits, models=models)
    report = write_report(findings, run)
    summarise(findings, report, track(findings, report, special, run), run)
    return str(report.html)
