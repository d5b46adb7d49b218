//! The products of a dense layer: forward, the two gradients of its parameters, the gradient of its input.
//!
//! All of a batch's products are one function, [`product`], in one of four ways: which matrix is cut in panels and copied to where
//! it lies in one run, and in what order the tiles of [`super::tiles`] are computed. It is compiled once, not for each layer,
//! which builds much faster; constant sizes pay in [`infer`].

use super::simd::{Simd, lanes};
use super::threads::{in_parts, run, threads};
use super::tiles::{self, Start, Tiles, WIDEST, copy};
use super::{
    LANES, Lanes, Shared,
    elementwise::{add_scaled, dot, inner_product},
    multiply_add, sum_lanes,
};
use core::ptr::copy_nonoverlapping;
use core::slice;

/// Steps of the sum that are added up before the next of b are looked at: a panel of them and the rows that it meets lie in
/// the L1 cache.
const DEPTH: usize = 256;

/// Floats in a block of panels: 80 KB, a part of the L2 cache.
const BLOCK: usize = 20 * 1024;

/// Floats of b that are turned for dot products: 16 KB, half of the L1 cache.
const TURNED: usize = 4 * 1024;

/// Floats of a gradient that an update sees at once, if that is not less than some rows: what the L1 cache holds beside the weights.
const UPDATED: usize = 6 * 1024;

/// Rows that a block's panels meet, one panel after another.
const ROWS: usize = 24;

/// Multiplications that are worth a thread of their own: some five microseconds.
pub(super) const WORTH: usize = 1 << 18;

/// c (rows × columns) = start + a (rows × depth) · b (depth × columns).
#[derive(Clone, Copy)]
struct Product<'a> {
    way: Way,
    rows: usize,
    columns: usize,
    depth: usize,
    /// Element (r, k) is `a[r * row + k * step]`.
    a: &'a [f32],
    row: usize,
    step: usize,
    b: &'a [f32],
    /// How far apart the rows of `b` lie or, where it is `turned` and lies column by column, its columns.
    stride: usize,
    turned: bool,
    /// The first value of each row's sum, or zeros.
    start: Option<&'a [f32]>,
}

/// How many values of each weight an [`Update`] may carry along.
pub const MAX_MOMENTS: usize = 5;

/// Is given some weights, their gradient, which it may overwrite, what is remembered of them, and the shape of the tensor they are part of.
pub type UpdateRule<'a> = dyn Fn(&mut [f32], &mut [f32], [&mut [f32]; MAX_MOMENTS], &[usize]) + Sync + 'a;

/// What is done with a gradient as soon as some of it is known: see [`weight_gradient`].
pub struct Update<'a> {
    /// What the gradient is of.
    pub w: &'a mut [f32],
    /// What an optimizer remembers of it: as long as `w`, or empty.
    pub moments: [&'a mut [f32]; MAX_MOMENTS],
    /// The shape of what the gradient is of.
    pub shape: &'a [usize],
    /// Is given parts of the weights, of the gradient and of what is remembered, which belong together.
    pub rule: &'a UpdateRule<'a>,
}

/// An [`Update`] of which several threads take parts.
struct Parts<'a> {
    w: Shared<f32>,
    moments: [Option<Shared<f32>>; MAX_MOMENTS],
    shape: &'a [usize],
    rule: &'a UpdateRule<'a>,
}

impl<'a> Parts<'a> {
    fn new(Update { w, moments, shape, rule }: &'a mut Update, len: usize) -> Self {
        let whole = |x: &mut [f32]| {
            assert!(x.len() == len, "what is updated is as long as the gradient");
            Shared(x.as_mut_ptr())
        };
        let moments = moments.each_mut().map(|x| if x.is_empty() { None } else { Some(whole(x)) });
        Parts { w: whole(w), moments, shape, rule: *rule }
    }

    /// Calls the rule for the numbers from `at` on.
    ///
    /// # Safety
    ///
    /// They are inside, and nobody else is at them.
    unsafe fn apply(&self, at: usize, g: &mut [f32]) {
        // SAFETY: the caller's promise.
        let part = |x: Shared<f32>| unsafe { slice::from_raw_parts_mut(x.at(at), g.len()) };
        let (w, moments) = (part(self.w), self.moments.map(|x| x.map_or_else(|| &mut [][..], part)));
        (self.rule)(w, g, moments, self.shape);
    }
}

