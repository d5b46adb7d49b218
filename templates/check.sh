#!/usr/bin/env bash
# Makes a project of each template, with this checkout of taut, and builds it: the training is run, and what it saved is embedded in the
# firmware, for a Cortex-M and a RISC-V. By `cargo generate`, where it is installed.
#
# What `cargo test` and `examples/firmware` compiled is used again.
set -euo pipefail
cd "$(dirname "$0")"
root="$(cd .. && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT

# project TEMPLATE NAME [PLACEHOLDER=VALUE]…: replaces {{PLACEHOLDER}} by the value, as `cargo generate` does.
project() {
  local template="$1" name="$2" defines=() words=("-es|{{project-name}}|$2|g") word
  shift 2
  for word in "taut=path = \"$root\"" "$@"; do
    defines+=(--define "$word")
    words+=("-es|{{${word%%=*}}}|${word#*=}|g")
  done
  if command -v cargo-generate >/dev/null; then
    cargo generate --silent --vcs none --path "$template" --name "$name" --destination "$work" "${defines[@]}"
  else
    cp -r "$template" "$work/$name"
    rm "$work/$name/cargo-generate.toml"
    find "$work/$name" -type f ! -name '*.taut' -exec sed -i "${words[@]}" {} +
  fi
  if grep -rIl '{{' "$work/$name"; then echo "expected no placeholder that is left"; return 1; fi
}

project train flowers
cp "$root/Cargo.lock" "$work/flowers"
# By this checkout's width.
rustfmt --check --edition 2024 train/src/main.rs firmware/src/main.rs firmware/build.rs
# Without the template's optimization, so that what `cargo test` compiled is used again.
(cd "$work/flowers" && CARGO_TARGET_DIR="$root/target" CARGO_PROFILE_DEV_OPT_LEVEL=0 cargo run --quiet)

export CARGO_TARGET_DIR="$root/examples/firmware/target/boards"
nrf=(chip=nRF52840_xxAA flash_start=0x00000000 flash_size=1024K ram_start=0x20000000 ram_size=256K)
for target in thumbv7em-none-eabihf riscv32imc-unknown-none-elf; do
  if [ ! -d "$(rustc --print target-libdir --target "$target")" ]; then
    echo "$target: the compiler has no library for it: not built"
    continue
  fi
  project firmware "on-$target" "target=$target" "${nrf[@]}"
  cp "$root/examples/firmware/Cargo.lock" "$work/on-$target"
  cd "$work/on-$target"
  # What lies in the template, and what was trained just now, are of the network that is embedded: another one does not compile.
  [ "$target" = thumbv7em-none-eabihf ] || cp "$work/flowers/model.taut" .
  cargo build --quiet --release --config profile.release.debug=false
  echo "$target: $(wc -c <"$CARGO_TARGET_DIR/$target/release/on-$target") bytes, headers and names included"
  cd "$root/templates"
done
