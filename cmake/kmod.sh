#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Builds secmmu.ko for one kernel, outside the source tree.
#
#   kmod.sh KDIR OUT [MAKE ARGUMENT...]
set -euo pipefail

kdir=$1 out=$2
shift 2
top=$(cd "$(dirname "$0")/.." && pwd)

# A kernel that was configured and built anew under its old name may lay out its structures otherwise, with headers that look older than our
# objects: what was built against the other one must go.
kernel=$(cat "$kdir/include/generated/autoconf.h" "$kdir/Module.symvers" 2>/dev/null | sha256sum || :)
if [[ -d $out && $(cat "$out/kernel.sum" 2>/dev/null) != "$kernel" ]]; then
	rm -r "$out"
fi

# Links afresh, so that a source that was removed is not built from its old link.
mkdir -p "$out/include/uapi"
echo "$kernel" >"$out/kernel.sum"
find "$out" -type l -delete
ln -s "$top/kmod/Kbuild" "$out"
for folder in "$top"/kmod/*/; do
	mkdir -p "$out/$(basename "$folder")"
	find "$folder" -type f -exec ln -s -t "$out/$(basename "$folder")" {} +
done
ln -s "$top"/include/*.h "$out/include"
ln -s "$top"/include/uapi/*.h "$out/include/uapi"

# The flags of an outer make are not for the kernel's. Without pahole the BTF step would fail
# and delete the module; nothing of ours needs it.
unset MAKEFLAGS MFLAGS MAKELEVEL
make -s -j "$(nproc)" -C "$kdir" "M=$out" CONFIG_DEBUG_INFO_BTF_MODULES= "$@" modules
# Kbuild leaves it alone when no object has changed; CMake would come again each time.
touch "$out/secmmu.ko"
