//! Networks over sequences learn, on a small stack and in debug builds.

use taut::Train;
use taut::optimizers::{Lamb, Optimizer};
use taut::zoo::{Autoencoder, GruClassifier, TinyTransformer};
use taut::{Fits, Input, Params, layers::*, losses::Loss, prelude::*};

/// Numbers from 0 to 1.
fn random() -> impl FnMut() -> f32 {
    let mut state = 1_u32;
    move || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as f32 / (1 << 24) as f32
    }
}

/// Makes samples and their labels of numbers from 0 to 1.
type Made<X, T> = fn(&mut dyn FnMut() -> f32) -> (Vec<X>, Vec<T>);

/// Trains on some data, on a stack of 256 KiB; the loss falls to less than `part` of that of the first epoch.
fn check<X: Input + PartialEq, N: Train<X> + Send, L: Loss<N::Y> + Fits<L::Takes, N::Kind> + Send + 'static>(
    loss: L,
    part: f32,
    epochs: usize,
    data: Made<X, L::Target>,
) where
    N::Y: PartialEq,
{
    let work = move || {
        let (x, y) = data(&mut random());
        let data = Dataset::new(x, y).unwrap();
        let optimizer = Adam { learning_rate: 0.005, ..Adam::default() };
        let mut model = Model::<X, N>::new(1).compile(optimizer, loss, ());
        let fit = Fit { epochs, batch_size: 16, verbose: Verbose::Silent, ..Fit::default() };
        let history = model.fit(&data, fit).unwrap().get(TrainingLoss);
        let (before, after) = (history[0], history[epochs - 1]);
        assert!(after < part * before, "{}: from {before} to {after}", N::NAME.as_str());
        // One sample alone has the bits that it has among others.
        assert!(model.predict_batch(&data.x).iter().zip(&data.x).all(|(y, x)| *y == model.predict(x)));
    };
    std::thread::Builder::new().stack_size(256 * 1024).spawn(work).unwrap().join().unwrap();
}

/// Noise with one of two patterns in it.
fn patterns<const T: usize, const C: usize>(next: &mut dyn FnMut() -> f32) -> (Vec<Sequence<T, C>>, Vec<Class<2>>) {
    let mut x = taut::memory::zeros::<Sequence<T, C>>(48);
    for (i, x) in x.iter_mut().enumerate() {
        x.values_mut().iter_mut().for_each(|x| *x = next() - 0.5);
        let at = (next() * (T - 2) as f32) as usize;
        for (t, value) in [[2.0, -2.0], [-2.0, 2.0]][i % 2].into_iter().enumerate() {
            x.0[at + t].fill(value);
        }
    }
    (x, (0..48).map(|i| Class::new(i % 2).unwrap()).collect())
}

/// Words, among which is 4 or 5.
fn words(next: &mut dyn FnMut() -> f32) -> (Vec<Tokens<16>>, Vec<Class<2>>) {
    let sample = |i: usize| {
        let mut x = [0; 16];
        x.iter_mut().for_each(|x| *x = (next() * 4.0) as u16);
        x[(next() * 16.0) as usize] = if i.is_multiple_of(2) { 4 } else { 5 };
        Tokens(x)
    };
    ((0..48).map(sample).collect(), (0..48).map(|i| Class::new(i % 2).unwrap()).collect())
}

#[test]
fn a_gru_tells_two_patterns_apart() {
    check::<_, GruClassifier<3, 16, 2>, _>(SparseCategoricalCrossentropy::default(), 0.2, 25, patterns::<12, 3>);
}

#[test]
fn other_recurrent_layers_do_as_well() {
    type Deep = (
        TimeDistributed<(Dense<3, 8>, Tanh)>,
        Bidirectional<Lstm<8, 6, ReturnSequence>>,
        SimpleRnn<12, 8>,
        Dense<8, 2>,
        Softmax,
    );
    check::<_, Deep, _>(SparseCategoricalCrossentropy::default(), 0.3, 25, patterns::<12, 3>);
}

