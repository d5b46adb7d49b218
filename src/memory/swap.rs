//! Values that change places in pieces: the standard library puts one of them on the stack, and a sample may be larger
//! than a thread's stack.

use std::mem::MaybeUninit;
use std::ptr;

/// The most bytes that are on the stack at a time.
const PIECE: usize = 1 << 12;

/// Exchanges two values.
pub(crate) fn swap<T>(values: &mut [T], a: usize, b: usize) {
    if size_of::<T>() <= PIECE || a == b {
        return values.swap(a, b);
    }
    let (low, high) = values.split_at_mut(a.max(b));
    let (x, y) = (ptr::from_mut(&mut low[a.min(b)]).cast::<u8>(), ptr::from_mut(&mut high[0]).cast::<u8>());
    let mut piece = [MaybeUninit::<u8>::uninit(); PIECE];
    for at in (0..size_of::<T>()).step_by(PIECE) {
        let len = PIECE.min(size_of::<T>() - at);
        // SAFETY: `x` and `y` are valid for `size_of::<T>()` bytes, which end behind these `len`; they and `piece` do
        // not overlap. Bytes are copied as they are, so that each value is whole again after the last piece.
        unsafe {
            ptr::copy_nonoverlapping(x.add(at).cast(), piece.as_mut_ptr(), len);
            ptr::copy_nonoverlapping(y.add(at), x.add(at), len);
            ptr::copy_nonoverlapping(piece.as_ptr().cast(), y.add(at), len);
        }
    }
}

/// Reverses the order of the values.
pub(crate) fn reverse<T>(values: &mut [T]) {
    if size_of::<T>() <= PIECE {
        return values.reverse();
    }
    for i in 0..values.len() / 2 {
        swap(values, i, values.len() - 1 - i);
    }
}

/// Puts at each place `i` the value that is at `order[i]`. The order holds each index once.
pub(crate) fn permute<T>(values: &mut [T], mut order: Vec<usize>) {
    for start in 0..order.len() {
        // Along a cycle. What is done points to itself.
        let mut at = start;
        loop {
            let from = std::mem::replace(&mut order[at], at);
            if from == start {
                break;
            }
            swap(values, at, from);
            at = from;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `n` values of `N` bytes each.
    fn values<const N: usize>(n: u8) -> Vec<[u8; N]> {
        (0..n).map(|i| [i; N]).collect()
    }

    fn check<const N: usize>() {
        for order in [vec![0, 1, 2, 3, 4], vec![4, 3, 2, 1, 0], vec![1, 2, 0, 4, 3], vec![3, 0, 4, 1, 2]] {
            let (mut permuted, new) = (values::<N>(5), values::<N>(5));
            permute(&mut permuted, order.clone());
            assert_eq!(permuted, order.iter().map(|i| new[*i]).collect::<Vec<_>>());
        }
        for n in 0..6 {
            let (mut reversed, mut expected) = (values::<N>(n), values::<N>(n));
            reverse(&mut reversed);
            expected.reverse();
            assert_eq!(reversed, expected);
        }
    }

    #[test]
    fn values_of_any_size() {
        check::<0>();
        check::<1>();
        check::<{ PIECE + 1 }>();
        check::<{ 2 * PIECE }>();
        // The ends differ from the middle, and what is copied or lost is found where it owns memory.
        const N: usize = PIECE / size_of::<String>() + 2;
        let texts = || [1, 2].map(|i| std::array::from_fn::<_, N, _>(|j| format!("{i} {j}")));
        let mut exchanged = Vec::from(texts());
        swap(&mut exchanged, 1, 0);
        let [first, second] = texts();
        assert!(exchanged == [second, first]);
    }
}
