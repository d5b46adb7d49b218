//! Networks with names do all that tuples do, with the same bits.
#![cfg(feature = "train")]
#![deny(missing_docs, unreachable_pub, missing_debug_implementations)]

use taut::prelude::*;
use taut::{ClassProbabilities, Fits};

type X = Image<8, 8, 1>;

network! {
    /// Reads digits.
    pub struct Digits: Image<8, 8, 1> {
        flatten: Flatten,
        /// Where the work is.
        hidden: Dense<64, 32, NoBias>,
        norm: BatchNorm<32>,
        relu: Relu,
        drop: Dropout<20>,
        scores: Dense<32, 10>,
        softmax: Softmax,
    }
}
type Tuple = (Flatten, Dense<64, 32, NoBias>, BatchNorm<32>, Relu, Dropout<20>, Dense<32, 10>, Softmax);
network! { type Alias: X = (Flatten, Dense<64, 32, NoBias>, BatchNorm<32>, Relu, Dropout<20>, Dense<32, 10>, Softmax); }

// A network within a network, and around layers that it is a part of.
network! {
    struct Block<const C: usize>: Vector<C> {
        dense: Dense<C, C>,
        gelu: Gelu,
        back: Dense<C, C>,
    }
}
network! {
    struct Deep: X {
        flatten: Flatten,
        first: Dense<64, 16, NoBias>,
        rest: Rest,
        softmax: Softmax,
    }
}
network! {
    struct Rest: Vector<16> {
        norm: BatchNorm<16>,
        around: Residual<Block<16>>,
        also: (Relu, Dense<16, 16>),
        scores: Dense<16, 10, NoBias>,
    }
}
type DeepTuple = (
    Flatten,
    Dense<64, 16, NoBias>,
    (BatchNorm<16>, Residual<(Dense<16, 16>, Gelu, Dense<16, 16>)>, (Relu, Dense<16, 16>), Dense<16, 10, NoBias>),
    Softmax,
);

// Sizes as parameters.
network! {
    /// One hidden layer of `H` units.
    pub struct Mlp<const H: usize>: Image<8, 8, 1> {
        flatten: Flatten,
        hidden: Dense<64, H>,
        relu: Relu,
        scores: Dense<H, 10>,
        softmax: Softmax,
    }
}
network! { type Wide<const H: usize>: X = (Flatten, Dense<64, H>, Block<H>, Dense<H, 10>, Softmax); }
network! {
    struct Convolved<const C: usize = 4, const FLAT: usize = 144>: X {
        convolution: Conv2d<1, C, 3>,
        flatten: Flatten,
        scores: Dense<FLAT, 10>,
    }
}

/// Some epochs of training: a function over any network of an input and an output.
fn train<N: Train<X, Y = Vector<10>>>(model: Model<X, N>) -> taut::Result<(Model<X, N>, f32)>
where
    SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
{
    let optimizer = Adam { learning_rate: 0.01, ..Adam::default() };
    let mut model = model.compile(optimizer, SparseCategoricalCrossentropy, Accuracy);
    let fit = Fit { epochs: 3, batch_size: 32, verbose: Verbose::Silent, ..Fit::default() };
    let history = model.fit(&datasets::digits()?, fit)?;
    let accuracy = history.get(Training(Accuracy))[2];
    Ok((model.into_model(), accuracy))
}

fn outputs<N: Train<X, Y = Vector<10>>>(model: &Model<X, N>) -> taut::Result<Vec<Vector<10>>> {
    Ok(datasets::digits()?.x[..20].iter().map(|x| model.predict(x)).collect())
}

