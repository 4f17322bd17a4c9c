"""Finding the pages that `seedwise ui` runs here."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

from flows.local import live_api_url, local_environment, pages_file


class Healthy(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/api/health" else 404)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        return


@contextmanager
def server() -> Iterator[str]:
    http = HTTPServer(("127.0.0.1", 0), Healthy)
    thread = threading.Thread(target=http.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{http.server_port}/api"
    finally:
        http.shutdown()
        thread.join()
        http.server_close()


def test_a_live_server_is_found_and_a_dead_one_is_not(tmp_path: Path) -> None:
    assert live_api_url(tmp_path) == ""
    with server() as url:
        pages_file(tmp_path).write_text(json.dumps({"prefect_api": url}))
        assert live_api_url(tmp_path) == url
    assert live_api_url(tmp_path) == ""


def test_a_spoilt_note_is_no_server(tmp_path: Path) -> None:
    pages_file(tmp_path).write_text("{")
    assert live_api_url(tmp_path) == ""


def test_everything_local_stays_in_the_state_folder(tmp_path: Path) -> None:
    environment = local_environment(tmp_path / "state")
    assert environment["PREFECT_HOME"] == str(tmp_path / "state" / "prefect")
    assert environment["PREFECT_SERVER_ANALYTICS_ENABLED"] == "false"
    assert environment["MLFLOW_DISABLE_TELEMETRY"] == "true"
