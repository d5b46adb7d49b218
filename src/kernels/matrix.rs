//! The products of a dense layer: forward, the two gradients of its parameters, the gradient of its input.
//!
//! All of a batch's products are one loop, [`product`]: a panel of the right-hand matrix, at most three vectors wide,
//! is copied to where it lies in one run (transposed, if need be, and padded to whole vectors), and tiles of it times
//! some rows of the left-hand matrix are summed up in registers. It is compiled once, not for each layer, which builds
//! much faster; constant sizes pay in [`infer`].

use super::{
    LANES, Lanes,
    elementwise::{dot, inner_product},
    multiply_add,
};
use core::mem::MaybeUninit;

/// Steps of the sum a panel holds: 8 KB for its usual two vectors, so that it and the rows it meets stay in the L1 cache.
const DEPTH: usize = 128;

/// Floats in a row of the widest panel.
const WIDEST: usize = 3 * LANES;

/// c (rows × columns) = start + a (rows × depth) · b (depth × columns).
struct Product<'a> {
    rows: usize,
    columns: usize,
    depth: usize,
    /// Element (r, k) is `a[r * row + k * step]`.
    a: &'a [f32],
    row: usize,
    step: usize,
    /// Lies in memory row by row or, where it is `turned`, column by column.
    b: &'a [f32],
    turned: bool,
    /// The first value of each row's sum, or zeros.
    start: Option<&'a [f32]>,
}

simd! {
    fn product(p: &Product, c: &mut [f32]) {
        assert!(p.a.len() == p.rows * p.depth && p.b.len() == p.depth * p.columns && c.len() == p.rows * p.columns);
        if c.is_empty() {
            return;
        }
        if p.depth == 0 {
            match p.start {
                Some(start) => c.chunks_exact_mut(p.columns).for_each(|row| row.copy_from_slice(start)),
                None => c.fill(0.0),
            }
            return;
        }
        let blocks = p.depth.div_ceil(DEPTH).max(1);
        let block = p.depth.div_ceil(blocks);
        let mut panel = [MaybeUninit::uninit(); DEPTH * WIDEST];
        for k in (0..blocks).map(|i| i * block) {
            let steps = (k, block.min(p.depth - k));
            let mut o = 0;
            // Two vectors at a time, and the rest as one, two, or, sooner than leave one beside pairs, three.
            while p.columns - o > WIDEST {
                panel_product::<FMA, 2, 6>(p, c, &mut panel, (o, 2 * LANES), steps);
                o += 2 * LANES;
            }
            let columns = (o, p.columns - o);
            match columns.1.div_ceil(LANES) {
                1 => panel_product::<FMA, 1, 8>(p, c, &mut panel, columns, steps),
                2 => panel_product::<FMA, 2, 6>(p, c, &mut panel, columns, steps),
                _ => panel_product::<FMA, 3, 3>(p, c, &mut panel, columns, steps),
            }
        }
    }
}

