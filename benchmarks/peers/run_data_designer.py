"""NVIDIA Data Designer's side: one text column over a seed table of prompts."""

from __future__ import annotations

from collections.abc import Mapping

import data_designer.config as dd
import pandas as pd
from data_designer.interface import DataDesigner
from side import MAX_TOKENS, MODEL, Task, run_side


def generate(task: Task) -> Mapping[str, str]:
    provider = dd.ModelProvider(name="bench", endpoint=task.base_url, provider_type="openai", api_key="bench")
    designer = DataDesigner(artifact_path=task.scratch, model_providers=[provider])
    designer.set_run_config(dd.RunConfig(buffer_size=task.rows, otel_metrics_port=None))
    rows = designer.create(make_config(task), num_records=task.rows).load_dataset()
    return dict(zip(rows["prompt"], rows["post"], strict=True))


def make_config(task: Task) -> dd.DataDesignerConfigBuilder:
    parameters = dd.ChatCompletionInferenceParams(
        max_parallel_requests=task.concurrency, max_tokens=MAX_TOKENS
    )
    model = dd.ModelConfig(alias="writer", model=MODEL, provider="bench", inference_parameters=parameters)
    config = dd.DataDesignerConfigBuilder(model_configs=[model])
    config.with_seed_dataset(dd.DataFrameSeedSource(df=pd.DataFrame({"prompt": task.prompts})))
    config.add_column(dd.LLMTextColumnConfig(name="post", model_alias="writer", prompt="{{ prompt }}"))
    return config


if __name__ == "__main__":
    run_side(generate)
