//! The inference contract, and what the type alone knows.

use crate::params::{Pod, Zeroed, place::Place, zeroed};
use crate::text::Text;
use core::marker::PhantomData;

/// What is known of a layer whatever its input. [`params!`](crate::params!) writes it.
pub trait Arch {
    /// The layer's type as text, for people.
    const NAME: &'static Text;
    /// The layer in the text that a checkpoint is compared by. It is empty for a layer that has no parameters and whose
    /// inference returns its input, as that of a dropout: networks with and without it read each other's files.
    /// ([`params!`](crate::params!) writes that for `training only`.)
    const IDENTITY: &'static Text = Self::NAME;
    /// How many parameters it has.
    const PARAMS: usize;
    /// How many bytes they take, in memory and in a checkpoint.
    const BYTES: usize = size_of::<f32>() * Self::PARAMS;
    /// Whether they are floats, of which none may be NaN or infinite.
    const FLOATS: bool = true;
    /// False for a layer whose sizes contradict each other; [`network!`](crate::network!) refuses it.
    const EXISTS: bool = true;
}

/// Maps one sample of type `X` to one of type `Y`: no allocation, no panic.
///
/// A layer writes its output into its `Work`, or returns its input in another shape.
///
/// ```
/// use taut::prelude::*;
/// let mut work = Budget::<Vector<3>, Relu>::WORK;
/// assert_eq!(Relu.predict(&Vector::new([-1.0, 0.0, 2.0]), &mut work).values(), [0.0, 0.0, 2.0]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot take `{X}` as its input",
    label = "this layer does not accept `{X}`",
    note = "each layer's input must equal the output of the layer before it",
    note = "a tuple holds at most twelve layers; put tuples into tuples for more"
)]
pub trait Layer<X>: Arch {
    /// The output.
    type Y: Pod;
    /// Memory that inference writes to. Outside of a network it holds at first what the caller put there; zeros are a value.
    type Work: Zeroed + Copy + 'static;
    /// Where the output lies, which is what a network's memory follows from.
    type Place: Place<Self, X>;
    /// Multiply-adds of one inference.
    const MACS: usize = 0;

    /// The output for one sample.
    fn infer<'a>(&self, x: &'a X, work: &'a mut Self::Work) -> &'a Self::Y;

    /// [`infer`](Self::infer) of a layer whose output may lie [over](crate::place::Over) its input.
    #[inline]
    fn infer_in_place(&self, x: &mut X)
    where
        X: Copy,
        Self: Layer<X, Y = X, Work = X>,
    {
        let copy = *x;
        self.infer(&copy, x);
    }

    /// [`infer`](Self::infer), by the name that users know.
    fn predict<'a>(&self, x: &'a X, scratch: &'a mut Self::Work) -> &'a Self::Y {
        self.infer(x, scratch)
    }
}

/// What `network!` passes from layer to layer.
#[doc(hidden)]
pub struct Flow<X>(PhantomData<X>);

impl<X> Flow<X> {
    pub const NEW: Self = Flow(PhantomData);

    // The output is inferred, not named as `L::Y`: so a layer that does not fit is reported once.
    pub const fn through<L: Layer<X, Y = Y>, Y>(&self) -> Flow<Y> {
        Flow::NEW
    }
}

/// Refuses the layers that do not exist.
#[doc(hidden)]
pub const fn exists<L: Exists<YES>, const YES: bool>() {}

/// Which layers exist.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "a `Reshape` cannot change how many numbers there are, as `{Self}` would",
    label = "the two shapes hold different numbers of values"
)]
pub trait Exists<const YES: bool> {}
#[diagnostic::do_not_recommend]
impl<L> Exists<true> for L {}

/// What a network costs, as constants of its type.
///
/// ```
/// use taut::prelude::*;
/// type Net = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax);
/// type Cost = Budget<Image<28, 28, 1>, Net>;
/// const _: () = assert!(Cost::PARAMS == 50_890 && Cost::MACS == 50_816);
/// const _: () = assert!(Cost::FLASH <= 200 * 1024, "the network must fit in 200 KiB of flash");
/// const _: () = assert!(Cost::SCRATCH == 4 * (64 + 10));
/// ```
pub struct Budget<X, N>(PhantomData<(X, N)>);

