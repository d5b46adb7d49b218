//! Inference of many samples: in blocks, which threads share.

use crate::contract::train::{Context, Train, forward};
use crate::datasets::rows::Rows;
use crate::kernels;
use crate::memory::heap::Buffer;
use crate::shape::sample::Input;
use rand::rngs::Xoshiro256PlusPlus;
use rand::{Rng, SeedableRng};

/// The most samples of a block.
const MAX_BLOCK: usize = 256;

/// The bytes of a block's caches, of which an inference writes about half. With 128 KB, recurrent and dense layers take
/// up to three times as long, because each block reads all weights; with 16 MB, what a layer reads is no longer in the
/// processor's cache, and MobileNet takes 1.6 times as long.
const BLOCK_BYTES: usize = 3 << 20;

/// The number of samples whose inference is computed together. It depends on the network alone, so that results do not
/// depend on the number of threads, whatever a layer does.
pub(crate) const fn block<X, N: Train<X>>() -> usize {
    let bytes = if size_of::<N>() > BLOCK_BYTES { size_of::<N>() } else { BLOCK_BYTES };
    samples_in(bytes, N::CACHE + size_of::<N::Y>())
}

/// How many samples of `each` bytes fit into so many bytes: at least one and at most [`MAX_BLOCK`].
pub(crate) const fn samples_in(bytes: usize, each: usize) -> usize {
    match bytes.checked_div(each) {
        Some(0) => 1,
        Some(n) if n < MAX_BLOCK => n,
        _ => MAX_BLOCK,
    }
}

/// What is known of a block after its inference.
#[derive(Clone, Copy, Default)]
struct Outcome {
    /// That of the activity regularizers.
    penalty: f64,
    /// Whether the last layer returned its input.
    fused: bool,
}

/// The caches of an inference.
pub(crate) struct Inference<X, C> {
    /// For each thread a cache, and the samples of its block that were converted to floats.
    workers: Vec<(C, Buffer<X>)>,
    outcomes: Vec<Outcome>,
}

impl<X, C> Default for Inference<X, C> {
    fn default() -> Self {
        Inference { workers: vec![], outcomes: vec![] }
    }
}