/// In what order a product's tiles are computed.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    /// A panel of b after another, each copied while its first tile is computed: where b is the large one.
    Panels,
    /// Some rows of c after others, across all panels of b: where c is the large one.
    Rows,
    /// As `Rows`, but c lies column by column.
    Columns,
    /// The vectors along the depth: where c is narrower than they are.
    Dots,
}

/// Contains it, and gives it to the update, if there is one, which may leave anything in c.
fn product(p: &Product, c: &mut [f32], mut update: Option<Update>) {
    assert!(c.len() == p.rows * p.columns);
    if c.is_empty() {
        return;
    }
    let update = update.as_mut().map(|update| Parts::new(update, c.len()));
    if p.depth > 0 {
        assert!((p.rows - 1) * p.row + (p.depth - 1) * p.step < p.a.len());
        let (outer, inner) = if p.turned { (p.columns, p.depth) } else { (p.depth, p.columns) };
        assert!((outer - 1) * p.stride + inner <= p.b.len());
        assert!(p.start.is_none_or(|start| start.len() == p.columns));
    } else {
        match p.start {
            Some(start) => c.chunks_exact_mut(p.columns).for_each(|row| row.copy_from_slice(start)),
            None => c.fill(0.0),
        }
    }
    // The update sees parts that are whole rows of whole sums, or all at last.
    let early = update
        .as_ref()
        .filter(|_| p.way == Way::Rows && (1..=DEPTH).contains(&p.depth) && (p.columns + WIDEST) * p.depth <= BLOCK);
    // What each thread takes: some rows or columns, in pieces that are worth it, and how far apart these lie in c.
    let (all, least, apart) = match p.way {
        Way::Panels => (p.columns, 2 * lanes(), 1),
        Way::Columns => (p.columns, 2 * lanes(), p.rows),
        Way::Rows => (p.rows, ROWS, p.columns),
        Way::Dots => (p.rows, 6, p.columns),
    };
    let threads = threads().min(p.rows * p.columns * p.depth / WORTH).min(all / least).max(1);
    let part = all.div_ceil(threads).next_multiple_of(least);
    let to = Shared(c.as_mut_ptr());
    if p.depth > 0 {
        run(all.div_ceil(part), &|i| {
            let first = i * part;
            // SAFETY: the sizes were just checked, and the parts do not overlap.
            unsafe { p.part(first, part.min(all - first)).compute(to.at(first * apart), p, first, early) };
        });
    }
    if let (Some(update), None) = (&update, early) {
        in_parts(c, 8192, |at, g| {
            // SAFETY: the parts do not overlap, and are inside.
            unsafe { update.apply(at, g) };
        });
    }
}

impl Product<'_> {
    /// Some of its rows or, by [`Way::Panels`] and [`Way::Columns`], of its columns.
    fn part(&self, first: usize, count: usize) -> Self {
        match self.way {
            Way::Panels | Way::Columns => Product {
                columns: count,
                b: &self.b[if self.turned { first * self.stride } else { first }..],
                start: self.start.map(|start| &start[first..][..count]),
                ..*self
            },
            Way::Rows | Way::Dots => Product { rows: count, a: &self.a[first * self.row..], ..*self },
        }
    }

    /// Contains it on this thread; `first` is where it begins in the `whole` of which it is a part.
    ///
    /// # Safety
    ///
    /// The sizes are those of the factors, and c is writable for its rows.
    unsafe fn compute(&self, c: *mut f32, whole: &Product, first: usize, update: Option<&Parts>) {
        let block = match self.way {
            Way::Dots => dot_block(self.depth, self.columns),
            _ => self.depth.div_ceil(self.depth.div_ceil(DEPTH)),
        };
        for k in (0..self.depth).step_by(block) {
            let steps = (k, block.min(self.depth - k));
            // SAFETY: the caller's promise.
            unsafe {
                match self.way {
                    Way::Panels => by_panels(self, (c, whole.columns), steps),
                    Way::Rows => by_rows(self, c, steps, update.map(|update| (update, first))),
                    Way::Columns => by_columns(self, c, steps),
                    Way::Dots => by_dots(self, c, steps),
                }
            }
        }
    }
}

/// The width of the next panel: two vectors, and of what is left one, two or, sooner than leave one beside pairs, three.
pub(super) fn cut(left: usize) -> usize {
    let lanes = lanes();
    if left > 3 * lanes { 2 * lanes } else { left }
}

/// How many panels of two vectors are cut before another.
fn usual(left: usize) -> usize {
    left.saturating_sub(3 * lanes()).div_ceil(2 * lanes())
}

