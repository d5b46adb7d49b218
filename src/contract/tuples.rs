//! Tuples of one to twelve layers, as networks.

use crate::contract::chain::Folds;
#[cfg(feature = "train")]
use crate::contract::chain::{FoldsTo, FoldsValues, Planned};
use crate::contract::embed::{Embed, File};
use crate::contract::fold::{Bool, Fold};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm};
use crate::contract::layer::{Arch, Layer};
use crate::contract::network::{Has, Network, Nth, Ordered, Outputs, PartOf};
use crate::contract::part::Part;
#[cfg(feature = "train")]
use crate::contract::tensor::Params;
#[cfg(feature = "train")]
use crate::contract::train::Train;

/// What the layers of a tuple become, each between its neighbours.
macro_rules! folded {
    ([$($done:ty,)*] $B:ty, $A:ty; $Z:ident) => { ($($done,)* $Z::As<$B, $A>,) };
    ([$($done:ty,)*] $B:ty, $A:ty; $L:ident $N:ident $($t:ident)*) => {
        folded!([$($done,)* $L::As<$B, $N::Starts>,] $L::Absorbs, $A; $N $($t)*)
    };
}

/// Makes networks of tuples of all lengths: of each layer its name, index and input.
macro_rules! tuples {
    (@grow [$($done:tt)*] $In:ty;) => {};
    (@grow [$($done:tt)*] $In:ty; $L:ident $i:tt $($rest:tt)*) => {
        tuples!(@of $($done)* $L $i ($In));
        tuples!(@grow [$($done)* $L $i ($In)] $L::Y; $($rest)*);
    };
    (@of $($L:ident $i:tt ($In:ty))*) => {
        tuples!(@parts [$($L)*] $($L $i)*);
        impl<$($L),*> Ordered for ($($L,)*) {
            type Order = crate::chain!($(Nth<$i>),*);
        }
        impl<$($L: Arch),*> Network for ($($L,)*) {
            type Outputs = Outputs<0>;
            const PARTS: &'static [Part] = &[$(Part::of::<$L>(stringify!($i))),*];
        }
        #[cfg(feature = "train")]
        impl<$($L: Params),*> Planned for ($($L,)*) {
            type Options = ($($L::Options,)*);
        }
        crate::network_contracts! {
            ($($L,)*), X;
            Arch: [$($L: Arch),*] [];
            Layer: [$($L: Layer<$In>),*] [];
            Params: [$($L: Params),*] [];
            Train: [$($L: Train<$In>),*] [];
        }
        impl<Bytes: File, $($L: Arch),*> Embed<Bytes> for ($($L,)*)
        where
            $($L: Embed<PartOf<Bytes, Self, Nth<$i>>>,)*
        {
            const VALUE: Self = ($(<$L as Embed<PartOf<Bytes, Self, Nth<$i>>>>::VALUE,)*);
        }
        impl<$($L: Fold),*> Fold for ($($L,)*) {
            type Starts = <<Self as Ordered>::Order as Folds<Self>>::Starts;
            type Absorbs = <<Self as Ordered>::Order as Folds<Self>>::Absorbs;
            type As<Before: Bool, After: Bool> = folded!([] Before, After; $($L)*);
        }
        #[cfg(feature = "train")]
        impl<$($L: FoldValues),*> FoldValues for ($($L,)*) {
            fn norm(&self) -> Option<Norm<'_>> {
                <<Self as Ordered>::Order as FoldsValues<Self>>::norm(self)
            }
            fn fold_to<Before: Bool, After: Bool>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
                <<Self as Ordered>::Order as FoldsTo<Self, Self::As<Before, After>, Before, After>>::fold_to(self, after, to);
            }
        }
    };
    (@parts $all:tt $($L:ident $i:tt)*) => { $(tuples!(@part $all $L $i);)* };
    (@part [$($all:ident)*] $L:ident $i:tt) => {
        impl<$($all),*> Has<Nth<$i>> for ($($all,)*) {
            type Part = $L;
            const INDEX: usize = $i;
            #[inline(always)]
            fn part(&self) -> &$L {
                &self.$i
            }
            #[inline(always)]
            fn part_mut(&mut self) -> &mut $L {
                &mut self.$i
            }
        }
    };
}
tuples!(@grow [] X; A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K0 10 L 11);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::batch_norm::BatchNorm;
    use crate::layers::dense::Dense;
    use crate::layers::dropout::Dropout;
    use crate::layers::flatten::Flatten;
    use crate::layers::linear::Linear;
    use crate::layers::relu::Relu;
    use crate::layers::reshape::Reshape;
    use crate::layers::residual::Residual;
    use crate::layers::softmax::Softmax;
    use crate::layers::tanh::Tanh;
    use crate::memory::plain::{Floats, zeroed};
    use crate::shape::sample::{Image, Sample, Vector};
    use crate::text::Text;

    fn dense<const I: usize, const O: usize>(seed: usize) -> Dense<I, O> {
        let number = |r: usize, c: usize| ((seed + 7 * r + 3 * c) % 11) as f32 / 8.0 - 0.6;
        Dense { kernel: nalgebra::SMatrix::from_fn(number), bias: nalgebra::SVector::from_fn(number) }
    }

    /// The output for `x`, from memory that is full of what another inference left, equals that of one layer after
    /// another.
    macro_rules! check {
        ($net:expr, $X:ty, $bytes:expr; $($i:tt)*) => {{
            let (net, x) = ($net, <$X>::ZERO);
            let x = { let mut x = x; x.values_mut().iter_mut().enumerate().for_each(|(i, x)| *x = i as f32 / 5.0 - 0.7); x };
            let mut work = room_of(&net, &x);
            net.infer(&<$X>::ZERO, &mut work);
            let got = net.infer(&x, &mut work);
            $(let x = { let mut work = room_of(&net.$i, &x); *net.$i.infer(&x, &mut work) };)*
            assert_eq!(got.values(), x.values());
            assert_eq!(size_of_val(&work), $bytes);
        }};
    }

    fn room_of<X, L: Layer<X>>(_: &L, _: &X) -> L::Scratch {
        zeroed()
    }

    #[test]
    fn layers_take_turns_in_two_areas() {
        check!((dense::<4, 6>(1), Relu, dense::<6, 3>(2), Softmax), Vector<4>, 4 * 9; 0 1 2 3);
        check!((dense::<4, 6>(1), Tanh, dense::<6, 3>(2), Relu, dense::<3, 5>(4)), Vector<4>, 4 * 9; 0 1 2 3 4);
        check!((dense::<9, 2>(1), dense::<2, 8>(2), dense::<8, 3>(3), dense::<3, 1>(4)), Vector<9>, 4 * 11; 0 1 2 3);
        // The input itself is never written over.
        check!((Relu, Tanh), Vector<5>, 4 * 5; 0 1);
        check!((Dropout::<50>, Flatten, Relu, dense::<6, 2>(3)), Image<1, 2, 3>, 4 * 8; 0 1 2 3);
        check!((Flatten,), Image<1, 2, 3>, 0; 0);
        // A layer with memory of its own, and a network in a network.
        let norm = || BatchNorm::<6> { moving_variance: nalgebra::SVector::repeat(2.0), ..zeroed() };
        let norm = || BatchNorm { gamma: nalgebra::SVector::repeat(0.5), ..norm() };
        let norm9 = || BatchNorm::<9> { gamma: nalgebra::SVector::repeat(0.5), ..zeroed() };
        check!((dense::<4, 6>(1), norm(), Relu, dense::<6, 2>(2)), Vector<4>, 4 * 8; 0 1 2 3);
        let add = || Residual((dense::<6, 9>(7), norm9(), dense::<9, 6>(8), Relu), Linear);
        check!((dense::<4, 6>(1), add(), Relu, dense::<6, 2>(2)), Vector<4>, 4 * (6 + 9 + 6); 0 1 2 3);
        let inner = (zeroed::<Reshape<Vector<6>, Image<1, 2, 3>>>(), Flatten, add(), Relu, dense::<6, 6>(5), Tanh);
        check!((dense::<4, 6>(1), inner, Relu, dense::<6, 2>(2), Relu), Vector<4>, 4 * (6 + 9 + 6); 0 1 2 3 4);
        check!(((dense::<4, 6>(1), Relu), (dense::<6, 3>(2), (Relu, dense::<3, 5>(4)))), Vector<4>, 4 * 9; 0 1);
    }

    /// What lies over its input is computed otherwise, and equals what lies elsewhere.
    #[test]
    fn layers_write_over_their_inputs() {
        use crate::layers::*;
        use crate::shape::sample::Sequence;

        let vector = |start: f32| nalgebra::SVector::<f32, 6>::from_fn(|i, _| start + i as f32 / 7.0);
        macro_rules! check_all { ($($layer:expr),* $(,)?) => { $(
            check!((dense::<4, 12>(1), zeroed::<Reshape<Vector<12>, Sequence<2, 6>>>(), $layer, Relu), Vector<4>, 4 * 12; 0 1 2 3);
        )* } }
        check_all!(
            PRelu { alpha: vector(-0.3) },
            BatchNorm {
                gamma: vector(0.4),
                beta: vector(-0.2),
                moving_mean: vector(-0.5),
                moving_variance: vector(0.2)
            },
            Rescaling::new(0.3, 0.7),
            Normalization { mean: vector(-0.5), variance: vector(0.2) },
            UnitNormalization::<6>,
            LayerNorm { gamma: vector(0.4), beta: vector(-0.2) },
            RmsNorm { scale: vector(0.4) },
            GroupNorm::<6, 3> { gamma: vector(0.4), beta: vector(-0.2) },
            Softmax,
            LogSoftmax,
            Sparsemax,
            PositionEmbedding::<2, 6> { embeddings: nalgebra::SMatrix::from_fn(|c, t| (c + t) as f32 / 5.0) },
        );
    }

    #[test]
    fn a_layer_that_returns_its_input_from_elsewhere_harms_nobody() {
        use crate::contract::layer::{Other, Private};

        struct Echo;
        impl Arch for Echo {
            const NAME: &'static Text = &Text::new("Echo");
            const PARAMS: usize = 0;
        }
        impl Layer<Vector<4>> for Echo {
            type Y = Vector<4>;
            type Scratch = ();
            type Place = Private;
            fn infer<'a>(&self, x: &'a Vector<4>, _: &'a mut ()) -> &'a Vector<4> {
                x
            }
        }
        struct Reverse;
        impl Arch for Reverse {
            const NAME: &'static Text = &Text::new("Reverse");
            const PARAMS: usize = 0;
        }
        impl Layer<Vector<4>> for Reverse {
            type Y = Vector<4>;
            type Scratch = Vector<4>;
            type Place = Other;
            fn infer<'a>(&self, x: &'a Vector<4>, y: &'a mut Vector<4>) -> &'a Vector<4> {
                (0..4).for_each(|i| y.0[i] = x.0[3 - i]);
                y
            }
        }
        let mut work = zeroed();
        let x = Vector::new([1.0, 2.0, 3.0, 4.0]);
        assert_eq!((Reverse, Echo, Reverse, Echo).infer(&x, &mut work).values(), x.values());
    }
}
