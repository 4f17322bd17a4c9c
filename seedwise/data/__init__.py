"""Real text: found, checked, split, drawn from."""

from seedwise.data.classes import check_names, describe_counts
from seedwise.data.draw import draw_seeds
from seedwise.data.load import STAGE_VERSION, load_dataset, read_labelled
from seedwise.data.own_file import ColumnFlags
from seedwise.data.places import Places, places_from

__all__ = [
    "STAGE_VERSION",
    "ColumnFlags",
    "Places",
    "check_names",
    "describe_counts",
    "draw_seeds",
    "load_dataset",
    "places_from",
    "read_labelled",
]
