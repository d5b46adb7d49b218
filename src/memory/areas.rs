//! The two scratch areas of an inference, and a cursor that carries a sample through them from layer to layer.
//!
//! A layer reads its input from one area, `here`, and writes its output to the other, `there`; then the two areas swap.
//! The network's type determines the size of both (see `contract/layer.rs`). The cursor checks each use against these
//! sizes; they are constants, so the optimizer removes the checks.

use crate::memory::plain::{AnyBitPattern, Zeroed};
use crate::memory::step_mask::StepMask;
use core::marker::PhantomData;

/// Two values in the same memory; only one exists at a time.
// Not `ManuallyDrop`, which would nest three times as deep: the compiler's limit is 128.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[repr(C)]
pub union Overlay<A: Copy, B: Copy> {
    a: A,
    b: B,
}
// SAFETY: all-zero bytes are a value of both fields.
unsafe impl<A: Zeroed + Copy, B: Zeroed + Copy> Zeroed for Overlay<A, B> {}

/// The two scratch areas of a network.
#[doc(hidden)]
#[derive(Clone, Copy)]
#[repr(C)]
pub struct Areas<H, T> {
    here: H,
    there: T,
}
crate::zeroed!([H: Zeroed, T: Zeroed] Areas<H, T> { here, there });

/// Whether the cursor's sample is at the beginning of the area `here`, so that the next layer may overwrite it.
#[doc(hidden)]
pub trait State: sealed::Sealed {
    /// True for [`Inside`].
    const INSIDE: bool;
}

/// The sample is at the beginning of `here`.
#[doc(hidden)]
pub struct Inside;
impl State for Inside {
    const INSIDE: bool = true;
}

/// The sample may not be overwritten.
#[doc(hidden)]
pub struct Outside;
impl State for Outside {
    const INSIDE: bool = false;
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::Inside {}
    impl Sealed for super::Outside {}
}

/// An area: where it begins, its size and its alignment.
#[derive(Clone, Copy)]
struct Area {
    start: *mut u8,
    size: usize,
    align: usize,
}

impl Area {
    fn of<T>(value: &mut T) -> Self {
        Area { start: (&raw mut *value).cast(), size: size_of::<T>(), align: align_of::<T>() }
    }

    /// The area as a value of type `T`, which must fit.
    #[inline(always)]
    fn cast<T>(self) -> *mut T {
        assert!(
            size_of::<T>() <= self.size && align_of::<T>() <= self.align,
            "an area is as large as its largest value"
        );
        self.start.cast()
    }

    /// A zero value in the area.
    #[inline(always)]
    fn zeroed<T: Zeroed>(self) -> *mut T {
        let value = self.cast::<T>();
        // SAFETY: the value fits, and the cursor has borrowed the area. Padding bytes are zeroed too, so that the area
        // stays initialized for any type.
        unsafe { value.write_bytes(0, 1) };
        value
    }
}

