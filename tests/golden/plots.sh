#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Is each kind of plot drawn, from the same figures as ever, whatever the text and the numbers in a result? As TAP.
#
#   plots.sh [--update] SHOOTDOWN

# shellcheck source=tests/golden/golden.sh
. "$(dirname "$0")/golden.sh"

# Signature of the PNG, and an SVG that was written to its end.
expect_drawn() { # FILE
	[[ $(head -c 8 "$1.png" | od -An -tx1 | tr -d ' \n') == 89504e470d0a1a0a ]] || fail "$1.png is no PNG"
	[[ $(grep . "$1.svg" | tail -n 1) == '</svg>' ]] || fail "$1.svg does not end"
	[[ $(grep -c '<path' "$1.svg") -gt 5 ]] || fail "$1.svg is empty"
	xmllint --noout "$1.svg"
}

# All kinds of plots, and that by default there are no more than say something.
test_plots_are_drawn() {
	local name plot kinds=ratio,scaling,stack,heat,strip,cdf,tail,spectrum,retries,time
	for name in quick odd numa fault; do
		take "$name"
		expect_exit 0 "$program" plot "$name" --kind $kinds
		while read -r plot; do
			expect_drawn "${plot%.svg}"
		done <"$tmp/out"
	done
	expect_same "percentile spectra of quick" "$(echo quick/plots/spectrum-*.svg | wc -w)" 5
	expect_same "retries" "$(echo */plots/retries-*.svg)" fault/plots/retries-fault.svg
	expect_same "heat maps" "$(echo */plots/heat-*.svg)" numa/plots/heat-op.p50.svg
	rm -r quick
	take quick
	expect_exit 0 "$program" plot quick
	expect_same "kinds of quick" "$(sed 's|.*/||;s|-.*||' "$tmp/out" | uniq -c | tr -s ' \n' ' ')" \
		" 1 ratio 1 scaling 3 strip 4 cdf 4 tail 1 time "
}

test_kinds_of_plots() {
	local kind
	for kind in ratio scaling heat strip cdf tail spectrum retries time; do
		expect_line "$top/docs/results-format.md" "^\\| \`$kind\` \|"
		expect_line <("$program" plot --help | tr '\n' ' ') "[ ,]${kind}[ ,]"
	done
	take quick
	expect_exit 0 "$program" plot quick --kind time,ratio
	expect_same "plots" "$(paste -s -d ' ' "$tmp/out")" "quick/plots/ratio-op.p50.svg quick/plots/time-op.p50.svg"
	expect_refusal 'no kind of plots "pie": ratio, scaling, stack, heat, strip, cdf, tail, spectrum, retries, time\.$' \
		"$program" plot quick --kind ratio,pie
	expect_refusal 'no kind of plots ""' "$program" plot quick --kind ratio,
	expect_refusal 'nothing to draw' "$program" plot quick --kind retries
	take fault
	sed -i 's/"fault.retries":[0-9.e-]*/"fault.retries":0/' fault/samples.jsonl
	expect_refusal 'nothing to draw' "$program" plot fault --kind retries
	expect_exit 0 "$program" plot quick --by threads
	expect_same "distributions by default" "$(grep -c /cdf- "$tmp/out")" 4
	expect_exit 0 "$program" plot quick --by threads --kind cdf
	[[ $(grep -c /cdf- "$tmp/out") -gt 8 ]] || fail "not all of a kind that was asked for: $(<"$tmp/out")"
}

# A run that got slower as it went on, by 15 %; the quick run did not.
test_drift_is_seen() {
	local name
	for name in fault quick; do
		take $name
		expect_exit 0 "$program" report $name
		# The first window's median, and the last one's.
		awk 'NF == 0 { exit } !/^#/ { last = $2; if (first == "") first = $2 } END { print last - first }' \
			$name/plots/time-*.dat >$name.drift
	done
	awk '{ exit !($1 > 6) }' fault.drift || fail "a drift of $(<fault.drift) % between the first and the last window"
	awk '{ exit !($1 < 2 && $1 > -2) }' quick.drift || fail "a drift of $(<quick.drift) % where there is none"
}

test_gp_alone_draws_the_same() {
	local name=scaling-op.p50-ranges-dontneed
	take quick
	expect_exit 0 "$program" plot quick
	cd quick/plots
	mkdir first
	mv $name.svg $name.png first
	gnuplot -d $name.gp
	cmp $name.svg first/$name.svg
	cmp $name.png first/$name.png
}

# What a plot is drawn from: the variables above the template, and the figures.
expect_source() { # KEPT NAME
	sed '/^# SPDX/,$d' "${1%/*}/plots/$2.gp" >"$tmp/source"
	cat "${1%/*}/plots/$2.dat" >>"$tmp/source"
	expect_golden "$1" "$tmp/source"
}

test_plots_are_drawn_from_the_same() {
	take quick
	expect_exit 0 "$program" plot quick
	expect_source quick/scaling.source scaling-op.p50-ranges-dontneed
	expect_source quick/cdf.source cdf-op-controls-dontneed-1
	expect_source quick/tail.source tail-op-controls-dontneed-1
	expect_source quick/ratio.source ratio-op.p50
	expect_source quick/strip.source strip-op.p50-operations-1000
	expect_source quick/time.source time-op.p50
	expect_exit 0 "$program" plot quick --kind spectrum
	expect_source quick/spectrum.source spectrum-op-controls-dontneed-1
	take fault
	expect_exit 0 "$program" report fault
	expect_source fault/retries.source retries-fault
}

