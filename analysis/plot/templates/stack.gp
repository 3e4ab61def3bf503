# SPDX-License-Identifier: GPL-2.0-only
# What an operation's time is made of: a column for each point; from light to dark also without colour.
unset grid
set grid y lt 1 lc rgb '#dcdcdc' lw 1
set xrange [-0.6:columns - 0.4]
set yrange [y_low:y_high]
set xtics nomirror out scale 0
set style line 11 lc rgb '#ededed'
set style line 12 lc rgb '#9ecae1'
set style line 13 lc rgb '#D55E00'
set style line 14 lc rgb '#08306b'
set style line 15 lc rgb '#000000' lw 1.5 pt 7 ps 0.7
array shown[4] = [shown_1, shown_2, shown_3, shown_4]
if (ceiling >= 0) {
	set arrow 1 from ceiling, graph 0 to ceiling, graph 1 nohead lc rgb '#404040' lw 1.5 dt (8,5) front
	set label 6 ceiling_text at ceiling, graph 0.97 right offset -0.6, 0 font ',11' tc rgb '#404040' front
}
if (y_low < 0) set xzeroaxis lt 1 lc rgb '#404040' lw 1
set rmargin 21
# The part on top stands on top of the key, too.
set key at screen 0.985, graph 1 right top Left reverse invert samplen 2 spacing 1.15

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot for [i = 1:levels] name.'.dat' index i - 1 \
		using 1:($2 * factor):($1 - 0.36):($1 + 0.36):($2 * factor):($3 * factor) \
		with boxxyerrorbars ls 10 + i fs solid 1 border lc rgb '#404040' \
		title (shown[i] ? part[i] : ''), \
	     name.'.dat' index levels using 1:($2 * factor):($3 * factor):($4 * factor) \
		with yerrorbars ls 15 title 'whole'
	unset output
}
