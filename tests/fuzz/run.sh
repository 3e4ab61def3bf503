#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Fuzzes the parsers of what others may have written, under sanitizers, one target after the other. Needs clang
# and its run-time libraries (Debian: clang, libclang-rt-14-dev).
#
#   run.sh SECONDS [TARGET...]     all targets, or these, for so long each
#   run.sh --merge [TARGET...]     what fuzzing found goes into tests/fuzz/corpus, as few inputs as cover it
#
# What it finds is in build-fuzz/corpus/TARGET, and inputs that fail in build-fuzz/found. Exit 1 when there were any.
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
build=$top/build-fuzz
kept=$top/tests/fuzz/corpus
largest=4096 # bytes of an input
most=60      # inputs that are kept of a target

targets() { # TARGET...
	local file
	[[ $# -eq 0 ]] || { printf '%s\n' "$@" && return; }
	for file in "$top"/tests/fuzz/target_*.c; do
		file=${file##*/target_}
		echo "${file%.c}"
	done
}

build_targets() { # TARGET...
	mkdir -p "$build"
	{
		cmake --preset fuzz -S "$top" && cmake --build "$build" -j "$(nproc)" --target "${@/#/fuzz_}"
	} >"$build/build.log" 2>&1 || {
		tail -n 20 "$build/build.log" >&2
		echo "shootdown: the fuzz targets could not be built; are clang and libclang-rt-14-dev installed?" >&2
		exit 3
	}
}

options() { # TARGET
	echo "-max_len=$largest" -timeout=20 -rss_limit_mb=2048 -verbosity=1 -print_final_stats=1 \
		"-artifact_prefix=$build/found/$1-"
}

fuzz() { # TARGET SECONDS
	local flags
	mkdir -p "$build/corpus/$1" "$build/found"
	read -ra flags <<<"$(options "$1")"
	"$build/tests/fuzz/fuzz_$1" "${flags[@]}" "-max_total_time=$2" \
		"$build/corpus/$1" "$kept/$1" >"$build/found/$1.log" 2>&1 || {
		echo "$1: FAILED; the input is in $build/found"
		tail -n 30 "$build/found/$1.log"
		return 1
	}
	echo "$1: $(sed -n 's/^stat::number_of_executed_units: *//p' "$build/found/$1.log") inputs in $2 s"
}

# Those with a name were written by hand, each for a reason, and stay; of the others, the smallest.
merge() { # TARGET
	local flags new merged=$build/merged/$1 room file
	read -ra flags <<<"$(options "$1")"
	rm -rf "$merged"
	mkdir -p "$merged" "$kept/$1"
	"$build/tests/fuzz/fuzz_$1" "${flags[@]}" -merge=1 "$merged" "$kept/$1" "$build/corpus/$1" 2>/dev/null
	find "$kept/$1" -type f -regextype egrep -regex '.*/[0-9a-f]{40}' -delete
	room=$((most - $(find "$kept/$1" -type f | wc -l)))
	mapfile -t new < <(find "$merged" -type f -printf '%s %f\n' | sort -n | cut -d ' ' -f 2)
	for file in "${new[@]:0:room}"; do
		cp "$merged/$file" "$kept/$1/"
	done
	echo "$1: $(find "$kept/$1" -type f | wc -l) inputs"
}

[[ $# -gt 0 ]] || {
	sed -n '6,7s/^# \{0,1\}//p' "$0"
	exit 2
}
what=$1
shift
mapfile -t chosen < <(targets "$@")
build_targets "${chosen[@]}"
failed=0
for target in "${chosen[@]}"; do
	if [[ $what == --merge ]]; then
		merge "$target"
	else
		fuzz "$target" "$what" || failed=1
	fi
done
exit $failed
