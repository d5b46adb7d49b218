//! After the first step of a run nothing is allocated, and an evaluation needs a bounded memory.

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};
use taut::callbacks::{BatchEnd, Callback};
use taut::{layers::*, prelude::*, with_threads};

static ALLOCATIONS: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: the system's allocator does the work.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Relaxed);
        let bytes = BYTES.fetch_add(layout.size(), Relaxed) + layout.size();
        MOST.fetch_max(bytes, Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.alloc(layout) }
    }
    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size(), Relaxed);
        // SAFETY: the caller's promise.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many allocations there were at each step, and how many bytes are there.
struct Count<'a>(&'a mut Vec<(usize, usize)>);

impl<R> Callback<R> for Count<'_> {
    fn batch_end(&mut self, _: &mut BatchEnd) -> taut::Result<()> {
        self.0.push((ALLOCATIONS.load(Relaxed), BYTES.load(Relaxed)));
        Ok(())
    }
}

/// The counts of a run, and the bytes that it has used. Threads that begin, those of the pool and that of the test
/// harness, allocate once, at any time; a step that allocates does it in each run. So one quiet run of ten is enough.
fn quiet(run: impl Fn() -> (Vec<(usize, usize)>, usize)) -> (Vec<(usize, usize)>, usize) {
    let is_quiet = |(counted, _): &(Vec<(usize, usize)>, usize)| counted.iter().all(|n| *n == counted[0]);
    (1..10).map(|_| run()).find(is_quiet).unwrap_or_else(run)
}

#[test]
fn a_step_allocates_nothing() {
    type Net =
        (Flatten, Dense<256, 96>, BatchNorm<96>, Relu, Dropout<50>, Dense<96, 17, NoBias>, Gelu, Dense<17, 4>, Softmax);
    let x = vec![Image([[[0.25]; 16]; 16]); 300];
    let y = (0..300).map(|i| Class::new(i % 4).unwrap()).collect();
    let data = Dataset::new(x, y).unwrap();
    for threads in [1, 2] {
        let (counted, used) = quiet(|| {
            let model = Model::<Image<16, 16, 1>, Net>::new(1).layers(|net| {
                net.1.kernel.regularizer = L2(0.01).into();
                net.1.activity_regularizer = L1(0.01).into();
                net.1.kernel.constraint = MaxNorm(2.0).into();
            });
            let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
            let mut counted = Vec::with_capacity(100);
            let before = BYTES.load(Relaxed) - 3 * size_of::<Net>();
            let fit = Fit { batch_size: 32, threads: Some(threads), verbose: Verbose::Silent, ..Fit::default() };
            model.callbacks(Count(&mut counted)).fit(&data, fit).unwrap();
            let used = counted[9].1 - before;
            (counted, used)
        });
        assert_eq!(counted.len(), 10);
        // The last batch is shorter.
        assert!(counted.iter().all(|n| *n == counted[0]), "with {threads} threads: {counted:?}");
        // And what there is, the type has said: all of it but the gradient of the input, which nobody asks for.
        let said = Budget::<Image<16, 16, 1>, Net>::train_ram(32, 2);
        let unused = size_of_val(&data.x[..32]);
        assert!(used <= said && said - used <= unused, "{used} bytes, and the type says {said}");
    }
    sequences();
    evaluations();
    runs_of_rows();
    loading();
    // Nor does a prediction.
    let model = Model::<Image<16, 16, 1>, Net>::new(1);
    let mut work = taut::memory::boxed();
    let before = ALLOCATIONS.load(Relaxed);
    for x in &data.x {
        std::hint::black_box(model.net().predict(x, &mut work));
    }
    assert_eq!(ALLOCATIONS.load(Relaxed), before);
}

/// What `evaluate`, a validation and `predict_batch` need of each thread does not grow with the number of samples.
fn evaluations() {
    type X = Image<64, 64, 3>;
    type Net = (Conv2d<3, 16, 3, Same>, Relu, GlobalAvgPool, Dense<16, 2>, Softmax);
    let data = Dataset::new(vec![X::ZERO; 100], vec![Class::<2>::new(1).unwrap(); 100]).unwrap();
    let model = Model::<X, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let cache = <Net as Train<X>>::CACHE;
    assert!(100 * cache > 40 << 20, "all samples at once would need more");
    for threads in [1, 4] {
        let evaluated = most(&|| drop(with_threads(threads, || model.evaluate(&data))));
        let predicted = most(&|| drop(with_threads(threads, || model.predict_batch(&data.x))));
        for used in [evaluated, predicted] {
            assert!(used > 1 << 20 && used < threads * ((3 << 20) + cache), "{used} bytes of {threads} threads");
        }
    }
}

/// The most bytes that are allocated at a time while `f` runs, beside those that were before.
fn most(f: &dyn Fn()) -> usize {
    let before = BYTES.load(Relaxed);
    MOST.store(before, Relaxed);
    f();
    MOST.load(Relaxed) - before
}

