# SPDX-License-Identifier: GPL-2.0-only
# Each sample as a mark: a column for each compared value, the columns of one value on the x axis side by side.
eval log_ticks('y', log_y, y_low, y_high)
set xrange [x_low:x_high]
set yrange [y_low:y_high]
set grid noxtics ytics
set tics scale 0.6
set rmargin 21
set key @beside
set bars 0

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:series] name.'.dat' index i using 1:($2 * factor) with points ls style[i] ps 0.7 title label[i], \
	     name.'.dat' index 0 using ($1 - 0.42):($2 * factor):(0.84):(0) with vectors nohead lc rgb '#202020' lw 2.5 title 'median'
	unset output
}
