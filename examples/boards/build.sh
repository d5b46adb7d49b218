#!/usr/bin/env bash
# Builds the firmware of each board whose processor the compiler has the library of. What `examples/firmware` compiled is used again.
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../firmware/target/boards}"
for board in nrf52840 rp2040 esp32c3; do
  target="$(sed -n 's/^target = "\(.*\)"/\1/p' "$board/.cargo/config.toml")"
  if [ ! -d "$(rustc --print target-libdir --target "$target")" ]; then
    echo "$board: the compiler has no library for $target: not built"
    continue
  fi
  # Debug information is for a probe.
  (cd "$board" && cargo build --quiet --release --config profile.release.debug=false)
  echo "$board: built, $(wc -c <"$CARGO_TARGET_DIR/$target/release/on-$board") bytes, headers and names included"
done