#[test]
fn a_transformer_tells_which_word_is_there() {
    check::<_, TinyTransformer<16, 6, 2>, _>(SparseCategoricalCrossentropy::default(), 0.3, 15, words);
}

#[test]
fn the_autoencoder_learns_to_repeat() {
    check::<_, Autoencoder, _>(MeanSquaredError, 0.5, 12, |next| {
        let mut x = taut::memory::zeros::<Vector<640>>(32);
        for x in &mut x {
            let (a, b) = (next(), next());
            x.values_mut().iter_mut().enumerate().for_each(|(i, x)| *x = [a, b, a - b, 1.0 - a][i % 4]);
        }
        (x.clone(), x)
    });
}

#[test]
fn what_is_folded_gives_the_same() {
    type Normal = (Dense<3, 5>, BatchNorm<5>, Tanh);
    type Net =
        (TimeDistributed<Normal>, Bidirectional<(TimeDistributed<Normal5>, Gru<5, 4>)>, Dense<8, 2>, BatchNorm<2>);
    type Normal5 = (Dense<5, 5>, BatchNorm<5>);
    let (x, y) = patterns::<6, 3>(&mut random());
    let y = y.into_iter().map(Class::one_hot).collect();
    let data = Dataset::new(x, y).unwrap();
    let mut model = Model::<Sequence<6, 3>, Net>::new(1).compile(Adam::default(), MeanSquaredError, ());
    model.fit(&data, Fit { epochs: 3, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
    let folded = model.fold();
    for x in &data.x {
        let difference = (model.predict(x).0 - folded.predict(x).0).amax();
        assert!(difference < 1e-5, "{difference}");
    }
}

#[test]
fn the_same_bits_for_any_number_of_threads() {
    type Net = (Lstm<3, 80, ReturnSequence>, Gru<80, 64>, Dense<64, 2>, Softmax);
    let (x, y) = patterns::<4, 3>(&mut random());
    let data = Dataset::new(x, y).unwrap();
    let trained = |threads| {
        let model = Model::<Sequence<4, 3>, Net>::new(1);
        let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, ());
        model
            .fit(&data, Fit { batch_size: 48, threads: Some(threads), verbose: Verbose::Silent, ..Fit::default() })
            .unwrap();
        model.into_model()
    };
    let (one, two) = (trained(1), trained(2));
    assert!(one.net().0 == two.net().0 && one.net().1 == two.net().1 && one.net().2 == two.net().2);
}

/// A table and a batch that are large enough to be shared among threads; an optimizer that steps the table block by
/// block, and one that needs its whole gradient.
#[test]
fn the_same_bits_of_embeddings_and_attention_for_any_number_of_threads() {
    type Net = (Embedding<5000, 32, MaskZero>, MultiHeadAttention<32, 2, 32>, GlobalAvgPool, Dense<32, 2>, Softmax);
    let x = (0..40).map(|i| Tokens(std::array::from_fn(|t| if t > i { 0 } else { ((i * 131 + t * 17) % 900) as u16 })));
    let data = Dataset::new(x.collect(), (0..40).map(|i| Class::new(i % 2).unwrap()).collect()).unwrap();
    fn trained<O: Optimizer>(data: &Dataset<Tokens<32>, Class<2>>, optimizer: O, threads: usize) -> Vec<f32> {
        let model = Model::<Tokens<32>, Net>::new(1);
        let mut model = model.compile(optimizer, SparseCategoricalCrossentropy, ());
        let fit = Fit { epochs: 3, batch_size: 20, threads: Some(threads), verbose: Verbose::Silent, ..Fit::default() };
        model.fit(data, fit).unwrap();
        let mut all = vec![];
        model.net().read(&Default::default(), &mut |_, _, w| all.extend_from_slice(w));
        all
    }
    let before = Model::<Tokens<32>, Net>::new(1);
    for threads in [2, 3, 8] {
        assert!(trained(&data, Adam::default(), threads) == trained(&data, Adam::default(), 1), "{threads} threads");
        assert!(trained(&data, Lamb::default(), threads) == trained(&data, Lamb::default(), 1), "{threads} threads");
    }
    // A row that a token reads, and one that none does.
    let after = trained(&data, Adam::default(), 2);
    let row = |i: usize| &after[32 * i..][..32];
    assert_ne!(row(131), before.net().0.embeddings.column(131).as_slice());
    assert_eq!(row(4000), before.net().0.embeddings.column(4000).as_slice());
}

/// Keras counts `C` inputs and `HEADS · KEY` outputs of query, key and value, and the other way round for the output.
#[test]
fn attention_begins_with_kernels_of_keras_s_size() {
    use taut::initializers::{HeNormal, LecunUniform};
    type Net = MultiHeadAttention<128, 8, 64>;
    let check = |what: &str, w: &[f32], limit: f32| {
        let largest = w.iter().fold(0.0, |a: f32, w| a.max(w.abs()));
        assert!((largest / limit - 1.0).abs() < 1e-3, "{what}: {largest}, and at most {limit}");
        let deviation = (w.iter().map(|w| (w * w) as f64).sum::<f64>() / w.len() as f64).sqrt() as f32;
        assert!((deviation / (limit / 3f32.sqrt()) - 1.0).abs() < 0.01, "{what}: {deviation}");
    };
    let kernels = |net: &Net| {
        [&net.query_kernel[..], &net.key_kernel[..], &net.value_kernel[..]]
            .map(|kernel| kernel.iter().flat_map(|kernel| kernel.iter().copied()).collect::<Vec<_>>())
    };
    let output = |net: &Net| net.output_kernel.iter().flat_map(|kernel| kernel.iter().copied()).collect::<Vec<_>>();
    let model = Model::<Sequence<2, 128>, Net>::new(1);
    let glorot = (6.0 / (128.0 + 8.0 * 64.0f32)).sqrt();
    kernels(model.net()).iter().for_each(|w| check("Glorot", w, glorot));
    check("Glorot, output", &output(model.net()), glorot);
    let model = model.layers(|net| {
        net.query_kernel.initializer = LecunUniform.into();
        net.output_kernel.initializer = HeNormal.into();
    });
    check("Lecun", &kernels(model.net())[0], (3.0 / 128.0f32).sqrt());
    let deviation = (output(model.net()).iter().map(|w| w * w).sum::<f32>() / (128.0 * 8.0 * 64.0)).sqrt();
    assert!((deviation / (2.0 / 512.0f32).sqrt() - 1.0).abs() < 0.01, "{deviation}");
}

#[test]
fn muon_and_adafactor_step_embeddings_as_keras_does() {
    use taut::optimizers::*;
    type Net = (Embedding<7, 4>, PositionEmbedding<3, 4>, Flatten, Dense<12, 2>, Softmax);
    let x = vec![Tokens([1, 2, 3]), Tokens([4, 5, 1])];
    let data = Dataset::new(x, vec![Class::new(0).unwrap(), Class::new(1).unwrap()]).unwrap();
    macro_rules! trained {
        ($optimizer:expr, $layers:expr) => {{
            let model = Model::<Tokens<3>, Net>::new(1).layers($layers);
            let mut model = model.compile($optimizer, SparseCategoricalCrossentropy, ());
            model.fit(&data, Fit { epochs: 3, batch_size: 1, verbose: Verbose::Silent, ..Fit::default() }).unwrap();
            model.into_model()
        }};
    }
    // Muon's step of what is no matrix is Adam's with weight decay. The kernel has to go the same way.
    let only = |net: &mut <Net as taut::Params>::Options| net.3.kernel.as_vector = true;
    let (muon, adam) = (trained!(Muon::default(), only), trained!(AdamW::default(), only));
    assert!(muon.net().0 == adam.net().0 && muon.net().1 == adam.net().1);
    // Adafactor factors them, row by row and column by column.
    let as_vectors = |net: &mut <Net as taut::Params>::Options| net.0.embeddings.as_vector = true;
    let (factored, whole) = (trained!(Adafactor::default(), |_| ()), trained!(Adafactor::default(), as_vectors));
    assert!(factored.net().0 != whole.net().0);
}

/// The order of the gates is i, f, g, o.
#[test]
fn an_lstm_begins_with_forget_gates_that_are_open() {
    let model = Model::<Sequence<2, 3>, Lstm<3, 4>>::new(1);
    assert_eq!(model.net().bias, [[0.0; 4], [1.0; 4], [0.0; 4], [0.0; 4]]);
    let model = Model::<Sequence<2, 3>, (Gru<3, 4>, Dense<4, 1>)>::new(1);
    assert!(model.net().0.bias.as_flattened().as_flattened().iter().all(|b| *b == 0.0));
}

#[test]
fn a_word_that_the_embedding_does_not_know_is_zeros() {
    let mut model = Model::<Tokens<4>, Embedding<5, 3>>::new(1);
    model.net_mut().embeddings.iter_mut().for_each(|w| *w += 1.0);
    let y = model.predict(&Tokens([4, 5, 0, u16::MAX]));
    assert!(y.0[1] == [0.0; 3] && y.0[3] == [0.0; 3]);
    for (step, word) in [(0, 4), (2, 0)] {
        assert_eq!(y.0[step], model.net().embeddings.column(word).as_slice());
    }
    assert!(model.predict_batch(&[Tokens([4, 5, 0, u16::MAX])])[0] == y);
}

network! {
    /// A mask goes out of a network that is a part, and into one.
    struct Read: Tokens<8> {
        words: Embedding<6, 4, MaskZero>,
        drop: SpatialDropout<20>,
    }
}
network! {
    struct Reader: Tokens<8> {
        read: Read,
        both: Parallel<Linear, (TimeDistributed<(Dense<4, 3>, Tanh)>, LayerNorm<3>)>,
        attend: Residual<(RmsNorm<7>, MultiHeadAttention<7, 1, 4>)>,
        turn: Bidirectional<Gru<7, 3, ReturnSequence>>,
        mean: GlobalAvgPool,
        scores: Dense<6, 2>,
        softmax: Softmax,
    }
}

/// The words of a text, with padding in front, behind, and between.
fn padded(words: &[u16]) -> [Tokens<8>; 3] {
    let (mut front, mut behind, mut between) = ([0; 8], [0; 8], [0; 8]);
    front[8 - words.len()..].copy_from_slice(words);
    behind[..words.len()].copy_from_slice(words);
    words.iter().enumerate().for_each(|(i, word)| between[if i == 0 { 0 } else { i + 2 }] = *word);
    [front, behind, between].map(Tokens)
}

#[test]
fn padding_changes_nothing() {
    fn check<N: Train<Tokens<8>, Y = Vector<2>>>() {
        let mut model = Model::<Tokens<8>, N>::new(3);
        // Nor does the vector of the token that no word has.
        for _ in 0..2 {
            for words in [&[3, 1, 2][..], &[5, 5, 4, 1, 2], &[2]] {
                let x = padded(words);
                let y = x.map(|x| model.predict(&x));
                assert!(y.iter().all(|at| at == &y[0]), "{}: {y:?}", N::NAME.as_str());
                assert_eq!(model.predict_batch(&x), y);
            }
            // Where all is padding, what comes out is a number.
            assert!(model.predict(&Tokens([0; 8])).values().iter().all(|y| y.is_finite()));
            let options = N::Options::default();
            let mut tensors = 0;
            N::visit(&options, [model.net_mut()], &mut |_, _, [w]| {
                // The first word's vector is at the front of the first tensor.
                if tensors == 0 {
                    w[..4].fill(9.0);
                }
                tensors += 1;
            });
        }
    }
    check::<Reader>();
    check::<(Embedding<6, 4, MaskZero>, Lstm<4, 3, ReturnSequence>, GlobalMaxPool, Dense<3, 2>)>();
    check::<(Embedding<6, 4, MaskZero>, Dropout<50>, SimpleRnn<4, 5>, Dense<5, 2>)>();
    check::<((Embedding<6, 4, MaskZero>, Tanh), Bidirectional<Lstm<4, 3>>, Dense<6, 2>)>();
}

#[test]
fn a_layer_that_moves_steps_drops_the_mask() {
    type Convolved = (Conv1d<4, 4, 3, Same>, GlobalAvgPool, Dense<4, 2>);
    let model = Model::<Tokens<8>, (Embedding<6, 4, MaskZero>, Convolved)>::new(3);
    let [front, behind, _] = padded(&[3, 1, 2]);
    assert_ne!(model.predict(&front), model.predict(&behind));
    let plain = Model::<Tokens<8>, (Embedding<6, 4>, Convolved)>::new(3);
    assert_eq!(model.predict(&front), plain.predict(&front));
    assert_eq!(model.predict_batch(&[front])[0], plain.predict(&front));
}

#[test]
fn padding_is_not_learned_from() {
    let texts = [[1, 2, 3], [3, 2, 1], [4, 5, 1], [5, 5, 2]];
    let labels: Vec<Class<2>> = (0..4).map(|i| Class::new(i % 2).unwrap()).collect();
    let trained = |place: usize| {
        let data = Dataset::new(texts.iter().map(|words| padded(words)[place]).collect(), labels.clone()).unwrap();
        let net = Model::<Tokens<8>, (Embedding<6, 4, MaskZero>, Gru<4, 5>, Dense<5, 2>, Softmax)>::new(1);
        let mut model = net.compile(Adam::default(), SparseCategoricalCrossentropy, ());
        let fit = Fit { epochs: 5, batch_size: 2, shuffle: false, verbose: Verbose::Silent, ..Fit::default() };
        let history = model.fit(&data, fit).unwrap().get(TrainingLoss);
        let evaluated = model.evaluate(&data).unwrap().loss();
        (history, evaluated, model.into_model().net().clone())
    };
    let (history, evaluated, net) = trained(0);
    assert!(history[4] < history[0]);
    let initial = Model::<Tokens<8>, (Embedding<6, 4, MaskZero>, Gru<4, 5>, Dense<5, 2>, Softmax)>::new(1);
    assert_eq!(net.0.embeddings.column(0), initial.net().0.embeddings.column(0));
    assert_ne!(net.0.embeddings.column(1), initial.net().0.embeddings.column(1));
    for place in 1..3 {
        let (other, other_evaluated, other_net) = trained(place);
        let near = |a: f32, b: f32| (a - b).abs() <= 1e-5 * b.abs().max(0.1);
        assert!(history.iter().zip(&other).all(|(a, b)| near(*a, *b)) && near(evaluated, other_evaluated));
        assert!(net.0.embeddings.iter().zip(&other_net.0.embeddings).all(|(a, b)| near(*a, *b)));
    }
}

/// Layers of one's own beside masks: what they look at is the same in training and in inference.
mod own {
    use taut::{Context, MaskRule, NoParameters, Step, StepMask, Train, memory::Buffer, params, place};
    use taut::{layers::*, prelude::*};

    type X = Sequence<4, 1>;

    /// Has another layer do all, and knows nothing of masks.
    #[repr(C)]
    pub struct Wrapped;
    params!(Wrapped {} as NoParameters);

    impl Layer<X> for Wrapped {
        type Y = Vector<1>;
        type Scratch = Vector<1>;
        type Place = place::Other;
        fn infer<'a>(&self, x: &'a X, y: &'a mut Vector<1>) -> &'a Vector<1> {
            GlobalAvgPool.infer(x, y)
        }
    }

    impl Train<X> for Wrapped {
        type Cache = <GlobalAvgPool as Train<X>>::Cache;
        fn forward<'a>(
            &self,
            options: &NoParameters,
            x: &'a [X],
            c: &'a mut Self::Cache,
            context: &mut Context,
        ) -> &'a [Vector<1>] {
            GlobalAvgPool.forward(options, x, c, context)
        }
        fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Vector<1>] {
            <GlobalAvgPool as Train<X>>::output(x, c)
        }
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
            _: &[X],
            _: &'a mut [Vector<1>],
            _: &'a mut Self::Cache,
            _: &mut Self,
            _: &mut Step<'_, Self>,
            _: &mut Context,
        ) -> &'a mut [X] {
            unreachable!("nothing is trained")
        }
    }

    /// `y = x`, with the mask that `KIND` tells: 0, none where the first number is 9; 1, that of `x`, though a layer
    /// inside drops it.
    #[repr(C)]
    pub struct Copied<const KIND: usize>;
    params!(Copied<KIND> {} as NoParameters);

    impl<const KIND: usize> Layer<X> for Copied<KIND> {
        type Y = X;
        type Scratch = X;
        type Place = place::Other;
        const MASK: MaskRule = if KIND == 0 { MaskRule::Makes } else { MaskRule::Keeps };
        const USES_MASK: bool = true;
        fn infer<'a>(&self, x: &'a X, y: &'a mut X) -> &'a X {
            *y = *x;
            y
        }
        fn mask<'a>(&self, x: &'a X) -> StepMask<'a> {
            if x.0[0] == [9.0] { StepMask::NONE } else { StepMask::of_numbers(x.values(), 1, 0.0) }
        }
    }

    impl<const KIND: usize> Train<X> for Copied<KIND> {
        type Cache = Buffer<X>;
        fn forward<'a>(&self, _: &NoParameters, x: &'a [X], y: &'a mut Self::Cache, context: &mut Context) -> &'a [X] {
            context.mask = Default::default();
            y.resize(x.len()).copy_from_slice(x);
            y
        }
        fn output<'a>(_: &'a [X], y: &'a Self::Cache) -> &'a [X] {
            y
        }
        fn backward<'a>(
            &mut self,
            _: &NoParameters,
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

    /// The outputs of both samples, alone and in a batch.
    pub fn check<N: Train<X, Y = Vector<1>>>(x: [f32; 2], expected: [f32; 2]) {
        let x = x.map(|first| Sequence([[first], [0.0], [0.0], [0.0]]));
        let model = Model::<X, N>::new(1);
        let found = x.map(|x| model.predict(&x).values()[0]);
        assert_eq!(found, expected, "{}", N::NAME.as_str());
        assert_eq!(
            model.predict_batch(&x).iter().map(|y| y.values()[0]).collect::<Vec<_>>(),
            expected,
            "{}",
            N::NAME.as_str()
        );
    }
}

