"""A harvest in the making."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from seedwise.arms import Arm
from seedwise.config import ExperimentConfig, PromptConfig
from seedwise.grow.account import add_up, note_round
from seedwise.grow.choice import take_best, take_first
from seedwise.grow.goals import set_goals
from seedwise.grow.passport import Answer, read_answers, start_candidate
from seedwise.grow.ports import Advice, Coach, RequestMaker
from seedwise.grow.script import Script
from seedwise.grow.tally import Tally
from seedwise.identity import derive_seed
from seedwise.options import of_arm
from seedwise.progress import Progress
from seedwise.prompt import Strategy, Style, make_canaries, make_strategy, plant_canaries, show_canaries
from seedwise.records import (
    Candidate,
    Dataset,
    Draw,
    Guides,
    Harvest,
    Request,
    Response,
    RoundNote,
    Traffic,
)
from seedwise.screen import Reason, Screen, SeedClassifier


def style_of(config: PromptConfig) -> Style:
    """Tell how the model is asked; ``auto`` is chat, which the embedded model follows better too."""
    return "completion" if config.prompt_format == "completion" else "chat"


def asks_classifier(config: ExperimentConfig) -> bool:
    """Tell whether a classifier of the seeds judges the rows of an arm with these settings."""
    return config.screen.agreement > 0 or config.refine.overgenerate > 1


@dataclass(frozen=True, slots=True)
class Outlook:
    """Requests that a class still needs, over all rounds: expected, and at most by its budget."""

    expected: int
    most: int


class Growth:
    """A harvest in the making: a tally a class, what was judged, kept and paid for.

    A round is asked in waves: all classes at once for what they still lack. The first round is open from
    the start; `close_round` opens the next.
    """

    def __init__(
        self, arm: Arm, draw: Draw, dataset: Dataset, guides: Guides, config: ExperimentConfig
    ) -> None:
        config = of_arm(config, arm)
        self._arm, self._draw, self._config = arm, draw, config
        self._canaries = make_canaries(draw, config.audit.canaries, config.seeds.root_seed)
        self._planted = plant_canaries(draw, self._canaries)
        self._script = Script(self._make_strategy(Advice(guides)))
        self._screen = _open_screen(self._planted, draw, dataset, config)
        self._goals = set_goals(dataset.labels, draw.seeds, config)
        self._tallies = {label: Tally() for label in dataset.labels}
        self._judged: list[Candidate] = []
        self._kept: list[Candidate] = []
        self._responses: list[Response] = []
        self._notes: list[RoundNote] = []
        self._open_round(0)

    def _make_strategy(self, advice: Advice) -> Strategy:
        prompt = self._config.prompt
        prompt = prompt.model_copy(update={"avoid": max(prompt.avoid, advice.avoid)})
        guides, seed = show_canaries(advice.guides, self._canaries), self._config.seeds.root_seed
        return make_strategy(self._arm, self._planted, guides, prompt, style_of(prompt), seed)

    def _open_round(self, number: int) -> None:
        self._number, self._paid_before = number, len(self._responses)
        for label, missing in self._find_missing().items():
            wanted = self._goals.sound_rows(missing)
            self._tallies[label].open_round(wanted, self._goals.budget(label, number))

    def _find_missing(self) -> dict[str, int]:
        """Count the rows of each class that the round is still to keep."""
        kept = Counter(row.label for row in self._kept)
        return {label: rows - kept[label] for label, rows in self._goals.kept[self._number].items()}

    @property
    def name(self) -> str:
        """What is grown, in words."""
        return f"{self._arm}, draw {self._draw.index}"

    @property
    def rounds(self) -> int:
        """Rounds in all."""
        return len(self._goals.kept)

    @property
    def asked(self) -> Mapping[str, int]:
        """Rows to be kept in the end, by class."""
        return self._goals.asked

    @property
    def tallies(self) -> Mapping[str, Tally]:
        """What came in so far, by class."""
        return self._tallies

    def look_ahead(self, label: str) -> Outlook:
        """Reckon the requests that a class still needs, later rounds at the acceptance so far."""
        tally, answers = self._tallies[label], self._config.generation.answers_per_request
        later = self._goals.later_rows(label, self._number)
        expected = sum((tally.requests_for(rows, answers) for rows in later), tally.requests_needed(answers))
        most = tally.requests_left(answers)
        if any(later):
            most = tally.room(self._goals.budget(label, self.rounds - 1), answers)
        return Outlook(min(expected, most), most)

    def plan_wave(self, engine: RequestMaker) -> list[Request]:
        """Write the next requests; none once every class is full or its budget spent."""
        answers = self._config.generation.answers_per_request
        return [
            self.plan_request(label, index, engine)
            for label, tally in self._tallies.items()
            for index in range(tally.requests, tally.requests + tally.requests_needed(answers))
        ]

    def plan_request(self, label: str, index: int, engine: RequestMaker) -> Request:
        """Write the request number ``index`` (from 0) of a class."""
        return engine.make_request(self._script.prompt(label, index), self._config.seeds.root_seed)

    def take_in(self, requests: Sequence[Request], responses: Iterable[Response]) -> None:
        """Judge answers in the order in which they were asked for, each as soon as it is here."""
        for request, response in zip(requests, responses, strict=True):
            tally = self._tallies[request.prompt.label]
            before = tally.candidates
            for answer in read_answers(request, response, self._config.prompt.topic):
                self._take_in_answer(request, answer, tally)
            tally.requests += 1
            # A model that gives no answer must come to the end of the budget too.
            tally.candidates = max(tally.candidates, before + 1)
            self._responses.append(response)

    def _take_in_answer(self, request: Request, answer: Answer, tally: Tally) -> None:
        candidate = start_candidate(request, answer, self._arm, self._draw, tally.candidates)
        judged = self._screen.judge(replace(candidate, round=self._number), answer.choice)
        tally.count(is_sound=not judged.reason)
        self._judged.append(judged)

    def close_round(self, coach: Coach | None) -> None:
        """Choose the rows that are kept; where there is another round, let the coach say what it asks."""
        before, is_last = len(self._kept), self._number == self.rounds - 1
        self._kept += self._choose()
        if coach is None:
            return
        review = coach.review(self._kept, is_last=is_last)
        paid = self._responses[self._paid_before :]
        self._notes.append(note_round(self._number, len(self._kept) - before, paid, review))
        if not is_last:
            self._script.turn_to(self._make_strategy(review.advice))
            self._open_round(self._number + 1)

    def _choose(self) -> list[Candidate]:
        taken = {row.id for row in self._kept}
        sound = [row for row in self._judged if not row.reason and row.id not in taken]
        fresh = [row for row in sound if row.round == self._number]
        spare = [row for row in sound if row.round < self._number]
        wanted = self._find_missing()
        if self._is_selective:
            return list(take_best(fresh, spare, wanted, self._kept))
        return list(take_first([*fresh, *spare], wanted))

    @property
    def _is_selective(self) -> bool:
        return self._config.refine.overgenerate > 1

    def report_to(self, progress: Progress, *words: str) -> None:
        """Tell the accepted rows among those wanted, and the share of candidates accepted so far."""
        accepted = sum(tally.accepted for tally in self._tallies.values())
        wanted = sum(
            tally.earlier + tally.wanted + sum(self._goals.later_rows(label, self._number))
            for label, tally in self._tallies.items()
        )
        share = f"{accepted / len(self._judged):.0%} accepted" if self._judged else ""
        number = f"round {self._number + 1}/{self.rounds}" if self.rounds > 1 else ""
        progress(accepted, wanted, " · ".join(filter(None, [number, *words, share])))

    def watch(self, progress: Progress) -> Progress:
        """Make the progress of a wave: rows that are judged so far, beside the engine's own words."""

        def report(done: int, total: int, note: str = "") -> None:
            self.report_to(progress, note, f"{done}/{total} answered" if done < total else "")

        return report

    def harvest(self, traffic: Traffic) -> Harvest:
        """Sum up."""
        bill = add_up(self._responses)
        return Harvest(
            arm=self._arm,
            draw=self._draw.index,
            accepted=tuple(self._kept),
            rejected=tuple(self._list_rejected()),
            asked=dict(self.asked),
            shortfall={label: rows for label, rows in self._find_missing().items() if rows},
            requests=sum(tally.requests for tally in self._tallies.values()),
            responses=len(self._responses),
            candidates=len(self._judged),
            prompt_tokens=bill.prompt_tokens,
            completion_tokens=bill.completion_tokens,
            cost=bill.cost,
            seconds=bill.seconds,
            reused=bill.reused,
            traffic=traffic,
            rounds=tuple(self._notes),
        )

    def _list_rejected(self) -> Iterable[Candidate]:
        kept = {row.id for row in self._kept}
        for row in self._judged:
            if row.id not in kept:
                yield row if row.reason else self._explain_left_over(row)

    def _explain_left_over(self, row: Candidate) -> Candidate:
        if self._is_selective:
            return replace(row, reason=Reason.NOT_SELECTED.value, detail=f"confidence {row.confidence:.2f}")
        return replace(row, reason=Reason.SURPLUS.value, detail=f"{self.asked[row.label]} rows are in")


def _open_screen(planted: Draw, draw: Draw, dataset: Dataset, config: ExperimentConfig) -> Screen:
    """Open a screen that knows planted rows as seeds, and a classifier that has not seen them."""
    seed = derive_seed(config.seeds.root_seed, "agreement", draw.index)
    classifier = SeedClassifier(draw.seeds, seed) if asks_classifier(config) else None
    return Screen(planted.seeds, dataset.test, config.screen, config.prompt.topic, classifier)
