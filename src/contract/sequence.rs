//! A tuple of layers is a layer, and the macro that writes all that follows from a layer's list of fields.

use crate::contract::embed::{After, Embed, File};
use crate::contract::fold::{Bool, Fold};
#[cfg(feature = "train")]
use crate::contract::fold::{FoldValues, Norm};
use crate::contract::layer::{Arch, Layer};
use crate::contract::layer::{AreaSizes, InTurn, MayOverwrite, Place, ScratchOf};
#[cfg(feature = "train")]
use crate::contract::train::{
    Context, Head, Params, Row, Step, Tensor, TensorOptions, Train, Visitor, forward, regularize,
};
#[cfg(feature = "train")]
use crate::io::error::Result;
use crate::memory::areas::{Cursor, Outside};
#[cfg(feature = "train")]
use crate::regularizers::Regularizer;
use crate::text::Text;

/// Everything mechanical about a layer.
///
/// The fields are all of the struct's, in its order, each with its [`Role`](crate::Role), and the struct is
/// `#[repr(C)]`: a checkpoint has the parameters in the order in which they lie. What is not so does not compile, at
/// whatever sizes. The options have a [`TensorOptions`](crate::TensorOptions) of the same name for each field that is no state, and an
/// `activity_regularizer`. A layer that can take up a batch normalization behind it says `, custom fold` at the end,
/// and implements [`Fold`](crate::Fold). A layer without parameters whose inference returns its input says `, training
/// only`: checkpoints [leave it out](crate::Arch::IDENTITY), as they do a dropout.
///
/// ```
/// use taut::{params, TensorOptions};
///
/// /// `y = gain · x`
/// #[repr(C)]
/// pub struct Scale<const N: usize> {
///     gain: nalgebra::SVector<f32, N>,
/// }
/// #[derive(Clone, Default)]
/// pub struct ScaleOptions {
///     pub gain: TensorOptions,
///     pub activity_regularizer: taut::Regularizer,
/// }
/// params!(Scale<N> { gain: Gain } as ScaleOptions);
///
/// /// Does something to its input while training.
/// #[repr(C)]
/// pub struct Blur;
/// params!(Blur {} as taut::NoParameters, training only);
/// ```
#[macro_export]
macro_rules! params {
    (
        $name:tt $(<$($g:ident),+>)? { $($field:ident: $role:ident),* } as $options:ty
        $(, custom $own:ident)? $(, training $only:ident)?
    ) => {
        // By a name that the user wrote (and that is a `tt`): the compiler reports no lint about a type that another
        // crate's macro wrote.
        #[allow(dead_code)]
        const _: () = {
            type __TautLayer = $name $(<$({ const $g: usize = 1; $g }),+>)?;
            const _: () = {
                type $name = __TautLayer;
                $crate::params!(@repr_c $name { $($field)* });
            };
        };
        // With ones for the sizes, so that it is checked where the layer is written, and not only where it is used.
        $crate::params! {
            [$($(const $g: usize),+)?] $name $(<$($g),+>)? as $name $(<$({ const $g: usize = 1; $g }),+>)?,
            $crate::__private::text::Text::new(stringify!($name))$(.sizes(&[$($g),+]))?,
            { $($field: $role),* } as $options $(, custom $own)? $(, training $only)?
        }
    };
    (@identity $name:expr, {}) => { $name };
    (@identity $name:expr, {} only) => { &$crate::__private::text::Text::new("") };
    (@identity $name:expr, { $($field:ident)+ }) => { $name };
    (@identity $name:expr, { $($field:ident)+ } only) => {
        compile_error!("a layer that is for `training only` has no parameters: a checkpoint leaves it out")
    };
    (@dense $layer:ty { $($field:ident)* }) => {
        $crate::__private::field::assert_dense::<$layer>(
            &[$(::core::mem::offset_of!($layer, $field)),*],
            &[$($crate::__private::field::size_of_field(|layer: &$layer| &layer.$field)),*],
        )
    };
    // A lint of the compiler's asks for `#[repr(C)]`. A struct without fields has no order.
    (@repr_c $layer:ty {}) => {};
    (@repr_c $layer:ty { $($field:ident)+ }) => {
        const _: () = {
            #[deny(improper_ctypes_definitions)]
            #[allow(dead_code)]
            extern "C" fn layer(_: $layer) {}
        };
    };
    // With all that is generic, the layer's smallest type, its name as text, and the fields that take no room.
    (
        [$($generic:tt)*] $layer:ty as $small:ty, $text:expr,
        { $($field:ident: $role:ident),* $(; $marker:tt)? } as $options:ty $(, custom $own:ident)? $(, training $only:ident)?
    ) => {
        impl<$($generic)*> $crate::__private::layer::Arch for $layer {
            const NAME: &'static $crate::__private::text::Text = &$text;
            const IDENTITY: &'static $crate::__private::text::Text = $crate::params!(@identity Self::NAME, { $($field)* } $($only)?);
            const PARAMS: usize = (0 $(+ $crate::__private::field::size_of_field(|layer: &Self| &layer.$field))*) / size_of::<f32>();
        }
        impl<Bytes: $crate::__private::embed::File, $($generic)*> $crate::__private::embed::Embed<Bytes> for $layer {
            const VALUE: Self = {
                // For this very type: the file's order is that of the fields, and nothing lies between or behind them.
                assert!($crate::params!(@dense Self { $($field)* }) == size_of::<Self>());
                Self {
                    $($field: $crate::__private::embed::read(Bytes::BYTES, Bytes::OFFSET + ::core::mem::offset_of!(Self, $field)),)*
                    $($marker: ::core::marker::PhantomData)?
                }
            };
        }
        // SAFETY: the literal above names every field, and each is `Floats`, since `read` gives nothing else, or takes no room.
        unsafe impl<$($generic)*> $crate::__private::plain::Zeroed for $layer {}
        const _: usize = $crate::params!(@dense $small { $($field)* });
        $crate::params!(@repr_c $small { $($field)* });
        $crate::folds_to_itself!([$($generic)*] $layer $(, custom $own)?);
        $crate::train_params!([$($generic)*] $layer { $($field: $role),* } as $options);
    };
}

