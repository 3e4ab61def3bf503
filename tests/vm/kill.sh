#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs are killed at moments spread over their lives, in the guest (tests/kmod/killer/killer.c) and on the host: nothing is left
# running, and what is on disk can be read. KILLS=200 makes it thorough, SEED other.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

suite=$top/tests/vm/kill.suite
mapfile -t options < <("$top/vm/kernel.sh" options "${KERNEL:-default}")

# Processes that were started with this mark in their environment.
marked() { # MARK
	grep -lazs "^SHOOTDOWN_KILL_MARK=$1\$" /proc/[0-9]*/environ | cut -d / -f 3
}

# Each command reads the folder, or says plainly what it lacks.
expect_readable() { # FOLDER
	local reader code
	for reader in export compare report; do
		code=0
		"$shootdown" "$reader" "$1" >"$tmp/out" 2>"$tmp/err" || code=$?
		[[ $code -eq 0 ]] || { [[ $code -eq 2 ]] && grep -q 'no samples; ' "$tmp/err"; } ||
			fail "$reader of $1 ends with $code: $(cat "$tmp/err")"
	done
}

# After some seconds: nothing of it may be left a few seconds later, least of all its guest.
kill_host_runner() { # SECONDS
	local mark=$$-$1 pid left folder
	mkdir -p "$tmp/results"
	SHOOTDOWN_KILL_MARK=$mark "$shootdown" run --where vm "${options[@]}" --results "$tmp/results" \
		--repeats 1000 --quiet "$suite" >"$tmp/out" 2>"$tmp/err" &
	pid=$!
	sleep "$1"
	kill -KILL "$pid"
	wait "$pid" || :
	for _ in {1..50}; do
		left=$(marked "$mark")
		[[ $left ]] || break
		sleep 0.1
	done
	[[ -z $left ]] || fail "killed after $1 s, it left $(ps -o pid=,args= -p "${left//$'\n'/,}" | cut -c 1-100)"
	for folder in "$tmp"/results/*/; do
		[[ ! -d $folder ]] || expect_readable "$folder"
	done
}

test_runner_on_the_host_is_killed() {
	local after
	for after in 0.3 3 12; do
		kill_host_runner "$after"
		rm -rf "$tmp/results"
	done
}

# A kill may cut the last line anywhere.
test_a_cut_line_is_told() {
	local run size cut lines
	mkdir "$tmp/results"
	expect_exit 0 "$shootdown" run --where native --quiet --results "$tmp/results" --repeats 2 \
		--set measure_ms=5 --set ranges=0 --workload null --variant none "$top/tests/vm/tiny.suite"
	run=("$tmp"/results/*/)
	lines=$(wc -l <"${run[0]}/samples.jsonl")
	size=$(stat -c %s "${run[0]}/samples.jsonl")
	for cut in {1..40}; do
		cp -r "${run[0]}" "$tmp/cut"
		truncate -s $((size - cut * size / lines / 41 - 1)) "$tmp/cut/samples.jsonl"
		expect_readable "$tmp/cut"
		expect_exit 0 "$shootdown" export "$tmp/cut" --format csv
		expect_line "$tmp/err" 'the last line of samples.jsonl was cut off and is left out'
		expect_exit 0 "$shootdown" compare "$tmp/cut"
		expect_line "$tmp/out" 'last line of samples.jsonl was cut off'
		rm -rf "$tmp/cut"
	done
}

# shellcheck disable=SC2016 # the guest expands it
"$top/tests/vm/guest.sh" --cpus 2 --nodes 1 --idle 300 --file "$suite" -- sh -c '
	export KILLS="$1" SEED="$2"
	exec build/tests/killer "build/kmod/$(uname -r)/secmmu.ko" build/shootdown /job/kill.suite
' sh "${KILLS:-60}" "${SEED:-1}"
guest=$?
tap_tests test_runner_on_the_host_is_killed test_a_cut_line_is_told && [[ $guest -eq 0 ]]