impl Product<'_> {
    /// What a tile's sums begin with, where `room` has room for its width.
    fn start(&self, (o, width): (usize, usize), k: usize, room: &mut [f32; WIDEST]) -> Start {
        match self.start {
            _ if k > 0 => Start::There,
            Some(start) => {
                room[..width].copy_from_slice(&start[o..][..width]);
                Start::Row(room.as_ptr())
            }
            None => Start::Zero,
        }
    }

    /// Whether whole vectors from these columns on lie inside b, and not turned.
    fn direct(&self, (o, width): (usize, usize), (k, count): (usize, usize)) -> bool {
        let end = o + width.next_multiple_of(lanes());
        !self.turned && (k + count - 1) * self.stride + end <= self.b.len()
    }

    /// Writes the panel of `width` columns from `o` and `count` steps from `k`; what is in lanes past them is of no account.
    ///
    /// # Safety
    ///
    /// These columns and steps are of the product, and the panel has room for whole vectors.
    unsafe fn pack(&self, panel: *mut f32, (o, width): (usize, usize), (k, count): (usize, usize)) {
        let room = width.next_multiple_of(lanes());
        // SAFETY: the caller's promise.
        unsafe {
            if self.turned {
                let from = self.b.as_ptr().add(o * self.stride + k);
                return tiles::pack_turned(from, self.stride, width, count, panel, room);
            }
            for i in 0..count {
                let (at, panel) = ((k + i) * self.stride + o, panel.add(i * room));
                if at + room <= self.b.len() {
                    for v in (0..room).step_by(LANES) {
                        *panel.add(v).cast::<Lanes>() = *self.b.as_ptr().add(at + v).cast();
                    }
                } else {
                    copy(self.b.as_ptr().add(at), width, panel);
                    (width..room).for_each(|l| *panel.add(l) = 0.0);
                }
            }
        }
    }
}

/// See [`Way::Panels`]; the rows of c are `to_row` apart.
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth.
unsafe fn by_panels(p: &Product, (c, to_row): (*mut f32, usize), (k, count): (usize, usize)) {
    let mut room = room!(DEPTH * WIDEST);
    let mut padded = [0.0; WIDEST];
    let panel = room.as_mut_ptr().cast::<f32>();
    let mut o = 0;
    while o < p.columns {
        let width = cut(p.columns - o);
        let columns = (o, width);
        // SAFETY: the caller's promise, for these columns and steps.
        unsafe {
            let direct = p.direct(columns, (k, count));
            if !direct {
                p.pack(panel, columns, (k, count));
            }
            let whole = width.next_multiple_of(lanes());
            let mut of = Tiles {
                rows: p.rows,
                count,
                a: p.a.as_ptr().add(k * p.step),
                row: p.row,
                step: p.step,
                b: panel,
                stride: whole,
                panel: None,
                start: p.start(columns, k, &mut padded),
                to: c.add(o),
                to_row,
                width,
            };
            if direct {
                // A few rows first, which copy the panel as they go: that costs them nothing.
                let first = p.rows.min(6);
                (of.b, of.stride, of.panel, of.rows) =
                    (p.b.as_ptr().add(k * p.stride + o), p.stride, Some(panel), first);
                tiles::tiles(&of);
                (of.b, of.stride, of.panel, of.rows) = (panel, whole, None, p.rows - first);
                (of.a, of.to) = (of.a.wrapping_add(first * p.row), of.to.wrapping_add(first * to_row));
            }
            tiles::tiles(&of);
        }
        o += width;
    }
}

/// Packs as many panels from column `first` on as a block has room for, and returns where they end.
///
/// # Safety
///
/// The steps are within the product's depth.
unsafe fn pack_block(p: &Product, block: *mut f32, first: usize, steps: (usize, usize)) -> usize {
    let mut o = first;
    while o < p.columns && (o - first + WIDEST) * steps.1 <= BLOCK {
        let width = cut(p.columns - o);
        // SAFETY: the caller's promise.
        unsafe { p.pack(block.add((o - first) * steps.1), (o, width), steps) };
        o += width;
    }
    o
}

