# SPDX-License-Identifier: GPL-2.0-only
# The share of operations that took no longer: one line per compared value.
if (log_x) set logscale x
if (log_x) {
	set xtics () nomirror out
	do for [exponent = -9:12] {
		do for [digit in digits_of(x_low, x_high)] {
			set xtics add (sprintf('%g', digit * 10.0**exponent) digit * 10.0**exponent)
		}
	}
}
set xrange [x_low:x_high]
set yrange [0:100]
set ytics 0,10,100 nomirror out
set key right bottom Left reverse opaque samplen 5 box lc rgb '#d8d8d8' spacing 1.1 width 1 height 0.4

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index i - 1 using ($1 * factor):2 \
		with lines ls style[i] title label[i]
	unset output
}
