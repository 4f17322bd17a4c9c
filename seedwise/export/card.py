"""The data card: front matter and a datasheet, written from the run's figures."""

from __future__ import annotations

from importlib import resources

import jinja2
import yaml

from seedwise.export import evidence, inventory, making
from seedwise.export.front_matter import front_matter
from seedwise.export.gates import describe
from seedwise.export.grid import Grid
from seedwise.export.layout import LAYOUTS
from seedwise.export.markdown import Markdown, escape, fence
from seedwise.export.order import Format
from seedwise.export.parcel import Parcel
from seedwise.export.run import Run
from seedwise.export.settings import public_settings
from seedwise.report.numbers import plural


def write_card(run: Run, parcel: Parcel, format_: Format) -> str:
    """Write the card as Markdown with YAML front matter; all that comes from data or models is escaped.

    The same run and parcel give the same text: it holds no date, no duration and no address.
    """
    document, layout = run.document, LAYOUTS[format_]
    settings = public_settings(document["config"])
    template = _environment().get_template("card.md.j2")
    return template.render(
        head=Markdown(front_matter(document, parcel, layout)),
        document=document,
        dataset=document["dataset"],
        config=document["config"],
        settings=fence(yaml.safe_dump(settings, sort_keys=False, allow_unicode=True)),
        parcel=parcel,
        layout=layout,
        format=format_,
        draws=len(set(parcel.rows["draw"].to_pylist())),
        repeats=inventory.count_repeats(parcel.rows),
        **_grids(run, parcel),
        **_words(run, parcel),
    )


def _grids(run: Run, parcel: Parcel) -> dict[str, Grid]:
    document, arms = run.document, parcel.arms
    return {
        "classes": inventory.class_grid(parcel),
        "reasons": inventory.reason_grid(parcel),
        "templates": inventory.template_grid(parcel),
        "costs": inventory.cost_grid(document, arms),
        "guides": making.guide_grid(document, arms),
        "utility": evidence.utility_grid(document, arms),
        "authenticity": evidence.authenticity_grid(document, arms),
        "detectors": evidence.detector_grid(document, arms),
        "privacy": evidence.check_grid(run, arms, evidence.PRIVACY, parcel.ruling),
        "quality": evidence.check_grid(run, arms, evidence.QUALITY, parcel.ruling),
        "safety": evidence.check_grid(run, arms, evidence.SAFETY, parcel.ruling),
    }


def _words(run: Run, parcel: Parcel) -> dict[str, list[str]]:
    ruling = parcel.ruling
    return {
        "made": making.tell_arms(parcel.arms),
        "notes": evidence.audit_notes(run.document, parcel.arms),
        "accepted": [describe(check) for check in ruling.accepted],
        "mended": [describe(check) for check in ruling.mended],
        "unmeasured": [f"{describe(check)}. {check.remark}".rstrip() for check in ruling.unmeasured],
    }


def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_resource),
        autoescape=True,
        finalize=escape,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["plural"] = plural
    return environment


def _resource(name: str) -> str:
    return (resources.files("seedwise.export") / "templates" / name).read_text(encoding="utf-8")
