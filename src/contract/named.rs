//! `network!`: networks with a name, whose layers are checked where they stand.

use core::marker::PhantomData;

/// Some types, one for each field of a network.
#[doc(hidden)]
pub trait Family {
    type Outputs;
}

/// [`Has`], asked of the key: the compiler compares all impls for one type with each other, which takes long where they
/// are many.
#[doc(hidden)]
pub trait PartIn<N> {
    type Part;
    const INDEX: usize;
    fn part(net: &N) -> &Self::Part;
    fn part_mut(net: &mut N) -> &mut Self::Part;
}

/// What layers become when they are folded, each between its neighbours.
#[doc(hidden)]
pub struct FoldsOf<F, Before, After>(PhantomData<(F, Before, After)>);
impl<F: Family, Before, After> Family for FoldsOf<F, Before, After> {
    type Outputs = F::Outputs;
}

/// The plans of layers.
#[cfg(feature = "train")]
#[doc(hidden)]
pub struct PlansOf<F>(PhantomData<F>);
#[cfg(feature = "train")]
impl<F: Family> Family for PlansOf<F> {
    type Outputs = F::Outputs;
}

/// A network with a name, checked where it stands: a layer that does not fit is one error, on the layer's own tokens,
/// and none where the network is used.
///
/// As a struct, a network has any number of layers, of which each has a name. Its fields are public, and it is `Clone`,
/// `Debug` and `PartialEq`, where its layers are: derive nothing. Each layer must be as public as the network.
///
/// ```
/// use taut::prelude::*;
/// network! {
///     /// Reads digits.
///     pub struct Digits: Image<8, 8, 1> {
///         flatten: Flatten,
///         /// Where the work is.
///         hidden: Dense<64, 32>,
///         relu: Relu,
///         scores: Dense<32, 10>,
///         softmax: Softmax,
///     }
/// }
/// let model = Model::<Image<8, 8, 1>, Digits>::new(3).layers(|net| net.hidden.kernel.regularizer = L2(0.01).into());
/// println!("{}", model.summary()); // net.flatten, net.hidden, …
/// assert_eq!(model.net().scores.bias.len(), 10);
/// ```
///
/// As a tuple, it has at most twelve, which are reached by number:
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<8, 8, 1> = (Flatten, Dense<64, 32>, Relu, Dense<32, 10>, Softmax); }
/// ```
///
/// A plain `type Net = (Flatten, …);` works as well, and is checked where it is used. All three write the same
/// checkpoints.
///
/// # Sizes as parameters
///
/// Both forms take sizes, with which the layers fit whatever they are:
///
/// ```
/// use taut::prelude::*;
/// network! {
///     pub struct Mlp<const H: usize>: Image<8, 8, 1> {
///         flatten: Flatten,
///         hidden: Dense<64, H>,
///         relu: Relu,
///         scores: Dense<H, 10>,
///         softmax: Softmax,
///     }
/// }
/// network! { type Encoder<const H: usize>: Vector<64> = (Dense<64, H>, Relu, Dense<H, 4>); }
/// fn parameters<const H: usize>() -> usize {
///     Budget::<Image<8, 8, 1>, Mlp<H>>::PARAMS
/// }
/// assert_eq!((parameters::<32>(), parameters::<64>()), (2_410, 4_810));
/// ```
///
/// Where they fit only for some sizes, since one is computed of another, say what these are by default. The network is
/// checked with them, and with others where it is used. What the last layer puts out is also that of the default sizes:
/// where it is another for the sizes that you use (a `Softmax` over one class, say), wrap the loss in
/// [`Unchecked`](crate::Unchecked).
///
/// ```
/// use taut::prelude::*;
/// network! {
///     struct Small<const C: usize = 4, const FLAT: usize = 144>: Image<8, 8, 1> {
///         convolution: Conv2d<1, C, 3>,
///         relu: Relu,
///         flatten: Flatten,
///         scores: Dense<FLAT, 10>,
///     }
/// }
/// assert!(Budget::<Image<8, 8, 1>, Small<8, 288>>::PARAMS > Budget::<Image<8, 8, 1>, Small>::PARAMS);
/// ```
#[macro_export]
macro_rules! network {
    // A struct: its fields are read, then it is checked and written.
    ($(#[$meta:meta])* $vis:vis struct $name:ident: $x:ty { $($(#[$of:meta])* $field:ident: $layer:ty),+ $(,)? }) => {
        $crate::network!(@struct [$(#[$meta])*] [$vis] $name [] [] [
            $crate::network!(@fits [$x] fields $($layer;)+)
        ] $([$(#[$of])*] $field: $layer;)+);
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$(const $g:ident: usize),+ $(,)?>: $x:ty {
        $($(#[$of:meta])* $field:ident: $layer:ty),+ $(,)?
    }) => {
        $crate::network!(@struct [$(#[$meta])*] [$vis] $name [$($g)+] [$(const $g: usize,)+] [
            $crate::network!(@fit_for_all [$x] [$($g)+] fields $($layer;)+)
        ] $([$(#[$of])*] $field: $layer;)+);
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident<$(const $g:ident: usize = $size:tt),+ $(,)?>: $x:ty {
        $($(#[$of:meta])* $field:ident: $layer:ty),+ $(,)?
    }) => {
        $crate::network!(@struct [$(#[$meta])*] [$vis] $name [$($g)+] [$(const $g: usize = $size,)+] [
            $crate::network!(@fits [$x] [$($g = $size;)+] fields $($layer;)+)
        ] $([$(#[$of])*] $field: $layer;)+);
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident $(<$(const $g:ident: usize $(= $size:tt)?),+ $(,)?>)?: $x:ty {}) => {
        compile_error!("expected at least one layer: `struct Net: Vector<4> { hidden: Dense<4, 8>, relu: Relu }`");
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident $(<$(const $g:ident: usize $(= $size:tt)?),+ $(,)?>)?: $x:ty {
        $($(#[$of:meta])* $of_vis:vis $field:ident: $layer:ty),+ $(,)?
    }) => {
        compile_error!("expected fields without `pub`, since all are public, and sizes of which all have a default or none has");
    };
    ($(#[$meta:meta])* $vis:vis struct $name:ident $(<$(const $g:ident: usize $(= $size:tt)?),+ $(,)?>)? { $($rest:tt)* }) => {
        compile_error!("expected what the network takes: `struct Net: Vector<4> { hidden: Dense<4, 8>, relu: Relu }`");
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident $(<$(const $g:ident: usize $(= $size:tt)?),+ $(,)?>)?: $x:ty = (
        $a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g_:ty, $h:ty, $i:ty, $j:ty, $k:ty, $l:ty, $more:ty $(, $layer:ty)* $(,)?
    ) $(;)?) => {
        compile_error!("a tuple holds at most twelve layers; put tuples into tuples for more, `((Dense<4, 8>, Relu), (Dense<8, 2>, Softmax))`, or name them in a `struct`");
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident: $x:ty = ($($layers:tt)+) $(;)?) => {
        $crate::network!(@type [$(#[$meta])* $vis] $name [] ($($layers)+) [$crate::network!(@fits [$x] $($layers)+)]);
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident<$(const $g:ident: usize),+ $(,)?>: $x:ty = ($($layers:tt)+) $(;)?) => {
        $crate::network!(@type [$(#[$meta])* $vis] $name [$(const $g: usize),+] ($($layers)+) [
            $crate::network!(@fit_for_all [$x] [$($g)+] $($layers)+)
        ]);
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident<$(const $g:ident: usize = $size:tt),+ $(,)?>: $x:ty = ($($layers:tt)+) $(;)?) => {
        $crate::network!(@type [$(#[$meta])* $vis] $name [$(const $g: usize = $size),+] ($($layers)+) [
            $crate::network!(@fits [$x] [$($g = $size;)+] $($layers)+)
        ]);
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident: $x:ty = $layer:ty $(;)?) => {
        compile_error!("expected the layers in parentheses: `(Dense<4, 8>, Relu)`, or `(Dense<4, 8>,)` for one alone");
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident = $($rest:tt)*) => {
        compile_error!("expected what the network takes: `type Net: Vector<4> = (Dense<4, 8>, Relu);`");
    };

    (@type [$($head:tt)*] $name:ident [$($generic:tt)*] ($($layer:ty),+ $(,)?) [$($fits:tt)+]) => {
        $($head)* type $name<$($generic)*> = $crate::__private::checked::Checked<($($layer,)+), { $($fits)+ }>;
    };

    // Whether the layers fit: what is known of the outputs, or an error.
    (@fits [$x:ty] [$($g:ident = $size:tt;)+] $($layers:tt)+) => {{
        $(
            #[allow(unused)]
            const $g: usize = $size;
        )+
        $crate::network!(@fits [$x] $($layers)+)
    }};
    (@fits [$x:ty] $($layers:tt)+) => { $crate::network!(@flow [exists] $crate::__private::fits::Flow::<$crate::__private::fits::Of<$x>>::NEW; $($layers)+).outputs() };
    // Whether the layers fit for all sizes: the function is checked by itself, and what calls it is an error if it is
    // one. (The sizes that it is called with are any.)
    (@fit_for_all [$x:ty] [$($g:ident)+] $($layers:tt)+) => {{
        const fn fit<$(const $g: usize),+>() -> u8 {
            $crate::network!(@flow [] $crate::__private::fits::Flow::<$crate::__private::fits::Of<$x>>::NEW; $($layers)+).outputs()
        }
        fit::<$({ #[allow(unused)] const $g: usize = 8; $g }),+>()
    }};
    // What flows out of the fields of a struct, which may be many.
    (@flow $exists:tt $x:expr; fields $($layer:ty;)+) => {{
        let x = $x;
        $(
            let between = <$layer as $crate::__private::fits::Accepts<_, _, _>>::BETWEEN;
            let x = $crate::__private::fits::behind(x, between);
            $crate::network!(@exists $exists $layer);
        )+
        x
    }};
    // What flows out of the layers of a tuple, one by one and also inside of its tuples, so that the one that does not
    // fit is named.
    (@flow $exists:tt $x:expr;) => { $x };
    (@flow $exists:tt $x:expr; ($($inner:tt)+) $(, $($rest:tt)*)?) => {
        $crate::network!(@flow $exists $crate::network!(@flow $exists $x; $($inner)+); $($($rest)*)?)
    };
    (@flow $exists:tt $x:expr; $layer:ty $(, $($rest:tt)*)?) => {
        $crate::network!(@flow $exists $crate::network!(@flow $exists $x; fields $layer;); $($($rest)*)?)
    };
    (@exists [] $layer:ty) => {};
    (@exists [exists] $layer:ty) => {{
        #[allow(unused_imports)]
        use $crate::__private::fits::Unasked as _;
        $crate::__private::fits::exists::<$layer, { $crate::__private::fits::Asked::<$layer>::FLAW }>();
    }};

    // A field that comes twice is a parameter that comes twice, of a macro that then writes nothing.
    (@struct [$($head:tt)*] [$vis:vis] $name:ident $g:tt $generic:tt $fits:tt $($of:tt $field:ident: $layer:ty;)+) => {
        $crate::fields_must_differ! { ($) [$($field)+]
            $crate::network!(@write [$($head)*] [$vis] $name $g $generic $fits $($of $field: $layer;)+);
        }
    };
    (@write [$($head:tt)*] [$vis:vis] $name:ident [$($g:ident)*] [$($generic:tt)*] [$($fits:tt)+]
        $([$($of:tt)*] $field:ident: $layer:ty;)+) => {
        $($head)*
        $vis struct $name<$($generic)* const __OUTPUTS: u8 = { $($fits)+ }> {
            $(
                $($of)*
                #[doc = concat!("`", stringify!($layer), "`")]
                pub $field: $layer,
            )+
        }

        #[allow(non_camel_case_types, dead_code, unnameable_types, unreachable_pub, private_interfaces, private_bounds, clippy::all)]
        const _: () = {
            /// The fields' keys.
            pub mod field_key {
                $(pub struct $field;)+
            }
            /// The fields' places in the order.
            enum FieldIndex {
                $($field,)+
            }
            /// A type for each field.
            $vis trait FieldTypes: $crate::__private::named::Family {
                $(type $field;)+
            }
            /// Fields of the same names with other types: plans, or what the network folds to.
            $vis struct FieldsOf<F: FieldTypes> {
                $(pub $field: <F as FieldTypes>::$field,)+
            }
            /// The network's own types.
            $vis struct LayersOf<$(const $g: usize,)* const __OUTPUTS: u8>;
            impl<$(const $g: usize,)* const __OUTPUTS: u8> $crate::__private::named::Family for LayersOf<$($g,)* __OUTPUTS> {
                type Outputs = $crate::__private::network::Outputs<__OUTPUTS>;
            }

            impl<$(const $g: usize,)* const __OUTPUTS: u8> FieldTypes for LayersOf<$($g,)* __OUTPUTS> {
                $(type $field = $layer;)+
            }
            $crate::network!(@all AllArch, $crate::__private::layer::Arch, $($field)+);
            $crate::network!(@all AllFold, $crate::__private::fold::Fold, $($field)+);
            $crate::network!(@folds $($field)+);
            $crate::network!(@each [$(const $g: usize,)* const __OUTPUTS: u8] [$name<$($g,)* __OUTPUTS>] [LayersOf<$($g,)* __OUTPUTS>]
                $($field)+);
            $crate::network!(@each [F: FieldTypes] [FieldsOf<F>] [F] $($field)+);
            $crate::network!(@parts [$(const $g: usize,)* const __OUTPUTS: u8] [$name<$($g,)* __OUTPUTS>] [LayersOf<$($g,)* __OUTPUTS>]
                $name $($field)+);
            $crate::network!(@parts [F: FieldTypes] [FieldsOf<F>] [F] $name $($field)+);
            $crate::plan_of_fields!([$(const $g: usize,)* const __OUTPUTS: u8] [$name<$($g,)* __OUTPUTS>] [LayersOf<$($g,)* __OUTPUTS>]
                $($field)+);
        };
    };

    // Families whose types all have a contract. (As one bound, the compiler proves it once for all fields; as a bound
    // for each field, once for each of them and each use, which for 160 takes half a minute.)
    (@all $All:ident, $contract:path, $($field:ident)+) => {
        pub trait $All: FieldTypes<$($field: $contract),+> {}
        impl<F: FieldTypes<$($field: $contract),+>> $All for F {}
    };

    // Of three lists as long as each other, which are the fields and one more, the second has each field, the others
    // what is beside it.
    (@folds $first:ident $($rest:ident)*) => {
        $crate::network!(@folds
            [[__Before] [<<F as FieldTypes>::$first as $crate::__private::fold::Fold>::Absorbs]
                $([<<F as FieldTypes>::$rest as $crate::__private::fold::Fold>::Absorbs])*]
            [$first $($rest)* __taut_end]
            [$([<<F as FieldTypes>::$rest as $crate::__private::fold::Fold>::Starts])* [__After] [__After]]
        );
    };
    (@folds [$([$before:ty])+] [$($field:ident)+] [$([$after:ty])+]) => {
        impl<F: AllFold, __Before: $crate::__private::fold::Bool, __After: $crate::__private::fold::Bool> FieldTypes
            for $crate::__private::named::FoldsOf<F, __Before, __After>
        {
            $($crate::network!(@fold $field, $before, $after);)+
        }
    };
    (@fold __taut_end, $before:ty, $after:ty) => {};
    (@fold $field:ident, $before:ty, $after:ty) => {
        type $field = <<F as FieldTypes>::$field as $crate::__private::fold::Fold>::As<$before, $after>;
    };

    // All that follows from the parts of `$Net`, whose types are `$F`. The bounds name the types by `$F`, so that a
    // layer that lacks one of these contracts is no error here, as in a tuple.
    (@parts [$($generic:tt)*] [$Net:ty] [$F:ty] $name:ident $($field:ident)+) => {
        impl<$($generic)*> $crate::__private::network::Ordered for $Net {
            type Order = $crate::chain!($(field_key::$field),+);
        }
        impl<$($generic)*> $crate::__private::network::Network for $Net
        where
            $F: AllArch,
        {
            type Outputs = <$F as $crate::__private::named::Family>::Outputs;
            const PARTS: &'static [$crate::__private::part::Part] =
                &[$($crate::__private::part::Part::of::<<$F as FieldTypes>::$field>(stringify!($field)),)+];
        }
        $crate::network_contracts! {
            #[diagnostic::do_not_recommend]
            $Net, __X;
            Arch: [$($generic)*] [Self: $crate::__private::network::Network];
            Layer: [$($generic)*] [
                Self: $crate::__private::network::Network<Outputs: $crate::__private::network::Known<Self, Chain: $crate::__private::chain::Infers<Self, __X>>>
            ];
            Params: [$($generic)*] [
                Self: $crate::__private::chain::Planned + $crate::__private::plain::Zeroed + ::core::marker::Sync + 'static + $crate::__private::network::Network<
                    Outputs: $crate::__private::network::Known<Self, Chain: $crate::__private::chain::Visits<Self, $crate::__private::chain::PlanOf<Self>>>,
                >
            ];
            Train: [$($generic)*] [
                Self: $crate::__private::chain::Planned + $crate::__private::plain::Zeroed + ::core::marker::Sync + 'static + $crate::__private::network::Network<
                    Outputs: $crate::__private::network::Known<Self, Chain: $crate::__private::chain::Trains<Self, $crate::__private::chain::PlanOf<Self>, __X>>,
                >
            ];
        }
        $crate::quantize_by_chain! {
            $Net, __X;
            Quantize: [$($generic)*] [
                Self: $crate::__private::network::Network<
                    Outputs: $crate::__private::network::Known<Self, Chain: $crate::__private::quantize_network::Quantizes<Self, __X>>,
                >
            ];
            ToInt8: [$($generic)*] [
                Self: $crate::__private::network::Network<
                    Outputs: $crate::__private::network::Known<Self, Chain: $crate::__private::quantize_network::QuantizesTo<Self, __X>>,
                >
            ];
        }
        $crate::zeroed_fields! {
            [$($generic)*] $Net, $($field: <$F as FieldTypes>::$field,)+
        }
        impl<__Bytes: $crate::__private::embed::File, $($generic)*> $crate::__private::embed::Embed<__Bytes> for $Net
        where
            Self: $crate::__private::network::Network + $crate::__private::layer::Arch,
            $(<$F as FieldTypes>::$field: $crate::__private::embed::Embed<$crate::__private::network::PartOf<__Bytes, Self, field_key::$field>>,)+
        {
            const VALUE: Self = Self {
                $($field: <<$F as FieldTypes>::$field as $crate::__private::embed::Embed<
                    $crate::__private::network::PartOf<__Bytes, Self, field_key::$field>,
                >>::VALUE,)+
            };
        }
        impl<$($generic)*> $crate::__private::fold::Fold for $Net
        where
            $F: AllFold,
        {
            type Starts = <<Self as $crate::__private::network::Ordered>::Order as $crate::__private::chain::Folds<Self>>::Starts;
            type Absorbs = <<Self as $crate::__private::network::Ordered>::Order as $crate::__private::chain::Folds<Self>>::Absorbs;
            type As<__Before: $crate::__private::fold::Bool, __After: $crate::__private::fold::Bool> = FieldsOf<$crate::__private::named::FoldsOf<$F, __Before, __After>>;
        }
        $crate::fold_by_chain!([$($generic)*] $Net, $F);
        impl<$($generic)*> ::core::clone::Clone for $Net
        where
            $(<$F as FieldTypes>::$field: ::core::clone::Clone,)+
        {
            fn clone(&self) -> Self {
                Self { $($field: ::core::clone::Clone::clone(&self.$field),)+ }
            }
        }
        impl<$($generic)*> ::core::fmt::Debug for $Net
        where
            $(<$F as FieldTypes>::$field: ::core::fmt::Debug,)+
        {
            fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
                f.debug_struct(stringify!($name))$(.field(stringify!($field), &self.$field))+.finish()
            }
        }
        impl<$($generic)*> ::core::cmp::PartialEq for $Net
        where
            $(<$F as FieldTypes>::$field: ::core::cmp::PartialEq,)+
        {
            fn eq(&self, other: &Self) -> bool {
                $(self.$field == other.$field)&&+
            }
        }
    };
    (@each [$($generic:tt)*] [$Net:ty] [$F:ty] $($field:ident)+) => {
        impl<__K: $crate::__private::named::PartIn<Self>, $($generic)*> $crate::__private::network::Has<__K> for $Net {
            type Part = __K::Part;
            const INDEX: usize = __K::INDEX;
            #[inline(always)]
            fn part(&self) -> &__K::Part {
                __K::part(self)
            }
            #[inline(always)]
            fn part_mut(&mut self) -> &mut __K::Part {
                __K::part_mut(self)
            }
        }
        $crate::network!(@each_part [$($generic)*] [$Net] [$F] $($field)+);
    };
    (@each_part $generic:tt $Net:tt $F:tt $($field:ident)+) => { $($crate::network!(@part $generic $Net $F $field);)+ };
    (@part [$($generic:tt)*] [$Net:ty] [$F:ty] $field:ident) => {
        impl<$($generic)*> $crate::__private::named::PartIn<$Net> for field_key::$field {
            type Part = <$F as FieldTypes>::$field;
            const INDEX: usize = FieldIndex::$field as usize;
            #[inline(always)]
            fn part(net: &$Net) -> &Self::Part {
                &net.$field
            }
            #[inline(always)]
            fn part_mut(net: &mut $Net) -> &mut Self::Part {
                &mut net.$field
            }
        }
    };
}

/// Writes the items, where no two of the names are the same.
#[doc(hidden)]
#[macro_export]
macro_rules! fields_must_differ {
    (($d:tt) [$($field:ident)+] $($items:tt)*) => {
        macro_rules! __taut_distinct_fields {
            ($($d $field:ident)+ @ $d($d __items:tt)*) => { $d($d __items)* };
        }
        __taut_distinct_fields! { $($field)+ @ $($items)* }
    };
}

/// The folding of parameters for a network that `network!` writes, whose fields have these types.
#[cfg(not(feature = "train"))]
#[doc(hidden)]
#[macro_export]
macro_rules! fold_by_chain {
    ($($t:tt)*) => {};
}

/// The folding of parameters for a network that `network!` writes, whose fields have these types.
#[cfg(feature = "train")]
#[doc(hidden)]
#[macro_export]
macro_rules! fold_by_chain {
    ([$($generic:tt)*] $Net:ty, $F:ty) => {
        impl<$($generic)*> $crate::__private::fold::FoldValues for $Net
        where
            $F: AllFoldValues,
        {
            fn norm(&self) -> ::core::option::Option<$crate::__private::fold::Norm<'_>> {
                <<Self as $crate::__private::network::Ordered>::Order as $crate::__private::chain::FoldsValues<Self>>::norm(self)
            }
            fn fold_to<__Before: $crate::__private::fold::Bool, __After: $crate::__private::fold::Bool>(
                &self,
                after: ::core::option::Option<$crate::__private::fold::Norm<'_>>,
                to: &mut Self::As<__Before, __After>,
            ) {
                <<Self as $crate::__private::network::Ordered>::Order as $crate::__private::chain::FoldsTo<
                    Self,
                    Self::As<__Before, __After>,
                    __Before,
                    __After,
                >>::fold_to(self, after, to);
            }
        }
    };
}

/// The plan of a network that `network!` writes: the fields' plans.
#[cfg(not(feature = "train"))]
#[doc(hidden)]
#[macro_export]
macro_rules! plan_of_fields {
    ($($t:tt)*) => {};
}

/// The plan of a network that `network!` writes: the fields' plans.
#[cfg(feature = "train")]
#[doc(hidden)]
#[macro_export]
macro_rules! plan_of_fields {
    ([$($generic:tt)*] [$Net:ty] [$F:ty] $($field:ident)+) => {
        impl<F: FieldTypes> ::core::default::Default for FieldsOf<F>
        where
            $(<F as FieldTypes>::$field: ::core::default::Default,)+
        {
            fn default() -> Self {
                FieldsOf { $($field: ::core::default::Default::default(),)+ }
            }
        }
        $crate::network!(@all AllParams, $crate::__private::tensor::Params, $($field)+);
        $crate::network!(@all AllFoldValues, $crate::__private::fold::FoldValues, $($field)+);
        impl<F: AllParams> FieldTypes for $crate::__private::named::PlansOf<F> {
            $(type $field = <<F as FieldTypes>::$field as $crate::__private::tensor::Params>::Options;)+
        }
        impl<$($generic)*> $crate::__private::chain::Planned for $Net
        where
            $F: AllParams,
        {
            type Options = FieldsOf<$crate::__private::named::PlansOf<$F>>;
        }
        impl<F: AllParams> $crate::__private::chain::Planned for FieldsOf<F> {
            type Options = FieldsOf<$crate::__private::named::PlansOf<F>>;
        }
    };
}
