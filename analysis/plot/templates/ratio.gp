# SPDX-License-Identifier: GPL-2.0-only
# What each value takes, over its baseline, with its interval: left of 1 it is less. Grey: what a variant differs from itself.
roomy = 100
eval log_ticks('x', log_x, x_low, x_high)
set xrange [x_low:x_high]
set yrange [lines + 0.7:0.3]
set tics scale 0.5
set grid xtics noytics
set lmargin 34
set rmargin 18
beside_short = "at screen 0.985, graph 1 right top Left reverse samplen 2 spacing 1.15"
set key @beside_short
set arrow from first 1, graph 0 to first 1, graph 1 nohead lc rgb '#000000' lw 1 front
set style fill solid 1 noborder
array color[5] = ['#0072B2', '#D55E00', '#009E73', '#606060', '#606060']
array shape[5] = [7, 9, 13, 6, 12]
array word[5] = ['better', 'worse', 'different', '~ not proven', 'no verdict']
array part[5]
parts = 0
do for [v = 1:5] {
	part[v] = parts
	parts = parts + (count[v] > 0)
}

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot name.'.dat' using (0.5 * ($5 + $6)):2:5:6:($2 - 0.42):($2 + 0.42) with boxxyerror lc rgb '#c8c8c8' notitle, \
	     for [v = 1:5] for [drawn = 1:(count[v] > 0)] name.'.dat' index part[v] using 1:2:3:4 \
		with xerrorbars lc rgb color[v] pt shape[v] ps 1.3 lw 2 title word[v]
	unset output
}
