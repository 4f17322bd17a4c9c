#!/bin/sh
# Tell a Prefect server of everything that Seedwise brings; the same again changes nothing.
set -eu
prefect work-pool create --overwrite --type process seedwise
prefect --no-prompt deploy --all --prefect-file deployments/prefect.yaml
python -m flows.guard
