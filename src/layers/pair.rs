//! Layers composed of two inner layers.

/// What a tuple struct of two layers has of both by itself: `Zeroed`, `Embed`, `Fold` and `FoldValues`.
macro_rules! pair {
    ($Pair:ident<$A:ident, $B:ident>) => {
        crate::zeroed!([$A: crate::memory::plain::Zeroed, $B: crate::memory::plain::Zeroed] $Pair<$A, $B> { 0, 1 });

        impl<Bytes: crate::contract::embed::File, $A, $B> crate::contract::embed::Embed<Bytes> for $Pair<$A, $B>
        where
            $A: crate::contract::embed::Embed<Bytes>,
            $B: crate::contract::embed::Embed<crate::contract::embed::After<Bytes, $A>>,
        {
            const VALUE: Self = $Pair($A::VALUE, $B::VALUE);
        }

        impl<$A: crate::contract::fold::Fold, $B: crate::contract::fold::Fold> crate::contract::fold::Fold for $Pair<$A, $B> {
            type Starts = crate::contract::fold::False;
            type Absorbs = crate::contract::fold::False;
            type As<Before: crate::contract::fold::Bool, After: crate::contract::fold::Bool> =
                $Pair<$A::As<crate::contract::fold::False, crate::contract::fold::False>, $B::As<crate::contract::fold::False, crate::contract::fold::False>>;
        }

        #[cfg(feature = "train")]
        impl<$A: crate::contract::fold::FoldValues, $B: crate::contract::fold::FoldValues> crate::contract::fold::FoldValues for $Pair<$A, $B> {
            fn fold_to<Before: crate::contract::fold::Bool, After: crate::contract::fold::Bool>(
                &self,
                _: Option<crate::contract::fold::Norm<'_>>,
                to: &mut Self::As<Before, After>,
            ) {
                use crate::contract::fold::False;
                self.0.fold_to::<False, False>(None, &mut to.0);
                self.1.fold_to::<False, False>(None, &mut to.1);
            }
        }
    };
}
pub(crate) use pair;

/// The methods of `Params` for a layer with two inner layers, whose fields have the same names in the layer and in its
/// options.
#[cfg(feature = "train")]
macro_rules! params_of_two {
    ($first:tt: $First:ident, $second:tt: $Second:ident) => {
        const TENSORS: usize = $First::TENSORS + $Second::TENSORS;
        fn visit<const K: usize>(
            options: &Self::Options,
            mut values: [&mut Self; K],
            f: &mut crate::contract::tensor::Visitor<K>,
        ) {
            $First::visit(&options.$first, values.each_mut().map(|value| &mut value.$first), f);
            $Second::visit(&options.$second, values.each_mut().map(|value| &mut value.$second), f);
        }
        fn read(
            &self,
            options: &Self::Options,
            f: &mut dyn FnMut(&crate::contract::tensor::Tensor, &crate::contract::tensor::TensorOptions, &[f32]),
        ) {
            self.$first.read(&options.$first, f);
            self.$second.read(&options.$second, f);
        }
        // The inner layers apply their own.
        fn activity_regularizer(_: &Self::Options) -> &crate::regularizers::Regularizer {
            crate::regularizers::Regularizer::NONE
        }
    };
}
#[cfg(feature = "train")]
pub(crate) use params_of_two;

/// The methods of `Train` that a layer of two others leaves to both.
#[cfg(feature = "train")]
macro_rules! train_of_two {
    ($first:tt: $First:ident, $second:tt: $Second:ident) => {
        fn validate(options: &Self::Options) -> crate::io::error::Result<()> {
            $First::validate(&options.$first)?;
            $Second::validate(&options.$second)
        }
        fn describe(options: &Self::Options, place: &str, rows: &mut Vec<crate::contract::train::Row>) {
            $First::describe(&options.$first, &format!("{place}.{}", stringify!($first)), rows);
            $Second::describe(&options.$second, &format!("{place}.{}", stringify!($second)), rows);
        }
    };
}
#[cfg(feature = "train")]
pub(crate) use train_of_two;
