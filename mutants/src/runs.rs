//! Which tests reach a mutant, and whether one of them notices it.

use crate::copy::EXAMPLES;
use std::collections::BTreeSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use std::time::{Duration, Instant};

/// A test of a program of tests.
pub struct Test {
    pub program: PathBuf,
    /// The program's name and the test's.
    pub label: String,
    name: String,
    /// How long it took with no mutant on.
    pub time: Duration,
    /// For each mutant, from 1 on, whether it was reached.
    pub reached: Vec<bool>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum End {
    Passed,
    Failed,
    TimedOut,
}

/// What became of a mutant.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// No test runs it.
    Unreached,
    /// By that test, which failed or took more than ten times as long as usual.
    Caught { by: String, timed_out: bool },
    /// That many tests run it, and all pass.
    Missed { tests: usize },
}

/// All tests of the programs that reach a mutant, and the names of those that do not pass without one.
pub fn tests(
    programs: &[(String, PathBuf)],
    folder: &Path,
    mutants: usize,
    workers: usize,
) -> (Vec<Test>, BTreeSet<String>) {
    let mut all = vec![];
    for (target, program) in programs {
        let list =
            Command::new(program).args(["--list", "--format=terse"]).current_dir(folder).output().unwrap().stdout;
        for line in String::from_utf8(list).unwrap().lines() {
            if let Some(name) = line.strip_suffix(": test") {
                all.push((target.clone(), program.clone(), name.to_string()));
            }
        }
    }
    let (found, failed) = (Mutex::new(vec![]), Mutex::new(BTreeSet::new()));
    in_parallel(workers, all.len(), |worker, i| {
        let (target, program, name) = &all[i];
        let label = format!("{target} {name}");
        let map = folder.with_file_name(format!("reached-{worker}"));
        std::fs::write(&map, vec![0; mutants + 1]).unwrap();
        // Tests start processes that are somebody else.
        std::fs::set_permissions(&map, Permissions::from_mode(0o666)).unwrap();
        let start = Instant::now();
        let end = run(program, name, folder, ("TAUT_REACHED", map.to_str().unwrap()), Duration::from_secs(300));
        let reached = std::fs::read(&map).unwrap().into_iter().map(|byte| byte == 1).collect::<Vec<_>>();
        if end != End::Passed {
            eprintln!("left out, as it does not pass without a mutant: {label}");
            failed.lock().unwrap().insert(label);
        } else if reached.contains(&true) {
            let (program, name) = (program.clone(), name.clone());
            found.lock().unwrap().push(Test { program, label, name, time: start.elapsed(), reached });
        }
    });
    let mut found = found.into_inner().unwrap();
    found.sort_by_key(|test| test.time);
    (found, failed.into_inner().unwrap())
}

/// Runs the tests that reach a mutant, the quickest first, until one notices it.
pub fn outcome(mutant: usize, tests: &[Test], folder: &Path) -> Outcome {
    let mut passed = 0;
    for test in tests.iter().filter(|test| test.reached[mutant]) {
        match run(&test.program, &test.name, folder, ("TAUT_MUTANT", &mutant.to_string()), test.time * 10) {
            End::Passed => passed += 1,
            end => return Outcome::Caught { by: test.label.clone(), timed_out: end == End::TimedOut },
        }
    }
    if passed == 0 { Outcome::Unreached } else { Outcome::Missed { tests: passed } }
}

/// Runs a test with a variable of the environment, within a limit of the processor's time, and thrice that of the
/// clock: the machine may have other work.
fn run(program: &Path, name: &str, folder: &Path, variable: (&str, &str), limit: Duration) -> End {
    let seconds = limit.as_secs() + 2;
    // 12 GB: what grows without end ends before the machine's memory does.
    let limits = format!("ulimit -t {seconds}; ulimit -v 12000000; ulimit -c 0; exec \"$@\"");
    // A mutant may delete what is none of its business.
    let temporary = folder.join("temporary");
    std::fs::create_dir_all(&temporary).unwrap();
    let mut child = Command::new("sh")
        .args(["-c", &limits, "sh"])
        .env("TMPDIR", &temporary)
        .arg(program)
        .args(["--exact", name, "--test-threads=1"])
        .current_dir(folder)
        .env("CARGO_MANIFEST_DIR", folder)
        .env_remove("TAUT_CI")
        .env(variable.0, variable.1)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .process_group(0)
        .spawn()
        .expect("a program of tests runs");
    let end = Instant::now() + Duration::from_secs(3 * seconds + 10);
    let mut pause = Duration::from_millis(1);
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break Some(status);
        }
        if Instant::now() > end {
            break None;
        }
        std::thread::sleep(pause);
        pause = (pause * 2).min(Duration::from_millis(20));
    };
    if status.is_none_or(|status| !status.success()) {
        // With the processes that it started.
        let group = format!("-{}", child.id());
        let _ = Command::new("kill").args(["-9", "--", &group]).stderr(Stdio::null()).status();
        let _ = child.wait();
    }
    match status {
        Some(status) if status.success() => End::Passed,
        // SIGKILL and SIGXCPU are what a limit of the processor's time ends with.
        Some(status) if !matches!(status.signal(), Some(9 | 24)) => End::Failed,
        _ => End::TimedOut,
    }
}

/// Calls a function for each number below `n`, some at a time.
pub fn in_parallel(workers: usize, n: usize, work: impl Fn(usize, usize) + Sync) {
    let next = AtomicUsize::new(0);
    std::thread::scope(|scope| {
        for worker in 0..workers {
            let (next, work) = (&next, &work);
            scope.spawn(move || {
                loop {
                    let i = next.fetch_add(1, Relaxed);
                    if i >= n {
                        break;
                    }
                    work(worker, i);
                }
            });
        }
    });
}

/// Whether a test is an example of the documentation.
pub fn is_example(label: &str) -> bool {
    label.starts_with(EXAMPLES)
}