/// See [`Way::Rows`]; where there is an update, c is but the room in which it gets to see the product, part after part.
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth: all of it, where there is an update.
unsafe fn by_rows(p: &Product, c: *mut f32, (k, count): (usize, usize), update: Option<(&Parts, usize)>) {
    let mut block = room!(BLOCK);
    let mut room = room!(DEPTH * ROWS);
    let (block, compact) = (block.as_mut_ptr().cast::<f32>(), room.as_mut_ptr().cast::<f32>());
    let start = if k > 0 { Start::There } else { Start::Zero };
    let mut first = 0;
    while first < p.columns {
        // SAFETY: the caller's promise, for the columns and rows that are looped over.
        unsafe {
            let end = pack_block(p, block, first, (k, count));
            let mut most = ROWS * (DEPTH / count);
            if update.is_some() {
                most = most.min((UPDATED / (end - first)).max(1).next_multiple_of(ROWS));
            }
            for r in (0..p.rows).step_by(most) {
                let rows = most.min(p.rows - r);
                let (mut a, mut step) = (p.a.as_ptr().add(r * p.row + k * p.step), p.step);
                // Steps that meet in few sets of the cache are worth a copy, where many panels meet them.
                if p.row == 1 && step.is_multiple_of(128) && end - first >= 128 {
                    for i in 0..count {
                        copy_nonoverlapping(a.add(i * step), compact.add(i * rows), rows);
                    }
                    (a, step) = (compact, rows);
                }
                let row = if update.is_some() { 0 } else { r };
                let to = c.add(row * p.columns + first);
                let mut o = first;
                while o < end {
                    let width = cut(p.columns - o);
                    tiles::tiles(&Tiles {
                        rows,
                        count,
                        a,
                        row: p.row,
                        step,
                        b: block.add((o - first) * count),
                        stride: width.next_multiple_of(lanes()),
                        panel: None,
                        start,
                        to: to.add(o - first),
                        to_row: p.columns,
                        width,
                    });
                    o += width;
                }
                if let Some((update, first_row)) = update {
                    let g = slice::from_raw_parts_mut(c, rows * p.columns);
                    update.apply((first_row + r) * p.columns, g);
                }
            }
            first = end;
        }
    }
}

/// See [`Way::Columns`].
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth.
unsafe fn by_columns(p: &Product, c: *mut f32, (k, count): (usize, usize)) {
    let mut block = room!(BLOCK);
    let mut room = room!(ROWS * WIDEST);
    let (block, sums) = (block.as_mut_ptr().cast::<f32>(), room.as_mut_ptr().cast::<f32>());
    let mut first = 0;
    while first < p.columns {
        // SAFETY: the caller's promise, for the columns and rows that are looped over.
        unsafe {
            // A panel that meets few rows is not worth a copy.
            let all = (first, p.columns - first);
            let direct = p.rows <= ROWS && p.direct((first, cut(all.1)), (k, count));
            let end = match direct {
                true if p.direct(all, (k, count)) => p.columns,
                true => first + usual(all.1) * 2 * lanes(),
                false => pack_block(p, block, first, (k, count)),
            };
            for r in (0..p.rows).step_by(ROWS) {
                let rows = ROWS.min(p.rows - r);
                let mut o = first;
                while o < end {
                    let width = cut(p.columns - o);
                    let whole = width.next_multiple_of(lanes());
                    let (b, stride, next) = if direct {
                        (p.b.as_ptr().add(k * p.stride + o), p.stride, whole)
                    } else {
                        (block.add((o - first) * count).cast_const(), whole, whole * count)
                    };
                    // All panels of the usual width at once.
                    let panels = usual(p.columns - o).min((end - o) / (2 * lanes())).max(1);
                    let of = Tiles {
                        rows,
                        count,
                        a: p.a.as_ptr().add(r * p.row + k * p.step),
                        row: p.row,
                        step: p.step,
                        b,
                        stride,
                        panel: None,
                        start: Start::Zero,
                        to: sums,
                        to_row: WIDEST,
                        width: whole,
                    };
                    tiles::turned_tiles(&of, panels, next, width, c.add(o * p.rows + r), p.rows, k > 0);
                    o += panels * width;
                }
            }
            first = end;
        }
    }
}

/// Steps of the sum for which the turned b is half of the L1 cache: whole vectors.
const fn dot_block(depth: usize, columns: usize) -> usize {
    let blocks = (depth * columns).div_ceil(TURNED);
    depth.div_ceil(blocks).next_multiple_of(LANES)
}

/// See [`Way::Dots`].
///
/// # Safety
///
/// The sizes are those of the product, and the steps are within its depth and at most [`dot_block`]'s.
unsafe fn by_dots(p: &Product, c: *mut f32, (k, count): (usize, usize)) {
    let mut room = room!(TURNED + (LANES + 1) * ROWS);
    let turned = room.as_mut_ptr().cast::<f32>();
    let padded = count.next_multiple_of(LANES);
    debug_assert!(padded * p.columns <= TURNED + (LANES + 1) * ROWS);
    // SAFETY: the caller's promise.
    unsafe {
        let from = p.b.as_ptr().add(k * p.stride);
        tiles::turn_rows(from, p.stride, count, p.columns, turned, padded);
        let start = if k > 0 { None } else { Some(p.start.unwrap_or(&[0.0; ROWS]).as_ptr()) };
        let sizes = (p.rows, p.columns, count);
        tiles::dots(sizes, p.a.as_ptr().add(k), p.row, turned, padded, start, c);
    }
}

