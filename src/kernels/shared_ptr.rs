//! A pointer that threads share.

/// A pointer that the parts of a job share; each part uses other elements.
#[derive(Clone, Copy)]
pub(super) struct SharedPtr<T>(pub *mut T);

// SAFETY: the pointer is only an address; the code that writes there ensures exclusive access.
unsafe impl<T: Send> Sync for SharedPtr<T> {}
// SAFETY: as above.
unsafe impl<T: Send> Send for SharedPtr<T> {}

impl<T> From<&[T]> for SharedPtr<T> {
    fn from(x: &[T]) -> Self {
        SharedPtr(x.as_ptr().cast_mut())
    }
}

impl<T> SharedPtr<T> {
    /// The address of element i. (A method, so that closures capture the whole struct, which is `Sync`, and not its
    /// field.)
    pub fn at(&self, i: usize) -> *mut T {
        self.0.wrapping_add(i)
    }
}
