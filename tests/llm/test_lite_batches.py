"""Batch jobs by way of LiteLLM: the same request, the same answer, in each provider's own protocol."""

from __future__ import annotations

import asyncio
import io
import json
import time
from pathlib import Path
from typing import Any

import pytest
from asking import SAMPLING, ask, chat_request
from batch_server import BatchServer, Body, Call, status

from seedwise.errors import ConfigError, LLMError
from seedwise.llm import BatchLLM, Reply, TransientError, open_batch_llm
from seedwise.llm.batches import JobsHiddenError, JobState, Phase, read_result
from seedwise.records import Request

REQUEST = chat_request("Write!", stop=("\n",))


class MistralServer(BatchServer):
    """The same jobs, as Mistral speaks of them."""

    def serve(self, call: Call) -> Body:
        match call.path.split("/")[1:], call.handler.command:
            case ["batch", "jobs"], "POST":
                asked = json.loads(call.data)
                request = {**asked, "input_file_id": asked["input_files"][0], "completion_window": "24h"}
                with self.lock:
                    return self._translate(self._make_job(request))
            case ["batch", "jobs", name], "GET":
                with self.lock:
                    return self._translate(self._look(self.jobs[name]))
        return super().serve(call)

    def _translate(self, job: Body) -> Body:
        counts = job["request_counts"]
        return {
            "id": job["id"],
            "input_files": [job["input_file_id"]],
            "endpoint": job["endpoint"],
            "model": "some-model",
            "status": {"in_progress": "RUNNING", "completed": "SUCCESS"}[job["status"]],
            "created_at": job["created_at"],
            "total_requests": counts["total"],
            "succeeded_requests": counts["completed"],
            "failed_requests": counts["failed"],
            "output_file": job["output_file_id"],
            "error_file": job["error_file_id"],
            "metadata": job["metadata"],
        }


class XAIServer(BatchServer):
    """The same jobs, as xAI speaks of them: by counts instead of a status, with results in pages."""

    def serve(self, call: Call) -> Body:
        with self.lock:
            match call.path.split("/")[1:], call.handler.command:
                case ["batches"], "POST":
                    asked = json.loads(call.data)
                    label = {"seedwise": asked["name"]}
                    request = {"endpoint": "/v1/chat/completions", "completion_window": "24h", **asked}
                    return self._translate(self._make_job({**request, "metadata": label}))
                case ["batches"], "GET":
                    return {"batches": [self._translate(self._describe(j)) for j in self.jobs.values()]}
                case ["batches", name, "results"], "GET":
                    lines = self.files[f"{name}-output"].splitlines()
                    return {"results": [_to_xai(json.loads(line)) for line in lines]}
                case ["batches", name], "GET":
                    return self._translate(self._look(self.jobs[name]))
        return super().serve(call)

    def _translate(self, job: Body) -> Body:
        counts = job["request_counts"]
        pending = counts["total"] if job["status"] == "in_progress" else 0
        return {
            "batch_id": job["id"],
            "name": job["metadata"]["seedwise"],
            "create_time": time.strftime("%Y-%m-%d", time.gmtime(job["created_at"])),
            "state": {
                "num_requests": counts["total"],
                "num_pending": pending,
                "num_success": counts["completed"],
                "num_error": counts["failed"],
            },
        }


def _to_xai(line: Body) -> Body:
    result = {"response": {"chat_get_completion": line["response"]["body"]}}
    return {"batch_request_id": line["custom_id"], "batch_result": result}


PROVIDERS: dict[str, tuple[type[BatchServer], dict[str, str]]] = {
    "azure": (BatchServer, {"AZURE_API_KEY": "a-key", "AZURE_API_VERSION": "2025-03-01-preview"}),
    "mistral": (MistralServer, {"MISTRAL_API_KEY": "a-key"}),
    "xai": (XAIServer, {"XAI_API_KEY": "a-key"}),
}