#[cfg(not(feature = "train"))]
#[doc(hidden)]
#[macro_export]
macro_rules! train_params {
    (@tensor_options $options:ident $field:ident State) => { $crate::__private::train::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident UnitState) => { $crate::__private::train::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident $role:ident) => { &$options.$field };
    // What does not compile with the feature `train` does not compile without it.
    ([$($generic:tt)*] $layer:ty { $($field:ident: $role:ident),* } as $options:ty) => {
        const _: () = {
            #[allow(dead_code)]
            fn options<$($generic)*>(options: &$options) {
                $crate::__private::train::layer::<$layer, $options>(options, &options.activity_regularizer);
                $($crate::__private::train::tensor(
                    $crate::__private::train::Role::$role,
                    $crate::train_params!(@tensor_options options $field $role),
                    |layer: &$layer| &layer.$field,
                );)*
            }
        };
    };
}

#[cfg(feature = "train")]
#[doc(hidden)]
#[macro_export]
macro_rules! train_params {
    (@tensor_options $options:ident $field:ident State) => { $crate::__private::train::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident UnitState) => { $crate::__private::train::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident $role:ident) => { &$options.$field };
    ([$($generic:tt)*] $layer:ty { $($field:ident: $role:ident),* } as $options:ty) => {
        impl<$($generic)*> $crate::__private::train::Params for $layer {
            type Options = $options;
            #[allow(unused)]
            fn visit<const VALUES: usize>(
                options: &$options,
                mut values: [&mut Self; VALUES],
                f: &mut $crate::__private::train::Visitor<VALUES>,
            ) {
                $($crate::__private::train::Tensor::visit::<Self, _, VALUES>(
                    (stringify!($field), $crate::__private::train::Role::$role, $crate::train_params!(@tensor_options options $field $role)),
                    values.each_mut().map(|value| &mut value.$field),
                    f,
                );)*
            }
            fn activity_regularizer(options: &$options) -> &$crate::__private::Regularizer {
                &options.activity_regularizer
            }
            #[allow(unused)]
            fn read(&self, options: &$options, f: &mut dyn FnMut(&$crate::__private::train::Tensor, &$crate::__private::train::TensorOptions, &[f32])) {
                $($crate::__private::train::Tensor::read::<Self, _>(
                    (stringify!($field), $crate::__private::train::Role::$role, $crate::train_params!(@tensor_options options $field $role)),
                    &self.$field,
                    f,
                );)*
            }
        }
    };
}

