# SPDX-License-Identifier: GPL-2.0-only
# A metric against an axis: one line per compared value, the band is the 95 % interval of the median.
if (log_x) set logscale x
eval log_ticks('y', log_y, y_low, y_high)
set xrange [x_low:x_high]
set yrange [y_low:y_high]
if (exists('ceiling')) {
	set arrow 1 from ceiling, graph 0 to ceiling, graph 1 nohead lc rgb '#404040' lw 1.5 dt (8,5)
	set label 6 ceiling_text at ceiling, graph 0.97 right offset -0.6, 0 font ',11' tc rgb '#404040'
}
# Beside the lines, never on them.
set rmargin 21
set key @beside

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index i - 1 using 1:($3 * factor):($4 * factor) \
		with filledcurves ls style[i] fs transparent solid 0.18 noborder notitle, \
	     for [i = 1:series] name.'.dat' index i - 1 using 1:($2 * factor) \
		with linespoints ls style[i] title label[i]
	unset output
}
