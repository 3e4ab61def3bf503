#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Workers and memory are where a suite asks for them, on a machine with several NUMA nodes; and tune and restore on a
# real kernel.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"

# Runs SCRIPT in the guest, whose options are before --. Its output is in $tmp/out.
in_guest() { # OPTION... -- SCRIPT
	expect_exit 0 "$top/tests/vm/guest.sh" "${@:1:$#-1}" sh -ec "${!#}"
}

# The samples of a section, one in each line.
samples() { # SECTION
	grep -F "\"section\":\"$1\"" "$tmp/out" || fail "there is no sample of the section $1: $(cat "$tmp/out")"
}

# Where the workers of a section's samples were: "invalidator 0/0 faulter 4/1", CPU and node of each.
places() { # SECTION
	samples "$1" | while read -r sample; do
		grep -o '{"worker"[^}]*}' <<<"$sample" |
			sed -E 's/.*"role":"([a-z]*)".*"cpu":(-?[0-9]*),.*"node":(-?[0-9]*),.*/\1 \2\/\3/' | paste -s -d ' '
	done
}

# The nodes on which slots were found, of a section's samples whose AXES are in their line.
slots() { # SECTION AXES
	samples "$1" | grep -F "$2" | grep -o '"slot":"[^"]*","slot_after":"[^"]*"' | sed -E 's/"[a-z_]*"://g' | sort -u
}

expect_all_measured() {
	! grep -F '{"sample"' "$tmp/out" | grep -vF '"status":"ok"' | cut -c 1-500 || fail "a sample is not ok"
}

# Nodes 0 to 3 in a ring with a core of two CPUs each, and node 4, which is memory only.
test_four_nodes_and_one_of_memory() {
	local home memory
	in_guest --cpus 8 --nodes 4 --threads 2 --memory-nodes 1 --file "$top/tests/vm/place.suite" -- \
		'build/shootdown run --where native --stream /job/place.suite'
	expect_all_measured
	expect_same compact "$(places compact)" 'invalidator 0/0 invalidator 1/0 invalidator 2/1'
	expect_same spread "$(places spread)" 'invalidator 0/0 invalidator 2/1 invalidator 6/3'
	expect_same smt "$(places smt)" 'invalidator 0/0 invalidator 1/0'
	expect_same same-node "$(places same)" 'invalidator 0/0 invalidator 1/0'
	expect_same remote-node "$(places remote)" 'invalidator 4/2 faulter 0/0'
	expect_same 'roles apart' "$(places apart)" \
		'invalidator 2/1 faulter 6/3 faulter 7/3 accessor 3/1 tracker 0/0'
	samples all | grep -q '"cpus":"0-7".*"cpus":"0-7"' || fail "not on any CPU: $(samples all)"
	expect_same 'memory=remote' "$(slots memory '"memory":"remote"')" '"4","4"'
	expect_same 'memory=4' "$(slots memory '"memory":4')" '"4","4"'
	expect_same 'memory=first-touch' "$(slots memory '"memory":"first-touch"')" '"0","0"'
	for home in 0 1 2 3; do
		expect_same "home=$home" "$(places matrix | sort -u | sed -n "$((home + 1))p")" "invalidator $((2 * home))/$home"
		for memory in 0 1 2 3; do
			expect_same "home=$home memory=$memory" \
				"$(slots matrix "\"home\":$home,\"memory\":$memory")" "\"$memory\",\"$memory\""
		done
	done
}

# The values before, while and after the machine is tuned, a tune that is killed, and what a run says of it.
test_tune_and_restore() {
	# shellcheck disable=SC2016
	in_guest --cpus 4 --nodes 2 --file "$top/tests/vm/tiny.suite" -- '
		tell() { echo "$1:" $(cat /sys/kernel/mm/transparent_hugepage/enabled \
			/proc/sys/kernel/numa_balancing /proc/sys/kernel/randomize_va_space); }
		run() { build/shootdown run --where native --stream --repeats 1 --variant none --set ranges=10 /job/tiny.suite |
			sed -n "s/.*\"aslr\":\"\(.\)\".*\"tuned\":\([a-z]*\).*/run: \1 \2/p"; }
		tell before; run
		build/shootdown tune >/dev/null; tell tuned; run
		build/shootdown tune >/dev/null
		build/shootdown restore >/dev/null; tell restored; run
		for i in 1 2 3 4 5 6 7 8; do
			build/shootdown tune >/dev/null & pid=$!
			usleep $((i * 4000)); kill -9 $pid 2>/dev/null || true; wait $pid || true
			build/shootdown restore >/dev/null; tell killed
		done
		build/shootdown tune >/dev/null
		echo 1 >/proc/sys/kernel/randomize_va_space
		build/shootdown restore || echo "exit: $?"
		tell changed
		build/shootdown restore --force >/dev/null; tell forced'
	expect_same 'before and after' "$(grep -E '^(before|restored|killed|forced):' "$tmp/out" | sed 's/^[a-z]*: //' | sort -u)" \
		'[always] madvise never 1 2'
	expect_same 'tries that were killed' "$(grep -c ^killed: "$tmp/out")" 8
	expect_line "$tmp/out" '^tuned: always \[madvise\] never 0 0$'
	expect_same 'what runs say' "$(grep ^run: "$tmp/out" | paste -s)" $'run: 2 false\trun: 0 true\trun: 2 false'
	expect_line "$tmp/out" 'randomize_va_space: 1; was changed since tune made it 0, and is left so \(before: 2\)'
	expect_line "$tmp/out" '^exit: 3$'
	expect_line "$tmp/out" '^changed: \[always\] madvise never 1 1$'
}

test_tune_is_for_root() {
	local command
	for command in tune restore; do
		expect_exit 3 setpriv --reuid=65534 --clear-groups "$shootdown" "$command"
		expect_line "$tmp/err" "$command writes into /proc/sys and /sys, which are root's: run it as root"
	done
}

tap_tests test_four_nodes_and_one_of_memory test_tune_and_restore \
	test_tune_is_for_root
