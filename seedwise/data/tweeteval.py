"""TweetEval's emotion task: tweets of anger, joy, optimism or sadness.

Barbieri et al., "TweetEval: Unified Benchmark and Comparative Evaluation for Tweet Classification",
Findings of EMNLP 2020; the tweets are those of SemEval-2018 task 1 (Mohammad et al.).
"""

from __future__ import annotations

from collections.abc import Mapping

from seedwise.data.fetch import Patience, UnavailableError, download, has_digest, read_cached, store
from seedwise.data.places import Places
from seedwise.data.raw import Part, RawData, RawRow
from seedwise.errors import DataError

NAME = "tweeteval-emotion"
COMMIT = "4fbd22cd78421f05b1ecdb4fc5725bc7a7bd8f66"
PINNED_URL = f"https://raw.githubusercontent.com/cardiffnlp/tweeteval/{COMMIT}/datasets/emotion"
LABELS = ("anger", "joy", "optimism", "sadness")
"""The classes in the order of the files' label numbers."""

SHA256: Mapping[str, str] = {
    "train_text.txt": "2c62f67aeb3eac1aea0e5a9c3d0f4bc337992581f3f858061786a1fb4d79d95e",
    "train_labels.txt": "987e767d8679e18abdf7de37a6d2bcd0a40a296ddd704e8d515cf0e3033c8d9c",
    "val_text.txt": "e2e30c86b8cbb97944d6543aedc06eace3bb275cb2f381aba787b838b4f23ca5",
    "val_labels.txt": "313730630160b7e0a6b4235b800c76683f4aeeb72d094eb69646630cd5cfe338",
    "test_text.txt": "7e1070f5d3e3fcece5bc73680bff9981e90d8f7b2f1009bfe7a01d059d1c6091",
    "test_labels.txt": "245072348c711961785be6d395997f97cf7fcda3effeae7805664171dc75f913",
}


def read_tweeteval(places: Places, patience: Patience) -> RawData:
    """Read the data set from the data folder, the cache, the mirror or the pinned address, in that order.

    Raises
    ------
    UnavailableError
        Where none of them has a file.
    DataError
        Where a file of the data folder is not the pinned one, or the cache cannot be written.
    """
    rows = [row for part in (Part.TRAIN, Part.VALIDATION, Part.TEST) for row in _part(part, places, patience)]
    return RawData(
        name=NAME,
        short="tweeteval",
        source=f"cardiffnlp/tweeteval, datasets/emotion at commit {COMMIT[:7]}",
        license="none stated: for research, not to be passed on",
        rows=tuple(rows),
    )


def _part(part: Part, places: Places, patience: Patience) -> list[RawRow]:
    texts = _lines(f"{part}_text.txt", places, patience)
    labels = _lines(f"{part}_labels.txt", places, patience)
    pairs = zip(texts, labels, strict=True)
    return [RawRow(part, line, text, LABELS[int(label)]) for line, (text, label) in enumerate(pairs, start=1)]


def _lines(name: str, places: Places, patience: Patience) -> list[str]:
    # Only line feeds end a row: tweets may hold the other characters that splitlines() breaks at.
    return _file(name, places, patience).decode("utf-8").removesuffix("\n").split("\n")


def _file(name: str, places: Places, patience: Patience) -> bytes:
    content = _local(name, places)
    if content is None:
        content = read_cached(places.cache_dir / NAME / name, SHA256[name])
    if content is None:
        content = _remote(name, places, patience)
        store(places.cache_dir / NAME / name, content)
    return content


def _local(name: str, places: Places) -> bytes | None:
    if places.data_dir is None or not (path := places.data_dir / NAME / name).is_file():
        return None
    content = path.read_bytes()
    if not has_digest(content, SHA256[name]):
        raise DataError(
            found=f"{path} is not the file of commit {COMMIT[:7]}: its sha256 differs",
            expected=f"sha256 {SHA256[name]}",
            remedy="take the file from that commit with its line ends kept, or remove it to have it fetched",
        )
    return content


def _remote(name: str, places: Places, patience: Patience) -> bytes:
    bases = [places.mirror, PINNED_URL] if places.mirror else [PINNED_URL]
    reasons = [f"no {NAME}/{name} in {places.data_dir}"] if places.data_dir else []
    for base in bases:
        try:
            return download(f"{base.rstrip('/')}/{name}", SHA256[name], patience)
        except UnavailableError as exc:
            reasons.append(exc.found)
    raise UnavailableError(
        found=f"{NAME} cannot be had: " + "; ".join(reasons),
        expected=f"its files in a folder {NAME}, at a mirror or at GitHub",
        remedy=f"--data-dir FOLDER (it holds {NAME}/), --data-mirror URL, or --dataset vader-tweets",
    )
