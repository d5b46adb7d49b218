//! What the pool promises. A promise that an interleaving breaks is a panic, a race, a deadlock or a loop without end.

use crate::pool::Pool;
use crate::sync::{allow, begin, end, started};
use loom::cell::UnsafeCell;
use loom::sync::{Condvar, Mutex};
use loom::thread::{self, ThreadId};
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

/// Runs `scenario` in all interleavings with at most `preemptions` preemptions, and prints how many they were.
fn model(preemptions: usize, startable: usize, scenario: fn(&'static Pool)) {
    let mut builder = loom::model::Builder::new();
    builder.preemption_bound = Some(preemptions);
    builder.max_branches = 10_000;
    let count = std::sync::Arc::new(std::sync::atomic::AtomicUsize::new(0));
    let counted = count.clone();
    builder.check(move || {
        counted.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        begin(startable);
        let pool = Box::into_raw(Box::<Pool>::default());
        // SAFETY: freed below, when no thread has it any more.
        scenario(unsafe { &*pool });
        end();
        // SAFETY: made above.
        drop(unsafe { Box::from_raw(pool) });
    });
    println!("{} interleavings", count.load(std::sync::atomic::Ordering::Relaxed));
}

/// A job whose parts write to memory that nothing else protects: loom finds every access that the pool does not order.
struct Job {
    /// How often each part was done, and the threads that did it.
    done: Vec<UnsafeCell<Vec<ThreadId>>>,
    /// Whether the caller is in the pool.
    runs: Cell<bool>,
}

// SAFETY: all of loom's threads are on one thread of the system.
unsafe impl Sync for Job {}

impl Job {
    fn new(parts: usize) -> Self {
        Job { done: (0..parts).map(|_| UnsafeCell::default()).collect(), runs: Cell::new(false) }
    }

    fn part(&self, part: usize) {
        assert!(self.runs.get(), "a part ran after the caller returned");
        // SAFETY: loom sees whether it is the only access.
        self.done[part].with_mut(|done| unsafe { (*done).push(thread::current().id()) });
    }

    /// Runs the job, in which `f` is called before each part, and returns the threads that did something.
    fn run(&self, pool: &'static Pool, helpers: usize, f: impl Fn(usize)) -> Vec<ThreadId> {
        self.runs.set(true);
        let f = Shared(|part| {
            f(part);
            self.part(part);
        });
        pool.run(helpers, self.done.len(), &|part| f.call(part));
        self.ended()
    }

    /// All parts were done once.
    fn ended(&self) -> Vec<ThreadId> {
        self.runs.set(false);
        let mut threads = vec![];
        for done in &self.done {
            // SAFETY: loom sees whether it is the only access.
            let done = done.with_mut(|done| unsafe { std::mem::take(&mut *done) });
            assert_eq!(done.len(), 1, "a part was done {} times", done.len());
            if !threads.contains(&done[0]) {
                threads.push(done[0]);
            }
        }
        threads
    }
}

/// A function that loom's threads share.
struct Shared<F>(F);

// SAFETY: all of loom's threads are on one thread of the system.
unsafe impl<F> Sync for Shared<F> {}

impl<F: Fn(usize)> Shared<F> {
    fn call(&self, part: usize) {
        (self.0)(part);
    }
}

/// Where two threads wait for each other.
struct Meeting(Mutex<usize>, Condvar);

impl Meeting {
    fn new() -> Self {
        Meeting(Mutex::new(0), Condvar::new())
    }

    fn wait(&self) {
        let mut arrived = self.0.lock().unwrap();
        *arrived += 1;
        self.1.notify_all();
        while *arrived < 2 {
            arrived = self.1.wait(arrived).unwrap();
        }
    }
}

#[test]
fn each_part_is_done_once_and_the_caller_returns_after_the_last() {
    model(4, 1, |pool| {
        for parts in [2, 1] {
            Job::new(parts).run(pool, 1, |_| ());
        }
    });
}

#[test]
fn two_helpers_share_a_job() {
    model(2, 2, |pool| {
        Job::new(2).run(pool, 2, |_| ());
    });
}

/// Each of the two parts waits for the other: a thread that is not woken is a deadlock.
#[test]
fn a_sleeping_thread_is_woken() {
    model(3, 1, |pool| {
        for _ in 0..2 {
            let meeting = Meeting::new();
            assert_eq!(Job::new(2).run(pool, 1, |_| meeting.wait()).len(), 2);
        }
    });
}

#[test]
fn a_panic_reaches_the_caller_and_the_next_job_is_done() {
    model(3, 1, |pool| {
        let caller = thread::current().id();
        for of_the_caller in [true, false] {
            let (meeting, job) = (Meeting::new(), Job::new(2));
            let run = || {
                job.run(pool, 1, |part| {
                    meeting.wait();
                    if (thread::current().id() == caller) == of_the_caller {
                        job.part(part);
                        resume_unwind(Box::new(part));
                    }
                })
            };
            let payload = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
            assert!(*payload.downcast::<usize>().unwrap() < 2);
            job.ended();
        }
        Job::new(2).run(pool, 1, |_| ());
    });
}

#[test]
fn two_panics_are_one_and_nothing_is_left_of_the_other() {
    model(3, 1, |pool| {
        let meeting = Meeting::new();
        let run = || {
            Job::new(2).run(pool, 1, |_| {
                meeting.wait();
                resume_unwind(Box::new(thread::current().id()));
            })
        };
        let payload = catch_unwind(AssertUnwindSafe(run)).unwrap_err();
        assert_eq!(*payload.downcast::<ThreadId>().unwrap(), thread::current().id());
        Job::new(2).run(pool, 1, |_| ());
    });
}

#[test]
fn callers_side_by_side() {
    model(3, 1, |pool| {
        let other = thread::spawn(move || Job::new(2).run(pool, 1, |_| ()));
        Job::new(2).run(pool, 1, |_| ());
        other.join().unwrap();
    });
}

#[test]
fn callers_inside_each_other() {
    model(3, 1, |pool| {
        Job::new(2).run(pool, 1, |_| {
            // The pool is busy: this thread does both parts.
            let threads = Job::new(2).run(pool, 1, |_| ());
            assert_eq!(threads, [thread::current().id()]);
        });
    });
}

#[test]
fn more_threads_are_asked_for_later() {
    model(2, 3, |pool| {
        for helpers in [1, 2] {
            Job::new(2).run(pool, helpers, |_| ());
        }
        assert_eq!(started(), 2);
    });
}

/// Any of the three threads may do a part of the second job, and only two of them.
#[test]
fn fewer_threads_are_asked_for_later() {
    model(0, 2, |pool| {
        Job::new(1).run(pool, 2, |_| ());
        let threads = Job::new(3).run(pool, 1, |_| thread::yield_now());
        assert!(threads.len() <= 2, "one helper was asked for");
    });
}

#[test]
fn a_thread_that_cannot_be_started_is_done_without_and_tried_again() {
    model(3, 1, |pool| {
        Job::new(3).run(pool, 2, |_| ());
        assert_eq!(started(), 1);
    });
    model(2, 0, |pool| {
        let threads = Job::new(2).run(pool, 1, |_| ());
        assert_eq!(threads, [thread::current().id()]);
        allow(1);
        let meeting = Meeting::new();
        assert_eq!(Job::new(2).run(pool, 1, |_| meeting.wait()).len(), 2);
    });
}
