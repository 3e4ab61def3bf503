#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# For which kernels the module is built: prints their build folders, one per line.
#
# The running kernel's, when it can load modules and its headers are here; the virtual machine's; and
# what SHOOTDOWN_KDIRS names, separated by semicolons.
set -euo pipefail

top=$(cd "$(dirname "$0")/.." && pwd)

candidates() {
	local release
	[[ ! -e /proc/modules ]] || echo "/lib/modules/$(uname -r)/build"
	if release=$("$top/vm/kernel.sh" release); then
		echo "/usr/src/linux-headers-$release"
	fi
	tr ';' '\n' <<<"${SHOOTDOWN_KDIRS-}"
}

candidates | while read -r kdir; do
	[[ -z $kdir || ! -e $kdir/include/generated/utsrelease.h ]] || realpath "$kdir"
done | awk '!seen[$0]++'
