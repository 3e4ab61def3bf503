#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Workers and memory are where a suite asks for them, on a machine with several NUMA nodes; and tune and restore on a
# real kernel.

# shellcheck source=tests/tap.sh
. "$(dirname "$0")/../tap.sh"
# shellcheck source=tests/vm/built.sh
. "$(dirname "$0")/built.sh"

kernel=$("$top/vm/kernel.sh" options "${KERNEL:-default}") || exit
mapfile -t kernel < <(printf '%s' "$kernel")

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

# How much of each slot was huge, of the samples with PAGE that were measured.
slots_huge() { # PAGE
	samples huge | grep -F "\"page\":\"$1\"" | grep -o '"slot_huge":[0-9]*,"slot_huge_after":[0-9]*' | sort -u
}

# But for sections whose names match EXCEPT.
expect_all_measured() { # [EXCEPT]
	! grep -F '{"sample"' "$tmp/out" | grep -vE "\"section\":\"(${1:--})\"" | grep -vF '"status":"ok"' | cut -c 1-500 || fail "a sample is not ok"
}

# Samples of a section that were skipped, and why, each reason once.
skips() { # SECTION
	samples "$1" | grep -o '"status":"skipped","why":"[^"]*"' | grep -o '"why":.*' | sort -u
}

suites=(--file "$top/tests/vm/place.suite" --file "$top/tests/vm/nodes.suite")
# shellcheck disable=SC2016 # it is the guest's shell that expands it
run_suites='for suite in place nodes; do build/shootdown run --where native --stream /job/$suite.suite; done'

expect_huge_slots() {
	expect_same 'page=4K' "$(slots_huge 4K)" ''
	if ! kernel_has CONFIG_TRANSPARENT_HUGEPAGE; then
		expect_line <(skips huge) 'page=THP needs transparent huge pages'
		return
	fi
	expect_same 'page=THP' "$(slots_huge THP)" '"slot_huge":2097152,"slot_huge_after":2097152'
	expect_same 'page=THP without pages' "$(skips huge)" \
		'"why":"page=THP: no slot of null has a huge page before its operation"'
}

# Nodes 0 to 3 in a ring with a core of two CPUs each, and node 4, which is memory only.
test_four_nodes_and_one_of_memory() {
	local home memory
	in_guest --cpus 8 --nodes 4 --threads 2 --memory-nodes 1 "${suites[@]}" -- \
		"$run_suites"
	expect_all_measured huge
	expect_same compact "$(places compact)" 'invalidator 0/0 invalidator 1/0 invalidator 2/1'
	expect_same spread "$(places spread)" 'invalidator 0/0 invalidator 2/1 invalidator 6/3'
	expect_same smt "$(places smt)" 'invalidator 0/0 invalidator 1/0'
	expect_same same-node "$(places same)" 'invalidator 0/0 invalidator 1/0'
	expect_same remote-node "$(places remote)" 'invalidator 4/2 faulter 0/0'
	expect_same 'roles apart' "$(places apart)" \
		'invalidator 2/1 faulter 6/3 faulter 7/3 accessor 3/1 tracker 0/0'
	expect_same bystanders "$(places bystanders)" 'invalidator 2/1 bystander 0/0 bystander 4/2'
	samples bystanders | grep -q '"by.stolen":[1-9].*"by.gap":{' || fail "no time was stolen: $(samples bystanders)"
	expect_huge_slots
	samples all | grep -q '"cpus":"0-7".*"cpus":"0-7"' || fail "not on any CPU: $(samples all)"
	expect_same 'memory=remote' "$(slots memory '"memory":"remote"')" '"4","4"'
	expect_same 'memory=4' "$(slots memory '"memory":4')" '"4","4"'
	expect_same 'memory=first-touch' "$(slots memory '"memory":"first-touch"')" '"0","0"'
	expect_same 'pairs of nodes' "$(samples matrix | wc -l)" 20
	for home in 0 1 2 3; do
		expect_same "home=$home" "$(places matrix | sort -u | sed -n "$((home + 1))p")" "invalidator $((2 * home))/$home"
		for memory in 0 1 2 3 4; do
			expect_same "home=$home memory=$memory" \
				"$(slots matrix "\"home\":$home,\"memory\":$memory")" "\"$memory\",\"$memory\""
		done
	done
}

