//! The inference of one sample by a dense layer: `infer` is compiled for each layer's sizes, `infer_of` once for all.
//!
//! Both give a sample the bits that the products of a batch give it. So the order in which each adds up is decided
//! here.

use crate::kernels::dispatch::simd;
use crate::kernels::lanes::{HAS_VECTORS, LANES, Lanes, sum_lanes};
use crate::kernels::simd::{Simd, multiply_add};
use crate::kernels::sums::inner_product;

/// Units of outputs whose sums one sample keeps in registers. Without vector registers there is one, lane by lane.
const MAX_UNITS: usize = if HAS_VECTORS { 8 } else { 1 };

/// Weights that are read at a time, or transposed for dot products: 16 KB, half of the L1 cache.
pub(super) const CACHED_WEIGHTS: usize = 4 * 1024;

/// The most outputs that are computed as dot products.
pub(super) const MAX_DOTS: usize = 24;

/// Whether vectors along so many numbers would leave a fifth of their lanes or more empty.
pub(super) const fn is_narrow(n: usize) -> bool {
    n > 1 && n <= MAX_DOTS && 5 * n < 4 * n.next_multiple_of(LANES)
}

/// Whether a layer of so many outputs is computed as dot products, a batch as well as one sample.
pub(super) const fn uses_dots(outputs: usize) -> bool {
    HAS_VECTORS && is_narrow(outputs)
}

/// Steps of the sum that dot products add up at a time: as many as fit into `CACHED_WEIGHTS`, in whole vectors.
pub(super) const fn dot_block(depth: usize, columns: usize) -> usize {
    let blocks = (depth * columns).div_ceil(CACHED_WEIGHTS);
    depth.div_ceil(blocks).next_multiple_of(LANES)
}

simd! {
    /// y = bias + Σ_i w\[i]·x\[i] for one sample, without a branch that could panic.
    ///
    /// - `w`: for each of `I` inputs, its weights in the `O` outputs.
    ///
    /// ```
    /// let w = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]];
    /// let mut y = [0.0; 3];
    /// taut::kernels::infer(&w, Some(&[0.5, 0.0, 0.0]), &[1.0, 10.0], &mut y);
    /// assert_eq!(y, [41.5, 52.0, 63.0]);
    /// ```
    pub fn infer<const I, const O>(w: &[[f32; O]; I], bias: Option<&[f32; O]>, x: &[f32; I], y: &mut [f32; O]) {
        match O {
            1 => {
                for y in y {
                    *y = bias.and_then(|bias| bias.first()).unwrap_or(&0.0) + inner_product::<S>(w.as_flattened(), x);
                }
            }
            2.. if uses_dots(O) => infer_dots::<S, I, O>(w, bias, x, y),
            2..LANES => infer_narrow::<S, I, O>(w, bias, x, y),
            _ => {
                // If the registers cannot hold all sums, the weights are read in pieces, which the L1 cache holds until
                // all outputs have met them. (Not if the last unit overlaps another one: that would add some products
                // twice.)
                let in_pieces = HAS_VECTORS && O > MAX_UNITS * LANES && O.is_multiple_of(LANES);
                let piece = if in_pieces { (CACHED_WEIGHTS / O).max(1) } else { I.max(1) };
                // (Chunks that are zipped are counted, by a division that could panic in code for the smallest size.)
                let (mut first, mut pieces) = (true, x.chunks(piece));
                for w in w.chunks(piece) {
                    let Some(x) = pieces.next() else { break };
                    infer_tiles::<S, O>(w, x, bias, first, y);
                    first = false;
                }
            }
        }
    }
}

simd! {
    /// As [`infer`], with sizes known at run time. If there are fewer weights than the sizes say, the result is the
    /// bias.
    pub fn infer_of(w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
        y.fill(0.0);
        if let Some(bias) = bias {
            y.iter_mut().zip(bias).for_each(|(y, bias)| *y = *bias);
        }
        let n = y.len();
        if n < LANES {
            let mut rows = w.chunks(n.max(1));
            for x in x {
                let Some(w) = rows.next() else { break };
                y.iter_mut().zip(w).for_each(|(y, w)| *y = multiply_add::<S>(*w, *x, *y));
            }
            return;
        }
        if w.len() / n < x.len() {
            return;
        }
        // The last unit may overlap the one before it; then its sums begin with the values that it had at first.
        let mut last = [0.0; LANES];
        let at = n - LANES;
        last.iter_mut().zip(y.iter().skip(at)).for_each(|(last, y)| *last = *y);
        let mut o = 0;
        // SAFETY: whole vectors of outputs from o on, and a row of n weights for each input.
        unsafe {
            while HAS_VECTORS && o + 8 * LANES <= n {
                add_units::<S, 8>(w, x, y, o);
                o += 8 * LANES;
            }
            while HAS_VECTORS && o + 4 * LANES <= n {
                add_units::<S, 4>(w, x, y, o);
                o += 4 * LANES;
            }
            while o + LANES <= n {
                add_units::<S, 1>(w, x, y, o);
                o += LANES;
            }
            if o < n {
                *y.as_mut_ptr().add(at).cast::<Lanes>() = last;
                add_units::<S, 1>(w, x, y, at);
            }
        }
    }
}

