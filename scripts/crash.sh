#!/usr/bin/env bash
# `crash.sh sweep` and `crash.sh powercut`: what proves docs/SPOOL.md (make crash-test, make powercut-test).
# Debug builds only: a release build cannot be told to kill itself.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONDONTWRITEBYTECODE=1
swift build --product spoolctl
program="$(swift build --show-bin-path)/spoolctl"
case "$1" in
sweep)
    swift build --build-tests
    SPOOL_MODEL_SEQUENCES=${SPOOL_MODEL_SEQUENCES:-2000} swift test --skip-build --filter PowerCutModelTests
    SPOOL_TEST_THOROUGH=1 swift test --skip-build --filter WorkerTests
    exec python3 scripts/crash/sweep.py "$program"
    ;;
powercut) exec python3 scripts/crash/powercut.py "$program" ;;
esac
