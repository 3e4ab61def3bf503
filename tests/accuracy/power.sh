#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# How often a change of 5 % is found, and an A/A pair called different: the tables of docs/accuracy.md, from the runs that are kept
# here. The same seed gives the same tables.
#
#   power.sh [OPTION...]    as power.c, for all tables
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
power=${SHOOTDOWN_BUILD:-$top/build}/tests/accuracy/power
cd "$top"
for run in tests/accuracy/runs/*; do
	"$power" "$@" "$run" op.p50
	echo
done
"$power" --rows 20 --samples 6,10,15 "$@" tests/accuracy/runs/native op.p50
echo
"$power" --samples 6,10 "$@" results/reference/instructions op.p50
