# SPDX-License-Identifier: GPL-2.0-only
# Retries of a device fault against the rate of invalidations: a mark for each sample, a large one for each point.
eval log_ticks('x', log_x, x_low, x_high)
eval log_ticks('y', log_y, y_low, y_high)
set xrange [x_low:x_high]
set yrange [log_y ? y_low : 0:y_high]
set rmargin 21
set key @beside

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index 2 * i - 1 using ($1 * factor):2 with points ls style[i] ps 0.4 notitle, \
	     for [i = 1:series] name.'.dat' index 2 * i - 2 using ($1 * factor):2 with points ls style[i] ps 1.6 title label[i]
	unset output
}
