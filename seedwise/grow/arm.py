"""Growing one arm of one draw."""

from __future__ import annotations

from contextlib import closing

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig
from seedwise.grow.growth import Growth
from seedwise.grow.ports import Coach, Engine
from seedwise.progress import Progress, silent
from seedwise.records import Dataset, Draw, Guides, Harvest


def grow(
    arm: Arm,
    draw: Draw,
    dataset: Dataset,
    guides: Guides,
    config: ExperimentConfig,
    engine: Engine,
    progress: Progress = silent,
    coach: Coach | None = None,
) -> Harvest:
    """Ask for rows and screen them until every class has as many as the largest addition needs.

    Requests go out in waves. Each asks all classes at once for what they still lack, at the acceptance
    seen so far; its size depends on the answers alone, so the rows are the same whatever the concurrency.
    A class stops short once ``candidate_factor`` candidates were judged for each sound row wanted of it.

    With ``overgenerate`` above 1 so many sound rows are grown for each one wanted, and the best are
    kept (`seedwise.select`), the best first: a smaller addition takes more of a choice than a larger one.
    In several rounds, each has its share of the rows, and the coach says what the next one asks for.

    Parameters
    ----------
    arm : Arm
        A generated arm.
    draw : Draw
        The seeds: exemplars, and rows that none may copy.
    dataset : Dataset
        Its labels, and the test rows that none may resemble.
    guides : Guides
        The guides of the draw; those of the first round.
    config : ExperimentConfig
        The experiment's quotas, prompts, sampling and screening; the arm's own options are switched here.
    engine : Engine
        Where requests are answered.
    progress : Progress
        Told the accepted rows among those wanted, with each answer and while none comes.
    coach : Coach, optional
        Learns from the rows of each round; needed where there are several, and not asked otherwise.

    Returns
    -------
    Harvest
        Exactly the wanted rows a class, or fewer and a ``shortfall``. Sound rows beyond them are kept
        as rejected for the reason ``surplus``, or ``not_selected`` where the best were chosen.

    Raises
    ------
    UserError
        What the engine raises where the model cannot be had.
    ValueError
        For several rounds without a coach.
    """
    growth = Growth(arm, draw, dataset, guides, config)
    if growth.rounds > 1 and coach is None:
        raise ValueError(f"{growth.rounds} rounds need a coach to learn from them")
    for _ in range(growth.rounds):
        _fill_round(growth, engine, progress)
        growth.close_round(coach if growth.rounds > 1 else None)
    return growth.harvest(engine.traffic)


def _fill_round(growth: Growth, engine: Engine, progress: Progress) -> None:
    while requests := growth.plan_wave(engine):
        with closing(engine.answers(requests, growth.watch(progress))) as answers:
            growth.take_in(requests, answers)
        growth.report_to(progress, engine.bill)