# Each policy on a machine without a second node: what it lacks is said.
test_one_node() {
	local none='"why":"home=%s: there is no such NUMA node here"\n'
	in_guest --cpus 4 --nodes 1 "${suites[@]}" -- "$run_suites"
	expect_all_measured 'smt|same|remote|apart|bystanders|huge|memory'
	expect_same compact "$(places compact)" 'invalidator 0/0 invalidator 1/0 invalidator 2/0'
	expect_same spread "$(places spread)" 'invalidator 0/0 invalidator 1/0 invalidator 2/0'
	expect_same same-node "$(places same)" 'invalidator 0/0 invalidator 1/0'
	expect_line <(skips smt) 'place=smt: 2 workers, but there are 0 free CPUs of cores with two or more'
	expect_line <(skips remote) 'there are 0 free CPUs on the farthest other NUMA node .*4 CPUs on 1 NUMA nodes'
	# shellcheck disable=SC2059
	expect_same 'home=1' "$(skips apart; skips bystanders)" "$(printf "$none$none" 1 1)"
	expect_same memory "$(skips memory)" "$(printf '"why":"memory=%s: there is no such NUMA node here"\n' 1 2 3 4
		echo '"why":"memory=remote: no other NUMA node than the worker'"'"'s has memory to use"')"
	expect_same 'memory=home' "$(slots memory '"memory":"home"')" '"0","0"'
	expect_same 'pairs of nodes' "$(samples matrix | wc -l)" 1
}

# A CPU that is offline, one that the affinity forbids, and a cpuset.
test_cpus_that_may_not_be_used() {
	# shellcheck disable=SC2016 # it is the guest's shell that expands them
	in_guest --cpus 4 --nodes 2 --file "$top/tests/vm/tiny.suite" -- '
		run() { "$@" build/shootdown run --where native --stream --repeats 1 --variant=none --set=ranges=8 \
			"--set=threads=$threads" "--set=place=$place" /job/tiny.suite |
			sed -n "/^.\"sample\"/s/\"section\":\"ranges\"/\"section\":\"$section\"/p"; }
		echo 0 >/sys/devices/system/cpu/cpu1/online
		section=offline threads=3 place=compact; run
		section=offline-two threads=2 place=same-node; run
		section=affinity threads=2 place=spread; run taskset c
		section=affinity-remote threads=1 place=remote-node; run taskset c
		mkdir /sys/fs/cgroup/job
		echo +cpuset >/sys/fs/cgroup/cgroup.subtree_control
		echo 0,3 >/sys/fs/cgroup/job/cpuset.cpus
		echo 0 >/sys/fs/cgroup/job/cpuset.mems
		echo $$ >/sys/fs/cgroup/job/cgroup.procs
		section=cpuset threads=2 place=compact; run
		section=cpuset-three threads=3 place=compact; run'
	expect_same offline "$(places offline)" 'invalidator 0/0 invalidator 2/1 invalidator 3/1'
	expect_line "$tmp/out" '"offline-two".*place=same-node: 2 workers, but there are 1 free CPUs on the home'
	expect_same affinity "$(places affinity)" 'invalidator 2/1 invalidator 3/1'
	expect_line "$tmp/out" '"affinity-remote".*there are 0 free CPUs on the farthest other NUMA node'
	expect_same cpuset "$(places cpuset)" 'invalidator 0/0 invalidator 3/1'
	expect_line "$tmp/out" '"cpuset-three".*place=compact: 3 workers, but there are 2 free CPUs'
}

