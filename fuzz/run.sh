#!/usr/bin/env bash
# Runs each fuzz target for so many seconds (60 without an argument), and says what it did. Ends with an error where one found something.
# With a number behind, the inputs are drawn from that seed, so that a second run meets what the first one met: `run.sh 60 1`.
set -euo pipefail
cd "$(dirname "$0")"

seconds="${1:-60}"
seed="${2:-0}"
targets="$(sed -n 's/^name = "\(.*\)"$/\1/p' Cargo.toml | grep -v taut-fuzz)"
command -v cargo-fuzz >/dev/null || cargo install --quiet cargo-fuzz
# From the package's folder above: cargo-fuzz finds `fuzz` in it.
(cd .. && cargo +nightly fuzz build)

found=0
for target in $targets; do
  mkdir -p "corpus/$target" "artifacts/$target"
  log="$(mktemp)"
  # 2 GB of memory and ten seconds for one input are more than any should take.
  if (cd .. && cargo +nightly fuzz run "$target" "fuzz/corpus/$target" "fuzz/seeds/$target" -- \
    -max_total_time="$seconds" -seed="$seed" -max_len=4096 -rss_limit_mb=2048 -timeout=10 >"$log" 2>&1); then
    grep -E '^#[0-9]+.*DONE' "$log" | sed "s/^/$target: /"
  else
    found=1
    echo "$target: found something"
    grep -E 'panicked|ERROR|SUMMARY|Test unit written|out-of-memory|timeout' -A2 "$log" || tail -n 40 "$log"
  fi
  rm -f "$log"
done
exit "$found"
