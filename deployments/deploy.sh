#!/bin/sh
# Tell a Prefect server of everything that Seedwise brings; the same again changes nothing. What a person has
# changed on its pages stays: the pool's limits, the schedule's time, and whether it is on.
set -eu
prefect work-pool inspect seedwise >/dev/null 2>&1 || prefect work-pool create --type process seedwise
file=deployments/prefect.yaml
if prefect deployment inspect sweep/sweep >/dev/null 2>&1; then
  without=$(mktemp)
  trap 'rm -f "$without"' EXIT
  sed '/^    schedules:/,$d' "$file" >"$without"
  file=$without
fi
prefect --no-prompt deploy --all --prefect-file "$file"
python -m flows.guard