impl<X, N: Layer<X>> Budget<X, N> {
    /// Parameters, trainable or not.
    pub const PARAMS: usize = N::PARAMS;
    /// Multiply-adds of one inference.
    pub const MACS: usize = N::MACS;
    /// Bytes of read-only memory.
    pub const FLASH: usize = size_of::<N>();
    /// Bytes of working memory.
    pub const SCRATCH: usize = size_of::<N::Work>();
    /// Bytes of memory that an inference needs in all: [`SCRATCH`](Self::SCRATCH), and 1,152 bytes of stack, which it keeps to in a release
    /// build for a processor of 32 bits. (Convolutions take most of them; without one, 384 are enough.)
    pub const RAM: usize = Self::SCRATCH + 1_152;
    /// Working memory, as `predict` wants it.
    pub const WORK: N::Work = zeroed();
}

#[cfg(feature = "train")]
impl<X, N: crate::train::Train<X>> Budget<X, N> {
    /// Bytes of memory that a training needs at most, beside the data, their order and their labels: the parameters, their gradients, what the
    /// optimizer remembers, and for each sample of a batch its copy, what the layers keep of it, and outputs with their gradients.
    ///
    /// - `batch`: samples in a batch; `moments`: values that the optimizer remembers of each parameter, 2 for Adam.
    ///
    /// ```
    /// use taut::prelude::*;
    /// type Net = (Flatten, Dense<784, 64>, Relu, Dense<64, 10>, Softmax);
    /// const _: () = assert!(Budget::<Image<28, 28, 1>, Net>::train_ram(30, 2) < 1024 * 1024);
    /// ```
    pub const fn train_ram(batch: usize, moments: usize) -> usize {
        (2 + moments) * size_of::<N>() + batch * (size_of::<X>() + N::CACHE + 2 * size_of::<N::Y>())
    }
}

/// A network's type, checked where it stands: a layer that does not fit is an error on the layer's own line.
/// A plain `type` works as well, and is checked where it is used.
///
/// ```
/// use taut::prelude::*;
/// network! { type Net: Image<8, 8, 1> = (Flatten, Dense<64, 32>, Relu, Dense<32, 10>, Softmax); }
/// ```
#[macro_export]
macro_rules! network {
    ($(#[$meta:meta])* $vis:vis type $name:ident: $x:ty = (
        $a:ty, $b:ty, $c:ty, $d:ty, $e:ty, $f:ty, $g:ty, $h:ty, $i:ty, $j:ty, $k:ty, $l:ty, $more:ty $(, $layer:ty)* $(,)?
    ) $(;)?) => {
        compile_error!("a tuple holds at most twelve layers; put tuples into tuples for more: `((Dense<4, 8>, Relu), (Dense<8, 2>, Softmax))`");
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident: $x:ty = ($($layer:ty),+ $(,)?) $(;)?) => {
        $(#[$meta])*
        $vis type $name = ($($layer,)+);
        const _: () = $crate::network!(@fits [$x] $($layer;)+);
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident: $x:ty = $layer:ty $(;)?) => {
        compile_error!("expected the layers in parentheses: `(Dense<4, 8>, Relu)`, or `(Dense<4, 8>,)` for one alone");
    };
    ($(#[$meta:meta])* $vis:vis type $name:ident = $($rest:tt)*) => {
        compile_error!("expected what the network takes: `type Net: Vector<4> = (Dense<4, 8>, Relu);`");
    };
    (@fits [$x:ty] $($layer:ty;)+) => {{
        let x = $crate::layer::Flow::<$x>::NEW;
        $(
            let x = x.through::<$layer, _>();
            $crate::layer::exists::<$layer, { <$layer as $crate::layer::Arch>::EXISTS }>();
        )+
        let _ = x;
    }};
}