#[test]
fn a_struct_trains_to_the_bits_of_its_tuple() -> taut::Result<()> {
    let named = Model::<X, Digits>::new(3).layers(|net| net.hidden.kernel.regularizer = L2(0.01).into());
    assert_eq!(named.net().hidden.kernel.len(), 64 * 32);
    let names: Vec<_> = named.summary().rows.iter().map(|row| row.place.clone()).collect();
    assert_eq!(names[..4], ["net.flatten", "net.hidden", "net.norm", "net.relu"]);
    let tuple = Model::<X, Tuple>::new(3).layers(|net| net.1.kernel.regularizer = L2(0.01).into());
    let alias = Model::<X, Alias>::new(3).layers(|net| net.1.kernel.regularizer = L2(0.01).into());
    let (named, tuple, alias) = (train(named)?, train(tuple)?, train(alias)?);
    assert!(tuple.1 > 0.8, "{}", tuple.1);
    assert_eq!(outputs(&named.0)?, outputs(&tuple.0)?);
    assert_eq!(outputs(&alias.0)?, outputs(&tuple.0)?);
    assert_eq!(alias.0.net().5.bias, named.0.net().scores.bias);
    Ok(())
}

#[test]
fn networks_in_networks() -> taut::Result<()> {
    let named = Model::<X, Deep>::new(5).layers(|net| net.rest.around.0.back.bias.frozen = true);
    let places: Vec<_> = named.summary().rows.iter().map(|row| row.place.clone()).collect();
    assert!(places.iter().any(|place| place == "net.rest.around.0.dense"), "{places:?}");
    assert!(places.iter().any(|place| place == "net.rest.also.1"), "{places:?}");
    let tuple = Model::<X, DeepTuple>::new(5).layers(|net| net.2.1.0.2.bias.frozen = true);
    let (named, tuple) = (train(named)?.0, train(tuple)?.0);
    assert_eq!(outputs(&named)?, outputs(&tuple)?);
    // Both are folded alike, also from a network into the one around it, and what is folded can be trained on.
    let (named, tuple) = (named.fold(), tuple.fold());
    assert_eq!(named.net().first.bias, tuple.net().1.bias);
    assert_ne!(named.net().first.bias[0], 0.0);
    assert_eq!(outputs(&named)?, outputs(&tuple)?);
    let (named, tuple) = (train(named)?.0, train(tuple)?.0);
    assert_eq!(outputs(&named)?, outputs(&tuple)?);
    assert_eq!(outputs(&named.fold())?, outputs(&named)?);
    Ok(())
}

#[test]
fn all_read_each_others_checkpoints() -> taut::Result<()> {
    assert_eq!(<Digits>::NAME.as_str(), Tuple::NAME.as_str());
    assert_eq!(<Alias>::NAME.as_str(), Tuple::NAME.as_str());
    assert_eq!(<Deep>::NAME.as_str(), DeepTuple::NAME.as_str());
    assert_eq!(<Folded<Deep>>::NAME.as_str(), <Folded<DeepTuple>>::NAME.as_str());
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("net.taut");
    let named = Model::<X, Digits>::new(3);
    named.save(&path)?;
    let tuple = Model::<X, Tuple>::load(&path)?;
    assert_eq!(outputs(&named)?, outputs(&tuple)?);
    Model::<X, Tuple>::new(4).save(&path)?;
    assert_eq!(outputs(&Model::<X, Digits>::load(&path)?)?, outputs(&Model::<X, Tuple>::new(4))?);
    assert_eq!(outputs(&Model::<X, Alias>::load(&path)?)?, outputs(&Model::<X, Tuple>::new(4))?);
    Ok(())
}

