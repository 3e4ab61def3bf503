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
