//! The other cores: work in parts that need nothing of each other, so that the result does not depend on who does which.
//!
//! Threads are started at their first use, and live on. One that has nothing to do looks for work a little while, since in training the
//! next part comes after microseconds, and then sleeps. Nobody waits for a thread that has not begun: where no other core is free,
//! the caller has done all by itself.

use super::Shared;
use std::cell::Cell;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, OnceLock, PoisonError, TryLockError};
use std::{hint, slice, thread};

thread_local! {
    /// What `with_threads` chose: 0 for all.
    static CHOSEN: Cell<usize> = const { Cell::new(0) };
}

/// Calls `f`, which computes with at most `n` threads, this one included; 0 are as many as there are cores, as is the case by default.
///
/// The results have the same bits for any number. [`Fit::threads`](crate::Fit::threads) does this for a run.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<64>, (Dense<64, 64>, Relu, Dense<64, 8>)>::new(1);
/// let x = vec![Vector::new([0.5; 64]); 1000];
/// let alone = taut::with_threads(1, || model.predict_batch(&x));
/// assert_eq!(alone, model.predict_batch(&x));
/// ```
pub fn with_threads<Y>(n: usize, f: impl FnOnce() -> Y) -> Y {
    /// Restores what was chosen before, also where `f` panics.
    struct Before(usize);
    impl Drop for Before {
        fn drop(&mut self) {
            CHOSEN.set(self.0);
        }
    }
    let _before = Before(CHOSEN.replace(n));
    f()
}

/// How many threads work, this one included.
pub(super) fn threads() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    match CHOSEN.get() {
        0 => *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get)),
        n => n,
    }
}

/// Calls `f` for parts of x, each with the index at which it begins, of which none but the last is shorter than `least`.
pub(crate) fn in_parts<T: Send>(x: &mut [T], least: usize, f: impl Fn(usize, &mut [T]) + Sync) {
    let parts = threads().min(x.len() / least.max(1)).max(1);
    let part = x.len().div_ceil(parts).max(1);
    let (start, len) = (Shared(x.as_mut_ptr()), x.len());
    run(x.len().div_ceil(part), &|i| {
        let at = i * part;
        // SAFETY: the parts are inside of x and do not overlap, and x is borrowed until all are done.
        f(at, unsafe { slice::from_raw_parts_mut(start.at(at), part.min(len - at)) });
    });
}

/// Calls `f` for 0, 1 and so on below `parts`, on this thread and those that are free.
pub(super) fn run(parts: usize, f: &(dyn Fn(usize) + Sync)) {
    let helpers = threads().min(parts).saturating_sub(1);
    static POOL: Pool = Pool::new();
    if helpers > 0 {
        match POOL.turn.try_lock() {
            Ok(turn) => return POOL.run(turn, helpers, parts, f),
            Err(TryLockError::Poisoned(turn)) => return POOL.run(turn.into_inner(), helpers, parts, f),
            // Others are at it.
            Err(TryLockError::WouldBlock) => {}
        }
    }
    (0..parts).for_each(f);
}

/// How often an idle thread looks for work before it sleeps: some fifty microseconds.
const LOOKS: usize = 2000;

struct Pool {
    /// Held by who has work done; how many threads were started.
    turn: Mutex<usize>,
    /// The number of the job that can be joined; 0 where there is none.
    open: AtomicUsize,
    jobs: AtomicUsize,
    /// How many threads are in the job.
    inside: AtomicUsize,
    /// The job, read only between entering while it is open and leaving.
    job: Mutex<Option<Job>>,
    /// The next part.
    next: AtomicUsize,
    /// How many parts have panicked.
    panicked: AtomicUsize,
    /// Held by who goes to sleep, until it does.
    bed: Mutex<()>,
    wake: Condvar,
    sleepers: AtomicUsize,
}

#[derive(Clone, Copy)]
struct Job {
    /// Threads of a number below this may help.
    helpers: usize,
    parts: usize,
    f: *const (dyn Fn(usize) + Sync),
}

// SAFETY: `f` is `Sync`, and lives as long as the job is open or somebody is inside.
unsafe impl Send for Job {}

impl Pool {
    const fn new() -> Self {
        Pool {
            turn: Mutex::new(0),
            open: AtomicUsize::new(0),
            jobs: AtomicUsize::new(0),
            inside: AtomicUsize::new(0),
            job: Mutex::new(None),
            next: AtomicUsize::new(0),
            panicked: AtomicUsize::new(0),
            bed: Mutex::new(()),
            wake: Condvar::new(),
            sleepers: AtomicUsize::new(0),
        }
    }

