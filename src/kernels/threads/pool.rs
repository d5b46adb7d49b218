//! Threads that wait for jobs.
//!
//! A thread is started when a job first needs it, and never ends. When it has nothing to do, it looks for a job for a
//! short while, since in training the next job comes within microseconds; then it sleeps. The caller never waits for a
//! thread that has not joined its job: if no other core is free, the caller computes all parts itself.
//!
//! Each thread begins with a part of its own, the same one in job after job: that part's numbers are in the caches of
//! its core.

use crate::kernels::threads::sync::{AtomicUsize, Builder, Condvar, Mutex, MutexGuard, SPINS, fence, spin_loop};
use std::any::Any;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::PoisonError;
use std::sync::atomic::Ordering::{Acquire, Relaxed, Release, SeqCst};

/// `tests/pool` tries the interleavings of its threads. Two pairs of fences hold what release and acquire cannot: of
/// two threads that each write one number and then read the other's, at least one sees what the other wrote.
#[derive(Default)]
pub(super) struct Pool {
    /// How many threads were started. The caller whose job is running holds the lock.
    started: Mutex<usize>,
    /// The number of the job that threads may join; 0 if there is none.
    open: AtomicUsize,
    /// How many jobs there were.
    jobs: AtomicUsize,
    /// How many threads have joined the job.
    inside: AtomicUsize,
    /// The job. A thread reads it only after it has joined an open job, and before it leaves.
    job: Mutex<Option<Job>>,
    /// A bit for each part that nobody has taken. Of more parts than bits, several have one.
    left: AtomicUsize,
    /// What the first part panicked with that a thread of the pool computed.
    panicked: Mutex<Option<Box<dyn Any + Send>>>,
    /// A thread that goes to sleep holds this lock until it sleeps.
    falling_asleep: Mutex<()>,
    wake: Condvar,
    sleepers: AtomicUsize,
}

/// The bits of a number.
const BITS: usize = usize::BITS as usize;

#[derive(Clone, Copy)]
struct Job {
    /// Threads whose number is below this may join.
    helpers: usize,
    parts: usize,
    f: *const (dyn Fn(usize) + Sync),
}

// SAFETY: `f` is `Sync`, and lives as long as the job is open or somebody is inside.
unsafe impl Send for Job {}

impl Pool {
    /// Calls `f` for each number below `parts`, on this thread and up to `helpers` others, or on this thread alone if
    /// the pool is busy with another caller's job.
    pub(super) fn run(&'static self, helpers: usize, parts: usize, f: &(dyn Fn(usize) + Sync)) {
        match self.started.try_lock() {
            Ok(started) => self.share(started, helpers, parts, f),
            Err(_) => (0..parts).for_each(f),
        }
    }

    fn share(&'static self, mut started: MutexGuard<usize>, helpers: usize, parts: usize, f: &(dyn Fn(usize) + Sync)) {
        while *started < helpers {
            let number = *started;
            let thread = Builder::new().name(format!("taut {}", number + 1)).spawn(move || self.help(number));
            if thread.is_err() {
                break;
            }
            *started += 1;
        }
        // SAFETY: only the lifetime changes: this function does not return, nor unwind, while anybody may call `f`.
        let f: *const (dyn Fn(usize) + Sync + 'static) = unsafe { std::mem::transmute(f) };
        *lock(&self.job) = Some(Job { helpers, parts, f });
        // The first part is the caller's: a thread that is faster must not take it.
        let all = if parts < BITS { (1 << parts) - 1 } else { usize::MAX };
        self.left.store(all & !1, Relaxed);
        let job = self.jobs.fetch_add(1, Relaxed) + 1;
        self.open.store(job, Release);
        // Either this thread sees the sleeper, or the sleeper sees the job before it sleeps.
        fence(SeqCst);
        if self.sleepers.load(Relaxed) > 0 {
            drop(lock(&self.falling_asleep));
            self.wake.notify_all();
        }
        // SAFETY: it is alive.
        let done = catch_unwind(AssertUnwindSafe(|| self.parts(Some(0), 0, parts, unsafe { &*f })));
        self.open.store(0, Relaxed);
        // Either this thread sees below who is inside, or who joins sees that the job is closed.
        fence(SeqCst);
        while self.inside.load(Acquire) > 0 {
            spin_loop();
        }
        let panicked = lock(&self.panicked).take();
        drop(started);
        match (done, panicked) {
            (Err(payload), others) => {
                forget(others);
                resume_unwind(payload);
            }
            (Ok(()), Some(payload)) => resume_unwind(payload),
            (Ok(()), None) => {}
        }
    }

    /// Computes a part that was taken, if there is one, and others until none is left.
    fn parts(&self, mut taken: Option<usize>, own: usize, parts: usize, f: &(dyn Fn(usize) + Sync)) {
        while let Some(bit) = taken.take().or_else(|| self.take(own)) {
            (bit..parts).step_by(BITS).for_each(f);
        }
    }

    /// Takes a part that is left, and one's own before others.
    fn take(&self, own: usize) -> Option<usize> {
        let mut left = self.left.load(Relaxed);
        while left != 0 {
            let bit = if left >> own & 1 == 1 { own } else { left.trailing_zeros() as usize };
            left = self.left.fetch_and(!(1 << bit), Relaxed);
            if left >> bit & 1 == 1 {
                return Some(bit);
            }
        }
        None
    }

    /// The life of a thread: waits for a job, joins it, computes parts, leaves.
    fn help(&self, number: usize) {
        let mut seen = 0;
        loop {
            seen = self.wait(seen);
            self.inside.fetch_add(1, Relaxed);
            fence(SeqCst);
            // If the job is still open now, its caller waits until this thread leaves.
            if self.open.load(Acquire) == seen {
                let job = *lock(&self.job);
                if let Some(Job { parts, f, .. }) = job.filter(|job| number < job.helpers) {
                    let own = (number + 1) % BITS;
                    // SAFETY: it lives until nobody is inside.
                    let done = catch_unwind(AssertUnwindSafe(|| self.parts(None, own, parts, unsafe { &*f })));
                    if let Err(payload) = done {
                        // Dropping another's payload could panic, and the caller would wait for this thread for ever.
                        forget(lock(&self.panicked).replace(payload));
                    }
                }
            }
            self.inside.fetch_sub(1, Release);
        }
    }

    /// Waits for an open job whose number is not `seen`, and returns its number.
    fn wait(&self, seen: usize) -> usize {
        let new = || Some(self.open.load(Acquire)).filter(|open| *open != 0 && *open != seen);
        for _ in 0..SPINS {
            if let Some(job) = new() {
                return job;
            }
            spin_loop();
        }
        let mut guard = lock(&self.falling_asleep);
        self.sleepers.fetch_add(1, Relaxed);
        fence(SeqCst);
        let job = loop {
            if let Some(job) = new() {
                break job;
            }
            guard = self.wake.wait(guard).unwrap_or_else(PoisonError::into_inner);
        };
        self.sleepers.fetch_sub(1, Relaxed);
        job
    }
}

/// Locks, also after a panic: no holder of these locks can leave an invalid value behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