// Runs the tail first, so that the calls come out in reverse. `$call!` is the call of one layer's backward pass.
#[cfg(feature = "train")]
macro_rules! back {
    ($call:ident $s:ident $p:ident $c:ident $context:ident $x:ident $dy:ident $w:expr; $Z:ident $z:tt) => {{
        $context.needs_input_grad = $w;
        regularize::<_, $Z>(&$p.$z, $x, $dy, &$c.$z);
        let dx = $call!($z, $x, $dy);
        $context.fuse_head = false;
        dx
    }};
    ($call:ident $s:ident $p:ident $c:ident $context:ident $x:ident $dy:ident $w:expr; $L:ident $i:tt $($t:tt)+) => {{
        let dy = {
            let x = $L::output($x, &$c.$i);
            back!($call $s $p $c $context x $dy ($w || $L::PARAMS > 0); $($t)+)
        };
        if $w || $L::PARAMS > 0 {
            $context.needs_input_grad = $w;
            regularize::<_, $L>(&$p.$i, $x, dy, &$c.$i);
            $call!($i, $x, dy)
        } else {
            // Nobody wants anything of what comes before the first parameters.
            &mut []
        }
    }};
}

// Nests `After`, one layer at a time.
macro_rules! past {
    ($f:ty;) => { $f };
    ($f:ty; $L:ident $($t:ident)*) => { past!(After<$f, $L>; $($t)*) };
}

// What may be done with the output of the last of these layers.
macro_rules! after {
    ($S:ty;) => { $S };
    ($S:ty; $L:ident ($In:ty) $($t:tt)*) => { after!(<<$L as Layer<$In>>::Place as Place<$L, $In>>::After<$S>; $($t)*) };
}

// What these layers ask of the two areas, where those after them ask for `$R`.
macro_rules! room {
    ($S:ty, $R:ty;) => { $R };
    ($S:ty, $R:ty; $L:ident ($In:ty) $($t:tt)*) => {
        <<$L as Layer<$In>>::Place as Place<$L, $In>>::Sizes<$S, room!(after!($S; $L ($In)), $R; $($t)*)>
    };
}

// The first of some layers.
macro_rules! first {
    ($L:ident $($t:ident)*) => {
        $L
    };
}

// What these layers become, each between its neighbours.
macro_rules! folded {
    ([$($done:ty,)*] $B:ty, $A:ty; $Z:ident) => { ($($done,)* $Z::As<$B, $A>,) };
    ([$($done:ty,)*] $B:ty, $A:ty; $L:ident $N:ident $($t:ident)*) => {
        folded!([$($done,)* $L::As<$B, $N::Starts>,] $L::Absorbs, $A; $N $($t)*)
    };
}

// Writes that.
#[cfg(feature = "train")]
macro_rules! fold {
    ($s:ident $after:ident $to:ident $B:ty, $A:ty; $Z:ident $z:tt) => { $s.$z.fold_to::<$B, $A>($after, &mut $to.$z) };
    ($s:ident $after:ident $to:ident $B:ty, $A:ty; $L:ident $i:tt $N:ident $n:tt $($t:tt)*) => {
        $s.$i.fold_to::<$B, $N::Starts>($s.$n.norm(), &mut $to.$i);
        fold!($s $after $to $L::Absorbs, $A; $N $n $($t)*)
    };
}

// What the first of these layers says of the samples.
#[cfg(feature = "train")]
macro_rules! check {
    ($x:ident; $L:ident $($t:ident)*) => {
        $L::check($x)
    };
}