    fn run(&'static self, mut turn: MutexGuard<usize>, helpers: usize, parts: usize, f: &(dyn Fn(usize) + Sync)) {
        while *turn < helpers {
            let number = *turn;
            let started = thread::Builder::new().name(format!("taut {}", number + 1)).spawn(move || self.help(number));
            if started.is_err() {
                break;
            }
            *turn += 1;
        }
        // SAFETY: only the lifetime changes: this function does not return, nor unwind, while anybody may call `f`.
        let f: *const (dyn Fn(usize) + Sync + 'static) = unsafe { std::mem::transmute(f) };
        *lock(&self.job) = Some(Job { helpers, parts, f });
        self.next.store(0, SeqCst);
        self.panicked.store(0, SeqCst);
        let job = self.jobs.fetch_add(1, SeqCst) + 1;
        self.open.store(job, SeqCst);
        /// Closes the job and waits for who is inside, also where this thread's part panics.
        struct Open<'a>(&'a Pool);
        impl Drop for Open<'_> {
            fn drop(&mut self) {
                self.0.open.store(0, SeqCst);
                while self.0.inside.load(SeqCst) > 0 {
                    hint::spin_loop();
                }
            }
        }
        let open = Open(self);
        if self.sleepers.load(SeqCst) > 0 {
            drop(lock(&self.bed));
            self.wake.notify_all();
        }
        // SAFETY: it is alive.
        self.parts(parts, unsafe { &*f });
        drop(open);
        assert!(self.panicked.load(SeqCst) == 0, "a thread that helped has panicked");
    }

    /// Does parts until there are none.
    fn parts(&self, parts: usize, f: &(dyn Fn(usize) + Sync)) {
        loop {
            let part = self.next.fetch_add(1, SeqCst);
            if part >= parts {
                return;
            }
            f(part);
        }
    }

    /// What a thread does all its life.
    fn help(&self, number: usize) {
        let mut seen = 0;
        loop {
            seen = self.wait(seen);
            self.inside.fetch_add(1, SeqCst);
            // From here on, a job that is still open is not taken away.
            if self.open.load(SeqCst) == seen {
                let job = *lock(&self.job);
                if let Some(Job { parts, f, .. }) = job.filter(|job| number < job.helpers) {
                    // SAFETY: it lives until nobody is inside.
                    let done =
                        std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| self.parts(parts, unsafe { &*f })));
                    self.panicked.fetch_add(usize::from(done.is_err()), SeqCst);
                }
            }
            self.inside.fetch_sub(1, SeqCst);
        }
    }

    /// The number of an open job other than that which was seen.
    fn wait(&self, seen: usize) -> usize {
        let new = || Some(self.open.load(SeqCst)).filter(|open| *open != 0 && *open != seen);
        for _ in 0..LOOKS {
            if let Some(job) = new() {
                return job;
            }
            hint::spin_loop();
        }
        let mut bed = lock(&self.bed);
        self.sleepers.fetch_add(1, SeqCst);
        let job = loop {
            if let Some(job) = new() {
                break job;
            }
            bed = self.wake.wait(bed).unwrap_or_else(PoisonError::into_inner);
        };
        self.sleepers.fetch_sub(1, SeqCst);
        job
    }
}

/// A lock whose holder cannot leave a half-made value behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_part_is_done_once() {
        for threads in [1, 2, 3, 8] {
            with_threads(threads, || {
                for length in [0, 1, 7, 100] {
                    let mut x = vec![0; length];
                    for round in 1..20 {
                        in_parts(&mut x, 3, |at, part| {
                            for (i, x) in part.iter_mut().enumerate() {
                                *x += at + i;
                            }
                        });
                        assert!(x.iter().enumerate().all(|(i, x)| *x == i * round));
                    }
                }
            });
        }
    }

    #[test]
    fn callers_side_by_side_and_inside_each_other() {
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    with_threads(3, || {
                        let mut x = [0; 30];
                        in_parts(&mut x, 1, |_, part| {
                            in_parts(part, 1, |_, part| part.iter_mut().for_each(|x| *x += 1))
                        });
                        assert_eq!(x, [1; 30]);
                    })
                });
            }
        });
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_next_job_is_done() {
        let caught = std::panic::catch_unwind(|| {
            with_threads(2, || in_parts(&mut [0; 64], 1, |_, _| panic!("this one is wanted")));
        });
        assert!(caught.is_err());
        assert_eq!(CHOSEN.get(), 0);
        every_part_is_done_once();
    }
}
