"""The only room that talks to MLflow, always by explicit run ids.

The active run of MLflow's fluent interface belongs to one thread; tasks run in many.
"""

from tasks.tracking.pages import artifact_page, curves_page, experiment_page, run_page
from tasks.tracking.record import open_sweep, shown_as_running, track, track_sweep
from tasks.tracking.server import tracking_uri

__all__ = [
    "artifact_page",
    "curves_page",
    "experiment_page",
    "open_sweep",
    "run_page",
    "shown_as_running",
    "track",
    "track_sweep",
    "tracking_uri",
]
