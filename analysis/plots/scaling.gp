# SPDX-License-Identifier: GPL-2.0-only
# A metric against an axis: one line per compared value, the band is the 95 % interval of the median.
if (log_x) set logscale x
if (log_y) set logscale y
set xrange [x_low:x_high]
set yrange [y_low:y_high]
if (log_y) {
	set ytics () nomirror out
	do for [exponent = -9:12] {
		do for [digit in digits_of(y_low, y_high)] {
			set ytics add (sprintf('%g', digit * 10.0**exponent) digit * 10.0**exponent)
		}
	}
}
# Beside the lines, never on them.
set rmargin 21
set key at screen 0.985, graph 1 right top Left reverse samplen 4 spacing 1.15

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index i - 1 using 1:($3 * factor):($4 * factor) \
		with filledcurves ls style[i] fs transparent solid 0.18 noborder notitle, \
	     for [i = 1:series] name.'.dat' index i - 1 using 1:($2 * factor) \
		with linespoints ls style[i] title label[i]
	unset output
}
