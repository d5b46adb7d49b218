//! Threads that wait for jobs.
//!
//! A thread is started when a job first needs it, and never ends. When it has nothing to do, it looks for a job for a
//! short while, since in training the next job comes within microseconds; then it sleeps. The caller never waits for a
//! thread that has not joined its job: if no other core is free, the caller computes all parts itself.

use std::any::Any;
use std::mem::forget;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError, TryLockError};
use std::{hint, thread};

/// Calls `f` for each number below `parts`, on this thread and up to `helpers` others. Returns false, and calls
/// nothing, if the pool is busy with another caller's job.
pub(super) fn run(helpers: usize, parts: usize, f: &(dyn Fn(usize) + Sync)) -> bool {
    static POOL: Pool = Pool::new();
    let started = match POOL.started.try_lock() {
        Ok(started) => started,
        Err(TryLockError::Poisoned(started)) => started.into_inner(),
        Err(TryLockError::WouldBlock) => return false,
    };
    POOL.run(started, helpers, parts, f);
    true
}

/// How often an idle thread looks for a job before it sleeps: for some fifty microseconds.
const SPINS: usize = 2000;

struct Pool {
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
    /// The next part.
    next: AtomicUsize,
    /// What the first part panicked with that a thread of the pool computed.
    panicked: Mutex<Option<Box<dyn Any + Send>>>,
    /// A thread that goes to sleep holds this lock until it sleeps.
    falling_asleep: Mutex<()>,
    wake: Condvar,
    sleepers: AtomicUsize,
}

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
    const fn new() -> Self {
        Pool {
            started: Mutex::new(0),
            open: AtomicUsize::new(0),
            jobs: AtomicUsize::new(0),
            inside: AtomicUsize::new(0),
            job: Mutex::new(None),
            next: AtomicUsize::new(0),
            panicked: Mutex::new(None),
            falling_asleep: Mutex::new(()),
            wake: Condvar::new(),
            sleepers: AtomicUsize::new(0),
        }
    }

    fn run(&'static self, mut started: MutexGuard<usize>, helpers: usize, parts: usize, f: &(dyn Fn(usize) + Sync)) {
        while *started < helpers {
            let number = *started;
            let thread = thread::Builder::new().name(format!("taut {}", number + 1)).spawn(move || self.help(number));
            if thread.is_err() {
                break;
            }
            *started += 1;
        }
        // SAFETY: only the lifetime changes: this function does not return, nor unwind, while anybody may call `f`.
        let f: *const (dyn Fn(usize) + Sync + 'static) = unsafe { std::mem::transmute(f) };
        *lock(&self.job) = Some(Job { helpers, parts, f });
        self.next.store(0, SeqCst);
        // The caller of an earlier job has panicked itself.
        forget(lock(&self.panicked).take());
        let job = self.jobs.fetch_add(1, SeqCst) + 1;
        self.open.store(job, SeqCst);
        /// Closes the job and waits for the threads that joined it, also when a part on this thread panics.
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
            drop(lock(&self.falling_asleep));
            self.wake.notify_all();
        }
        // SAFETY: it is alive.
        self.parts(parts, unsafe { &*f });
        drop(open);
        let panicked = lock(&self.panicked).take();
        if let Some(payload) = panicked {
            resume_unwind(payload);
        }
    }

    /// Computes parts until none is left.
    fn parts(&self, parts: usize, f: &(dyn Fn(usize) + Sync)) {
        loop {
            let part = self.next.fetch_add(1, SeqCst);
            if part >= parts {
                return;
            }
            f(part);
        }
    }

    /// The life of a thread: waits for a job, joins it, computes parts, leaves.
    fn help(&self, number: usize) {
        let mut seen = 0;
        loop {
            seen = self.wait(seen);
            self.inside.fetch_add(1, SeqCst);
            // If the job is still open now, its caller waits until this thread leaves.
            if self.open.load(SeqCst) == seen {
                let job = *lock(&self.job);
                if let Some(Job { parts, f, .. }) = job.filter(|job| number < job.helpers) {
                    // SAFETY: it lives until nobody is inside.
                    let done = catch_unwind(AssertUnwindSafe(|| self.parts(parts, unsafe { &*f })));
                    if let Err(payload) = done {
                        // Dropping another's payload could panic, and the caller would wait for this thread for ever.
                        forget(lock(&self.panicked).replace(payload));
                    }
                }
            }
            self.inside.fetch_sub(1, SeqCst);
        }
    }

    /// Waits for an open job whose number is not `seen`, and returns its number.
    fn wait(&self, seen: usize) -> usize {
        let new = || Some(self.open.load(SeqCst)).filter(|open| *open != 0 && *open != seen);
        for _ in 0..SPINS {
            if let Some(job) = new() {
                return job;
            }
            hint::spin_loop();
        }
        let mut guard = lock(&self.falling_asleep);
        self.sleepers.fetch_add(1, SeqCst);
        let job = loop {
            if let Some(job) = new() {
                break job;
            }
            guard = self.wake.wait(guard).unwrap_or_else(PoisonError::into_inner);
        };
        self.sleepers.fetch_sub(1, SeqCst);
        job
    }
}

/// Locks, also after a panic: no holder of these locks can leave an invalid value behind.
fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
