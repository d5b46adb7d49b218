#!/usr/bin/env bash
# For machines where `rustup target add` cannot fetch: makes a compiler for the boards of Debian's packages, which bring a compiler with
# the sources of exactly its own library, and prints the path of it. Once; later runs take no time.
#
#   RUSTC="$(baremetal-rustc.sh thumbv7em-none-eabihf …)" cargo build --target thumbv7em-none-eabihf …
set -euo pipefail

home="${XDG_CACHE_HOME:-$HOME/.cache}/taut-baremetal"
packages="rustc-web cargo-web rust-web-src lld-22"
# shellcheck disable=SC2086
if ! dpkg -s $packages >/dev/null 2>&1; then
  sudo=; [ "$(id -u)" = 0 ] || sudo=sudo
  { $sudo apt-get update -q && $sudo apt-get install -y -q --no-install-recommends $packages; } >&2
fi
rustc=/usr/bin/rustc cargo=/usr/bin/cargo
commit="$($rustc -Vv | sed -n 's/^commit-hash: //p')" host="$($rustc -Vv | sed -n 's/^host: //p')"
theirs="$($rustc --print sysroot)/lib/rustlib" ours="$home/$commit"

# A root of our own, with the host's library, their sources, and the linker where the compiler looks for it.
mkdir -p "$ours/lib/rustlib/$host/bin" "$home/empty/src"
ln -sfn "$theirs/$host/lib" "$ours/lib/rustlib/$host/lib"
ln -sfn "$theirs/src" "$ours/lib/rustlib/src"
ln -sfn "$(dirname "$(readlink -f "$(command -v ld.lld-22)")")/lld" "$ours/lib/rustlib/$host/bin/rust-lld"
printf '#!/bin/sh\nexec %s --sysroot %s "$@"\n' "$rustc" "$ours" >"$ours/rustc"
chmod +x "$ours/rustc"

printf '[package]\nname = "empty"\nedition = "2021"\n[workspace]\n[profile.release]\npanic = "abort"\ncodegen-units = 1\n' >"$home/empty/Cargo.toml"
echo '#![no_std]' >"$home/empty/src/lib.rs"
for target in "$@"; do
  [ -f "$ours/lib/rustlib/$target/done" ] && continue
  (cd "$home/empty" && env -u CARGO_TARGET_DIR -u RUSTC_WRAPPER RUSTC="$rustc" RUSTC_BOOTSTRAP=1 \
    RUSTFLAGS="-Cembed-bitcode=yes -Zforce-unstable-if-unmarked" \
    "$cargo" build --quiet --release --target "$target" -Zbuild-std=core,alloc \
    --config 'source.crates-io.replace-with="vendored"' --config "source.vendored.directory='$theirs/src/rust/library/vendor'") >&2
  mkdir -p "$ours/lib/rustlib/$target/lib"
  for crate in core alloc compiler_builtins; do
    cp "$home/empty/target/$target/release/deps/lib$crate"-*.rlib "$ours/lib/rustlib/$target/lib/"
  done
  touch "$ours/lib/rustlib/$target/done"
done
echo "$ours/rustc"