#[test]
fn masks_beside_layers_of_one_s_own() {
    own::check::<(Masking, GlobalAvgPool)>([2.0, 8.0], [2.0, 8.0]);
    own::check::<(Masking, own::Wrapped)>([2.0, 8.0], [0.5, 2.0]);
    own::check::<(own::Copied<0>, GlobalAvgPool)>([2.0, 9.0], [2.0, 2.25]);
    own::check::<(own::Copied<0>, GlobalAvgPool)>([9.0, 2.0], [2.25, 2.0]);
    own::check::<(Masking, own::Copied<1>, GlobalAvgPool)>([2.0, 8.0], [2.0, 8.0]);
}

#[test]
fn a_mask_that_is_made_inside_stays_there() {
    fn check<N: Train<Sequence<4, 1>, Y: PartialEq>>() {
        let model = Model::<Sequence<4, 1>, N>::new(1);
        let x = [Sequence([[2.0], [0.0], [-1.0], [0.0]]), Sequence([[0.0], [3.0], [0.0], [0.0]])];
        assert!(model.predict_batch(&x) == x.map(|x| model.predict(&x)), "{}", N::NAME.as_str());
    }
    check::<(Tanh, Residual<(Masking, Lstm<1, 1, ReturnSequence>)>, GlobalAvgPool)>();
    check::<(Tanh, Bidirectional<(Masking, Gru<1, 1, ReturnSequence>)>, GlobalAvgPool)>();
    check::<(Bidirectional<(Masking, Gru<1, 1, ReturnSequence>)>, GlobalAvgPool)>();
    check::<(Masking, Parallel<(Masking, GlobalAvgPool), GlobalMaxPool>)>();
}
