#!/usr/bin/env bash
# Builds the playground: everything that a browser needs is then in `dist`, for any server of static files.
#
#   examples/playground/build.sh           builds the page
#   examples/playground/build.sh --teach   trains the digits network first, which is otherwise taken as it is
set -euo pipefail
cd "$(dirname "$0")"
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/../../target/tmp/playground}"
target=wasm32-unknown-unknown

[ -d "$(rustc --print target-libdir --target $target)" ] || rustup target add $target
if [ "${1:-}" = --teach ]; then
  cargo run --release --package teacher
fi
rm -rf dist
mkdir dist
cp page/* dist
# Vectors of 128 bits, which browsers have since 2021 to 2023; README.md tells what they cost and bring.
export CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUSTFLAGS="-Ctarget-feature=+simd128"
# One by one: together they would share their features, and `infer` has none.
for module in infer learn; do
  cargo build --quiet --release --target $target --package $module
done
cp "$CARGO_TARGET_DIR/$target/release/infer.wasm" "$CARGO_TARGET_DIR/$target/release/learn.wasm" dist

sum=0
for file in dist/*; do
  bytes=$(gzip -9 -c "$file" | wc -c)
  sum=$((sum + bytes))
  printf '%-12s %9d bytes, %7d gzipped\n' "$(basename "$file")" "$(wc -c <"$file")" "$bytes"
done
printf '%-12s %9s        %7d gzipped\n' together '' $sum
echo "To try it: python3 -m http.server --directory $PWD/dist 8000, and open http://127.0.0.1:8000"