/// y\[o..] += Σ_i w\[i]\[o..]·x\[i], for V units of outputs.
///
/// # Safety
///
/// There are so many outputs from o on, and for each x as many weights as there are outputs.
#[inline(always)]
unsafe fn add_units<S: Simd, const V: usize>(w: &[f32], x: &[f32], y: &mut [f32], o: usize) {
    let (n, mut sums) = (y.len(), [[0.0; LANES]; V]);
    // SAFETY: the caller's contract.
    unsafe {
        let y = y.as_mut_ptr().add(o).cast::<Lanes>();
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = *y.add(v);
        }
        for (i, x) in x.iter().enumerate() {
            let w = w.as_ptr().add(i * n + o).cast::<Lanes>();
            for (v, sums) in sums.iter_mut().enumerate() {
                *sums = add_unit::<S>(*w.add(v), *x, *sums);
            }
        }
        for (v, sums) in sums.into_iter().enumerate() {
            *y.add(v) = sums;
        }
    }
}

/// sums + w·x. Written lane by lane, so that the lanes are in registers also when the compiler optimizes for size.
#[inline(always)]
fn add_unit<S: Simd>(w: Lanes, x: f32, sums: Lanes) -> Lanes {
    let ([a, b, c, d, e, f, g, h], s) = (w, sums);
    [
        multiply_add::<S>(a, x, s[0]),
        multiply_add::<S>(b, x, s[1]),
        multiply_add::<S>(c, x, s[2]),
        multiply_add::<S>(d, x, s[3]),
        multiply_add::<S>(e, x, s[4]),
        multiply_add::<S>(f, x, s[5]),
        multiply_add::<S>(g, x, s[6]),
        multiply_add::<S>(h, x, s[7]),
    ]
}

/// One row of the product by dot products, with the same bits, but without a transposition: the weights of eight inputs
/// are O consecutive units, and lane l of unit v is multiplied by input (8v + l) / O.
#[inline(always)]
fn infer_dots<S: Simd, const I: usize, const O: usize>(
    w: &[[f32; O]; I],
    bias: Option<&[f32; O]>,
    x: &[f32; I],
    y: &mut [f32; O],
) {
    *y = bias.copied().unwrap_or([0.0; O]);
    let block = dot_block(I, O);
    for (w, x) in w.chunks(block).zip(x.chunks(block)) {
        let mut sums = [[0.0; LANES]; O];
        let (w, rest_of_w) = w.as_chunks::<LANES>();
        let (x, rest_of_x) = x.as_chunks::<LANES>();
        for (w, x) in w.iter().zip(x) {
            let (w, _) = w.as_flattened().as_chunks::<LANES>();
            for (v, (sums, w)) in sums.iter_mut().zip(w).enumerate() {
                // If a unit has the weights of at most two inputs, the compiler uses a blend of these.
                let (low, high) = (x[LANES * v / O], x[(LANES * v + LANES - 1) / O]);
                let of_low = O - LANES * v % O;
                for l in 0..LANES {
                    let x = if O < LANES {
                        x[(LANES * v + l) / O]
                    } else if l < of_low {
                        low
                    } else {
                        high
                    };
                    sums[l] = multiply_add::<S>(w[l], x, sums[l]);
                }
            }
        }
        let sums = sums.as_flattened_mut();
        for (i, (w, x)) in rest_of_w.iter().zip(rest_of_x).enumerate() {
            for (o, w) in w.iter().enumerate() {
                sums[i * O + o] = multiply_add::<S>(*w, *x, sums[i * O + o]);
            }
        }
        for (o, y) in y.iter_mut().enumerate() {
            *y += sum_lanes(core::array::from_fn(|i| sums[i * O + o]));
        }
    }
}

