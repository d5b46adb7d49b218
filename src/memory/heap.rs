//! Values created in place on the heap, and buffers that every step overwrites.

use crate::memory::plain::Zeroed;
use std::mem::MaybeUninit;
use std::ops::{Deref, DerefMut};

/// A zero value created in place on the heap, so that a large network never passes through the stack.
///
/// ```
/// use taut::{memory::boxed, prelude::*};
/// let net: Box<(Dense<4096, 4096>, Relu)> = boxed(); // 67 MB, and none of them on the stack
/// assert_eq!(net.0.kernel.amax(), 0.0);
/// ```
pub fn boxed<T: Zeroed>() -> Box<T> {
    let mut values = Box::<T>::new_zeroed();
    advise_huge_pages(std::slice::from_mut(&mut *values));
    // SAFETY: the contract of `Zeroed`.
    unsafe { values.assume_init() }
}

/// `n` zero values created in place on the heap.
///
/// ```
/// use taut::{memory::zeros, prelude::*};
/// let images = zeros::<Image<28, 28, 1>>(1000);
/// assert_eq!((images.len(), images[999].values()[783]), (1000, 0.0));
/// ```
pub fn zeros<T: Zeroed>(n: usize) -> Vec<T> {
    let mut values = Box::<[T]>::new_zeroed_slice(n);
    advise_huge_pages(&mut values);
    // SAFETY: the contract of `Zeroed`.
    unsafe { values.assume_init() }.into_vec()
}

/// Appends copies, from heap to heap. `Vec::extend_from_slice` puts each value of some types on the stack in a debug
/// build.
#[cfg(feature = "datasets")]
pub(crate) fn append<T: Copy>(to: &mut Vec<T>, from: &[T]) {
    to.reserve(from.len());
    // SAFETY: there is room for the values behind those that are there, and what is borrowed does not overlap with it.
    unsafe {
        to.as_mut_ptr().add(to.len()).copy_from_nonoverlapping(from.as_ptr(), from.len());
        to.set_len(to.len() + from.len());
    }
}

/// Asks the operating system to back the memory with huge pages, which cost fewer TLB misses on random access. Call
/// this before the first write.
pub(crate) fn advise_huge_pages<T>(values: &mut [MaybeUninit<T>]) {
    let (start, bytes) = (values.as_mut_ptr(), size_of_val(values));
    #[cfg(all(target_os = "linux", not(miri)))]
    {
        const HUGE: usize = 2 << 20;
        let first = start.map_addr(|address| address.next_multiple_of(HUGE));
        let end = (start.addr() + bytes) / HUGE * HUGE;
        if first.addr() < end {
            // SAFETY: these pages are inside the allocation, and their contents do not change. On failure the pages
            // stay small.
            unsafe { libc::madvise(first.cast(), end - first.addr(), libc::MADV_HUGEPAGE) };
        }
    }
    let _ = (start, bytes);
}

/// A batch that every step overwrites. It allocates only when it grows.
///
/// A layer's [`Cache`](crate::Train::Cache) may be one, as that of [`Train`](crate::Train)'s example is.
///
/// ```
/// use taut::{memory::Buffer, prelude::*};
/// let mut buffer = Buffer::<Vector<2>>::default();
/// buffer.resize(3)[2] = Vector::new([1.0, 2.0]);
/// assert_eq!(buffer.resize(2).len(), 2);
/// assert_eq!(buffer.resize(3)[2].values(), [1.0, 2.0]); // the memory of before
/// ```
#[derive(Debug)]
pub struct Buffer<X> {
    samples: Vec<X>,
    len: usize,
}

impl<X> Default for Buffer<X> {
    fn default() -> Self {
        Buffer { samples: Vec::new(), len: 0 }
    }
}

impl<X: Zeroed> Buffer<X> {
    /// Sets the length to `n` samples; their contents are those of earlier steps.
    pub fn resize(&mut self, n: usize) -> &mut [X] {
        if n > self.samples.len() {
            // Not both at a time.
            self.samples = Vec::new();
            self.samples = zeros(n);
        }
        self.len = n;
        self
    }

    /// As [`resize`](Self::resize), but keeps the contents of this step.
    pub(crate) fn grow(&mut self, n: usize) -> &mut [X]
    where
        X: Copy,
    {
        if n > self.samples.len() {
            let mut more = zeros(n);
            more[..self.len].copy_from_slice(self);
            self.samples = more;
        }
        self.len = n;
        self
    }
}

impl<X> Deref for Buffer<X> {
    type Target = [X];
    fn deref(&self) -> &[X] {
        &self.samples[..self.len]
    }
}

impl<X> DerefMut for Buffer<X> {
    fn deref_mut(&mut self) -> &mut [X] {
        &mut self.samples[..self.len]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_buffer_allocates_only_when_it_grows() {
        let mut buffer = Buffer::<[f32; 2]>::default();
        assert_eq!(buffer.resize(3).len(), 3);
        let before = buffer.as_ptr();
        assert_eq!(buffer.resize(2).len(), 2);
        assert_eq!(buffer.as_ptr(), before);
        assert_eq!(*boxed::<[f32; 2]>(), [0.0; 2]);
    }

    #[test]
    #[cfg(feature = "datasets")]
    fn copies_are_appended() {
        let mut to = vec![[1, 2]];
        append(&mut to, &[]);
        append(&mut to, &[[3, 4], [5, 6]]);
        assert_eq!(to, [[1, 2], [3, 4], [5, 6]]);
    }
}
