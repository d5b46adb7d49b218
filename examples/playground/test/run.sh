#!/usr/bin/env bash
# Builds the playground and tries it in Chromium. It takes what it needs from the system's packages and from npm's.
set -euo pipefail
cd "$(dirname "$0")"

# A test that cannot run says so, and fails where TAUT_CI is 1.
skip() {
  echo "skipped: the playground in a browser, for want of $1"
  [ "${TAUT_CI:-}" != 1 ]
  exit
}
chromium="${CHROMIUM:-/usr/bin/chromium}"
if [ ! -x "$chromium" ] && command -v apt-get >/dev/null; then
  sudo=''
  [ "$(id -u)" = 0 ] || sudo=sudo
  { $sudo apt-get update -q && $sudo apt-get install -y -q --no-install-recommends chromium; } >/dev/null 2>&1 || true
fi
[ -x "$chromium" ] || skip "Chromium: apt-get install chromium"
command -v npm >/dev/null || skip "npm"
# Packages that are there and are those of the lock file need no network.
if ! npm ls >/dev/null 2>&1; then
  npm ci --silent >/dev/null 2>&1 || skip "npm's packages: npm ci"
fi
../build.sh
node --test --test-reporter=spec page.test.mjs