/// A batch that is a run of rows is not copied, and one of bytes needs floats for a batch alone.
fn runs_of_rows() {
    type X = Image<32, 32, 3>;
    type Net = (Flatten, Dense<3072, 2>, Softmax);
    let data = Dataset::new(vec![X::ZERO; 1_000], vec![Class::<2>::new(1).unwrap(); 1_000]).unwrap();
    let bytes = data.clone().into_pixels::<255>().unwrap();
    let compiled = || Model::<X, Net>::new(1).compile(Sgd::default(), SparseCategoricalCrossentropy, ());
    let fit = |shuffle| Fit { batch_size: 200, shuffle, verbose: Verbose::Silent, threads: Some(1), ..Fit::default() };
    let batch = 200 * size_of::<X>();
    let copied = most(&|| drop(compiled().fit(&data, fit(true)).unwrap()));
    assert!(copied > batch && copied < batch + batch / 4, "{copied} bytes, of which {batch} are a batch");
    let run = most(&|| drop(compiled().fit(&data, fit(false)).unwrap()));
    assert!(run < batch / 4, "{run} bytes, and a copied batch would be {batch}");
    for shuffle in [false, true] {
        let decoded = most(&|| drop(compiled().fit(&bytes.as_floats(), fit(shuffle)).unwrap()));
        assert!(decoded > batch && decoded < batch + batch / 4, "{decoded} bytes, of which {batch} are a batch");
    }
    // An evaluation has floats of a block on each thread, and none of samples that are floats.
    let block = 255 * size_of::<X>();
    let evaluate = |threads| most(&|| drop(with_threads(threads, || compiled().evaluate(&bytes.as_floats()).unwrap())));
    let alone = evaluate(1);
    assert!(alone > block / 2 && alone < block + block / 4, "{alone} bytes, and a block has {block}");
    assert!(evaluate(3) < 3 * (block + block / 4));
    assert!(most(&|| drop(with_threads(3, || compiled().evaluate(&data).unwrap()))) < block / 4);
}

/// Loading bytes makes no floats: beside the samples there is a block of a file.
fn loading() {
    #[cfg(feature = "datasets")]
    {
        use taut::{Pixels, datasets::idx};
        type X = Image<28, 28, 1>;
        let file = tempfile::NamedTempFile::new().unwrap();
        let header = [&[0, 0, 8, 3, 0, 0, 0x27, 0x10][..], &[0, 0, 0, 28, 0, 0, 0, 28]].concat();
        std::fs::write(file.path(), [header, vec![9; 10_000 * 784]].concat()).unwrap();
        let floats = most(&|| assert_eq!(idx::read_images::<X>(file.path(), 1.0).unwrap().len(), 10_000));
        assert!(floats >= 4 * 7_840_000, "{floats}");
        let read = || -> Vec<Pixels<X>> { idx::read_pixels(file.path()).unwrap() };
        let bytes = most(&|| assert_eq!(read().len(), 10_000));
        assert!((7_840_000..8_000_000).contains(&bytes), "{bytes}");
    }
}

/// The same of layers of sequences.
fn sequences() {
    type Attend = Residual<(LayerNorm<12>, MultiHeadAttention<12, 2, 4>)>;
    type Step = TimeDistributed<(Dense<12, 7>, Tanh)>;
    type Read = (Embedding<20, 8>, PositionEmbedding<10, 8>, Bidirectional<Gru<8, 6, ReturnSequence>>);
    type Net = (Read, Attend, Step, SimpleRnn<7, 6, ReturnSequence>, Lstm<6, 5>, Dense<5, 4>, Softmax);
    let x = (0..300).map(|i| Tokens([i % 20; 10])).collect();
    let data = Dataset::new(x, (0..300).map(|i| Class::new(i % 4).unwrap()).collect()).unwrap();
    let compiled =
        || Model::<Tokens<10>, Net>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let (counted, used) = quiet(|| {
        let mut model = compiled();
        let mut counted = Vec::with_capacity(100);
        let before = BYTES.load(Relaxed) - 3 * size_of::<Net>();
        model.callbacks(Count(&mut counted)).fit(&data, Fit { verbose: Verbose::Silent, ..Fit::default() }).unwrap();
        let used = counted[9].1 - before;
        (counted, used)
    });
    assert_eq!(counted.len(), 10);
    assert!(counted.iter().all(|n| *n == counted[0]), "{counted:?}");
    // Scores of one head of one sample are said to be there for each.
    let said = Budget::<Tokens<10>, Net>::train_ram(32, 2);
    assert!(used <= said && 5 * said <= 6 * used, "{used} bytes, and the type says {said}");
    let (model, mut work) = (compiled(), taut::memory::boxed());
    let before = ALLOCATIONS.load(Relaxed);
    for x in &data.x {
        std::hint::black_box(model.net().predict(x, &mut work));
    }
    assert_eq!(ALLOCATIONS.load(Relaxed), before);
}