/// Whether vectors of that many numbers leave a fifth of their lanes or more empty.
const fn narrow(n: usize) -> bool {
    n > 1 && n <= ROWS && 5 * n < 4 * n.next_multiple_of(LANES)
}

/// Whether a layer of so many outputs is computed by [`Way::Dots`], and one sample in the same order.
const fn by_its_depth(outputs: usize) -> bool {
    WIDEST_INFER > 1 && narrow(outputs)
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
    let way = if by_its_depth(O) { Way::Dots } else { Way::Panels };
    let (rows, columns, depth) = (x.len(), O, I);
    let of = Product { way, rows, columns, depth, a, row: I, step: 1, b, stride: O, turned: false, start };
    product(&of, y.as_flattened_mut(), None);
}

/// As [`forward`], for as many `inputs` and `outputs` as there are: to the bits of [`infer_of`].
pub fn forward_of((inputs, outputs): (usize, usize), w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
    let samples = y.len() / outputs.max(1);
    let a = Factor { values: x, stride: inputs, turned: false };
    multiply((samples, outputs, inputs), a, Factor { values: w, stride: outputs, turned: false }, bias, y);
}

/// As [`weight_gradient`], for as many `inputs` and `outputs` as there are.
pub fn weight_gradient_of((inputs, outputs): (usize, usize), x: &[f32], dy: &[f32], dw: &mut [f32]) {
    weights((inputs, outputs), dy.len() / outputs.max(1), x, dy, dw, None);
}

/// As [`input_gradient`], for as many `inputs` and `outputs` as there are.
pub fn input_gradient_of((inputs, outputs): (usize, usize), w: &[f32], dy: &[f32], dx: &mut [f32]) {
    inputs_of((inputs, outputs), dy.len() / outputs.max(1), w, dy, dx);
}

/// As [`bias_gradient`], for as many outputs as there are.
pub fn bias_gradient_of(dy: &[f32], db: &mut [f32]) {
    db.fill(0.0);
    for dy in dy.chunks_exact(db.len().max(1)) {
        add_scaled(db, 1.0, dy);
    }
}

/// A matrix that is part of some numbers.
#[derive(Clone, Copy)]
pub struct Factor<'a> {
    /// They begin with it.
    pub values: &'a [f32],
    /// How far apart its rows lie or, where it is `turned`, its columns.
    pub stride: usize,
    /// Whether it lies column by column.
    pub turned: bool,
}

/// c (rows × columns) = bias + a (rows × depth) · b (depth × columns). The first factor may be turned where there is no bias.
pub fn multiply(
    (rows, columns, depth): (usize, usize, usize),
    a: Factor,
    b: Factor,
    start: Option<&[f32]>,
    c: &mut [f32],
) {
    let (way, row, step) = if a.turned { (Way::Rows, 1, a.stride) } else { (Way::Panels, a.stride, 1) };
    assert!(start.is_none() || !a.turned, "a bias goes with a factor that is not turned");
    let (b, stride, turned) = (b.values, b.stride, b.turned);
    product(&Product { way, rows, columns, depth, a: a.values, row, step, b, stride, turned, start }, c, None);
}

/// dw\[i] = Σ_b dy\[b]·x\[b]\[i].
///
/// Where there is an `update`, each part of the gradient is given to it while it is in the cache, and need not travel to memory: what
/// is in `dw` afterwards is of no account.
pub fn weight_gradient<const I: usize, const O: usize>(
    x: &[[f32; I]],
    dy: &[[f32; O]],
    dw: &mut [[f32; O]; I],
    update: Option<Update>,
) {
    assert!(x.len() == dy.len(), "one gradient a sample");
    weights((I, O), x.len(), x.as_flattened(), dy.as_flattened(), dw.as_flattened_mut(), update);
}

