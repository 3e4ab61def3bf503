# SPDX-License-Identifier: GPL-2.0-only
# The samples of a world, from its lines "axis=value,value ... | metric=A metric=A+B*axis%SPREAD [why=WORDS]": six of each
# point, at -SPREAD, .. SPREAD per cent of the figure. "~" for "*" takes the logarithm of the axis.
# AXES and METRICS are written into the files of those names, for run.json.

function figure(spec, i,    part, spread, term, axis, x) {
	spread = 0
	if (split(spec, part, "%") == 2)
		spread = part[2]
	split(part[1], term, "+")
	x = 0
	if (term[2] != "") {
		split(term[2], axis, /[*~]/)
		x = at[axis[2]]
		if (index(term[2], "~"))
			x = log(x) / log(2)
		x *= axis[1]
	}
	return (term[1] + x) * (1 + spread / 100 * (i - 2.5) / 2.5)
}

function emit(    i, m, a, line, pair, why) {
	for (i = 0; i < 6; i++) {
		line = ""
		for (a in at)
			line = line (line == "" ? "" : ",") "\"" a "\":" (at[a] ~ /^[0-9]+$/ ? at[a] : "\"" at[a] "\"")
		printf "{\"sample\":%d,\"repeat\":%d,\"axes\":{%s},", number++, i, line
		why = ""
		line = ""
		for (m = 1; m <= metrics; m++) {
			split(metric[m], pair, "=")
			if (pair[1] == "why") {
				why = pair[2]
				continue
			}
			seen[pair[1]] = 1
			line = line (line == "" ? "" : ",") sprintf("\"%s\":%.12g", pair[1], figure(pair[2], i))
		}
		if (why != "")
			printf "\"status\":\"skipped\",\"why\":\"%s\"}\n", why
		else
			printf "\"status\":\"ok\",\"why\":\"\",\"metrics\":{%s}}\n", line
	}
}

function expand(k,    pair, value, n, j) {
	if (k > axes) {
		emit()
		return
	}
	split(axis_of[k], pair, "=")
	n = split(pair[2], value, ",")
	for (j = 1; j <= n; j++) {
		at[pair[1]] = value[j]
		named[pair[1]] = 1
		expand(k + 1)
	}
}

/\|/ {
	delete at
	split($0, half, / *\| */)
	axes = split(half[1], axis_of, " ")
	metrics = split(half[2], metric, " ")
	expand(1)
}

END {
	for (a in named)
		print a >AXES
	for (m in seen)
		print m >METRICS
}
