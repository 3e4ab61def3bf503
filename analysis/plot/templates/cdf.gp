# SPDX-License-Identifier: GPL-2.0-only
# The share of operations that took no longer: one line per compared value, with marks at p10, p50, p90, p99 ...
eval log_ticks('x', log_x, x_low, x_high)
set xrange [x_low:x_high]
set yrange [0:100]
set ytics 0,10,100 nomirror out
set rmargin 21
set key @beside

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index 2 * i - 2 using ($1 * factor):2 with lines ls style[i] notitle, \
	     for [i = 1:series] name.'.dat' index 2 * i - 1 using ($1 * factor):2 with points ls style[i] notitle, \
	     for [i = 1:series] keyentry with linespoints ls style[i] title label[i]
	unset output
}