/// The part of a product in `width` columns from `o` and `count` steps from `k`, by tiles of V vectors × R rows.
#[inline(always)]
fn panel_product<const FMA: bool, const V: usize, const R: usize>(
    p: &Product,
    c: &mut [f32],
    panel: &mut [MaybeUninit<f32>; DEPTH * WIDEST],
    (o, width): (usize, usize),
    (k, count): (usize, usize),
) {
    debug_assert!(count <= DEPTH && o + width <= p.columns && width <= V * LANES);
    let mut start = [0.0; WIDEST];
    if let Some(first) = p.start {
        copy(&first[o..][..width], &mut start);
    }
    // Where every vector lies inside `b`, the first tile copies the panel as it goes, which costs it nothing.
    let lies_inside = |k: usize| k * p.columns + o + V * LANES <= p.b.len();
    let mut packed = true;
    if p.turned {
        pack_turned::<FMA, V>(p, panel, (o, width), (k, count));
    } else if count == 0 || lies_inside(k + count - 1) {
        packed = false;
    } else {
        pack::<V>(p, panel, (o, width), (k, count));
    }
    let panel = panel.as_mut_ptr().cast::<f32>();
    let mut sums = [[0.0; WIDEST]; R];
    for r in (0..p.rows).step_by(R) {
        // A tile that hangs over the last row computes that row more than once, to the same bits.
        let rows: [usize; R] = core::array::from_fn(|i| (r + i).min(p.rows - 1));
        let whole = width == V * LANES;
        if !whole && k > 0 {
            for i in 0..R {
                copy(&c[rows[i] * p.columns + o..][..width], &mut sums[i]);
            }
        }
        // SAFETY: rows are below `p.rows`, steps below `p.depth` and the columns below `p.columns`, and `a` and `c` have the
        // lengths that these give, as was checked; a tile of whole vectors works in `c`, another in `sums`. `b` is read
        // where every vector lies inside it, and the panel, which has room for `DEPTH` steps, once it is written.
        unsafe {
            let a = rows.map(|row| p.a.as_ptr().add(row * p.row + k * p.step));
            // From one borrow: another would end the ones before.
            let base = c.as_mut_ptr();
            let to = if whole {
                rows.map(|row| base.add(row * p.columns + o))
            } else {
                sums.each_mut().map(|sums| sums.as_mut_ptr())
            };
            let from = if k > 0 { to.map(|to| to.cast_const()) } else { [start.as_ptr(); R] };
            if r > 0 || packed {
                tile::<FMA, false, V, R>(count, (a, p.step), (panel, V * LANES), panel, from, to);
            } else {
                let b = p.b.as_ptr().wrapping_add(k * p.columns + o).cast_mut();
                tile::<FMA, true, V, R>(count, (a, p.step), (b, p.columns), panel, from, to);
            }
        }
        if !whole {
            for i in 0..R {
                copy(&sums[i][..width], &mut c[rows[i] * p.columns + o..]);
            }
        }
    }
}

/// to\[r] = from\[r] + Σ_k a\[r]\[k]·b\[k], all sums in registers; `COPY` says to write b to the panel.
///
/// # Safety
///
/// For each k below `count`, `a` at k times its step must be readable, and `b` and the panel for V vectors at k times
/// their width; `from` must be readable and `to` writable for V vectors.
#[inline(always)]
unsafe fn tile<const FMA: bool, const COPY: bool, const V: usize, const R: usize>(
    count: usize,
    (a, step): ([*const f32; R], usize),
    (b, width): (*mut f32, usize),
    panel: *mut f32,
    from: [*const f32; R],
    to: [*mut f32; R],
) {
    // SAFETY: the caller's promise.
    unsafe {
        let mut sums = [[[0.0; LANES]; V]; R];
        for r in 0..R {
            sums[r] = *from[r].cast();
        }
        for k in 0..count {
            let b: [Lanes; V] = *b.add(k * width).cast();
            if COPY {
                *panel.add(k * V * LANES).cast() = b;
            }
            for r in 0..R {
                let a = *a[r].add(k * step);
                for v in 0..V {
                    for l in 0..LANES {
                        sums[r][v][l] = multiply_add::<FMA>(b[v][l], a, sums[r][v][l]);
                    }
                }
            }
        }
        for r in 0..R {
            *to[r].cast() = sums[r];
        }
    }
}

/// Copies a run of less than 32 without the call that `copy_from_slice` would be.
#[inline(always)]
fn copy(from: &[f32], to: &mut [f32]) {
    #[inline(always)]
    fn piece<'a, 'b, const N: usize>((from, to): (&'a [f32], &'b mut [f32])) -> (&'a [f32], &'b mut [f32]) {
        match from.split_first_chunk::<N>() {
            Some((piece, from)) => {
                let (place, to) = to.split_at_mut(N);
                place.copy_from_slice(piece);
                (from, to)
            }
            None => (from, to),
        }
    }
    piece::<1>(piece::<2>(piece::<4>(piece::<8>(piece::<16>((from, to))))));
}

