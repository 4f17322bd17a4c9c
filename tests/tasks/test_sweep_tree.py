"""A sweep as MLflow is told of it: a series for every line, thresholds, documented names only."""

from __future__ import annotations

from pathlib import Path

import pytest
from invented_sweeps import base_config, grid_over, invent_sweep

from seedwise.sweep import find_results, write_sweep_report
from tasks.tracking.names import find_metric
from tasks.tracking.sweep_tree import planned_sweep, sweep_node, sweep_tree
from tasks.tracking.tree import Node, Tree

CROSSING = {60: -0.09, 120: -0.05, 250: -0.012, 500: -0.004}


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Tree:
    folder: Path = tmp_path_factory.mktemp("sweep")
    findings = find_results(invent_sweep(folder, CROSSING))
    grid, base = grid_over(list(CROSSING)), base_config()
    files = write_sweep_report("sizes", grid, base, findings, folder)
    return sweep_tree("sizes", grid, base, findings, files)


def values_of(node: Node, name: str) -> dict[int, float]:
    return {point.step: point.value for point in node.points if point.name == name}


def guided(tree: Tree) -> Node:
    (found,) = [
        child
        for child in tree.root.children
        if [child.tags[name] for name in ("arm", "classifier", "added")] == ["guided", "xgboost", "100"]
    ]
    return found


def test_a_series_follows_its_arm_over_the_seed_sizes(tree: Tree) -> None:
    assert values_of(guided(tree), "difference_to_real") == pytest.approx(CROSSING)
    assert list(values_of(guided(tree), "macro_f1")) == list(CROSSING)


def test_the_threshold_is_on_the_series_and_on_the_sweep(tree: Tree) -> None:
    assert values_of(guided(tree), "threshold_high") == {0: 250}
    assert values_of(tree.root, "threshold_high/guided/xgboost") == {100: 250}
    assert values_of(tree.root, "cells_finished") == {0: 4}


def test_every_name_is_documented(tree: Tree) -> None:
    nodes = (tree.root, *tree.root.children)
    assert {p.name for node in nodes for p in node.points if not find_metric(node.kind, p.name)} == set()


def test_a_larger_grid_is_the_same_sweep(tree: Tree) -> None:
    small, large = (planned_sweep("sizes", grid_over(sizes), base_config()) for sizes in ((60,), (60, 120)))
    assert small.identity == large.identity == tree.root.identity == sweep_node("sizes").identity
    assert (small.tags["seed_sizes"], large.tags["seed_sizes"]) == ("60", "60,120")
    assert sweep_node("other").identity != small.identity


def test_the_report_and_its_figures_go_along(tree: Tree) -> None:
    places = [found.place for found in tree.attachments]
    assert places[:2] == ["report.html", "sweep.json"]
    assert any(place.startswith("figures/sweep-") for place in places)
