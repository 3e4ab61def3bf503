# SPDX-License-Identifier: GPL-2.0-only
# The share of operations that took longer, both axes logarithmic: one line per compared value, with marks at p10, p50, p90, p99 ...
eval log_ticks('x', log_x, x_low, x_high)
set xrange [x_low:x_high]
set logscale y
set yrange [50.0 / most:100]
set ylabel '% of operations that took longer' offset -2
set ytics nomirror out ('100' 100, '10 (p90)' 10, '1 (p99)' 1, '0.1 (p99.9)' 0.1, '0.01' 0.01, '0.001' 0.001, \
	'0.0001' 0.0001, '1e-05' 1e-5, '1e-06' 1e-6, '1e-07' 1e-7)
set lmargin 15
set rmargin 21
set key @beside
# What a table calls p999.
if (50.0 / most < 0.1) set arrow from graph 0, first 0.1 to graph 1, first 0.1 nohead dt (6,4) lc rgb '#707070' back

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index 2 * i - 2 using ($1 * factor):2 with lines ls style[i] notitle, \
	     for [i = 1:series] name.'.dat' index 2 * i - 1 using ($1 * factor):2 with points ls style[i] notitle, \
	     for [i = 1:series] keyentry with linespoints ls style[i] title label[i]
	unset output
}