# The suite for it on four nodes: a heat map of 16 cells, and each pair of nodes was what it was drawn as.
test_matrix_of_nodes_is_drawn() {
	local folder heat variant home memory
	expect_exit 0 "$shootdown" run numa --quiet --where vm "${kernel[@]}" --vm-cpus 8 --vm-nodes 4 --repeats 1 \
		--set warmup_ms=5 --set measure_ms=20 --results "$tmp/results"
	folder=("$tmp"/results/*)
	cp "${folder[0]}/samples.jsonl" "$tmp/out"
	expect_all_measured
	for home in 0 1 2 3; do
		for memory in 0 1 2 3; do
			expect_same "home=$home memory=$memory" \
				"$(slots matrix "\"home\":$home,\"memory\":$memory")" "\"$memory\",\"$memory\""
		done
	done
	expect_same 'nodes that initiate' "$(places matrix | sort -u)" \
		"$(printf 'invalidator %s\n' 0/0 2/1 4/2 6/3)"
	expect_same same-node "$(places second | sort -u)" "$(printf 'invalidator 0/0 invalidator %s\n' 1/0 2/1)"
	expect_same remote-node "$(places remote | sort -u)" 'invalidator 4/2'
	expect_same bystander "$(places bystander | sort -u)" "$(printf 'invalidator 0/0 bystander %s\n' 1/0 4/2)"
	expect_exit 0 "$shootdown" plot "${folder[0]}" --metric op.p50
	for variant in none itree; do
		heat=("${folder[0]}/plots/heat-op.p50-matrix-"*"-$variant-"*.dat)
		expect_same 'heat maps' "${#heat[@]}" 1
		expect_same 'cells' "$(grep -cE '^[0-3] [0-3] [0-3] [0-3] [0-9.]+ 1 "' "${heat[0]}")" 16
		[[ -s ${heat[0]%.dat}.png && -s ${heat[0]%.dat}.svg ]] || fail "${heat[0]} was not drawn"
	done
}

# Of what a kernel may lack, what this one has.
settings() { # THP BALANCING ASLR
	! kernel_has CONFIG_TRANSPARENT_HUGEPAGE || printf '%s ' "$1"
	! kernel_has CONFIG_NUMA_BALANCING || printf '%s ' "$2"
	echo "$3"
}

# The values before, while and after the machine is tuned, a tune that is killed, and what a run says of it.
test_tune_and_restore() {
	# shellcheck disable=SC2016
	in_guest --cpus 4 --nodes 2 --file "$top/tests/vm/tiny.suite" -- '
		tell() { echo "$1:" $(cat /sys/kernel/mm/transparent_hugepage/enabled \
			/proc/sys/kernel/numa_balancing /proc/sys/kernel/randomize_va_space); }
		run() { build/shootdown run --where native --stream --repeats 1 --variant none --set ranges=10 /job/tiny.suite |
			sed -n "s/.*\"aslr\":\"\(.\)\".*\"tuned\":\([a-z]*\).*/run: \1 \2/p"; }
		[ ! -e /proc/sys/kernel/numa_balancing ] || echo 1 >/proc/sys/kernel/numa_balancing
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
		"$(settings '[always] madvise never' 1 2)"
	expect_same 'tries that were killed' "$(grep -c ^killed: "$tmp/out")" 8
	expect_line "$tmp/out" "^tuned: $(settings 'always \[madvise\] never' 0 0)$"
	expect_same 'what runs say' "$(grep ^run: "$tmp/out" | paste -s)" $'run: 2 false\trun: 0 true\trun: 2 false'
	expect_line "$tmp/out" 'randomize_va_space: 1; was changed since tune made it 0, and is left so \(before: 2\)'
	expect_line "$tmp/out" '^exit: 3$'
	expect_line "$tmp/out" "^changed: $(settings '\[always\] madvise never' 1 1)$"
}

test_tune_is_for_root() {
	local command
	for command in tune restore; do
		expect_exit 3 setpriv --reuid=65534 --clear-groups "$shootdown" "$command"
		expect_line "$tmp/err" "$command writes into /proc/sys and /sys, which are root's: run it as root"
	done
}

tap_tests test_four_nodes_and_one_of_memory test_one_node test_cpus_that_may_not_be_used \
	test_matrix_of_nodes_is_drawn test_tune_and_restore \
	test_tune_is_for_root
