//! Stub.
#![allow(missing_docs)]
pub struct Dataset<X, T> {
    pub x: Vec<X>,
    pub y: Vec<T>,
}
impl<X, T> Dataset<X, T> {
    pub fn new(x: Vec<X>, y: Vec<T>) -> crate::Result<Self> {
        Ok(Dataset { x, y })
    }
}
