"""An embedded model for other machines: `python -m seedwise.embedded.service --host 0.0.0.0 --port 8080`.

Requests are passed on to the servers of `seedwise.embedded.server`, started as they are asked for, so that
a text is the same as where a run starts those servers itself.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import sys
import urllib.parse
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http import HTTPStatus
from threading import Lock

from seedwise.embedded.front import Answer, Desk, RefusalError
from seedwise.embedded.model import BUILT_IN, PREFIX, ModelFile, find_model, served_name
from seedwise.embedded.server import Loan, borrow_server
from seedwise.errors import LLMError, UserError

MOST_ANSWERS = 64
"""Answers that a request may ask for, as many as the setting ``answers_per_request`` allows."""


class Service(Desk):
    """Answers requests for one model, on one server a processor.

    A request names the model as `served_name` does, or is refused: no other file may write its texts.
    The server that answers has as many slots as the request wants answers, which is what makes the text
    depend on nobody else's.

    Parameters
    ----------
    model : ModelFile
        What is served.
    host, port
        Where to listen; port 0 for a free one.
    servers : int
        Requests that are answered at once, by a server each.
    """

    def __init__(self, model: ModelFile, host: str, port: int, servers: int) -> None:
        super().__init__(host, port, at_once=servers)
        self._model = model
        self._under_way: Counter[int] = Counter(dict.fromkeys(range(servers), 0))
        self._counting = Lock()

    @contextmanager
    def reach(self, body: bytes) -> Iterator[str]:
        """Borrow the least busy server that fits a request; see `Desk.reach`."""
        answers = self._read_answers(body)
        with self._take_turn() as index, self._borrow(answers, index) as loan:
            yield urllib.parse.urlsplit(loan.url).netloc

    def look(self) -> Answer:
        """Tell that the service is there; its servers are looked after when they are borrowed."""
        return Answer(HTTPStatus.OK, b'{"status": "ok"}')

    def _read_answers(self, body: bytes) -> int:
        try:
            asked = json.loads(body)
            model, answers = str(asked["model"]), int(asked.get("n") or 1)
        except (ValueError, KeyError, TypeError, AttributeError, OverflowError) as exc:
            raise _refuse(HTTPStatus.BAD_REQUEST, "a request is JSON and names a model") from exc
        if model != served_name(self._model):
            raise _refuse(HTTPStatus.NOT_FOUND, f"{model} is not served here, but {served_name(self._model)}")
        if not 1 <= answers <= MOST_ANSWERS:
            raise _refuse(HTTPStatus.BAD_REQUEST, f"n lies between 1 and {MOST_ANSWERS}")
        return answers

    @contextmanager
    def _take_turn(self) -> Iterator[int]:
        with self._counting:
            index = min(self._under_way, key=lambda server: self._under_way[server])
            self._under_way[index] += 1
        try:
            yield index
        finally:
            with self._counting:
                self._under_way[index] -= 1

    def _borrow(self, answers: int, index: int) -> Loan:
        try:
            return borrow_server(self._model, slots=answers, index=index)
        except LLMError as exc:
            raise _refuse(HTTPStatus.SERVICE_UNAVAILABLE, exc.found) from exc


def main() -> None:
    """Serve a model until SIGTERM; exit code 2 where it cannot be served."""
    arguments = _parse()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    try:
        model = find_model(arguments.llm)
        with borrow_server(model, slots=1):  # one that does not load is better met now than by a run
            service = Service(model, arguments.host, arguments.port, arguments.servers)
    except UserError as exc:
        sys.stderr.write(f"{exc}\n")
        sys.exit(exc.exit_code)
    service.serve_forever()


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m seedwise.embedded.service", description=main.__doc__)
    parser.add_argument("--llm", default=f"{PREFIX}{BUILT_IN}", help="the model, as of `seedwise run --llm`")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", type=int, default=8080)
    parser.add_argument("--servers", type=int, default=os.cpu_count() or 1, help="requests answered at once")
    return parser.parse_args()


def _refuse(status: HTTPStatus, message: str) -> RefusalError:
    return RefusalError(Answer(status, json.dumps({"error": {"message": message}}).encode()))


if __name__ == "__main__":
    main()
