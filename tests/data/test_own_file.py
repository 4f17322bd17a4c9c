from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from seedwise.config import DataConfig
from seedwise.data.own_file import check_parts, read_own_file
from seedwise.data.raw import Part, RawData
from seedwise.errors import DataError


def read(path: Path, content: str | bytes | None = None, **settings: str) -> RawData:
    if content is not None:
        path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_own_file(path, DataConfig.model_validate({"dataset": str(path), **settings}))


def refused(path: Path, content: str | bytes | None = None, **settings: str) -> DataError:
    with pytest.raises(DataError) as caught:
        read(path, content, **settings)
    assert caught.value.remedy
    return caught.value


def lines_and_texts(data: RawData) -> list[tuple[int, str, str]]:
    return [(row.line, row.text, row.label) for row in data.rows]


def test_csv_with_byte_order_mark_quotes_and_breaks(tmp_path: Path) -> None:
    content = '\ufefftext,label,more\r\n"He said ""go"", then\nleft",glad,1\r\n\r\nIt rains,sad,\r\n'
    data = read(tmp_path / "My Posts.csv", content)
    assert lines_and_texts(data) == [(2, 'He said "go", then\nleft', "glad"), (5, "It rains", "sad")]
    assert (data.name, data.short, data.source) == ("My Posts.csv", "my-posts", "My Posts.csv")
    assert {row.part for row in data.rows} == {Part.WHOLE}


def test_tsv_keeps_commas(tmp_path: Path) -> None:
    data = read(tmp_path / "posts.tsv", "label\ttext\nsad\tIt rains, again\n")
    assert lines_and_texts(data) == [(2, "It rains, again", "sad")]


def test_jsonl_counts_blank_lines_and_takes_numbers_as_written(tmp_path: Path) -> None:
    lines = ['{"text": "It rains", "label": 1}', "", '{"text": null, "label": 2.5}']
    lines += ['{"label": NaN, "text": 7}', '{"text": "x"}']
    data = read(tmp_path / "posts.jsonl", "\n".join(lines))
    assert lines_and_texts(data) == [(1, "It rains", "1"), (3, "", "2.5"), (4, "7", ""), (5, "x", "")]


def test_parquet_with_missing_values(tmp_path: Path) -> None:
    path = tmp_path / "posts.parquet"
    pd.DataFrame({"body": ["It rains", None], "class": [1, 2]}).to_parquet(path)
    data = read(path, text_column="body", label_column="class")
    assert lines_and_texts(data) == [(1, "It rains", "1"), (2, "", "2")]


def test_the_split_column_rules_unless_pooled(tmp_path: Path) -> None:
    content = "text,label,split\na,x,Train\nb,y,test\nc,x, dev \n"
    data = read(tmp_path / "posts.csv", content)
    assert [row.part for row in data.rows] == [Part.TRAIN, Part.TEST, Part.VALIDATION]
    assert data.has_official_split
    pooled = read(tmp_path / "posts.csv", split="pooled")
    assert {row.part for row in pooled.rows} == {Part.WHOLE}


def test_a_missing_file_suggests_its_neighbour(tmp_path: Path) -> None:
    (tmp_path / "posts.csv").touch()
    error = refused(tmp_path / "post.csv")
    assert "there is no file" in error.found
    assert error.remedy == f"did you mean {tmp_path / 'posts.csv'}?"
    assert refused(tmp_path / "nowhere" / "else.csv").remedy == "check the path"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    assert "is a folder" in refused(tmp_path).found


def test_an_unknown_kind_lists_the_known(tmp_path: Path) -> None:
    error = refused(tmp_path / "posts.xlsx", "text")
    assert "(.xlsx)" in error.found
    assert ".parquet" in error.expected


@pytest.mark.parametrize("name", ["posts.csv", "posts.tsv", "posts.jsonl", "posts.parquet"])
@pytest.mark.parametrize("content", ["", " \n\n"])
def test_an_empty_file_has_no_rows(tmp_path: Path, name: str, content: str) -> None:
    assert "has no rows" in refused(tmp_path / name, content).found


def test_a_header_alone_has_no_rows(tmp_path: Path) -> None:
    assert "has no rows" in refused(tmp_path / "posts.csv", "text,label\n").found


def test_a_missing_column_lists_the_columns_and_suggests_the_closest(tmp_path: Path) -> None:
    error = refused(tmp_path / "posts.csv", "texts,emotion\na,x\n", label_column="emotion")
    assert error.found.endswith("has no column 'text'; its columns are 'texts', 'emotion'")
    assert error.remedy == "--text-column texts"
    assert refused(tmp_path / "posts.csv", "text,mood\na,x\n").remedy == "--label-column NAME"


def test_a_repeated_column_is_refused_but_not_empty_ones(tmp_path: Path) -> None:
    assert "several columns named 'text'" in refused(tmp_path / "a.csv", "text,text ,label\na,b,x\n").found
    assert len(read(tmp_path / "b.csv", "text,label,,\na,x,,\n").rows) == 1


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("text,label\nfine,x\nnot, so fine,x\n", "line 3: 3 fields under 2 columns"),
        ('text,label\n"two\nlines",x\nshort\n', "line 4: 1 fields under 2 columns"),
        ('text,label\nfine,x\n"never closed,x\nfine,x\n', "starts on line 3"),
        ('text,label\n"closed" early,x\n', "starts on line 2"),
    ],
)
def test_a_ragged_or_misquoted_line_is_named(tmp_path: Path, content: str, place: str) -> None:
    assert place in refused(tmp_path / "posts.csv", content).found


@pytest.mark.parametrize("encoding", ["windows-1252", "utf-16"])
def test_another_encoding_names_line_and_byte(tmp_path: Path, encoding: str) -> None:
    error = refused(tmp_path / "posts.csv", "text,label\ncafé,x\n".encode(encoding))
    place = "line 2, byte 14 of the file is 0xe9" if encoding == "windows-1252" else "line 1, byte 0"
    assert place in error.found
    assert f"iconv -f {encoding.upper()} -t UTF-8" in error.remedy


@pytest.mark.parametrize("line", ['{"text": "a"', "[1, 2]", "plain", "[" * 100_000])
def test_a_line_that_is_no_object_is_named(tmp_path: Path, line: str) -> None:
    content = json.dumps({"text": "a", "label": "x"}) + f"\n{line}\n"
    assert "line 2" in refused(tmp_path / "posts.jsonl", content).found


def test_several_labels_a_row_are_refused(tmp_path: Path) -> None:
    error = refused(tmp_path / "posts.jsonl", '{"text": "a", "label": ["x", "y"]}\n')
    assert "line 1: column 'label' holds a list" in error.found


def test_what_is_not_parquet_is_told(tmp_path: Path) -> None:
    assert "cannot be read as Parquet" in refused(tmp_path / "posts.parquet", "text,label\n").found


def test_an_unknown_part_is_named(tmp_path: Path) -> None:
    error = refused(tmp_path / "posts.csv", "text,label,split\na,x,train\nb,x,fold 3\n")
    assert "line 3: the split column says 'fold 3'" in error.found


@pytest.mark.parametrize(("present", "absent"), [("train", "test"), ("test", "train")])
def test_a_split_needs_both_sides(tmp_path: Path, present: str, absent: str) -> None:
    data = read(tmp_path / "posts.csv", f"text,label,split\na,x,{present}\n")
    with pytest.raises(DataError) as caught:
        check_parts(data)
    assert f"marks no {absent} row" in caught.value.found
