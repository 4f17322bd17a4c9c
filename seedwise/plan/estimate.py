"""What an experiment would ask, use and cost, reckoned before the first call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, RunConfig
from seedwise.generate import identify
from seedwise.generate.needs import Tariff, find_caps, find_tariff
from seedwise.journal import Journal, read_history
from seedwise.plan.basis import explain_basis
from seedwise.plan.caps import warn
from seedwise.plan.rates import find_rates
from seedwise.plan.reckoning import Reckoning, count_rows, count_stored
from seedwise.plan.records import ArmEstimate, Budget, Estimate, Use
from seedwise.plan.replay import Library, replay
from seedwise.records import Dataset, Draw, Guides, Harvest


@dataclass(frozen=True, slots=True)
class Material:
    """What the arms are grown from; ``guides`` and ``draws`` belong together in order.

    ``special`` holds the guides of the arms that have others, ``finished`` the arms and draws whose rows
    are stored: they ask nothing, whatever the journal holds.
    """

    dataset: Dataset
    draws: Sequence[Draw]
    guides: Sequence[Guides]
    finished: Sequence[Harvest] = ()
    special: Mapping[Arm, Sequence[Guides]] = field(default_factory=dict)

    def guides_of(self, arm: Arm) -> Sequence[Guides]:
        """Find the guides of an arm, in draw order."""
        return self.special.get(arm, self.guides)


def estimate(material: Material, config: ExperimentConfig, run: RunConfig) -> Estimate:
    """Reckon what an experiment would ask, use and cost; nothing is asked.

    The waves of requests of each arm are replayed from the journal. Where a class lacks a response, what it
    needs from there on is reckoned at its acceptance so far (before anything is judged, at the engine's own
    prior), and bounded by the candidate budget. Of an arm that is grown in several rounds the first is
    replayed; later ones, whose prompts depend on its answers, are reckoned at its acceptance and count as
    new even where the journal holds them. Requests that several draws or arms share count once.

    Parameters
    ----------
    material
        Data, draws, guides and what is done already.
    config, run
        Settings; ``run`` names the journal, the caps and the user's own prices.

    Returns
    -------
    Estimate
        Without arms where no arm is generated.

    Raises
    ------
    LLMError
        Where an embedded model's file is missing.
    ConfigError
        Where the journal cannot be opened, or a cap cannot be kept.
    """
    arms = config.evaluate.grown
    if len(material.finished) == len(arms) * len(material.draws):
        return _sum_up_finished(material, config)
    tariff = find_tariff(config.generation, run)
    caps = find_caps(run, tariff)
    with Journal(run.journal) as journal:
        name = run.budget or config.fingerprint
        budget = Budget(name, caps, journal.read_spent(name))
        found = _reckon(material, config, run, journal, tariff)
    found = replace(found, budget=budget, is_free=_is_free(tariff))
    return replace(found, warnings=tuple(warn(found, run)))


def _sum_up_finished(material: Material, config: ExperimentConfig) -> Estimate:
    """Sum up what is stored to the last row: neither the journal nor the model is needed."""
    seen: set[str] = set()
    stored = {arm: [h for h in material.finished if h.arm == arm] for arm in config.evaluate.grown}
    arms = (
        ArmEstimate(arm, count_rows(some), count_stored(some, seen), Use()) for arm, some in stored.items()
    )
    return Estimate(config.generation.llm, tuple(arms))


def _reckon(
    material: Material, config: ExperimentConfig, run: RunConfig, journal: Journal, tariff: Tariff
) -> Estimate:
    identity = identify(config.generation)
    history = read_history(journal, identity.model, identity.base_url)
    rates = find_rates(config, run, material.draws, history, tariff)
    reckoning = Reckoning(Library(identity, config, journal), rates)
    arms = tuple(_add_arm(arm, material, reckoning) for arm in config.evaluate.grown)
    basis = explain_basis(rates, config, run, history, reckoning.judged, reckoning.accepted)
    return Estimate(config.generation.llm, arms, basis)


def _add_arm(arm: Arm, material: Material, reckoning: Reckoning) -> ArmEstimate:
    stored = [harvest for harvest in material.finished if harvest.arm == arm]
    done = {harvest.draw for harvest in stored}
    replays = [
        replay(arm, draw, material.dataset, guides, reckoning.library)
        for draw, guides in zip(material.draws, material.guides_of(arm), strict=True)
        if draw.index not in done
    ]
    return reckoning.add_arm(arm, replays, stored)


def _is_free(tariff: Tariff) -> bool:
    price = tariff.price
    return price is not None and not (price.prompt or price.completion)
