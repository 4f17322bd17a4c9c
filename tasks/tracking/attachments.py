"""The files that go with an experiment's run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict
from itertools import groupby

from seedwise.arms import Arm
from seedwise.errors import UserError
from seedwise.evaluate.models import NOTE, name_file
from seedwise.experiment import Experiment
from seedwise.export import UNAUDITED, Order
from seedwise.export.card import write_card
from seedwise.export.parcel import pack
from seedwise.export.run import open_run
from seedwise.plan import sample_prompts
from seedwise.records import Guides, Prompt
from seedwise.report import ReportFiles
from tasks.tracking.names import slug
from tasks.tracking.tree import Attachment

SpecialGuides = Mapping[Arm, Sequence[Guides]]
"""Guides in draw order, of the arms whose options make others than the experiment's."""


def experiment_attachments(
    findings: Experiment, report: ReportFiles, special: SpecialGuides
) -> Iterator[Attachment]:
    """List what the report wrote, and nothing else that may lie in the same folder; guides, prompts, card."""
    for path in (report.html, report.json, report.synthetic, report.synthetic_jsonl, report.rejected):
        yield Attachment(path.name, path)
    for path in sorted(report.charts.glob("*.svg")):
        yield Attachment(f"figures/{path.name}", path)
    yield from _models(findings, report)
    guides = [asdict(guides) for guides in findings.guides]
    yield Attachment("guides.json", json.dumps(guides, indent=1, ensure_ascii=False))
    yield from _prompts(findings, special)
    yield from _card(findings, report)


def _models(findings: Experiment, report: ReportFiles) -> Iterator[Attachment]:
    names = [name_file(model.classifier) for model in findings.models]
    for name in [NOTE, *names] if names else []:
        yield Attachment(f"models/{name}", report.models / name)


def _prompts(findings: Experiment, special: SpecialGuides) -> Iterator[Attachment]:
    """Show three prompts of each arm, of those that were asked."""
    if not findings.guides:
        return
    asked = {
        (row.arm, row.draw, row.prompt_id): row.hints
        for harvest in findings.harvests
        for row in harvest.accepted + harvest.rejected
    }
    draw = findings.draws[0]
    usual = dict.fromkeys(findings.config.evaluate.grown, findings.guides[0])
    guides = usual | {arm: by_draw[0] for arm, by_draw in special.items()}
    found = sample_prompts(findings.dataset.labels, draw, guides, findings.config)
    shown = [p for p in found if asked.get((p.arm, draw.index, p.id)) == p.hints]
    for arm, prompts in groupby(shown, key=lambda prompt: prompt.arm):
        yield Attachment(f"prompts/{slug(arm)}.txt", _transcript(prompts))


def _transcript(prompts: Iterable[Prompt]) -> str:
    parts = []
    for prompt in prompts:
        turns = [f"[{message.role}]\n{message.content}" for message in prompt.messages]
        text = "\n\n".join(turns) or prompt.completion
        parts.append(f"── {prompt.id} · class {prompt.label} · template {prompt.template}\n\n{text}\n")
    return "\n\n".join(parts)


def _card(findings: Experiment, report: ReportFiles) -> Iterator[Attachment]:
    """Write the data card of the lead arm; none where no rows may be taken home."""
    arms = findings.config.evaluate.grown
    if not arms:
        return
    lead = Arm.GUIDED if Arm.GUIDED in arms else arms[0]
    order = Order(arm=str(lead), accepted=frozenset({UNAUDITED}))
    try:
        finished = open_run(report.html.parent)
        card = write_card(finished, pack(finished, order), "parquet")
    except UserError as exc:
        yield Attachment(
            "card/no-card.txt", f"There is no data card, since rows of {lead} stay behind.\n{exc}\n"
        )
        return
    yield Attachment("card/README.md", card)
