#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The unit tests of one preset, as TAP; sanitizer builds are made here. The golden files are compared under
# a sanitizer too, and the fuzz targets get the inputs that are kept of them: the readers and writers of files are
# where it has most to find.
#
#   unit.sh release|asan|tsan
set -uo pipefail

preset=$1
top=$(cd "$(dirname "$0")/.." && pwd)
build=$top/build
[[ $preset == release ]] || build=$top/build-$preset

if [[ $preset != release ]]; then
	{
		cmake --preset "$preset" -S "$top" &&
			cmake --build "$build" -j "$(nproc)"
	} >&2 || exit
fi

export CMOCKA_MESSAGE_OUTPUT=TAP
cd "$top" || exit
code=0
for test in "$build"/tests/unit/test_*; do
	name=${test##*/}
	[[ -x $test && -n $(find tests/unit -name "$name.c") ]] || continue
	echo "# $name"
	"$test" || code=1
done
if [[ $preset != release ]]; then
	for test in tests/golden/{run,plots,claims}.sh; do
		"$test" "$build/shootdown" || code=1
	done
	tests/fuzz/replay.sh "$build" || code=1
fi
exit $code