@pytest.fixture(params=sorted(PROVIDERS))
def provider(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    name = str(request.param)
    for variable, value in PROVIDERS[name][1].items():
        monkeypatch.setenv(variable, value)
    return name


@pytest.fixture
def server(provider: str) -> Any:
    with PROVIDERS[provider][0]() as started:
        yield started


def url_of(provider: str, server: BatchServer) -> str:
    return server.url.removesuffix("/v1") if provider == "azure" else server.url


def open_for(provider: str, server: BatchServer) -> BatchLLM:
    return open_batch_llm(f"{provider}/some-model", url_of(provider, server), timeout=10, price=None)


async def hand_in(llm: BatchLLM, folder: Path, *requests: Request) -> str:
    path = folder / "requests.jsonl"
    path.write_bytes(b"".join(map(llm.encode, requests)))
    file = await llm.desk.upload(path)
    return await llm.desk.submit(file, llm.endpoint_of(requests[0]), "our-label")


async def fetch(llm: BatchLLM, job: str) -> tuple[JobState, bytes]:
    while (state := await llm.desk.poll(job)).phase is Phase.RUNNING:
        pass
    sink = io.BytesIO()
    for name in state.files:
        await llm.desk.download(name, sink)
    return state, sink.getvalue()


async def ask_by_batch(llm: BatchLLM, folder: Path, request: Request) -> Reply:
    try:
        _, lines = await fetch(llm, await hand_in(llm, folder, request))
    finally:
        await llm.desk.aclose()
    [line] = lines.splitlines()
    return llm.read(request, read_result(line))


def test_the_same_is_asked_and_understood_as_at_once(provider, server, tmp_path):
    at_once = ask(url_of(provider, server), REQUEST, f"{provider}/some-model")
    by_batch = asyncio.run(ask_by_batch(open_for(provider, server), tmp_path, REQUEST))
    [line] = server.jobs["batch_0"].lines
    [asked] = server.online
    assert {name: value for name, value in asked.body.items() if name != "stream"} == line["body"]
    assert line["url"].endswith("/chat/completions")
    assert by_batch.response.choices == at_once.response.choices
    assert by_batch.response.prompt_tokens == at_once.response.prompt_tokens == 11
    assert by_batch.response.completion_tokens == at_once.response.completion_tokens == 7
    assert len(by_batch.response.choices) == (1 if provider == "mistral" else SAMPLING.n)


def test_a_job_is_found_by_its_label_where_jobs_are_listed(provider, server, tmp_path):
    async def main() -> tuple[str, str, str]:
        llm = open_for(provider, server)
        try:
            job = await hand_in(llm, tmp_path, REQUEST)
            since = time.time()
            return job, await llm.desk.find("our-label", since), await llm.desk.find("another", since)
        finally:
            await llm.desk.aclose()

    if provider == "mistral":
        with pytest.raises(JobsHiddenError, match="lists no jobs of mistral"):
            asyncio.run(main())
    else:
        assert asyncio.run(main()) == ("batch_0", "batch_0", "")


def test_a_failed_submission_is_not_tried_again_behind_our_back(provider, server, tmp_path):
    async def main() -> None:
        llm = open_for(provider, server)
        try:
            await hand_in(llm, tmp_path, REQUEST)
        finally:
            await llm.desk.aclose()

    route = "POST /batch" if provider == "mistral" else "POST /batches"
    server.fail_next(route, status(500, "out of order"))
    with pytest.raises(TransientError, match="HTTP 500"):
        asyncio.run(main())
    assert server.jobs == {}
    server.fail_next(route, status(401, "Incorrect API key"))
    with pytest.raises(LLMError, match=r"(?s)Incorrect API key.*export the key"):
        asyncio.run(main())
    assert server.jobs == {}


def test_a_missing_key_is_named(provider, server, monkeypatch):
    for variable in PROVIDERS[provider][1]:
        monkeypatch.delenv(variable)
    with pytest.raises(LLMError, match=f"{provider.upper()}_API_KEY"):
        open_for(provider, server)


@pytest.mark.parametrize(
    ("version", "base_url", "path"),
    [
        ("2025-03-01-preview", "", "/openai/files?api-version=2025-03-01-preview"),
        ("preview", "/openai/v1/", "/openai/v1/files?api-version=preview"),
        ("v1", "/", "/openai/v1/files"),
    ],
)
def test_azure_is_reached_by_the_version_of_the_environment(monkeypatch, tmp_path, version, base_url, path):
    monkeypatch.setenv("AZURE_API_KEY", "a-key")
    monkeypatch.setenv("AZURE_API_VERSION", version)
    with BatchServer() as server:
        paths: list[str] = []
        server.fail_next("POST /files", lambda call: paths.append(call.handler.path) or call.act())
        monkeypatch.setenv("AZURE_API_BASE", server.url.removesuffix("/v1") + base_url)
        asyncio.run(ask_by_batch(open_batch_llm("azure/m", timeout=10, price=None), tmp_path, REQUEST))
        assert paths == [path]
        assert {headers["api-key"] for headers in server.headers} == {"a-key"}


@pytest.mark.parametrize("model", ["anthropic/claude-sonnet-4-5", "vertex_ai/gemini-2.5-flash", "groq/x"])
def test_a_provider_out_of_reach_is_told_with_those_within(model):
    with pytest.raises(ConfigError, match=r"(?s)takes no batch jobs.*openai/<model>.*azure/.*mistral/.*xai/"):
        open_batch_llm(model, timeout=10, price=None)
