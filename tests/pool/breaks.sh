#!/usr/bin/env bash
# Breaks the pool in ways that are easily made, one at a time, and runs the model on each: it must find all. Prints which scenarios do.
# An argument picks the breaks that have it in their name.
set -uo pipefail
cd "$(dirname "$0")"

# A name, and the expression of sed that makes the break: it must change the file.
breaks="
a thread joins without a fence|/self.inside.fetch_add/{n;d}
a job closes without a fence|/self.open.store(0/{n;n;d}
a thread falls asleep without a fence|/self.sleepers.fetch_add/{n;d}
a job opens without a fence|/Either this thread sees the sleeper/{n;d}
a thread leaves relaxed|s/self.inside.fetch_sub(1, Release)/self.inside.fetch_sub(1, Relaxed)/
the caller sees relaxed that all have left|s/self.inside.load(Acquire)/self.inside.load(Relaxed)/
the caller does not wait|s/while self.inside.load(Acquire) > 0/while false/
a thread does not say that it is inside|s/self.inside.fetch_add(1/self.inside.fetch_add(0/;s/self.inside.fetch_sub(1/self.inside.fetch_sub(0/
a thread does not leave|s/self.inside.fetch_sub(1/self.inside.fetch_sub(0/
a thread joins a job that it has not looked at again|s/self.open.load(Acquire) == seen/true/
a job stays open|/self.open.store(0/d
sleepers are not woken|/self.wake.notify_all/d
sleepers are woken without their lock|/drop(lock(&self.falling_asleep))/d
a sleeper is not counted|s/self.sleepers.fetch_add(1/self.sleepers.fetch_add(0/;s/self.sleepers.fetch_sub(1/self.sleepers.fetch_sub(0/
a sleeper looks for a job before it counts itself|s/let mut guard = lock(&self.falling_asleep);/if let Some(job) = new() { return job; } &/;s/if let Some(job) = new() {\$/if false { let job = 0;/
two threads take the same part|s/left = self.left.fetch_and(!(1 << bit), Relaxed);/{ left = self.left.load(Relaxed); self.left.store(left \& !(1 << bit), Relaxed); }/
one part too few|s/(1 << parts) - 1/(1 << (parts - 1)) - 1/
the caller's part is left for others|s/all & !1/all/
the parts are not counted anew|/self.left.store(all/d
the parts are counted anew after the job is open|/self.left.store(all/d;s/self.open.store(job, Release);/&self.left.store(all \& !1, Relaxed);/
a panic is kept from the caller|s/forget(lock(&self.panicked).replace(payload))/forget(payload)/
a panic stays for the next job|s/lock(&self.panicked).take();/match \&done { Ok(()) => lock(\&self.panicked).take(), Err(_) => None };/
the caller's panic is forgotten|s/resume_unwind(payload);/forget(payload);/
a panic ends the thread|/^ \{20\}let done/s/let done = catch_unwind(AssertUnwindSafe(|| self.parts(None, own, parts, unsafe { &\*f })));\$/let done: Result<(), Box<dyn Any + Send>> = Ok(self.parts(None, own, parts, unsafe { \&*f }));/
a panic leaves the caller at once|/let done = catch_unwind.*{ &\*f/{/^        let/s/catch_unwind(\(.*\));/Ok::<(), Box<dyn Any + Send>>((\1)());/}
all threads may join|s/number < job.helpers/true/
the thread beyond may join, too|s/number < job.helpers/number <= job.helpers/
the pool is never busy|s/drop(started);//;s/let number = \*started;/&/;s/Ok(started) => self.share(started,/Ok(started) => self.share({ drop(started); lock(Box::leak(Box::new(Mutex::new(1)))) },/
a thread is started for each job|s/while \*started < helpers/for _ in 0..helpers/
no thread is tried again|s/if thread.is_err() {/if false {/
"

work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/src/kernels/threads" "$work/tests"
cp -r Cargo.toml Cargo.lock src "$work/tests/" 2>/dev/null
mkdir -p "$work/tests/pool" && mv "$work/tests/Cargo.toml" "$work/tests/Cargo.lock" "$work/tests/src" "$work/tests/pool/"
pool=../../src/kernels/threads/pool.rs
export CARGO_TARGET_DIR="${CARGO_TARGET_DIR:-$PWD/target}/breaks" CARGO_INCREMENTAL=0

missed=0
while IFS='|' read -r name expression; do
  [ -n "$name" ] && [[ "$name" == *"${1:-}"* ]] || continue
  sed "$expression" "$pool" >"$work/src/kernels/threads/pool.rs"
  if cmp -s "$pool" "$work/src/kernels/threads/pool.rs"; then
    echo "$name: changes nothing"
    missed=1
    continue
  fi
  # A broken pool may loop or crash: each scenario in a process of its own.
  if ! tests="$(cd "$work/tests/pool" && cargo test -q -- --list 2>"$work/log" | sed -n 's/: test$//p')" || [ -z "$tests" ]; then
    echo "$name: does not compile"
    cat "$work/log"
    missed=1
    continue
  fi
  found=''
  for test in $tests; do
    (cd "$work/tests/pool" && timeout 60 cargo test -q -- --exact "$test") >"$work/log" 2>&1 || found+=" ${test#*::}"
  done
  echo "$name: ${found:-MISSED}"
  [ -n "$found" ] || missed=1
done <<<"$breaks"
exit $missed