/// Writes the panel of `width` columns from `o` and `count` steps from `k`, with zeros where it would read past the end.
#[inline(always)]
fn pack<const V: usize>(
    p: &Product,
    panel: &mut [MaybeUninit<f32>],
    (o, width): (usize, usize),
    (k, count): (usize, usize),
) {
    let (panel, _) = panel.as_chunks_mut::<LANES>();
    let (panel, _) = panel.as_chunks_mut::<V>();
    for (i, to) in panel[..count].iter_mut().enumerate() {
        let row = &p.b[(k + i) * p.columns + o..];
        // What follows the columns in memory is as good as zeros: its sums are never stored.
        let row = row.as_chunks().0.first_chunk().copied().unwrap_or_else(|| {
            let mut padded = [[0.0; LANES]; V];
            copy(&row[..width], padded.as_flattened_mut());
            padded
        });
        *to = row.map(|lanes: Lanes| lanes.map(MaybeUninit::new));
    }
}

/// Writes the panel of `width` columns from `o` and `count` steps from `k` of a `b` that lies column by column.
#[inline(always)]
fn pack_turned<const FMA: bool, const V: usize>(
    p: &Product,
    panel: &mut [MaybeUninit<f32>],
    (o, width): (usize, usize),
    (k, count): (usize, usize),
) {
    let (panel, _) = panel.as_chunks_mut::<LANES>();
    let (panel, _) = panel.as_chunks_mut::<V>();
    let panel = &mut panel[..count];
    for v in 0..V {
        // A lane past the last column reads that column again: its sums are never stored.
        let column = |l: usize| (o + (v * LANES + l).min(width - 1)) * p.depth + k;
        let columns: [&[f32]; LANES] = core::array::from_fn(|l| &p.b[column(l)..][..count]);
        let (whole, rest) = panel.as_chunks_mut::<LANES>();
        for (i, to) in whole.iter_mut().enumerate() {
            // SAFETY: each column has `count` floats, `LANES` for every chunk of the panel.
            let block = columns.map(|column| unsafe { *column.as_ptr().add(i * LANES).cast::<Lanes>() });
            let turned = transpose::<FMA>(block);
            for j in 0..LANES {
                to[j][v] = turned[j].map(MaybeUninit::new);
            }
        }
        for (i, to) in rest.iter_mut().enumerate() {
            to[v] = columns.map(|column| MaybeUninit::new(column[count / LANES * LANES + i]));
        }
    }
}

/// Rows to columns.
#[inline(always)]
fn transpose<const FMA: bool>(x: [Lanes; LANES]) -> [Lanes; LANES] {
    #[cfg(target_arch = "x86_64")]
    if FMA {
        // SAFETY: on this processor family `FMA` is set only where there is AVX2.
        return unsafe { transpose_avx(x) };
    }
    core::array::from_fn(|i| core::array::from_fn(|j| x[j][i]))
}

/// Rows to columns, in three rounds that swap ever larger squares: the compiler does not find these shuffles by itself.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx")]
#[inline]
fn transpose_avx(x: [Lanes; LANES]) -> [Lanes; LANES] {
    use core::arch::x86_64::*;
    // SAFETY: the two types are of the same size, and any bits are values of either.
    let x: [__m256; LANES] = unsafe { core::mem::transmute(x) };
    let pair = |i: usize, j: usize| {
        let (a, b) = (
            _mm256_castps_pd(_mm256_unpacklo_ps(x[i], x[i + 1])),
            _mm256_castps_pd(_mm256_unpacklo_ps(x[j], x[j + 1])),
        );
        let (c, d) = (
            _mm256_castps_pd(_mm256_unpackhi_ps(x[i], x[i + 1])),
            _mm256_castps_pd(_mm256_unpackhi_ps(x[j], x[j + 1])),
        );
        [_mm256_unpacklo_pd(a, b), _mm256_unpackhi_pd(a, b), _mm256_unpacklo_pd(c, d), _mm256_unpackhi_pd(c, d)]
    };
    let (a, b) = (pair(0, 2), pair(4, 6));
    let low = |i: usize| _mm256_permute2f128_pd::<0x20>(a[i], b[i]);
    let high = |i: usize| _mm256_permute2f128_pd::<0x31>(a[i], b[i]);
    let turned = [low(0), low(1), low(2), low(3), high(0), high(1), high(2), high(3)];
    // SAFETY: as above.
    unsafe { core::mem::transmute(turned) }
}

