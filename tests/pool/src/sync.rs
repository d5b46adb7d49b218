//! loom's types for the pool, and what a model needs to start and to end: the pool's threads end when the model does.

use std::cell::{Cell, RefCell};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::rc::Rc;
use std::sync::LockResult;

pub(super) use loom::hint::spin_loop;
pub(super) use loom::sync::atomic::{AtomicUsize, fence};
pub(super) use loom::sync::{Mutex, MutexGuard};

/// An idle thread looks once and once again, and sleeps.
pub(super) const SPINS: usize = 1;

/// What the model knows of the pool. All of loom's threads are on one thread of the system.
#[derive(Default)]
struct Model {
    /// Whether the threads are to end.
    over: Cell<bool>,
    /// How many threads may be started.
    startable: Cell<usize>,
    running: Cell<usize>,
    threads: RefCell<Vec<loom::thread::JoinHandle<()>>>,
    sleeping: RefCell<Vec<Rc<loom::sync::Condvar>>>,
}

thread_local! {
    static MODEL: Model = Model::default();
}

/// Begins a model, in which at most so many threads can be started.
pub(super) fn begin(startable: usize) {
    MODEL.with(|model| {
        model.over.set(false);
        model.running.set(0);
        model.threads.take();
        model.sleeping.take();
    });
    allow(startable);
}

/// From now on so many threads can be started, with those that were.
pub(super) fn allow(startable: usize) {
    MODEL.with(|model| model.startable.set(startable));
}

/// How many threads of the pool were started.
pub(super) fn started() -> usize {
    MODEL.with(|model| model.threads.borrow().len())
}

/// Ends the pool's threads, all of which fall asleep sooner or later.
pub(super) fn end() {
    MODEL.with(|model| {
        model.over.set(true);
        let sleeping = model.sleeping.borrow().clone();
        while model.running.get() > 0 {
            sleeping.iter().for_each(|condvar| condvar.notify_all());
            loom::thread::yield_now();
        }
        for thread in model.threads.take() {
            thread.join().unwrap();
        }
    });
}

/// What ends a thread.
struct Over;

pub(super) struct Condvar(Rc<loom::sync::Condvar>);

// All of loom's threads are on one thread of the system.
unsafe impl Send for Condvar {}
unsafe impl Sync for Condvar {}

impl Default for Condvar {
    fn default() -> Self {
        let condvar = Rc::new(loom::sync::Condvar::new());
        MODEL.with(|model| model.sleeping.borrow_mut().push(condvar.clone()));
        Condvar(condvar)
    }
}

impl Condvar {
    pub(super) fn wait<'a, T>(&self, guard: MutexGuard<'a, T>) -> LockResult<MutexGuard<'a, T>> {
        let over = || MODEL.with(|model| model.over.get());
        let guard = if over() { Ok(guard) } else { self.0.wait(guard) };
        if over() {
            drop(guard);
            resume_unwind(Box::new(Over));
        }
        guard
    }

    pub(super) fn notify_all(&self) {
        self.0.notify_all();
    }
}

pub(super) struct Builder(loom::thread::Builder);

impl Builder {
    pub(super) fn new() -> Self {
        Builder(loom::thread::Builder::new())
    }

    pub(super) fn name(self, name: String) -> Self {
        Builder(self.0.name(name))
    }

    pub(super) fn spawn(self, f: impl FnOnce() + Send + 'static) -> io::Result<()> {
        if started() == MODEL.with(|model| model.startable.get()) {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let life = move || {
            let end = catch_unwind(AssertUnwindSafe(f));
            MODEL.with(|model| model.running.set(model.running.get() - 1));
            if let Err(payload) = end
                && !payload.is::<Over>()
            {
                resume_unwind(payload);
            }
        };
        let thread = self.0.spawn(life)?;
        MODEL.with(|model| {
            model.running.set(model.running.get() + 1);
            model.threads.borrow_mut().push(thread);
        });
        Ok(())
    }
}
