//! Layers composed of two inner layers.

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