/// Adds the products of some inputs to all outputs; if these are the `first` inputs, the sums begin with the bias. (On
/// microcontrollers, layers of as many outputs share this function, which saves flash.)
#[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
#[cfg_attr(not(any(target_arch = "arm", target_arch = "riscv32")), inline(always))]
fn infer_tiles<S: Simd, const O: usize>(
    w: &[[f32; O]],
    x: &[f32],
    bias: Option<&[f32; O]>,
    first: bool,
    y: &mut [f32; O],
) {
    let mut o = 0;
    while o < O {
        match (O - o).div_ceil(LANES) {
            2..=4 if HAS_VECTORS => infer_tile::<S, O, 4>(w, x, bias, first, y, o),
            5.. if HAS_VECTORS => infer_tile::<S, O, 8>(w, x, bias, first, y, o),
            _ => infer_tile::<S, O, 1>(w, x, bias, first, y, o),
        }
        o += MAX_UNITS * LANES;
    }
}

/// V units of outputs from `o` on; the last unit overlaps the one before it if it would pass the last output.
#[inline(always)]
fn infer_tile<S: Simd, const O: usize, const V: usize>(
    w: &[[f32; O]],
    x: &[f32],
    bias: Option<&[f32; O]>,
    first: bool,
    y: &mut [f32; O],
    o: usize,
) {
    if O < LANES {
        return;
    }
    let at = |v: usize| (o + v * LANES).min(O - LANES);
    // SAFETY: a unit begins at O - LANES at most, so that LANES outputs follow.
    let read = |run: &[f32; O], v: usize| unsafe { *run.as_ptr().add(at(v)).cast::<Lanes>() };
    let mut sums = [[0.0; LANES]; V];
    if let Some(init) = if first { bias } else { Some(&*y) } {
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = read(init, v);
        }
    }
    #[cfg(taut_vfp)]
    if V == 1 && w.len() == x.len() && !x.is_empty() {
        // SAFETY: there are as many rows as inputs, and a unit begins at O - LANES at most.
        unsafe { vfp::add_products::<O>(w.as_ptr().cast::<f32>().add(at(0)), x, &mut sums[0]) };
    }
    #[cfg(not(taut_vfp))]
    for (w, x) in w.iter().zip(x) {
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = add_unit::<S>(read(w, v), *x, *sums);
        }
    }
    for (v, sums) in sums.into_iter().enumerate() {
        // SAFETY: as above.
        unsafe { *y.as_mut_ptr().add(at(v)).cast::<Lanes>() = sums };
    }
}

/// Floats on Arm microcontrollers: one instruction loads eight of them, to consecutive registers.
#[cfg(taut_vfp)]
mod vfp {
    use crate::kernels::lanes::{LANES, Lanes};

    /// sums += Σ_i w\[i]·x\[i], where w\[i + 1] lies O floats behind w\[i].
    ///
    /// # Safety
    ///
    /// There are as many w as x, of which there is one at least.
    #[inline(always)]
    pub unsafe fn add_products<const O: usize>(w: *const f32, x: &[f32], sums: &mut Lanes) {
        const { assert!(LANES == 8) };
        // SAFETY: the caller's contract; it reads them, and changes the registers named.
        unsafe {
            core::arch::asm!(
                "vldmia {sums}, {{s0-s7}}",
                "2:",
                "vldmia {w}, {{s8-s15}}",
                "vldmia {x}!, {{s16}}",
                "add {w}, {w}, {row}",
                "subs {left}, {left}, #1",
                "vmla.f32 s0, s8, s16",
                "vmla.f32 s1, s9, s16",
                "vmla.f32 s2, s10, s16",
                "vmla.f32 s3, s11, s16",
                "vmla.f32 s4, s12, s16",
                "vmla.f32 s5, s13, s16",
                "vmla.f32 s6, s14, s16",
                "vmla.f32 s7, s15, s16",
                "bne 2b",
                "vstmia {sums}, {{s0-s7}}",
                sums = in(reg) sums.as_mut_ptr(),
                w = inout(reg) w => _,
                x = inout(reg) x.as_ptr() => _,
                row = in(reg) O * size_of::<f32>(),
                left = inout(reg) x.len() => _,
                out("q0") _,
                out("q1") _,
                out("q2") _,
                out("q3") _,
                out("s16") _,
                options(nostack),
            );
        }
    }
}

/// Fewer outputs than lanes: the other lanes are never stored, so the compiler drops them.
#[inline(always)]
fn infer_narrow<S: Simd, const I: usize, const O: usize>(
    w: &[[f32; O]; I],
    bias: Option<&[f32; O]>,
    x: &[f32; I],
    y: &mut [f32; O],
) {
    let read = |run: &[f32; O]| {
        let at = |l: usize| run.get(l).copied().unwrap_or(0.0);
        [at(0), at(1), at(2), at(3), at(4), at(5), at(6), at(7)]
    };
    let mut sums = bias.map_or([0.0; LANES], read);
    for (w, x) in w.iter().zip(x) {
        sums = add_unit::<S>(read(w), *x, sums);
    }
    for (y, sum) in y.iter_mut().zip(sums) {
        *y = sum;
    }
}