macro_rules! sequence {
    // `done` holds name, index, input and the layers before it; each step emits one arity and goes on.
    (@grow [$($done:tt)*] [$($before:ident)*] $In:ty;) => {};
    (@grow [$($done:tt)*] [$($before:ident)*] $In:ty; $L:ident $i:tt $($rest:tt)*) => {
        sequence!(@emit [$($done)*] $L $i ($In) [$($before)*]);
        sequence!(@grow [$($done)* $L $i ($In) [$($before)*]] [$($before)* $L] $L::Y; $($rest)*);
    };
    (@emit [$($L:ident $i:tt ($In:ty) [$($B:ident)*])*] $Z:ident $z:tt ($Zn:ty) [$($ZB:ident)*]) => {
        impl<$($L: Arch,)* $Z: Arch> Arch for ($($L,)* $Z,) {
            const NAME: &'static Text = &Text::new("(")$(.push($L::NAME.bytes()).push(b", "))*.push($Z::NAME.bytes()).push(b")");
            const IDENTITY: &'static Text = &Text::tuple(&[$($L::IDENTITY,)* $Z::IDENTITY]);
            const PARAMS: usize = $($L::PARAMS +)* $Z::PARAMS;
            const BYTES: usize = $($L::BYTES +)* $Z::BYTES;
            const FLOATS: bool = $($L::FLOATS &&)* $Z::FLOATS;
            const EXISTS: bool = $($L::EXISTS &&)* $Z::EXISTS;
        }
        impl<Bytes: File, $($L: Embed<past!(Bytes; $($B)*)>,)* $Z: Embed<past!(Bytes; $($ZB)*)>> Embed<Bytes> for ($($L,)* $Z,) {
            const VALUE: Self = ($($L::VALUE,)* $Z::VALUE,);
        }
        impl<X, $($L: Layer<$In>,)* $Z: Layer<$Zn>> Layer<X> for ($($L,)* $Z,) {
            type Y = $Z::Y;
            type Scratch = ScratchOf<<InTurn as Place<Self, X>>::Sizes<Outside, ((), ())>>;
            type Place = InTurn;
            const MACS: usize = $($L::MACS +)* $Z::MACS;
            #[inline]
            fn infer<'a>(&self, x: &'a X, work: &'a mut Self::Scratch) -> &'a Self::Y {
                <InTurn as Place<Self, X>>::run(self, Cursor::new(x, work)).output()
            }
        }
        impl<X, $($L: Layer<$In>,)* $Z: Layer<$Zn>> Place<($($L,)* $Z,), X> for InTurn {
            type After<S: MayOverwrite> = after!(S; $($L ($In))* $Z ($Zn));
            type Sizes<S: MayOverwrite, R: AreaSizes + 'static> = room!(S, R; $($L ($In))* $Z ($Zn));
            #[inline(always)]
            fn run<'a, S: MayOverwrite>(net: &($($L,)* $Z,), at: Cursor<'a, X, S>) -> Cursor<'a, $Z::Y, Self::After<S>> {
                $(let at = $L::Place::run(&net.$i, at);)*
                $Z::Place::run(&net.$z, at)
            }
        }
        impl<$($L: Fold,)* $Z: Fold> Fold for ($($L,)* $Z,) {
            type Starts = <first!($($L)* $Z) as Fold>::Starts;
            type Absorbs = $Z::Absorbs;
            type As<Before: Bool, After: Bool> = folded!([] Before, After; $($L)* $Z);
        }
        #[cfg(feature = "train")]
        impl<$($L: FoldValues,)* $Z: FoldValues> FoldValues for ($($L,)* $Z,) {
            fn norm(&self) -> Option<Norm<'_>> {
                self.0.norm()
            }
            fn fold_to<Before: Bool, After: Bool>(&self, after: Option<Norm<'_>>, to: &mut Self::As<Before, After>) {
                fold!(self after to Before, After; $($L $i)* $Z $z);
            }
        }
        #[cfg(feature = "train")]
        impl<$($L: Params,)* $Z: Params> Params for ($($L,)* $Z,) {
            type Options = ($($L::Options,)* $Z::Options,);
            fn visit<const K: usize>(p: &Self::Options, mut v: [&mut Self; K], f: &mut Visitor<K>) {
                $($L::visit(&p.$i, v.each_mut().map(|v| &mut v.$i), f);)*
                $Z::visit(&p.$z, v.each_mut().map(|v| &mut v.$z), f);
            }
            fn activity_regularizer(_: &Self::Options) -> &Regularizer {
                Regularizer::NONE
            }
            fn read(&self, p: &Self::Options, f: &mut dyn FnMut(&Tensor, &TensorOptions, &[f32])) {
                $(self.$i.read(&p.$i, f);)*
                self.$z.read(&p.$z, f);
            }
        }
        #[cfg(feature = "train")]
        impl<X, $($L: Train<$In>,)* $Z: Train<$Zn>> Train<X> for ($($L,)* $Z,) {
            type Cache = ($($L::Cache,)* $Z::Cache,);
            const HEAD: Option<Head> = $Z::HEAD;
            const CACHE: usize = $($L::CACHE +)* $Z::CACHE;
            fn forward<'a>(&self, p: &Self::Options, x: &'a [X], c: &'a mut Self::Cache, context: &mut Context) -> &'a [Self::Y] {
                let logits = core::mem::take(&mut context.fuse_head);
                $(let x = forward(&self.$i, &p.$i, x, &mut c.$i, context);)*
                context.fuse_head = logits;
                forward(&self.$z, &p.$z, x, &mut c.$z, context)
            }
            fn output<'a>(x: &'a [X], c: &'a Self::Cache) -> &'a [Self::Y] {
                $(let x = $L::output(x, &c.$i);)*
                $Z::output(x, &c.$z)
            }
            fn backward<'a>(
                &self, p: &Self::Options, x: &[X], dy: &'a mut [Self::Y], c: &'a mut Self::Cache, g: &mut Self, context: &mut Context,
            ) -> &'a mut [X] {
                let needs_input_grad = context.needs_input_grad;
                macro_rules! call { ($n:tt, $x:expr, $dy:expr) => { self.$n.backward(&p.$n, $x, $dy, &mut c.$n, &mut g.$n, context) } }
                back!(call self p c context x dy needs_input_grad; $($L $i)* $Z $z)
            }
            fn backward_and_step<'a>(
                &mut self, p: &Self::Options, x: &[X], dy: &'a mut [Self::Y], c: &'a mut Self::Cache, g: &mut Self, step: &mut Step<'_, Self>,
                context: &mut Context,
            ) -> &'a mut [X] {
                let needs_input_grad = context.needs_input_grad;
                macro_rules! call { ($n:tt, $x:expr, $dy:expr) => {
                    self.$n.backward_and_step(&p.$n, $x, $dy, &mut c.$n, &mut g.$n, &mut step.of(|net| &mut net.$n), context)
                } }
                back!(call self p c context x dy needs_input_grad; $($L $i)* $Z $z)
            }
            fn check(x: &[X]) -> Result<()> {
                check!(x; $($L)* $Z)
            }
            fn validate(p: &Self::Options) -> Result<()> {
                $(<$L as Train<$In>>::validate(&p.$i)?;)*
                <$Z as Train<$Zn>>::validate(&p.$z)
            }
            fn describe(p: &Self::Options, place: &str, rows: &mut Vec<Row>) {
                $(<$L as Train<$In>>::describe(&p.$i, &format!(concat!("{}.", $i), place), rows);)*
                <$Z as Train<$Zn>>::describe(&p.$z, &format!(concat!("{}.", $z), place), rows);
            }
        }
    };
}
sequence!(@grow [] [] X; A 0 B 1 C 2 D 3 E 4 F 5 G 6 H 7 I 8 J 9 K0 10 L 11);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::layers::batch_norm::BatchNorm;
    use crate::layers::dense::Dense;
    use crate::layers::dropout::Dropout;
    use crate::layers::flatten::Flatten;
    use crate::layers::relu::Relu;
    use crate::layers::reshape::Reshape;
    use crate::layers::softmax::Softmax;
    use crate::layers::tanh::Tanh;
    use crate::memory::plain::{Floats, zeroed};
    use crate::shape::sample::Sample;
    use crate::shape::sample::{Image, Vector};

    fn dense<const I: usize, const O: usize>(seed: usize) -> Dense<I, O> {
        let number = |r: usize, c: usize| ((seed + 7 * r + 3 * c) % 11) as f32 / 8.0 - 0.6;
        Dense { kernel: nalgebra::SMatrix::from_fn(number), bias: nalgebra::SVector::from_fn(number) }
    }

    /// The output for `x`, from memory that is full of what another inference left, equals that of one layer after another.
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
        check!((dense::<4, 6>(1), norm(), Relu, dense::<6, 2>(2)), Vector<4>, 4 * (12 + 6); 0 1 2 3);
        let inner = (zeroed::<Reshape<Vector<6>, Image<1, 2, 3>>>(), Flatten, norm(), Relu, dense::<6, 6>(5), Tanh);
        check!((dense::<4, 6>(1), inner, Relu, dense::<6, 2>(2), Relu), Vector<4>, 4 * (12 + 6); 0 1 2 3 4);
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
        use crate::contract::layer::Layer;
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
