//! Layers composed of two inner layers.

/// The methods of `Params` for a layer with two inner layers, whose fields have the same names in the layer and in its
/// options.
#[cfg(feature = "train")]
macro_rules! params_of_two {
    ($first:tt: $First:ident, $second:tt: $Second:ident) => {
        fn visit<const K: usize>(
            options: &Self::Options,
            mut values: [&mut Self; K],
            f: &mut crate::contract::train::Visitor<K>,
        ) {
            $First::visit(&options.$first, values.each_mut().map(|value| &mut value.$first), f);
            $Second::visit(&options.$second, values.each_mut().map(|value| &mut value.$second), f);
        }
        fn read(
            &self,
            options: &Self::Options,
            f: &mut dyn FnMut(&crate::contract::train::Tensor, &crate::contract::train::TensorOptions, &[f32]),
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

/// The methods of `Train` for a layer of two others, whose caches are the `inner` ones of its own. `$back!` is both
/// backward passes: it is given a macro that calls the one of a field, by its number in the cache, with inputs and the
/// gradient of outputs.
#[cfg(feature = "train")]
macro_rules! train_of_two {
    ($sample:ty, $back:ident, $first:tt: $First:ident, $second:tt: $Second:ident) => {
        fn backward<'a>(
            &self,
            options: &Self::Options,
            x: &[$sample],
            dy: &'a mut [Self::Y],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            context: &mut crate::contract::train::Context,
        ) -> &'a mut [$sample] {
            macro_rules! call {
                ($field:tt, $i:tt, $x:expr, $dy:expr) => {
                    self.$field.backward(&options.$field, $x, $dy, &mut c.inner.$i, &mut grad.$field, context)
                };
            }
            $back!(call options x dy c context)
        }
        fn backward_and_step<'a>(
            &mut self,
            options: &Self::Options,
            x: &[$sample],
            dy: &'a mut [Self::Y],
            c: &'a mut Self::Cache,
            grad: &mut Self,
            step: &mut crate::contract::train::Step<'_, Self>,
            context: &mut crate::contract::train::Context,
        ) -> &'a mut [$sample] {
            macro_rules! call {
                ($field:tt, $i:tt, $x:expr, $dy:expr) => {
                    self.$field.backward_and_step(
                        &options.$field,
                        $x,
                        $dy,
                        &mut c.inner.$i,
                        &mut grad.$field,
                        &mut step.of(|layer| &mut layer.$field),
                        context,
                    )
                };
            }
            $back!(call options x dy c context)
        }
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