/// y\[b] = bias + Σ_i w\[i]·x\[b]\[i].
pub fn forward<const I: usize, const O: usize>(
    w: &[[f32; O]; I],
    bias: Option<&[f32; O]>,
    x: &[[f32; I]],
    y: &mut [[f32; O]],
) {
    assert!(x.len() == y.len(), "one output a sample");
    if O == 1 {
        for (x, y) in x.iter().zip(y) {
            y[0] = bias.map_or(0.0, |bias| bias[0]) + dot(w.as_flattened(), x);
        }
        return;
    }
    let (a, b, start) = (x.as_flattened(), w.as_flattened(), bias.map(|bias| bias.as_slice()));
    let of = Product { rows: x.len(), columns: O, depth: I, a, row: I, step: 1, b, turned: false, start };
    product(&of, y.as_flattened_mut());
}

/// dw\[i] = Σ_b dy\[b]·x\[b]\[i].
pub fn weight_gradient<const I: usize, const O: usize>(x: &[[f32; I]], dy: &[[f32; O]], dw: &mut [[f32; O]; I]) {
    assert!(x.len() == dy.len(), "one gradient a sample");
    let (depth, x, dy) = (x.len(), x.as_flattened(), dy.as_flattened());
    // With one output the inputs are the long side: the vectors run along them.
    let of = if O == 1 {
        Product { rows: 1, columns: I, depth, a: dy, row: 0, step: 1, b: x, turned: false, start: None }
    } else {
        Product { rows: I, columns: O, depth, a: x, row: 1, step: I, b: dy, turned: false, start: None }
    };
    product(&of, dw.as_flattened_mut());
}

/// dx\[b]\[i] = Σ_o w\[i]\[o]·dy\[b]\[o].
pub fn input_gradient<const I: usize, const O: usize>(w: &[[f32; O]; I], dy: &[[f32; O]], dx: &mut [[f32; I]]) {
    assert!(dx.len() == dy.len(), "one gradient a sample");
    let (a, b) = (dy.as_flattened(), w.as_flattened());
    // One row is one column.
    let turned = O > 1;
    let of = Product { rows: dy.len(), columns: I, depth: O, a, row: O, step: 1, b, turned, start: None };
    product(&of, dx.as_flattened_mut());
}

simd! {
    /// db = Σ_b dy\[b].
    pub fn bias_gradient<const O>(dy: &[[f32; O]], db: &mut [f32; O]) {
        db.fill(0.0);
        for dy in dy {
            for (db, dy) in db.iter_mut().zip(dy) {
                *db += dy;
            }
        }
    }

    /// y = bias + Σ_i w\[i]·x\[i]: one sample, to the bits of [`forward`], without a branch that could panic.
    pub fn infer<const I, const O>(w: &[[f32; O]; I], bias: Option<&[f32; O]>, x: &[f32; I], y: &mut [f32; O]) {
        match O {
            1 => {
                for y in y {
                    *y = bias.and_then(|bias| bias.first()).unwrap_or(&0.0) + inner_product::<FMA>(w.as_flattened(), x);
                }
            }
            2..LANES => infer_narrow::<FMA, I, O>(w, bias, x, y),
            _ => {
                let mut o = 0;
                while o < O {
                    match (O - o).div_ceil(LANES) {
                        2..=4 if WIDEST_INFER > 1 => infer_tile::<FMA, I, O, 4>(w, bias, x, y, o),
                        5.. if WIDEST_INFER > 1 => infer_tile::<FMA, I, O, 8>(w, bias, x, y, o),
                        _ => infer_tile::<FMA, I, O, 1>(w, bias, x, y, o),
                    }
                    o += WIDEST_INFER * LANES;
                }
            }
        }
    }
}

/// Vectors that one sample keeps in registers: processors without vector registers have room for one, lane by lane.
const WIDEST_INFER: usize = if cfg!(any(target_arch = "x86_64", target_arch = "aarch64")) { 8 } else { 1 };