impl<X: Input, C: Default + Send> Inference<X, C> {
    /// Writes the outputs of at least one sample to `y`. The penalty of the context is that of all samples.
    pub fn forward<N: Train<X, Cache = C>>(
        &mut self,
        net: &N,
        options: &N::Options,
        x: Rows<'_, X>,
        y: &mut [N::Y],
        context: &mut Context,
    ) {
        let blocks = x.len().div_ceil(const { block::<X, N>() }).max(1);
        // Blocks of the same size: none is waited for longer than for the others.
        let size = x.len().div_ceil(blocks).max(1);
        // Where there is not a block for each thread, the threads share the work of each layer instead.
        let threads = kernels::threads();
        let workers = if blocks < threads { 1 } else { threads };
        if self.workers.len() < workers {
            self.workers.resize_with(workers, Default::default);
        }
        self.outcomes.clear();
        self.outcomes.resize(blocks, Outcome::default());
        let (random, fuse_head) = (&mut context.random, context.fuse_head);
        let todo = y.chunks_mut(size).zip(&mut self.outcomes).enumerate();
        // Each block has random numbers of its own.
        let todo = todo.map(|block| (block, random.next_u64()));
        kernels::share(&mut self.workers[..workers], todo, |(cache, buffer), ((i, (y, outcome)), seed)| {
            let x = x.part(i * size..i * size + y.len()).inputs(buffer);
            let mut context = Context::inference(Xoshiro256PlusPlus::seed_from_u64(seed));
            context.fuse_head = fuse_head;
            y.copy_from_slice(forward(net, options, x, cache, &mut context));
            let penalty = f64::from(context.penalty) * x.len() as f64;
            *outcome = Outcome { penalty, fused: context.fuse_head };
        });
        let penalty: f64 = self.outcomes.iter().map(|outcome| outcome.penalty).sum();
        context.penalty += (penalty / x.len() as f64) as f32;
        context.fuse_head &= self.outcomes.iter().all(|outcome| outcome.fused);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::step::Step;
    use crate::kernels::with_threads;
    use crate::layers::batch_norm::BatchNorm;
    use crate::layers::conv2d::Conv2d;
    use crate::layers::dense::Dense;
    use crate::layers::global_avg_pool::GlobalAvgPool;
    use crate::layers::linear::Linear;
    use crate::layers::relu::Relu;
    use crate::layers::softmax::Softmax;
    use crate::losses::sparse_categorical_crossentropy::SparseCategoricalCrossentropy;
    use crate::model::parameters::Model;
    use crate::optimizers::sgd::Sgd;
    use crate::regularizers::L2;
    use crate::shape::sample::{Class, Image, Vector};
    use crate::shape::window::Same;

    type X = Image<32, 32, 1>;
    type Net = (Conv2d<1, 32, 3, Same>, BatchNorm<32>, Relu, Linear, GlobalAvgPool, Dense<32, 3>, Softmax);

    fn images(n: usize) -> Vec<X> {
        let number = |i: usize| (i * 7919 % 2003) as f32 / 1024.0 - 0.978;
        (0..n)
            .map(|n| Image(std::array::from_fn(|r| std::array::from_fn(|c| [number(1024 * n + 32 * r + c)]))))
            .collect()
    }

    #[test]
    fn blocks_give_the_bits_of_single_samples_for_any_number_of_threads() {
        let (model, x) = (Model::<X, Net>::new(1), images(50));
        assert!(x.len() > 4 * block::<X, Net>(), "there are some blocks");
        let single: Vec<_> = x.iter().map(|x| model.predict(x)).collect();
        let y = (0..x.len()).map(|i| Class::<3>::new(i % 3).unwrap()).collect();
        let data = crate::datasets::dataset::Dataset::new(x, y).unwrap();
        let loss = |penalty: f32, threads| {
            let model = Model::<X, Net>::new(1).layers(|net| net.3.activity_regularizer = L2(penalty).into());
            let model = model.compile(Sgd::default(), SparseCategoricalCrossentropy::default(), ());
            with_threads(threads, || model.evaluate(&data).unwrap().loss())
        };
        for threads in [1, 2, 3, 8] {
            with_threads(threads, || assert!(model.predict_batch(&data.x) == single));
            assert_eq!(loss(0.0, threads), loss(0.0, 1));
            assert_eq!(loss(1e-3, threads), loss(1e-3, 1));
        }
        // The penalty is the mean over the samples, in blocks as well.
        let squares = |y: &Image<32, 32, 32>| y.0.iter().flatten().flatten().map(|y| y * y).sum::<f32>();
        let front = Model::<X, (Conv2d<1, 32, 3, Same>, BatchNorm<32>, Relu)>::new(1);
        let mean = front.predict_batch(&data.x).iter().map(squares).sum::<f32>() / data.x.len() as f32;
        let penalty = loss(1e-3, 1) - loss(0.0, 1);
        assert!((penalty / (1e-3 * mean) - 1.0).abs() < 1e-3, "{penalty} of {mean}");
    }

    /// Adds a random number, in inference as well.
    #[derive(Default)]
    #[repr(C)]
    struct Guess;
    crate::params!(Guess {} as crate::contract::tensor::NoParameters);

    impl crate::contract::layer::Layer<X> for Guess {
        type Y = X;
        type Scratch = X;
        type Place = crate::contract::layer::Other;
        fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
            *y = *x;
            y
        }
    }

    impl Train<X> for Guess {
        type Cache = Buffer<X>;
        // A block has one sample.
        const CACHE: usize = BLOCK_BYTES;
        fn forward<'a>(&self, _: &Self::Options, x: &'a [X], y: &'a mut Buffer<X>, context: &mut Context) -> &'a [X] {
            for (x, y) in x.iter().zip(y.resize(x.len())) {
                *y = *x;
                y.0[0][0][0] += (context.random.next_u32() % 1000) as f32;
            }
            y
        }
        fn output<'a>(_: &'a [X], y: &'a Buffer<X>) -> &'a [X] {
            y
        }
        fn backward<'a>(
            &mut self,
            _: &Self::Options,
            _: &[X],
            dy: &'a mut [X],
            _: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            dy
        }
    }

    #[test]
    fn a_layer_that_draws_numbers_draws_the_same_for_any_number_of_threads() {
        let (model, x) = (Model::<X, Guess>::new(1), images(20));
        let drawn = |threads| -> Vec<f32> {
            let y = with_threads(threads, || model.predict_batch(&x));
            y.iter().zip(&x).map(|(y, x)| y.0[0][0][0] - x.0[0][0][0]).collect()
        };
        let alone = drawn(1);
        assert!([2, 3, 8].into_iter().all(|threads| drawn(threads) == alone));
        assert!(alone.windows(2).any(|pair| pair[0] != pair[1]), "blocks have numbers of their own");
    }

    #[test]
    fn one_sample_is_a_block() {
        let (model, x) = (Model::<X, Net>::new(1), images(1));
        assert_eq!(model.predict_batch(&x), [model.predict(&x[0])]);
        assert_eq!(model.predict_batch(&[]), Vec::<Vector<3>>::new());
    }
}