/// See [`weight_gradient`].
fn weights(
    (inputs, outputs): (usize, usize),
    depth: usize,
    x: &[f32],
    dy: &[f32],
    dw: &mut [f32],
    update: Option<Update>,
) {
    // The vectors run along the outputs or, where these would leave lanes empty, along the inputs.
    let of = if outputs == 1 || narrow(outputs) {
        let (way, rows, columns) = (Way::Columns, outputs, inputs);
        let (row, step, stride) = (1, outputs, inputs);
        Product { way, rows, columns, depth, a: dy, row, step, b: x, stride, turned: false, start: None }
    } else {
        let (way, rows, columns) = (Way::Rows, inputs, outputs);
        let (row, step, stride) = (1, inputs, outputs);
        Product { way, rows, columns, depth, a: x, row, step, b: dy, stride, turned: false, start: None }
    };
    product(&of, dw, update);
}

/// dx\[b]\[i] = Σ_o w\[i]\[o]·dy\[b]\[o].
pub fn input_gradient<const I: usize, const O: usize>(w: &[[f32; O]; I], dy: &[[f32; O]], dx: &mut [[f32; I]]) {
    assert!(dx.len() == dy.len(), "one gradient a sample");
    inputs_of((I, O), dy.len(), w.as_flattened(), dy.as_flattened(), dx.as_flattened_mut());
}

/// See [`input_gradient`].
fn inputs_of((inputs, outputs): (usize, usize), samples: usize, w: &[f32], dy: &[f32], dx: &mut [f32]) {
    let of = if outputs >= 128 && inputs >= 32 && samples * (outputs + inputs) < outputs * inputs {
        // To turn the gradients, in and out, is less work than to turn the weights.
        let (way, rows, columns, depth) = (Way::Columns, inputs, samples, outputs);
        let (row, stride) = (outputs, outputs);
        Product { way, rows, columns, depth, a: w, row, step: 1, b: dy, stride, turned: true, start: None }
    } else {
        // One row is one column.
        let (turned, stride) = if outputs > 1 { (true, outputs) } else { (false, inputs) };
        let (way, rows, columns, depth) = (Way::Panels, samples, inputs, outputs);
        Product { way, rows, columns, depth, a: dy, row: outputs, step: 1, b: w, stride, turned, start: None }
    };
    product(&of, dx, None);
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
                    *y = bias.and_then(|bias| bias.first()).unwrap_or(&0.0) + inner_product::<S>(w.as_flattened(), x);
                }
            }
            2.. if by_its_depth(O) => infer_dots::<S, I, O>(w, bias, x, y),
            2..LANES => infer_narrow::<S, I, O>(w, bias, x, y),
            _ => {
                // More than the registers have room for come in pieces that the L1 cache holds until all outputs have met them;
                // not where the last vector overlaps another, which would be met twice.
                let in_pieces = WIDEST_INFER > 1 && O > WIDEST_INFER * LANES && O.is_multiple_of(LANES);
                let piece = if in_pieces { (TURNED / O).max(1) } else { I.max(1) };
                let mut first = true;
                for (w, x) in w.chunks(piece).zip(x.chunks(piece)) {
                    infer_tiles::<S, O>(w, x, bias, first, y);
                    first = false;
                }
            }
        }
    }
}

simd! {
    /// As [`infer`], for as many inputs and outputs as there are: to the bits of [`forward_of`]. Where there are fewer weights, only the
    /// bias is there.
    pub fn infer_of(w: &[f32], bias: Option<&[f32]>, x: &[f32], y: &mut [f32]) {
        y.fill(0.0);
        if let Some(bias) = bias {
            y.iter_mut().zip(bias).for_each(|(y, bias)| *y = *bias);
        }
        let n = y.len();
        if n < LANES {
            for (w, x) in w.chunks(n.max(1)).zip(x) {
                y.iter_mut().zip(w).for_each(|(y, w)| *y = multiply_add::<S>(*w, *x, *y));
            }
            return;
        }
        if w.len() / n < x.len() {
            return;
        }
        // The last vector overlaps the one before it, whose sums begin with what was there at first.
        let mut last = [0.0; LANES];
        let at = n - LANES;
        last.iter_mut().zip(y.iter().skip(at)).for_each(|(last, y)| *last = *y);
        let mut o = 0;
        // SAFETY: whole vectors of outputs from o on, and a row of n weights for each input.
        unsafe {
            while WIDEST_INFER > 1 && o + 8 * LANES <= n {
                run_of::<S, 8>(w, x, y, o);
                o += 8 * LANES;
            }
            while WIDEST_INFER > 1 && o + 4 * LANES <= n {
                run_of::<S, 4>(w, x, y, o);
                o += 4 * LANES;
            }
            while o + LANES <= n {
                run_of::<S, 1>(w, x, y, o);
                o += LANES;
            }
            if o < n {
                *y.as_mut_ptr().add(at).cast::<Lanes>() = last;
                run_of::<S, 1>(w, x, y, at);
            }
        }
    }
}

