# SPDX-License-Identifier: GPL-2.0-only
# Each sample against the median of its point, from the first to the last of the run. Line and band: windows of samples.
set xrange [x_low - 0.01 * (x_high - x_low):x_high + 0.01 * (x_high - x_low)]
set yrange [y_low:y_high]
set rmargin 21
set key @beside
set arrow from graph 0, first 0 to graph 1, first 0 nohead lc rgb '#707070' lw 1 back

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot name.'.dat' index 0 using 1:3:4 with filledcurves lc rgb '#000000' fs transparent solid 0.12 noborder \
		title '10 to 90 %', \
	     for [i = 1:series] name.'.dat' index i using 1:2 with points ls style[i] ps 0.6 title label[i], \
	     name.'.dat' index 0 using 1:2 with lines lc rgb '#000000' lw 3 title sprintf('median of %d', window), \
	     for [i = 1:(lost > 0)] name.'.dat' index series + 1 using 1:(y_low + 0.02 * (y_high - y_low)) \
		with points pt 2 ps 0.9 lw 1.5 lc rgb '#a03000' title 'no figure'
	unset output
}
