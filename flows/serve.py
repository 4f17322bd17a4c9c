"""Serve the experiment deployment to a Prefect server, from this process."""

from __future__ import annotations

from flows.experiment import experiment
from seedwise.config import RunConfig
from seedwise.settings import assemble_config


def main() -> None:
    """Register the deployment with the demo's settings as defaults, then run what the page triggers."""
    defaults = {
        "config": assemble_config("demo").model_dump(mode="json"),
        "run": RunConfig().model_dump(mode="json"),
    }
    experiment.serve(
        name="experiment",
        description="Grow seeds with an LLM that a classifier's explanations prompt; measure what that buys.",
        parameters=defaults,
        limit=1,
        print_starting_message=False,
    )


if __name__ == "__main__":
    main()
