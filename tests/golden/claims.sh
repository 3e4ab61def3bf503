#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is each claim supported, not supported and left open where it has to be? As TAP.
#
#   claims.sh [--update] SHOOTDOWN
#
# claims/worlds has the worlds, claims/make.awk turns one into a run; claims/table is what comes out of those that support.

# shellcheck source=tests/golden/golden.sh
. "$(dirname "$0")/golden.sh"

golden=$golden/claims

unit() { # METRIC
	case $1 in
	*.p50 | *.p99 | *.p999) echo ns ;;
	op.again | op.refaults | op.event.* | op.zapped | op.calls) echo 1/op ;;
	esac
}

# The run FOLDER of the suite SUITE, from lines on stdin.
make_run() { # FOLDER SUITE EMULATED
	local name
	mkdir -p "$1"
	awk -v AXES="$1/axes" -v METRICS="$1/metrics" -f "$golden/make.awk" >"$1/samples.jsonl"
	{
		cat <<-JSON
			{"format": "shootdown-run", "version": 1, "started": "2026-11-20T08:30:00Z", "finished": "2026-11-20T08:31:05Z",
			 "status": "complete", "why": "", "command": ["shootdown", "run", "claims/$2"], "tool": {"version": "0.1.0"},
			 "emulated": $3, "machine": {"kernel": "6.1.0-56-amd64", "cpus": 4, "nodes": 2}, "vm": {}, "module": {},
			 "suite": {"name": "$2", "help": "", "text": ""}, "seed": 1, "repeats": 6, "planned": $(wc -l <"$1/samples.jsonl"),
			 "calibration": {}, "axes": [$(sort "$1/axes" | sed 's/.*/"&"/' | paste -s -d,)],
		JSON
		while read -r name; do
			echo "\"$name\": {\"unit\": \"$(unit "$name")\", \"better\": \"lower\", \"help\": \"\"}"
		done < <(sort "$1/metrics") | paste -s -d, | sed 's/^/ "metrics": {/;s/$/}}/'
	} >"$1/run.json"
}

# The lines of the world NUMBER (from 1) of CLAIM, what all its worlds have first.
world() { # CLAIM NUMBER
	awk -v claim="$1" -v number="$2" '
		/^#/ { next }
		/^claim / { here = $2 == claim; at = 0; next }
		/^==/ { at++; next }
		here && (at == 0 || at == number)' "$golden/worlds"
}

# C9 has a second suite; its worlds are one, so its samples are taken for both.
make_world() { # FOLDER CLAIM NUMBER EMULATED
	local suite=${2,}
	world "$2" "$3" | grep -v numa_balancing | make_run "$1/$suite" "$suite" "$4"
	[[ $2 != C9 ]] || world "$2" "$3" | grep numa_balancing | make_run "$1/c9-balancing" c9-balancing "$4"
}

verdict_of() { # CLAIM
	awk -v claim="\"claim\": \"$1\"," 'index($0, claim) { here = 1 } here && /"verdict"/ { print; exit }' "$tmp/out" |
		cut -d'"' -f4
}

# Each "== VERDICT [emulated]: ..." of CLAIM.
check_claim() { # CLAIM
	local number=0 wanted emulated
	while read -r wanted; do
		number=$((number + 1))
		emulated=false
		[[ $wanted != *' emulated' ]] || emulated=true
		make_world "$tmp/$number" "$1" "$number" "$emulated"
		"$program" claims --format json "$tmp/$number" >"$tmp/out" 2>"$tmp/err" || true
		expect_same "verdict of world $number ($(grep -E '"(figure|why)": "[^"]*[a-z]' "$tmp/out" | grep -v 'was not run'))" \
			"$(verdict_of "$1")" "${wanted% emulated}"
		[[ $wanted != 'supported emulated' ]] || expect_line "$tmp/out" 'emulated: which is more holds'
	done < <(awk -v claim="$1" '/^claim / { here = $2 == claim } here && /^==/' "$golden/worlds" | sed 's/^== //;s/:.*//')
	[[ $number -ge 3 ]] || fail "$1 has $number worlds"
}

supported() { # FOLDER
	for claim in C{1..14}; do
		make_world "$1" "$claim" 1 "${2-false}"
	done
}

test_table() {
	supported "$tmp/all"
	mkdir "$tmp/all/c1/plots"
	touch "$tmp/all/c1/plots/scaling-op.p50-hit-dontneed.png"
	expect_exit 0 "$program" claims "$tmp/all"
	if [[ $update ]]; then
		cp "$tmp/out" "$golden/table"
		return
	fi
	diff -u "$golden/table" "$tmp/out" || fail "the table differs; see claims.sh --update"
	! grep -E '^.{76}' "$golden/table" || fail "lines wider than 75 columns"
	expect_same 'claims supported' "$(grep -c '^C[0-9]* *supported' "$tmp/out")" 14
}

test_formats() {
	supported "$tmp/all"
	expect_exit 0 "$program" claims --format markdown "$tmp/all"
	expect_line "$tmp/out" '^\| C14 \| .* \| supported \| '
	expect_exit 0 "$program" claims --format json "$tmp/all"
	expect_line "$tmp/out" '"format": "shootdown-claims"'
	expect_exit 2 "$program" claims --format csv "$tmp/all"
}

# A stale translation is a fault; one run of several claims is enough to say something; none is not.
test_exit_codes() {
	make_world "$tmp/stale" C6 2 false
	expect_exit 1 "$program" claims "$tmp/stale"
	expect_line "$tmp/err" 'C6 is not supported, and that is a fault: 12 stale'
	# The engine lets such a sample fail.
	sed -i 's/"status":"ok","why":""\(.*"stale":1\b\)/"status":"failed","why":"x"\1/' "$tmp/stale/c6/samples.jsonl"
	expect_same 'samples that failed' "$(grep -c '"status":"failed"' "$tmp/stale/c6/samples.jsonl")" 12
	expect_exit 1 "$program" claims "$tmp/stale"
	expect_line "$tmp/err" 'C6 is not supported, and that is a fault: 12 stale'
	# A device that refused wrongly is a finding, and not a wrong translation.
	make_world "$tmp/refused" C7 2 false
	expect_exit 0 "$program" claims "$tmp/refused"
	make_world "$tmp/open" C3 3 false
	expect_exit 5 "$program" claims "$tmp/open"
	expect_line "$tmp/out" 'needs_2_NUMA_nodes'
	expect_exit 2 "$program" claims "$tmp"
	expect_line "$tmp/err" 'neither a run nor a folder of runs'
	expect_exit 2 "$program" claims "$top/tests/golden/quick/run"
	expect_line "$tmp/err" 'none of the runs is of a suite of the claims'
	expect_exit 2 "$program" claims --repeats 6 "$tmp/open"
	expect_line "$tmp/err" 'repeats=6 is for measuring'
}

# What `run` refuses is refused, and leaves no folder behind.
test_options_of_the_runs() {
	local before
	before=$(find "$top/results" | sort)
	expect_exit 2 "$program" claims --repeats 0
	expect_line "$tmp/err" "--repeats is '0', but it goes from 1 to 10000"
	expect_exit 2 "$program" claims --where nowhere
	expect_same results "$(find "$top/results" | sort)" "$before"
}

# Five samples are no verdict, and a failed one keeps all open.
test_too_few_samples() {
	make_world "$tmp/few" C8 1 false
	grep -v '"repeat":5' "$tmp/few/c8/samples.jsonl" >"$tmp/kept"
	cp "$tmp/kept" "$tmp/few/c8/samples.jsonl"
	expect_exit 5 "$program" claims "$tmp/few"
	expect_line "$tmp/out" '^C8 *inconclusive .*(fewer|blind)'
	make_world "$tmp/failed" C8 1 false
	sed -i '$s/"status":"ok","why":""/"status":"failed","why":"x"/' "$tmp/failed/c8/samples.jsonl"
	expect_exit 5 "$program" claims "$tmp/failed"
	expect_line "$tmp/out" 'a sample$'
}

# Of two runs of one suite the last one counts.
test_the_last_run_counts() {
	make_world "$tmp/a" C8 1 false
	make_world "$tmp/b" C8 2 false
	"$program" claims "$tmp/a/c8" "$tmp/b/c8" >"$tmp/out"
	expect_line "$tmp/out" '^C8 *not supported'
	"$program" claims "$tmp/b/c8" "$tmp/a/c8" >"$tmp/out"
	expect_line "$tmp/out" '^C8 *supported'
}

# What is within the spread of an A/A pair is noise here, too: the second half of a pair is 75 % above its first.
test_the_floor_gates_claims() {
	make_world "$tmp/c2" C2 1 false
	grep '"section":"missed"' "$tmp/c2/c2/samples.jsonl" | grep '"variant":"none"' | sed 's/"op.p50":1/"op.p50":2/' |
		awk '{ sub(/"repeat":[0-9]/, "\"repeat\":" (6 + (NR - 1) % 6)); sub(/"sample":[0-9]*/, "\"sample\":" 1000 + NR); print }' >"$tmp/twins"
	cat "$tmp/twins" >>"$tmp/c2/c2/samples.jsonl"
	"$program" claims "$tmp/c2" >"$tmp/out" 2>"$tmp/err" || true
	expect_line "$tmp/out" '^C2 *inconclusive .*'
	expect_line "$tmp/out" 'too noisy: within$'
}

tests=()
for claim in C{1..14}; do
	eval "test_claim_$claim() { check_claim $claim; }"
	tests+=("test_claim_$claim")
done
tap_tests "${tests[@]}" test_table test_formats test_exit_codes test_options_of_the_runs test_too_few_samples test_the_last_run_counts test_the_floor_gates_claims