/// sums + w·x. Spelled out, so that the lanes are in registers also where the compiler is told to keep code small.
#[inline(always)]
fn step<const FMA: bool>(w: Lanes, x: f32, sums: Lanes) -> Lanes {
    let ([a, b, c, d, e, f, g, h], s) = (w, sums);
    [
        multiply_add::<FMA>(a, x, s[0]),
        multiply_add::<FMA>(b, x, s[1]),
        multiply_add::<FMA>(c, x, s[2]),
        multiply_add::<FMA>(d, x, s[3]),
        multiply_add::<FMA>(e, x, s[4]),
        multiply_add::<FMA>(f, x, s[5]),
        multiply_add::<FMA>(g, x, s[6]),
        multiply_add::<FMA>(h, x, s[7]),
    ]
}

/// V vectors of outputs from `o`, over all inputs; where they would pass the last output, they overlap.
#[inline(always)]
fn infer_tile<const FMA: bool, const I: usize, const O: usize, const V: usize>(
    w: &[[f32; O]; I],
    bias: Option<&[f32; O]>,
    x: &[f32; I],
    y: &mut [f32; O],
    o: usize,
) {
    if O < LANES {
        return;
    }
    let start = |v: usize| (o + v * LANES).min(O - LANES);
    // SAFETY: a start is at most O - LANES, so that LANES outputs follow it.
    let read = |run: &[f32; O], v: usize| unsafe { *run.as_ptr().add(start(v)).cast::<Lanes>() };
    let mut sums = [[0.0; LANES]; V];
    if let Some(bias) = bias {
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = read(bias, v);
        }
    }
    for (w, x) in w.iter().zip(x) {
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = step::<FMA>(read(w, v), *x, *sums);
        }
    }
    for (v, sums) in sums.into_iter().enumerate() {
        // SAFETY: as above.
        unsafe { *y.as_mut_ptr().add(start(v)).cast::<Lanes>() = sums };
    }
}

