# Written by shootdown; `gnuplot ratio-op.p50.gp` in this folder draws it again.
name = 'ratio-op.p50'
title_text = 'op.p50 by variant, over the baseline'
subtitle_text = ''
x_text = 'times the baseline, lower is better'
y_text = ''
how_text = 'Hodges-Lehmann, 95 % interval; grey: A/A floor'
height = 473
lines = 16
array count[5] = [6, 5, 0, 2, 0]
log_x = 1
x_low = 0.0118136
x_high = 6.63431
emulated_text = 'emulated (QEMU TCG): times are the emulator''s'
machine_text = 'Linux 6.1.0-56-amd64; 4 CPUs, 2 nodes; QEMU TCG CPU version 2.5+'
set ytics ()
set label 101 'controls workload=dontneed ranges=1' at screen 0.015, first 1 left font ',11' tc rgb '#404040'
set ytics add ('empty / none' 2)
set label 103 'ranges workload=dontneed' at screen 0.015, first 3 left font ',11' tc rgb '#404040'
set ytics add ('ranges=10 rbtree / list' 4)
set ytics add ('ranges=10 itree / list' 5)
set ytics add ('ranges=100 rbtree / list' 6)
set ytics add ('ranges=100 itree / list' 7)
set ytics add ('ranges=1000 rbtree / list' 8)
set ytics add ('ranges=1000 itree / list' 9)
set ytics add ('ranges=10000 rbtree / list' 10)
set ytics add ('ranges=10000 itree / list' 11)
set label 112 'operations ranges=1000' at screen 0.015, first 12 left font ',11' tc rgb '#404040'
set ytics add ('workload=munmap list / none' 13)
set ytics add ('workload=munmap itree / none' 14)
set ytics add ('workload=mprotect list / none' 15)
set ytics add ('workload=mprotect itree / none' 16)

# SPDX-License-Identifier: GPL-2.0-only
# How all plots look. Okabe and Ito's colours are told apart by the colour-blind; dashes and points do it in grey.
set style line 1 lc rgb '#000000' lw 2 dt 1 pt 7 ps 1
set style line 2 lc rgb '#56B4E9' lw 2 dt (20,6) pt 5 ps 0.9
set style line 3 lc rgb '#D55E00' lw 2 dt 1 pt 9 ps 1.3
set style line 4 lc rgb '#009E73' lw 2 dt (12,4) pt 13 ps 1.3
set style line 5 lc rgb '#0072B2' lw 2 dt (6,4) pt 11 ps 1.3
set style line 6 lc rgb '#CC79A7' lw 2 dt (14,4,3,4) pt 6 ps 1
set style line 7 lc rgb '#E69F00' lw 2 dt (3,3) pt 4 ps 0.9

set border 3 lc rgb '#404040'
set tics nomirror out
set grid x y lt 1 lc rgb '#dcdcdc' lw 1
set lmargin 11
set rmargin 3
set tmargin 4.5
set bmargin 5.8
# Above and below the graph by characters, so that a plot may be as high as it has to be.
set label 1 title_text at graph 0, graph 1 offset 0,2.9 left font ',15'
set label 2 subtitle_text at graph 0, graph 1 offset 0,1.3 left font ',12' tc rgb '#404040'
set label 3 how_text at screen 0.985, graph 1 offset 0,1.3 right font ',10' tc rgb '#404040'
set label 4 machine_text at screen 0.015, screen 0 offset 0,0.9 left font ',10' tc rgb '#404040'
set label 5 emulated_text at screen 0.985, screen 0 offset 0,0.9 right font ',10' tc rgb '#a03000'
set xlabel x_text
set ylabel y_text

# Ticks for a logarithmic axis: 1, 2, 5 in each decade while there is room for them, else 1.
roomy = 2000
digits_of(low, high) = high / low < roomy ? '1 2 5' : '1'
# A command for the axis x or y: from LOW to HIGH, logarithmic or not.
log_ticks(axis, is_log, low, high) = is_log ? sprintf("set logscale %s; set %stics () nomirror out; do for [e = -9:12] { do for [d in '%s'] { set %stics add (sprintf('%%g', d * 10.0**e) d * 10.0**e) } }", axis, axis, digits_of(low, high), axis) : ''
# Where the key is: beside the lines, never on them.
beside = "at screen 0.985, graph 1 right top Left reverse samplen 4 spacing 1.15"
if (!exists('height')) height = 500

terminal_of(kind) = kind eq 'svg' \
	? sprintf("svg size 800,%d font 'DejaVu Sans,Arial,sans-serif,13' noenhanced background 'white'", height) \
	: sprintf("pngcairo size 960,%d font 'DejaVu Sans,12.5' noenhanced background 'white'", 1.2 * height)

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