/// y\[o..] += Σ_i w\[i]\[o..]·x\[i], for V vectors of outputs.
///
/// # Safety
///
/// There are so many outputs from o on, and for each x as many weights as there are outputs.
#[inline(always)]
unsafe fn run_of<S: Simd, const V: usize>(w: &[f32], x: &[f32], y: &mut [f32], o: usize) {
    let (n, mut sums) = (y.len(), [[0.0; LANES]; V]);
    // SAFETY: the caller's promise.
    unsafe {
        let y = y.as_mut_ptr().add(o).cast::<Lanes>();
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = *y.add(v);
        }
        for (i, x) in x.iter().enumerate() {
            let w = w.as_ptr().add(i * n + o).cast::<Lanes>();
            for (v, sums) in sums.iter_mut().enumerate() {
                *sums = step::<S>(*w.add(v), *x, *sums);
            }
        }
        for (v, sums) in sums.into_iter().enumerate() {
            *y.add(v) = sums;
        }
    }
}

/// Vectors that one sample keeps in registers: processors without vector registers have room for one, lane by lane.
pub(super) const WIDEST_INFER: usize =
    if cfg!(any(target_arch = "x86_64", target_arch = "aarch64", target_feature = "simd128")) { 8 } else { 1 };

/// sums + w·x. Spelled out, so that the lanes are in registers also where the compiler is told to keep code small.
#[inline(always)]
fn step<S: Simd>(w: Lanes, x: f32, sums: Lanes) -> Lanes {
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

/// As [`Way::Dots`] computes one row, to the same bits, but with the weights as they lie: of each eight inputs' weights, which are
/// O vectors in one run, lane l of vector v is multiplied by input (8v + l) / O.
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
                // Where a vector holds weights of two inputs at most, the compiler makes a blend of them.
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

/// All outputs: those from the `first` inputs on begin with the bias, others with what is there. (Where flash is dear, layers of as many
/// outputs share it.)
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
            2..=4 if WIDEST_INFER > 1 => infer_tile::<S, O, 4>(w, x, bias, first, y, o),
            5.. if WIDEST_INFER > 1 => infer_tile::<S, O, 8>(w, x, bias, first, y, o),
            _ => infer_tile::<S, O, 1>(w, x, bias, first, y, o),
        }
        o += WIDEST_INFER * LANES;
    }
}

/// V vectors of outputs from `o`; where they would pass the last output, they overlap.
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
    let start = |v: usize| (o + v * LANES).min(O - LANES);
    // SAFETY: a start is at most O - LANES, so that LANES outputs follow it.
    let read = |run: &[f32; O], v: usize| unsafe { *run.as_ptr().add(start(v)).cast::<Lanes>() };
    let mut sums = [[0.0; LANES]; V];
    if let Some(before) = if first { bias } else { Some(&*y) } {
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = read(before, v);
        }
    }
    #[cfg(taut_vfp)]
    if V == 1 && w.len() == x.len() && !x.is_empty() {
        // SAFETY: there are as many rows as inputs, and a start is at most O - LANES.
        unsafe { vfp::add_products::<O>(w.as_ptr().cast::<f32>().add(start(0)), x, &mut sums[0]) };
    }
    #[cfg(not(taut_vfp))]
    for (w, x) in w.iter().zip(x) {
        for (v, sums) in sums.iter_mut().enumerate() {
            *sums = step::<S>(read(w, v), *x, *sums);
        }
    }
    for (v, sums) in sums.into_iter().enumerate() {
        // SAFETY: as above.
        unsafe { *y.as_mut_ptr().add(start(v)).cast::<Lanes>() = sums };
    }
}

/// The floats of small Arm processors: eight are loaded by one instruction, if they go to registers that follow each other.
#[cfg(taut_vfp)]
mod vfp {
    use super::{LANES, Lanes};

