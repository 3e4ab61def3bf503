#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# KVM as a subscriber, in the guest: its memory slots, its virtual CPUs, its counts.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

csv=$(mktemp)
trap 'rm -f "$csv"' EXIT

# The values of a metric in a section of the run, one line each.
values() { # SECTION METRIC
	awk -F , -v section="$1" -v metric="$2" '$3 == section && $(NF - 2) == metric { print $NF }' "$csv"
}

expect_all_above() { # SECTION METRIC VALUE
	values "$1" "$2" | awk -v least="$3" '{ n++ } $1 <= least { low++ } END { exit !n || low }' ||
		fail "$2 of $1 is not always above $3: $(values "$1" "$2" | paste -s -d ' ')"
}

# All that follow look at this run.
test_a_run_is_complete() {
	local folder
	mkdir "$tmp/results"
	expect_exit 0 "$shootdown" run --where vm --quiet --results "$tmp/results" "$top/tests/vm/kvm.suite"
	folder=("$tmp"/results/*)
	expect_same 'samples that are not ok' "$(grep -v '"status":"ok"' "${folder[0]}/samples.jsonl")" ''
	expect_exit 0 "$shootdown" export "${folder[0]}" --format csv
	cp "$tmp/out" "$csv"
}

test_virtual_cpus_make_translations() {
	expect_all_above faulters kvm.pf_fixed 0
	expect_all_above accessors kvm.pf_fixed 0
	expect_all_above faulters kvm.pages_4k 0
}

# Only a translation that is dropped has a TLB to be flushed.
test_invalidations_drop_them() {
	expect_all_above accessors kvm.remote_tlb_flush_requests 0
	expect_same 'flushes without a virtual CPU' "$(values slots kvm.remote_tlb_flush | sort -u)" 0
}

test_no_access_is_stale() {
	expect_all_above accessors access.p50 0
	expect_same 'stale accesses' "$(values accessors stale | sort -u)" 0
}

test_memory_slots_come_and_go() {
	expect_all_above trackers track.p50 0
}

# What nobody counts is absent.
test_no_count_is_made_up() {
	expect_same 'faults of no virtual CPU' "$(values slots kvm.pf_taken)" ''
	expect_same 'callbacks that KVM does not tell' "$(values slots cb.calls)" ''
}

tap_tests test_a_run_is_complete test_virtual_cpus_make_translations test_invalidations_drop_them \
	test_no_access_is_stale test_memory_slots_come_and_go test_no_count_is_made_up
