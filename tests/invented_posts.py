"""A small labelled data set of invented posts, in a file of one's own."""

from __future__ import annotations

import csv
import random
from pathlib import Path

WORDS = {
    "angry": ("furious", "shouting", "unfair", "rude", "hate", "slammed", "outrage", "insult", "betrayed"),
    "glad": ("sunny", "laughing", "picnic", "birthday", "dancing", "gift", "cheerful", "delight", "puppy"),
    "hopeful": ("tomorrow", "believe", "improve", "plan", "healing", "courage", "better", "dream", "trust"),
}
FILLER = (
    *("today", "my", "neighbour", "the", "bus", "office", "kitchen", "window", "about", "with", "after"),
    *("before", "garden", "street", "letter", "phone", "music", "river", "coffee", "teacher", "station"),
    *("yellow", "paper", "mountain", "village", "market", "bridge", "winter", "engine"),
)
COLUMNS = {"text_column": "body", "label_column": "emotion"}


def invent_posts(path: Path, rows: int = 330) -> Path:
    """Write so many posts, the classes in turn; the same for the same number."""
    source = random.Random(7)
    labels = [list(WORDS)[i % len(WORDS)] for i in range(rows)]
    posts = [(" ".join(source.sample(WORDS[label], 2) + source.sample(FILLER, 7)), label) for label in labels]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS.values())
        writer.writerows(posts)
    return path


def own_data_flags(path: Path) -> list[str]:
    """Write the flags of `seedwise run` that read such a file."""
    return ["--data", str(path), "--text-column", "body", "--label-column", "emotion"]