    /// sums += Σ_i w\[i]·x\[i], where w\[i + 1] lies O floats behind w\[i].
    ///
    /// # Safety
    ///
    /// There are as many w as x, of which there is one at least.
    #[inline(always)]
    pub unsafe fn add_products<const O: usize>(w: *const f32, x: &[f32], sums: &mut Lanes) {
        const { assert!(LANES == 8) };
        // SAFETY: the caller's promise; it reads them, and changes what is said.
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

/// Fewer outputs than lanes: what is computed in the others is never stored, and so the compiler drops it.
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
        sums = step::<S>(read(w), *x, sums);
    }
    for (y, sum) in y.iter_mut().zip(sums) {
        *y = sum;
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use crate::kernels::simd::with_each_set;
    use std::{format, vec, vec::Vec};

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
                    let stride = if turned { depth } else { columns };
                    let way = Way::Panels;
                    let p = Product { way, rows, columns, depth, a: &a, row, step, b: &b, stride, turned, start };
                    let turned_back = |c: &[f32], is_turned: bool| -> Vec<f32> {
                        let at = |i: usize| if is_turned { i % columns * rows + i / columns } else { i };
                        (0..c.len()).map(|i| c[at(i)]).collect()
                    };
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
                    for way in [Way::Panels, Way::Rows, Way::Columns, Way::Dots] {
                        // Those that are written for the layers' products alone.
                        let fits = match way {
                            Way::Panels => step == 1,
                            Way::Rows => start.is_none(),
                            Way::Columns => start.is_none(),
                            Way::Dots => step == 1 && !turned && columns <= ROWS,
                        };
                        if fits {
                            with_each_set(|set| {
                                c.fill(f32::NAN);
                                product(&Product { way, ..p }, &mut c, None);
                                assert_right(&format!("{way:?} by {set:?}"), &turned_back(&c, way == Way::Columns));
                            });
                        }
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
                let (w, bias) = (w.as_flattened(), bias.map(|bias| &bias[..]));
                forward_of((I, O), w, bias, x.as_flattened(), y.as_flattened_mut());
                assert_near("y of any size", &y, sum);
                for b in 0..batch {
                    let mut one = [[f32::NAN; O]];
                    infer_of(w, bias, &x[b], &mut one[0]);
                    assert_eq!(one[0], y[b], "infer_of and forward_of differ in their bits");
                    infer_of::portable(w, bias, &x[b], &mut one[0]);
                    assert_near("portable of any size", &one, |_, o| sum(b, o));
                }
            }
            let mut dw = vec![[f32::NAN; O]; I];
            weight_gradient(&x, &dy, dw.as_mut_slice().try_into().unwrap(), None);
            assert_near("dw", &dw, |i, o| (0..batch).map(|b| f(x[b][i]) * f(dy[b][o])).sum());
            let mut db = [[f32::NAN; O]];
            bias_gradient(&dy, &mut db[0]);
            assert_near("db", &db, |_, o| (0..batch).map(|b| f(dy[b][o])).sum());
            let mut dx = vec![[f32::NAN; I]; batch];
            input_gradient(w, &dy, &mut dx);
            assert_near("dx", &dx, |b, i| (0..O).map(|o| f(w[i][o]) * f(dy[b][o])).sum());
        }
    }

    #[test]
    fn an_update_sees_the_whole_gradient_in_parts() {
        fn check<const I: usize, const O: usize>(batch: usize) {
            let (x, dy) = (numbers::<I>(batch, 1), numbers::<O>(batch, 2));
            let (mut dw, mut room) = (vec![[f32::NAN; O]; I], vec![[f32::NAN; O]; I]);
            let mut w = vec![1.0; I * O];
            let mut moment = w.clone();
            weight_gradient(&x, &dy, dw.as_mut_slice().try_into().unwrap(), None);
            let rule = |w: &mut [f32], g: &mut [f32], [m, none, ..]: [&mut [f32]; MAX_MOMENTS], _: &[usize]| {
                assert!(w.len() == g.len() && m.len() == g.len() && none.is_empty());
                w.iter_mut().zip(&mut *g).for_each(|(w, g)| *w += *g);
                m.iter_mut().zip(g).for_each(|(m, g)| *m -= *g);
            };
            let update = Update {
                w: &mut w,
                moments: [&mut moment, &mut [], &mut [], &mut [], &mut []],
                shape: &[],
                rule: &rule,
            };
            weight_gradient(&x, &dy, room.as_mut_slice().try_into().unwrap(), Some(update));
            for (i, g) in dw.into_flattened().into_iter().enumerate() {
                assert_eq!((w[i], moment[i]), (1.0 + g, 1.0 - g), "{I} × {O} by {batch} at {i}");
            }
        }
        check::<300, 64>(30);
        check::<100, 10>(30);
        check::<40, 1>(5);
        check::<40, 300>(300);
        check::<30, 600>(60);
        // Fewer floats than a row are seen at once.
        check::<2, 7000>(1);
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
