"""One sweep: a grid of experiments, over seed sizes and whatever else is varied."""

# No postponed annotations here: Prefect loads this file by its path and must find the types themselves.
from prefect import flow

from flows.experiment import experiment
from seedwise.config import ExperimentConfig, RunConfig, SweepConfig
from seedwise.settings import Preset, under_preset
from seedwise.sweep import find_results, name_sweep, plan_cells
from tasks.cells import Here, conclude, look_at_cells, run_cells, write_findings
from tasks.mend import told_in_words
from tasks.pool import cancel_with_sweep, find_pool
from tasks.tracking import open_sweep, shown_as_running, track_sweep
from tasks.workers import Workers

DEFAULTS = SweepConfig(), ExperimentConfig(), RunConfig()


@flow(
    name="sweep",
    flow_run_name="sweep over {grid.seed_sizes} seeds",
    on_cancellation=[cancel_with_sweep],
)
@told_in_words
def sweep(
    preset: Preset = "none",
    grid: SweepConfig = DEFAULTS[0],
    config: ExperimentConfig = DEFAULTS[1],
    run: RunConfig = DEFAULTS[2],
) -> str:
    """Run an experiment for every cell of a grid, and find from how many seeds on synthetic rows do.

    Args:
        preset: Settings to start from; a setting below wins where it differs from the default shown there.
        grid: What is varied: every combination is an experiment of its own.
        config: What all experiments share.
        run: How the workers run them.
    """
    base = under_preset(preset, config)
    name = name_sweep(grid, base)
    cells = plan_cells(grid, base)
    runner = Workers(name, grid, run) if find_pool(grid.where) else Here(experiment, name, run)
    with shown_as_running(open_sweep(name, grid, base, run), run):
        looked_at = look_at_cells(cells, name, grid, run)
        outcomes = run_cells(looked_at, runner)
        findings = find_results(outcomes)
        report = write_findings(name, grid, base, findings, run)
        track_sweep(name, grid, base, findings, report, run)
    conclude(name, outcomes, report.html)
    return str(report.html)