/// The output of a layer or of a network.
#[doc(hidden)]
pub enum Output<'a, Y> {
    /// It may lie anywhere.
    Read(&'a Y),
    /// It lies in memory of the layer, and may be changed.
    Own(&'a mut Y),
}

/// A sample between two layers of a network.
#[doc(hidden)]
pub struct Cursor<'a, X, S> {
    x: *const X,
    here: Area,
    there: Area,
    /// Which steps of the sample are padding.
    pub mask: StepMask<'a>,
    /// Whether the sample is that of the caller, which no layer overwrites.
    is_input: bool,
    borrowed: PhantomData<(&'a X, S)>,
}

impl<'a, X> Cursor<'a, X, Outside> {
    /// The cursor before the first layer.
    #[inline(always)]
    pub fn new<H, T>(x: &'a X, mask: StepMask<'a>, areas: &'a mut Areas<H, T>) -> Self {
        let (here, there) = (Area::of(&mut areas.here), Area::of(&mut areas.there));
        Cursor { x, here, there, mask, is_input: true, borrowed: PhantomData }
    }
}

impl<'a, X, S: State> Cursor<'a, X, S> {
    /// The sample at the cursor.
    #[inline(always)]
    pub fn output(self) -> &'a X {
        // SAFETY: the pointer is that of the last layer's output or of the input, and nothing writes there while the
        // areas are borrowed.
        unsafe { &*self.x }
    }

    /// The sample at the cursor, which may be changed where the next layer might overwrite it.
    #[inline(always)]
    pub fn changeable_output(self) -> Output<'a, X>
    where
        X: AnyBitPattern,
    {
        if S::INSIDE {
            // SAFETY: the sample is in `here`, which is borrowed as long as the output is, and nothing else refers to
            // it: the cursor is gone.
            Output::Own(unsafe { &mut *self.x.cast_mut() })
        } else {
            Output::Read(self.output())
        }
    }

    /// The mask that `find` finds in the caller's sample; none is found in the output of a layer, which later layers
    /// overwrite.
    #[inline(always)]
    pub fn find_mask(&mut self, find: impl FnOnce(&'a X) -> StepMask<'a>) {
        if self.is_input {
            // SAFETY: the sample is the caller's, who lent it for `'a`.
            self.mask = find(unsafe { &*self.x });
        }
    }

    #[inline(always)]
    fn at<Y, T>(self, y: *const Y) -> Cursor<'a, Y, T> {
        let Cursor { here, there, mask, .. } = self;
        Cursor { x: y, here, there, mask, is_input: false, borrowed: PhantomData }
    }

    #[inline(always)]
    fn swapped<Y, T>(self, y: *const Y) -> Cursor<'a, Y, T> {
        let Cursor { here, there, mask, .. } = self;
        Cursor { x: y, here: there, there: here, mask, is_input: false, borrowed: PhantomData }
    }

    /// Runs a layer that returns its input as another type of the same size.
    #[inline(always)]
    pub fn alias<Y: AnyBitPattern>(self, view: impl for<'b> FnOnce(&'b X, &'b mut ()) -> &'b Y) -> Cursor<'a, Y, S> {
        const { assert!(size_of::<X>() == size_of::<Y>() && align_of::<X>() >= align_of::<Y>()) };
        let (x, mut nothing) = (self.x.cast::<Y>(), ());
        // SAFETY: `x` points to the sample.
        let mut y: *const Y = view(unsafe { &*self.x }, &mut nothing);
        if S::INSIDE {
            if y.addr() != x.addr() {
                // The layer broke its contract and returned another value: a copy of that value replaces the input.
                // SAFETY: the input is in an area, and has the same size.
                unsafe { core::ptr::copy(y, x.cast_mut(), 1) };
            }
            y = x;
        }
        self.at(y)
    }

    /// Runs a layer that writes its output to the other area.
    #[inline(always)]
    pub fn other<Y: AnyBitPattern>(self, write: impl FnOnce(&X, StepMask<'_>, &mut Y)) -> Cursor<'a, Y, Inside> {
        let y = self.there.zeroed::<Y>();
        // SAFETY: the input is not in the other area, which holds a zero value.
        unsafe { write(&*self.x, self.mask, &mut *y) };
        self.swapped(y)
    }

    /// Runs a layer that changes its input in place if the input may be overwritten, and otherwise writes its output to
    /// the other area.
    #[inline(always)]
    pub fn in_place(self, change: impl FnOnce(&mut X), write: impl FnOnce(&X, &mut X)) -> Cursor<'a, X, Inside>
    where
        X: AnyBitPattern,
    {
        if S::INSIDE {
            // SAFETY: the sample is in `here`, which is borrowed, and nothing else refers to it.
            change(unsafe { &mut *self.x.cast_mut() });
            let x = self.x;
            self.at(x)
        } else {
            self.other(|x, _, y| write(x, y))
        }
    }

    /// Runs a layer whose output is part of its own scratch memory, which is zeroed first.
    #[inline(always)]
    pub fn private<W: Zeroed, Y: AnyBitPattern>(
        self,
        infer: impl for<'b> FnOnce(&'b X, StepMask<'b>, &'b mut W) -> &'b Y,
    ) -> Cursor<'a, Y, Outside> {
        let scratch = self.there.zeroed::<W>();
        // SAFETY: the input is not in the other area, which holds a zero value.
        let mut y: *const Y = unsafe { infer(&*self.x, self.mask, &mut *scratch) };
        // The next layer would overwrite an output outside of the scratch memory, such as the input: copy it into the
        // area.
        let offset = y.addr().wrapping_sub(scratch.addr());
        if offset >= size_of::<W>() || offset + size_of::<Y>() > size_of::<W>() {
            let copy = self.there.cast::<Y>();
            // SAFETY: the output fits into the area.
            unsafe { core::ptr::copy(y, copy, 1) };
            y = copy;
        }
        self.swapped(y)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::plain::zeroed;

    type Four = Areas<[f32; 4], [f32; 4]>;

    /// A layer that breaks the contract of `Alias`: its output is no view of its input.
    #[test]
    fn an_output_that_is_elsewhere_is_copied_into_the_area() {
        static ELSEWHERE: [[f32; 2]; 2] = [[5.0, 6.0], [7.0, 8.0]];
        let (x, mut areas) = ([1.0, 2.0, 3.0, 4.0], zeroed::<Four>());
        let cursor = Cursor::new(&x, StepMask::NONE, &mut areas).other(|x: &[f32; 4], _, y: &mut [f32; 4]| *y = *x);
        let cursor = cursor.alias(|_, _| &ELSEWHERE);
        // Would write to the static value, which nothing may do.
        let cursor = cursor.in_place(|y| y[0][0] += 1.0, |_, _| unreachable!());
        assert_eq!(cursor.output(), &[[6.0, 6.0], [7.0, 8.0]]);
        assert_eq!(areas.there, [6.0, 6.0, 7.0, 8.0]);
        assert_eq!(ELSEWHERE[0][0], 5.0);
    }
}
