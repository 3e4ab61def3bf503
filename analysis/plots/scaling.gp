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
set key left top Left reverse opaque samplen 5 box lc rgb '#d8d8d8' spacing 1.1 width 1 height 0.4

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index i - 1 using 1:($3 * factor):($4 * factor) \
		with filledcurves ls style[i] fs transparent solid 0.18 noborder notitle, \
	     for [i = 1:series] name.'.dat' index i - 1 using 1:($2 * factor) \
		with linespoints ls style[i] title label[i]
	unset output
}
