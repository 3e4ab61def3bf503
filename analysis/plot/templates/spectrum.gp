# SPDX-License-Identifier: GPL-2.0-only
# The time at each percentile, as tools for HDR histograms show it: each step to the right is one nine more.
eval log_ticks('y', log_x, x_low, x_high)
set yrange [x_low:x_high]
set ylabel x_text
set xlabel 'percentile'
set logscale x
set xrange [1:most * 1.2]
set xtics nomirror out ('0' 1, '50' 2, '90' 10, '99' 100, '99.9' 1000, '99.99' 1e4, '99.999' 1e5, '99.9999' 1e6, \
	'99.99999' 1e7, '99.999999' 1e8)
set rmargin 21
set key @beside

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index 2 * i - 2 using 1:($2 * factor) with lines ls style[i] notitle, \
	     for [i = 1:series] name.'.dat' index 2 * i - 1 using 1:($2 * factor) with points ls style[i] notitle, \
	     for [i = 1:series] keyentry with linespoints ls style[i] title label[i]
	unset output
}
