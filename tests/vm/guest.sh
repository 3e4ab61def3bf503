#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Runs a command in the virtual machine, on the kernel of the kind that KERNEL names (vm/kernel.sh), or on the default.
#
#   guest.sh [OPTION...] -- COMMAND...    as shootdown vm
set -euo pipefail

top=$(cd "$(dirname "$0")/../.." && pwd)
options=$("$top/vm/kernel.sh" options "${KERNEL:-default}")
mapfile -t options < <(printf '%s' "$options")
# Where all takes longer, a command may be silent for longer, too; the last --idle counts.
[[ ${KERNEL-} != debug ]] || options+=(--idle 600)
exec "$top/build/shootdown" vm "${options[@]}" "$@"