/// Fewer outputs than lanes: what is computed in the others is never stored, and so the compiler drops it.
#[inline(always)]
fn infer_narrow<const FMA: bool, const I: usize, const O: usize>(
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
        sums = step::<FMA>(read(w), *x, sums);
    }
    for (y, sum) in y.iter_mut().zip(sums) {
        *y = sum;
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::{vec, vec::Vec};

    /// The smallest useful generator: numbers from -1 to 1.
    fn numbers<const N: usize>(count: usize, seed: u32) -> Vec<[f32; N]> {
        let mut state = seed;
        let mut next = || {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 8) as f32 / 8_388_608.0 - 1.0
        };
        (0..count).map(|_| core::array::from_fn(|_| next())).collect()
    }

    fn assert_near<const N: usize>(what: &str, got: &[[f32; N]], want: impl Fn(usize, usize) -> f64) {
        for (i, row) in got.iter().enumerate() {
            for (j, got) in row.iter().enumerate() {
                let want = want(i, j);
                assert!((f64::from(*got) - want).abs() < 2e-5, "{what}[{i}][{j}]: {got} for {want}");
            }
        }
    }

    fn check_product(rows: usize, columns: usize, depth: usize) {
        let flat = |length, seed| numbers::<1>(length, seed).into_flattened();
        let (a, b, bias) = (flat(rows * depth, 1), flat(depth * columns, 2), flat(columns, 3));
        for (row, step) in [(depth, 1), (1, rows)] {
            for turned in [false, true] {
                for start in [None, Some(&bias[..])] {
                    let p = Product { rows, columns, depth, a: &a, row, step, b: &b, turned, start };
                    let assert_right = |what: &str, c: &[f32]| {
                        for (i, got) in c.iter().enumerate() {
                            let (r, o) = (i / columns, i % columns);
                            let b_at = |k: usize| if turned { b[o * depth + k] } else { b[k * columns + o] };
                            let sum = |k: usize| f64::from(a[r * row + k * step]) * f64::from(b_at(k));
                            let want = start.map_or(0.0, |start| start[o].into()) + (0..depth).map(sum).sum::<f64>();
                            let error = (f64::from(*got) - want).abs();
                            assert!(error < 2e-5, "{what}, {rows} × {columns} × {depth} at {r}, {o}: {got} for {want}");
                        }
                    };
                    let mut c = vec![f32::NAN; rows * columns];
                    product::portable(&p, &mut c);
                    assert_right("portable", &c);
                    #[cfg(target_arch = "x86_64")]
                    if crate::kernels::has_avx2() {
                        c.fill(f32::NAN);
                        product::body::<true>(&p, &mut c);
                        assert_right("fused", &c);
                        c.fill(f32::NAN);
                        // SAFETY: just checked.
                        unsafe { product::avx2(&p, &mut c) };
                        assert_right("AVX2", &c);
                    }
                }
            }
        }
    }

    #[test]
    fn products_of_any_size_equal_the_plain_sums() {
        // Miri takes its time.
        let sizes: [&[usize]; 3] = match cfg!(miri) {
            true => [&[0, 7], &[8, 10], &[0, 9]],
            false => [&[0, 1, 5, 30, 33], &[1, 3, 8, 10, 17, 24, 25, 64, 65, 100], &[0, 1, 3, 8, 10, 17, 64, 65, 100]],
        };
        for rows in sizes[0] {
            for columns in sizes[1] {
                for depth in sizes[2] {
                    check_product(*rows, *columns, *depth);
                }
            }
        }
        if !cfg!(miri) {
            check_product(7, 41, 300);
            check_product(13, 9, 129);
        }
    }

    fn check<const I: usize, const O: usize>() {
        let (w, bias) = (numbers::<O>(I, 1), numbers::<O>(1, 2));
        let w: &[[f32; O]; I] = w.as_slice().try_into().unwrap();
        let f = |x: f32| f64::from(x);
        for batch in [0, 1, 5, 30, 33] {
            let (x, dy) = (numbers::<I>(batch, 3), numbers::<O>(batch, 4));
            for bias in [None, Some(&bias[0])] {
                let sum = |b: usize, o: usize| {
                    bias.map_or(0.0, |bias| f(bias[o])) + (0..I).map(|i| f(w[i][o]) * f(x[b][i])).sum::<f64>()
                };
                let mut y = vec![[f32::NAN; O]; batch];
                forward(w, bias, &x, &mut y);
                assert_near("y", &y, sum);
                for b in 0..batch {
                    let mut one = [[f32::NAN; O]];
                    infer(w, bias, &x[b], &mut one[0]);
                    assert_eq!(one[0], y[b], "infer and forward differ in their bits");
                    infer::portable(w, bias, &x[b], &mut one[0]);
                    assert_near("portable", &one, |_, o| sum(b, o));
                }
            }
            let mut dw = vec![[f32::NAN; O]; I];
            weight_gradient(&x, &dy, dw.as_mut_slice().try_into().unwrap());
            assert_near("dw", &dw, |i, o| (0..batch).map(|b| f(x[b][i]) * f(dy[b][o])).sum());
            let mut db = [[f32::NAN; O]];
            bias_gradient(&dy, &mut db[0]);
            assert_near("db", &db, |_, o| (0..batch).map(|b| f(dy[b][o])).sum());
            let mut dx = vec![[f32::NAN; I]; batch];
            input_gradient(w, &dy, &mut dx);
            assert_near("dx", &dx, |b, i| (0..O).map(|o| f(w[i][o]) * f(dy[b][o])).sum());
        }
    }

    macro_rules! sizes {
        ($($inputs:literal)*) => {$(
            check::<$inputs, 1>();
            check::<$inputs, 3>();
            check::<$inputs, 8>();
            check::<$inputs, 10>();
            check::<$inputs, 17>();
            check::<$inputs, 64>();
            check::<$inputs, 65>();
            check::<$inputs, 100>();
        )*};
    }

    #[test]
    fn layers_of_any_size_equal_the_plain_sums() {
        sizes!(1 3 8 10 17 64 65 100);
        check::<300, 7>();
        check::<5, 140>();
    }
}
