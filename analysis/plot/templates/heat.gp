# SPDX-License-Identifier: GPL-2.0-only
# A metric by initiator's node (down) and memory's node (across): the figure in each cell, the darker the greater.
unset grid
unset key
set border 15 lc rgb '#404040'
# Each step is darker than the one before, also without colour.
set palette defined (0 '#deebf7', 0.35 '#9ecae1', 0.65 '#4292c6', 1 '#08306b')
set cbrange [z_low:z_high]
set cblabel z_text offset 1
set colorbox user origin screen 0.86, graph 0 size screen 0.02, graph 1
set rmargin 22
set xrange [-0.5:columns - 0.5]
set yrange [rows - 0.5:-0.5]
set tics scale 0

# White where it is darker than the middle of the grey.
ink_of(z) = z > 0.4 * z_low + 0.6 * z_high ? 0xffffff : 0x000000

do for [kind in 'svg png'] {
	eval 'set terminal '.terminal_of(kind)
	set output name.'.'.kind
	plot name.'.dat' using 1:2:($5 * factor) with image pixels, \
	     name.'.dat' using 1:2:7:(ink_of($5 * factor)) with labels font ',12' tc rgb variable
	unset output
}
