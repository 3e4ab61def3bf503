#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# How far it goes in the guest: 1,000,000 ranges, 64 devices, 64 CPUs on 8 nodes.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

kernel=$("$top/vm/kernel.sh" options "${KERNEL:-default}") || exit
mapfile -t kernel < <(printf '%s' "$kernel")

# How many samples that are ok have each AXIS with its VALUE, of $tmp/samples.
count_ok() { # "AXIS":VALUE...
	local found axis
	found=$(grep -F '"status":"ok"' "$tmp/samples")
	for axis in "$@"; do
		found=$(grep -E "${axis}[,}]" <<<"$found")
	done
	grep -c . <<<"$found"
}

# Where the workers of a section's samples were: "invalidator 0/0 faulter 4/1", CPU and node of each.
places() { # SECTION
	grep -F "\"section\":\"$1\"" "$tmp/samples" | while read -r sample; do
		grep -o '{"worker"[^}]*}' <<<"$sample" |
			sed -E 's/.*"role":"([a-z]*)".*"cpu":(-?[0-9]*),.*"node":(-?[0-9]*),.*/\1 \2\/\3/' | paste -s -d ' '
	done
}

test_a_million_ranges() {
	local variant folder
	expect_exit 0 "$shootdown" run scale --quiet --where vm "${kernel[@]}" --repeats 1 \
		--set warmup_ms=5 --set measure_ms=20 --results "$tmp/results"
	folder=("$tmp"/results/*)
	cp "${folder[0]}/samples.jsonl" "$tmp/samples"
	expect_same 'samples that are not ok' "$(grep -vF '"status":"ok"' "$tmp/samples" | cut -c 1-400)" ''
	for variant in list rbtree itree coarse; do
		expect_same "samples of $variant" "$(count_ok "\"variant\":\"$variant\"" '"ranges":1000000')" 1
	done
	expect_same '64 devices' "$(count_ok '"devices":64')" 2
	expect_same 'all CPUs' "$(count_ok '"threads":4')" 3
	expect_same 'ranges of 1 GiB' "$(count_ok '"range_size":1073741824')" 3
}

# 64 threads that flush each other's TLBs would take hours on a few real CPUs: their pages are absent. In the ring, node 4
# is opposite to node 0, and node 5 to node 1.
test_64_cpus_on_8_nodes() {
	# shellcheck disable=SC2016 # it is the guest's shell that expands it
	expect_exit 0 "$top/tests/vm/guest.sh" --cpus 64 --nodes 8 --threads 2 --mem 4096 \
		--file "$top/tests/vm/place.suite" --file "$top/tests/vm/tiny.suite" -- sh -ec '
		run="build/shootdown run --where native --stream --repeats 1"
		$run /job/tiny.suite
		$run --variant itree --set threads=100% --set ranges=100 --set present=0 /job/tiny.suite
		$run /job/place.suite'
	grep -F '{"sample"' "$tmp/out" >"$tmp/samples"
	expect_same 'samples of the tiny suite' "$(count_ok '"section":"ranges"' '"threads":1')" 6
	expect_same 'samples with 64 threads' "$(count_ok '"section":"ranges"' '"threads":64')" 1
	expect_same 'samples that are not ok' "$(grep -vF '"status":"ok"' "$tmp/samples" | grep -vF "page=THP: no slot of null has a huge page" | cut -c 1-400)" ''
	expect_same compact "$(places compact)" 'invalidator 0/0 invalidator 2/0 invalidator 4/0'
	expect_same spread "$(places spread)" 'invalidator 0/0 invalidator 8/1 invalidator 56/7'
	expect_same smt "$(places smt)" 'invalidator 0/0 invalidator 1/0'
	expect_same same-node "$(places same)" 'invalidator 0/0 invalidator 2/0'
	expect_same remote-node "$(places remote)" 'invalidator 32/4 faulter 0/0'
	expect_same 'roles apart' "$(places apart)" \
		'invalidator 8/1 faulter 40/5 faulter 42/5 accessor 9/1 tracker 10/1'
	expect_same bystanders "$(places bystanders)" 'invalidator 8/1 bystander 10/1 bystander 0/0'
	grep -F '"section":"all"' "$tmp/samples" | grep -q '"cpus":"0-63".*"cpus":"0-63"' || fail "not on any CPU"
}

[[ $# -gt 0 ]] || set -- test_a_million_ranges test_64_cpus_on_8_nodes
tap_tests "$@"
