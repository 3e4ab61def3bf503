#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Did what was injected come back? The table of a run of suites/truth.suite or truth-insns.suite, in Markdown.
#
#   truth.sh RUN AXIS METRIC [exact|SLACK]    AXIS: delay_ns or delay_insns
#
# What came back is the shift that `compare` gives, with its interval, times the baseline's median. Exit 1: of the rows, each with
# an interval of 95 %, more miss than would by chance in one of 500 tables; with `exact`, one is not what was
# injected, to the unit. SLACK, in ns, is what the machine itself may add to each row. A row of a variant that is never called has nothing to give back.
set -uo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
run=${1:?the folder of a run} axis=${2:?delay_ns or delay_insns} metric=${3:?a metric} exact=${4-}
slack=0
[[ $exact != [0-9]* ]] || slack=$exact exact=''

"${SHOOTDOWN_BUILD:-$top/build}/shootdown" compare "$run" --by "$axis" --metric "$metric" --format csv |
	awk -F , -v axis="$axis" -v exact="$exact" -v slack="$slack" '
	# The number of rows that more miss than by chance in 1 of 500 cases: binomial, 1 of 20 each.
	function most(rows,    k, p, sum) {
		p = sum = 0.95 ^ rows
		for (k = 0; 1 - sum > 0.002; sum += p)
			p *= (rows - k++) / k * 0.05 / 0.95
		return k
	}
	NR == 1 {
		for (i = 1; i <= NF; i++) column[$i] = i
		print "| variant | injected | came back | 95 % interval | samples |  |"
		print "| --- | ---: | ---: | ---: | ---: | --- |"
		next
	}
	{
		section = $column["section"]; variant = $column["variant"]; injected = $column[axis]
		median = $column["median"]
		# The row of the baseline is the first of its cell.
		if ($column["shift"] == "" && injected == 0) { base[section, variant] = median; next }
	}
	$column["shift"] == "" { print "| " variant " | " injected " | not compared: " $column["note"] " |"; missed += 1000; next }
	{
		rows++
		by = base[section, variant]
		# More digits than a double has would tell of its rounding.
		back = sprintf("%.9g", $column["shift"] * by) + 0
		low = sprintf("%.9g", $column["shift_low"] * by) + 0
		high = sprintf("%.9g", $column["shift_high"] * by) + 0
		wanted = variant == "none" ? 0 : injected
		outside = exact ? back != wanted || low != wanted || high != wanted : wanted < low - slack || wanted > high + slack
		missed += outside
		printf "| %s | %d | %.6g | %.6g to %.6g | %d | %s |\n", variant, injected, back, low, high, $column["n"],
			outside ? "outside" : exact ? "exact" : "within"
	}
	END {
		allowed = exact ? 0 : most(rows)
		printf "\n%d of %d rows came back %s; %d may miss\n", rows - missed % 1000, rows, exact ? "exactly" : "within their interval", allowed
		exit !(rows && missed <= allowed)
	}'