# B is slower by 12 % where it is the list of 10,000 ranges: right of 1.
test_two_runs_are_drawn() {
	take quick
	take later
	expect_exit 0 "$program" compare quick later --plot both
	expect_same "told" "$(<"$tmp/err")" "Drawn: both/ratio-op.p50.svg"
	expect_golden later/compare.table "$tmp/out"
	expect_drawn both/ratio-op.p50
	sed '/^# SPDX/,$d' both/ratio-op.p50.gp | cat - both/ratio-op.p50.dat >"$tmp/source"
	expect_golden later/ratio.source "$tmp/source"
	expect_exit 0 "$program" compare quick --baseline list --plot alone
	expect_drawn alone/ratio-op.p50
	expect_refusal 'nothing to draw' "$program" compare quick --by threads --plot none
	expect_exit 3 "$program" compare quick later --plot /dev/null
	expect_line "$tmp/err" 'cannot write /dev/null/ratio-op.p50.gp: Not a directory'
}

# A cell for each pair of nodes, also where nothing was measured; `local` is no node.
test_nodes_make_a_heat_map() {
	take numa
	expect_exit 0 "$program" plot numa --kind scaling,heat
	expect_source numa/heat.source heat-op.p50
	expect_same "plots" "$(paste -s -d ' ' "$tmp/out")" "numa/plots/scaling-op.p50-local.svg numa/plots/heat-op.p50.svg"
	expect_same "cells" "$(grep -cE '^[0-3] [0-3] [0-3] [0-3] ' numa/plots/heat-op.p50.dat)" 16
	expect_same "heat maps of quick" "$(take quick && "$program" plot quick | grep -c /heat-)" 0
}

# Parts by hand: at 32 pages 310 + 8260 + 9000; at 64 the bystander is 400 below 0, which hangs below the axis.
test_parts_make_a_stack() {
	take tlb
	expect_exit 0 "$program" report tlb
	expect_golden tlb/summary.md tlb/summary.md
	expect_source tlb/stack.source stack-op.p50-pages-1
	expect_source tlb/ceiling.source scaling-ctr.tlb_flush_full-pages-1
	expect_line tlb/plots/stack-op.p50-pages-1.gp '^ceiling = 2.5$'
	expect_line tlb/plots/stack-op.p50-pages-1.dat '^4 0 -[0-9.]+ -[0-9.]+ '
	# What the kernel says goes before what was seen.
	sed -i 's/"memory_bytes"/"tlb_single_page_flush_ceiling": "32", &/' tlb/run.json
	expect_exit 0 "$program" report tlb
	expect_line tlb/plots/stack-op.p50-pages-1.gp '^ceiling = 1.5$'
	expect_line tlb/plots/scaling-op.p50-pages-1.gp "^ceiling_text = 'flush ceiling: 32 pages'$"
	expect_drawn tlb/plots/stack-op.p50-pages-1
	expect_same "stacks of quick" "$(take quick && "$program" plot quick | grep -c /stack-)" 0
}

test_hostile_text_stays_text() {
	take odd
	expect_exit 0 "$program" report odd
	[[ -z $(find "$tmp" -name 'hostile*') ]] || fail "a name in results was run as a command"
	! grep -rl $'\e' odd --include='*.md' --include='*.gp' --include='*.dat' || fail "escape codes got through"
	expect_exit 0 "$program" compare odd
	! grep -q $'[\e\x07]' "$tmp/out" || fail "escape codes got through"
}

# Inputs of the fuzz target, which looks at the scripts but does not run them: run.json, a NUL byte, samples.jsonl.
test_extremes_are_drawn() {
	local name
	mkdir "$tmp/run"
	cd "$tmp/run"
	for name in hostile markup negative 1e308 5e-324 axis-huge; do
		tr '\0' '\n' <"$top/tests/fuzz/corpus/report/$name" >both
		head -n 1 both >run.json
		tail -n +2 both >samples.jsonl
		rm -rf plots
		expect_exit 0 "$program" report .
		xmllint --noout plots/*.svg report.html
	done
	[[ -z $(find "$tmp" -name 'hostile*') ]] || fail "a name in results was run as a command"
}

test_plot_by_another_axis() {
	take quick
	expect_exit 0 "$program" plot quick --by workload --x variant --metric op.mean
	expect_refusal 'nothing to draw' "$program" plot quick --by ranges --x threads
}

test_without_gnuplot() {
	take quick
	mkdir bin
	expect_exit 3 env PATH="$tmp/bin" "$program" report quick
	expect_line "$tmp/err" 'gnuplot.*apt-get install gnuplot-nox'
	[[ ! -s $tmp/out ]] || fail "reported as done: $(<"$tmp/out")"
	expect_line quick/summary.md '^Not drawn: gnuplot'
	expect_line quick/plots/scaling-op.p50-ranges-dontneed.gp '^series = 3$'
}

test_gnuplot_that_fails() {
	take quick
	mkdir bin
	cat >bin/gnuplot <<'SCRIPT'
#!/bin/sh
echo "boom $2" >&2
exit 1
SCRIPT
	chmod +x bin/gnuplot
	expect_exit 3 env PATH="$tmp/bin:$PATH" "$program" report quick
	expect_line "$tmp/err" 'gnuplot failed on quick/plots/.*: boom .*\.gp'
}

tap_tests test_plots_are_drawn test_kinds_of_plots test_drift_is_seen test_gp_alone_draws_the_same \
	test_plots_are_drawn_from_the_same test_two_runs_are_drawn test_nodes_make_a_heat_map test_parts_make_a_stack \
	test_hostile_text_stays_text test_extremes_are_drawn test_plot_by_another_axis test_without_gnuplot \
	test_gnuplot_that_fails
