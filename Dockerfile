# One image for the Prefect server, the MLflow server, the embedded model and the workers.
FROM python:3.11.13-slim-bookworm

ENV PYTHONUNBUFFERED=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    MLFLOW_DISABLE_TELEMETRY=true \
    MLFLOW_SERVER_ENABLE_JOB_EXECUTION=false \
    DO_NOT_TRACK=1 \
    LITELLM_LOCAL_MODEL_COST_MAP=True

RUN apt-get update \
    && apt-get install --no-install-recommends -y curl git libgomp1 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 seedwise

WORKDIR /app
COPY requirements-uv.lock requirements.lock ./
RUN pip install --no-cache-dir --require-hashes -r requirements-uv.lock \
    && uv pip sync --system --no-cache --require-hashes --compile-bytecode requirements.lock
COPY . .
# The folders that volumes are mounted on: a new volume takes its owner from them. All else stays root's.
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && install --directory --owner seedwise --group seedwise /state /prefect /artifacts /models \
    && install --directory /data
USER 1000:1000
ENV SEEDWISE_HOME=/app
