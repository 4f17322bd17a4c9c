"""The files that other programs read agree with ours."""

import runpy
from pathlib import Path

import pytest
from prefect.flows import load_flow_from_entrypoint

from seedwise.config import RunConfig
from seedwise.settings import assemble_config

ROOT = Path(__file__).resolve().parents[2]


def test_deployments_are_sound(capsys: pytest.CaptureFixture[str]) -> None:
    runpy.run_path(str(ROOT / "scripts" / "check_deployments.py"), run_name="__main__")
    assert "deployments are sound" in capsys.readouterr().out


def test_locks_name_no_address() -> None:
    for lock in ROOT.glob("requirements*.lock"):
        assert "://" not in lock.read_text(), lock.name


def test_the_flow_takes_its_parameters_when_a_worker_loads_it_by_path() -> None:
    flow = load_flow_from_entrypoint(f"{ROOT / 'flows' / 'experiment.py'}:experiment")
    sent = {
        "config": assemble_config("smoke").model_dump(mode="json"),
        "run": RunConfig().model_dump(mode="json"),
    }
    taken = flow.validate_parameters(sent)
    assert taken == {"preset": "none", "config": assemble_config("smoke"), "run": RunConfig()}
