//! Jobs on several cores: a job consists of independent parts, so its result does not depend on which thread computes
//! which part.

mod pool;
mod sync;

use crate::kernels::shared_ptr::SharedPtr;
use crate::kernels::threads::pool::Pool;
use std::cell::Cell;
use std::num::NonZero;
use std::sync::{LazyLock, Mutex, OnceLock, PoisonError};
use std::{slice, thread};

/// The smallest number of multiplications for which a thread is woken: they take some five microseconds.
const MIN_WORK: usize = 1 << 18;

thread_local! {
    /// The number of threads that `with_threads` asked for; one thread a core otherwise.
    static REQUESTED: Cell<Option<usize>> = const { Cell::new(None) };
}

/// Calls `f`, which computes on at most `n` threads, the calling one included, instead of one thread a core. There is
/// always the calling one, even for an `n` of 0, and there are at most four a core, and sixteen where that is more.
///
/// The results have the same bits for any number of threads. [`Fit::threads`](crate::Fit::threads) sets the number for
/// a run.
///
/// ```
/// use taut::prelude::*;
/// let model = Model::<Vector<64>, (Dense<64, 64>, Relu, Dense<64, 8>)>::new(1);
/// let x = vec![Vector::new([0.5; 64]); 1000];
/// let alone = taut::with_threads(1, || model.predict_batch(&x));
/// assert_eq!(alone, model.predict_batch(&x));
/// ```
pub fn with_threads<Y>(n: usize, f: impl FnOnce() -> Y) -> Y {
    /// Restores the previous number, also when `f` panics.
    struct Restore(Option<usize>);
    impl Drop for Restore {
        fn drop(&mut self) {
            REQUESTED.set(self.0);
        }
    }
    let _restore = Restore(REQUESTED.replace(Some(n.max(1))));
    f()
}

/// The number of threads that may compute, the calling one included.
pub(crate) fn threads() -> usize {
    static CORES: OnceLock<usize> = OnceLock::new();
    let cores = *CORES.get_or_init(|| thread::available_parallelism().map_or(1, NonZero::get));
    // A thread of the pool never ends, and more than that only wait for each other.
    REQUESTED.get().map_or(cores, |n| n.min((4 * cores).max(16)))
}

/// Calls `f` for consecutive parts of x, with the index of each part's first element. All parts but the last have at
/// least `min` elements.
pub(crate) fn in_parts<T: Send>(x: &mut [T], min: usize, f: impl Fn(usize, &mut [T]) + Sync) {
    let parts = threads().min(x.len() / min.max(1)).max(1);
    let part = x.len().div_ceil(parts).max(1);
    let (start, len) = (SharedPtr(x.as_mut_ptr()), x.len());
    run(x.len().div_ceil(part), &|i| {
        let at = i * part;
        // SAFETY: the parts are inside of x and do not overlap, and x is borrowed until all are done.
        f(at, unsafe { slice::from_raw_parts_mut(start.at(at), part.min(len - at)) });
    });
}

/// The number of threads that so many multiplications are worth.
pub(crate) fn threads_for(multiplications: usize) -> usize {
    threads().min(multiplications / MIN_WORK).max(1)
}

/// Calls `f` for each item, on as many threads as there are workers, each of which is lent to one of them. If there are
/// several, what `f` calls does not use threads of its own.
pub(crate) fn share<W: Send, T>(
    workers: &mut [W],
    items: impl Iterator<Item = T> + Send,
    f: impl Fn(&mut W, T) + Sync,
) {
    let inner = if workers.len() > 1 { 1 } else { threads() };
    let items = Mutex::new(items);
    let next = || items.lock().unwrap_or_else(PoisonError::into_inner).next();
    in_parts(workers, 1, |_, workers| {
        for worker in workers {
            with_threads(inner, || {
                while let Some(item) = next() {
                    f(worker, item);
                }
            });
        }
    });
}

/// Calls `f` for each number below `parts`, on this thread and on those that are idle.
pub(super) fn run(parts: usize, f: &(dyn Fn(usize) + Sync)) {
    static POOL: LazyLock<Pool> = LazyLock::new(Pool::default);
    match threads().min(parts).saturating_sub(1) {
        0 => (0..parts).for_each(f),
        helpers => POOL.run(helpers, parts, f),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::panic::{AssertUnwindSafe, catch_unwind};
    use std::sync::atomic::{AtomicUsize, Ordering::SeqCst};

    const MILLISECOND: std::time::Duration = std::time::Duration::from_millis(1);

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

    /// A number has fewer bits than there are parts.
    #[test]
    fn many_parts_are_done_once() {
        for parts in [1, 63, 64, 65, 300] {
            let counts: Vec<_> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
            for round in 1..20 {
                with_threads(3, || run(parts, &|i| _ = counts[i].fetch_add(1, SeqCst)));
                assert!(counts.iter().all(|count| count.load(SeqCst) == round), "{parts} parts");
            }
        }
    }

    #[test]
    fn each_item_is_done_once_with_a_worker_of_one_thread() {
        for workers in [1, 2, 5] {
            with_threads(workers, || {
                let (mut counts, mut y) = (vec![0; workers], [0; 40]);
                for round in 1..20 {
                    share(&mut counts, y.iter_mut().enumerate(), |count, (i, y)| {
                        assert_eq!(threads(), 1, "no thread is asked for help in what is shared already");
                        *count += 1;
                        *y += i;
                    });
                    assert_eq!(counts.iter().sum::<usize>(), 40 * round);
                }
                assert!(y.iter().enumerate().all(|(i, y)| *y == 19 * i));
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

    /// A payload whose drop panics too. Whoever computes the part, its message arrives.
    #[test]
    fn a_panic_s_payload_reaches_the_caller_and_may_panic_itself() {
        struct Payload;
        impl Drop for Payload {
            fn drop(&mut self) {
                panic!("this one is wanted as well");
            }
        }
        let caller = thread::current().id();
        for of_the_caller in [true, false] {
            // Another test may keep the pool busy, and this thread then computes both parts.
            let payload = (0..1000).find_map(|_| {
                let started = AtomicUsize::new(0);
                let job = || {
                    run(2, &|_| {
                        started.fetch_add(1, SeqCst);
                        (0..100).take_while(|_| started.load(SeqCst) < 2).for_each(|_| thread::sleep(MILLISECOND));
                        if (thread::current().id() == caller) == of_the_caller {
                            std::panic::panic_any(Payload);
                        }
                    })
                };
                catch_unwind(AssertUnwindSafe(|| with_threads(2, job))).err()
            });
            let payload = payload.unwrap();
            assert!(payload.is::<Payload>());
            std::mem::forget(payload);
        }
        every_part_is_done_once();
    }

    #[test]
    fn a_panic_reaches_the_caller_and_the_next_job_is_done() {
        let caught = std::panic::catch_unwind(|| {
            with_threads(2, || in_parts(&mut [0; 64], 1, |_, _| panic!("this one is wanted")));
        });
        assert!(caught.is_err());
        assert_eq!(REQUESTED.get(), None);
        every_part_is_done_once();
    }
}
