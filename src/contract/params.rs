//! The macro that writes all that follows from a layer's list of fields.

/// Implements everything mechanical about a layer: its name and size, how it is embedded, zeroed, folded and visited.
///
/// The macro takes the struct, all its fields in their order, each with its [`Role`](crate::Role), and the type of its
/// training options.
///
/// - The struct is `#[repr(C)]`: a checkpoint has the parameters in the order of memory. A struct whose fields lie
///   otherwise, at any size, does not compile.
/// - The options have a [`TensorOptions`](crate::TensorOptions) of the same name for each field that is not a state,
///   and an `activity_regularizer`.
/// - `, custom fold` at the end: the layer can absorb a batch normalization that follows, and implements
///   [`Fold`](crate::Fold) itself.
/// - `, training only` at the end: the layer has no parameters, and its inference returns its input, as that of a
///   dropout. Checkpoints [leave it out](crate::Arch::IDENTITY).
///
/// ```
/// use taut::{Arch, TensorOptions, params};
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
/// /// Changes its input in training only.
/// #[repr(C)]
/// pub struct Blur;
/// params!(Blur {} as taut::NoParameters, training only);
///
/// assert_eq!((Scale::<3>::NAME.as_str(), Scale::<3>::PARAMS), ("Scale<3>", 3));
/// assert_eq!((Blur::NAME.as_str(), Blur::IDENTITY.as_str()), ("Blur", ""));
/// ```
#[macro_export]
macro_rules! params {
    (
        $name:tt $(<$($g:ident),+ $(,)?>)? { $($field:ident: $role:ident),* $(,)? } as $options:ty
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
    // The text in a checkpoint: the name, or a word of its own, where the type has been renamed since files were first
    // written.
    (@word [$name:expr]) => { $name };
    (@word [$name:expr] $word:expr) => { &$word };
    (@identity $name:expr, {}) => { $name };
    (@identity $name:expr, {} only) => { &$crate::__private::text::Text::new("") };
    (@identity $name:expr, { $($field:ident)+ }) => { $name };
    (@identity $name:expr, { $($field:ident)+ } only) => {
        compile_error!("a layer that is for `training only` has no parameters: a checkpoint leaves it out")
    };
    // A layer may have no bias.
    (@empty Bias $layer:ty, $field:ident) => { false };
    (@empty $role:ident $layer:ty, $field:ident) => { $crate::__private::field::size_of_field(|layer: &$layer| &layer.$field) == 0 };
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
        [$($generic:tt)*] $layer:ty as $small:ty, $text:expr $(=> $word:expr)?,
        { $($field:ident: $role:ident),* $(; $marker:tt)? } as $options:ty $(, custom $own:ident)? $(, training $only:ident)?
    ) => {
        impl<$($generic)*> $crate::__private::layer::Arch for $layer {
            const NAME: &'static $crate::__private::text::Text = &$text;
            const IDENTITY: &'static $crate::__private::text::Text =
                $crate::params!(@identity $crate::params!(@word [Self::NAME] $($word)?), { $($field)* } $($only)?);
            const PARAMS: usize = (0 $(+ $crate::__private::field::size_of_field(|layer: &Self| &layer.$field))*) / size_of::<f32>();
            const FLAW: u8 = $crate::__private::layer::flaw(Self::PARAMS, false $(|| $crate::params!(@empty $role Self, $field))*);
        }
        impl<__Bytes: $crate::__private::embed::File, $($generic)*> $crate::__private::embed::Embed<__Bytes> for $layer {
            const VALUE: Self = {
                // For this very type: the file's order is that of the fields, and nothing lies between or behind them.
                assert!($crate::params!(@dense Self { $($field)* }) == size_of::<Self>());
                Self {
                    $($field: $crate::__private::embed::read(__Bytes::BYTES, __Bytes::OFFSET + ::core::mem::offset_of!(Self, $field)),)*
                    $($marker: ::core::marker::PhantomData)?
                }
            };
        }
        // SAFETY: the literal above names every field, and each is `Floats`, since `read` gives nothing else, or takes
        // no room.
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
    (@tensor_options $options:ident $field:ident State) => { $crate::__private::tensor::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident UnitState) => { $crate::__private::tensor::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident $role:ident) => { &$options.$field };
    // Options that do not compile with the feature `train` do not compile without it.
    ([$($generic:tt)*] $layer:ty { $($field:ident: $role:ident),* } as $options:ty) => {
        const _: () = {
            #[allow(dead_code)]
            fn options<$($generic)*>(options: &$options) {
                $crate::__private::tensor::layer::<$layer, $options>(options, &options.activity_regularizer);
                $($crate::__private::tensor::tensor(
                    $crate::__private::tensor::Role::$role,
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
    (@tensor_options $options:ident $field:ident State) => { $crate::__private::tensor::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident UnitState) => { $crate::__private::tensor::TensorOptions::NONE };
    (@tensor_options $options:ident $field:ident $role:ident) => { &$options.$field };
    ([$($generic:tt)*] $layer:ty { $($field:ident: $role:ident),* } as $options:ty) => {
        impl<$($generic)*> $crate::__private::tensor::Params for $layer {
            type Options = $options;
            type Kind = $crate::__private::outputs::Undeclared;
            const TENSORS: usize = 0 $(+ ($crate::__private::field::size_of_field(|layer: &Self| &layer.$field) > 0) as usize)*;
            #[allow(unused)]
            fn visit<const __VALUES: usize>(
                options: &$options,
                mut values: [&mut Self; __VALUES],
                f: &mut $crate::__private::tensor::Visitor<__VALUES>,
            ) {
                $($crate::__private::tensor::Tensor::visit::<Self, _, __VALUES>(
                    (stringify!($field), $crate::__private::tensor::Role::$role, $crate::train_params!(@tensor_options options $field $role)),
                    values.each_mut().map(|value| &mut value.$field),
                    f,
                );)*
            }
            fn activity_regularizer(options: &$options) -> &$crate::__private::Regularizer {
                &options.activity_regularizer
            }
            #[allow(unused)]
            fn read(&self, options: &$options, f: &mut dyn FnMut(&$crate::__private::tensor::Tensor, &$crate::__private::tensor::TensorOptions, &[f32])) {
                $($crate::__private::tensor::Tensor::read::<Self, _>(
                    (stringify!($field), $crate::__private::tensor::Role::$role, $crate::train_params!(@tensor_options options $field $role)),
                    &self.$field,
                    f,
                );)*
            }
        }
    };
}