network! {
    /// The network of `data/digits.taut`.
    pub struct Embedded: X {
        flatten: Flatten,
        hidden: Dense<64, 64>,
        relu: Relu,
        drop: Dropout<20>,
        scores: Dense<64, 10>,
        softmax: Softmax,
    }
}
type EmbeddedTuple = (Flatten, Dense<64, 64>, Relu, Dropout<20>, Dense<64, 10>, Softmax);
embed! { static NAMED: Embedded = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"); }
embed! { static TUPLE: EmbeddedTuple = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut"); }

#[test]
fn a_struct_is_embedded_and_quantized() -> taut::Result<()> {
    assert_eq!(NAMED.scores, TUPLE.4);
    let x = datasets::digits()?.x;
    let (mut a, mut b) = (Budget::<X, Embedded>::scratch(), Budget::<X, EmbeddedTuple>::scratch());
    for x in &x[..20] {
        assert_eq!(NAMED.predict(x, &mut a), TUPLE.predict(x, &mut b));
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/data/digits.taut");
    let named = quantize(&Model::<X, Embedded>::load(path)?, &x)?;
    let tuple = quantize(&Model::<X, EmbeddedTuple>::load(path)?, &x)?;
    for x in &x[..20] {
        assert_eq!(named.predict(x), tuple.predict(x));
    }
    Ok(())
}

const _: () = {
    assert!(Budget::<X, Digits>::PARAMS == Budget::<X, Tuple>::PARAMS);
    assert!(Budget::<X, Digits>::MACS == Budget::<X, Tuple>::MACS);
    assert!(Budget::<X, Digits>::FLASH == Budget::<X, Tuple>::FLASH);
    assert!(Budget::<X, Digits>::SCRATCH == Budget::<X, Tuple>::SCRATCH);
    assert!(Budget::<X, Digits>::train_ram(32, 2) == Budget::<X, Tuple>::train_ram(32, 2));
    assert!(Budget::<X, Deep>::SCRATCH == Budget::<X, DeepTuple>::SCRATCH);
    assert!(Budget::<X, Folded<Deep>>::MACS == Budget::<X, Folded<DeepTuple>>::MACS);
    assert!(Budget::<X, Convolved>::PARAMS == 40 + 1450 && Budget::<X, Convolved<8, 288>>::PARAMS == 80 + 2890);
};

fn run<const H: usize>() -> taut::Result<f32> {
    assert_eq!(Budget::<X, Mlp<H>>::PARAMS, 65 * H + 10 * (H + 1));
    let (model, accuracy) = train(Model::<X, Mlp<H>>::new(1))?;
    assert_eq!(model.net().hidden.bias.len(), H);
    Ok(accuracy)
}

#[test]
fn a_sweep_over_widths() -> taut::Result<()> {
    let accuracies = [run::<8>()?, run::<32>()?, run::<64>()?];
    assert!(accuracies[2] > accuracies[0], "{accuracies:?}");
    assert!(train(Model::<X, Wide<16>>::new(1))?.1 > 0.5);
    Ok(())
}

network! { struct Two: Vector<2> { first: Dense<2, 2>, second: Dense<2, 2> } }

#[test]
fn values() {
    let net = Model::<Vector<3>, Block<3>>::new(1);
    let copy = net.net().clone();
    assert_eq!((&copy.dense, &copy.back), (&net.net().dense, &net.net().back));
    let two = Model::<Vector<2>, Two>::new(1);
    assert!(two.net().clone() == *two.net() && *two.net() != *Model::<Vector<2>, Two>::new(2).net());
    assert!(format!("{copy:?}").starts_with("Block { dense: Dense { kernel: "), "{copy:?}");
    let wide: Block<2> = Block {
        dense: Dense { kernel: [[1.0, 0.0], [0.0, 1.0]].into(), bias: [0.0; 2].into() },
        gelu: Gelu,
        ..zeros()
    };
    assert_eq!(wide.predict(&Vector::new([1.0, 2.0]), &mut taut::memory::boxed()).values(), [0.0; 2]);
}

fn zeros<N: taut::Zeroed>() -> N {
    *taut::memory::boxed()
}

/// As many layers as MobileNetV2 has, within the compiler's limits.
mod many {
    use taut::prelude::*;

    macro_rules! many {
        ($($layer:ident)*) => {
            network! { pub struct Many: Vector<4> { $($layer: Dense<4, 4>),* } }
        };
    }
    many! {
        a0 a1 a2 a3 a4 a5 a6 a7 a8 a9 b0 b1 b2 b3 b4 b5 b6 b7 b8 b9 c0 c1 c2 c3 c4 c5 c6 c7 c8 c9 d0 d1 d2 d3 d4 d5 d6 d7 d8 d9
        e0 e1 e2 e3 e4 e5 e6 e7 e8 e9 f0 f1 f2 f3 f4 f5 f6 f7 f8 f9 g0 g1 g2 g3 g4 g5 g6 g7 g8 g9 h0 h1 h2 h3 h4 h5 h6 h7 h8 h9
        i0 i1 i2 i3 i4 i5 i6 i7 i8 i9 j0 j1 j2 j3 j4 j5 j6 j7 j8 j9 k0 k1 k2 k3 k4 k5 k6 k7 k8 k9 l0 l1 l2 l3 l4 l5 l6 l7 l8 l9
        m0 m1 m2 m3 m4 m5 m6 m7 m8 m9 n0 n1 n2 n3 n4 n5 n6 n7 n8 n9 o0 o1 o2 o3 o4 o5 o6 o7 o8 o9 p0 p1 p2 p3 p4 p5 p6 p7 p8 p9
    }

    #[test]
    fn layers() -> taut::Result<()> {
        assert_eq!(<Many>::PARAMS, 160 * 20);
        assert_eq!(Budget::<Vector<4>, Many>::SCRATCH, 32);
        let x: Vec<_> = (0..8).map(|i| Vector::new([i as f32, 1.0, 0.0, -1.0])).collect();
        let model = Model::<Vector<4>, Many>::new(1).layers(|net| net.p9.kernel.regularizer = L2(0.1).into());
        let mut model = model.compile(Sgd::default(), MeanSquaredError, ());
        let data = Dataset::new(x.clone(), x)?;
        model.fit(&data, Fit { epochs: 1, verbose: Verbose::Silent, ..Fit::default() })?;
        assert_eq!(model.summary().rows.len(), 160);
        assert_eq!(model.fold().net().p9, model.net().p9);
        Ok(())
    }
}

/// Names that the macros use themselves, as sizes, constants and fields of a program.
#[allow(non_snake_case, non_upper_case_globals)]
mod names {
    use taut::TensorOptions;
    use taut::params;
    use taut::prelude::*;

    const INPUTS: usize = 4;
    const OUTPUTS: usize = 10;
    network! { struct Constants: Vector<INPUTS> { dense: Dense<INPUTS, OUTPUTS>, softmax: Softmax } }

    /// For each name, a network of that size, its tuple, and a layer with that size.
    macro_rules! named {
        ($($module:ident $size:ident)*) => { $(
            mod $module {
                use super::*;
                network! { pub(super) struct Net<const $size: usize>: Vector<4> { a: Dense<4, $size>, b: Dense<$size, 2>, own: Own<2> } }
                network! { pub(super) type Tuple<const $size: usize>: Vector<4> = (Dense<4, $size>, Dense<$size, 2>); }
                #[repr(C)]
                #[derive(Clone, Debug, PartialEq)]
                pub(super) struct Own<const $size: usize> {
                    gain: nalgebra::SVector<f32, $size>,
                }
                #[derive(Clone, Default)]
                pub(super) struct OwnOptions {
                    pub(super) gain: TensorOptions,
                    pub(super) activity_regularizer: taut::Regularizer,
                }
                params!(Own<$size,> { gain: Gain, } as OwnOptions);
                impl<const $size: usize> Layer<Vector<$size>> for Own<$size> {
                    type Y = Vector<$size>;
                    type Scratch = Vector<$size>;
                    type Place = taut::place::Other;
                    fn infer<'a>(&self, x: &'a Vector<$size>, y: &'a mut Vector<$size>) -> &'a Vector<$size> {
                        y.0 = self.gain.component_mul(&x.0);
                        y
                    }
                }
            }
        )* };
    }
    named! {
        k K x X f F n N t T l L y Y s S bytes Bytes before Before after After values VALUES outputs OUTPUTS
    }

    network! { struct Fields: Vector<4> { __end: Dense<4, 4>, r#type: Relu, net: Dense<4, 4>, options: Relu, K: Softmax } }

    #[test]
    fn are_free() {
        assert_eq!(Budget::<Vector<4>, Constants>::PARAMS, 50);
        assert_eq!(Budget::<Vector<4>, k::Net<3>>::PARAMS, 25);
        assert_eq!(Budget::<Vector<4>, outputs::Tuple<3>>::PARAMS, 23);
        let model = Model::<Vector<4>, Fields>::new(1);
        assert_eq!(model.net(), model.clone().net(), "a network is `PartialEq` where its layers are");
        assert_ne!(model.net(), Model::<Vector<4>, Fields>::new(2).net());
    }
}
