"""Invented posts for whole runs."""

from __future__ import annotations

import random
from pathlib import Path

import pandas as pd

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


def invent_posts(path: Path, rows: int = 330) -> Path:
    source = random.Random(7)
    labels = [list(WORDS)[i % len(WORDS)] for i in range(rows)]
    texts = [" ".join(source.sample(WORDS[label], 2) + source.sample(FILLER, 7)) for label in labels]
    pd.DataFrame({"body": texts, "emotion": labels}).to_csv(path, index=False)
    return path
