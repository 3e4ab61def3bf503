#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# The module's own tests (tests/kmod/), in the guest. Their TAP is passed on; a kernel log that is not clean is
# one more failure, which the exit code tells the runner.

top=$(cd "$(dirname "$0")/../.." && pwd)
exec "$top/build/shootdown" vm -- build/tests/kmod_test
