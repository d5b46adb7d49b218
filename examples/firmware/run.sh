#!/usr/bin/env bash
# Builds the firmware of all boards, runs it in QEMU, and prints a line for each board, network and format; ends with 1 where a
# processor does not agree with this computer, or needs more memory than the network's type promises.
#
#   run.sh [--json] [--boards m4f,m0,riscv32]
#   run.sh --activations FILE     instructions of an element of each activation, as a table in Markdown, and nothing else
#
# What is missing (QEMU, the compiler's targets) is installed.
set -euo pipefail
cd "$(dirname "$0")"

install() {
  local sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  { $sudo apt-get update -q && $sudo apt-get install -y -q --no-install-recommends "$@"; } >&2
}

command -v qemu-system-arm >/dev/null && command -v qemu-system-riscv32 >/dev/null || install qemu-system-arm qemu-system-misc
targets="thumbv7em-none-eabihf thumbv6m-none-eabi riscv32imc-unknown-none-elf"
# shellcheck disable=SC2086
if ! rustup target add $targets >/dev/null 2>&1; then
  BOARDS_RUSTC="$(./baremetal-rustc.sh $targets)"
  export BOARDS_RUSTC
fi
exec cargo run --quiet --package host -- "$@"
