//! Convolutions for processors without vectors and with little memory: four outputs at a time, and no copy of anything.

use crate::kernels::convolution::{Convolution, Direction};
use crate::kernels::depthwise::{Taps, each_channel};
use crate::kernels::sweep::{Offsets, Region, Sweep};

impl Convolution {
    /// Computes one image in one direction.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    pub(super) unsafe fn scalar_image(
        &self,
        direction: Direction,
        w: *const f32,
        bias: Option<*const f32>,
        x: *const f32,
        y: *mut f32,
    ) {
        let depthwise = self.is_depthwise();
        self.sweeps(direction, |sweep, Offsets { bias: o, from, to }| {
            // SAFETY: the caller's contract, for a group and a phase of the stride.
            unsafe { sweep.scalar_image(depthwise, w, bias.map(|bias| bias.add(o)), x.add(from), y.add(to)) };
        });
    }
}

impl Sweep {
    /// Sweeps over one image; if it is `depthwise`, each channel has a kernel of its own.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
    unsafe fn scalar_image(
        &self,
        depthwise: bool,
        w: *const f32,
        bias: Option<*const f32>,
        x: *const f32,
        y: *mut f32,
    ) {
        self.regions(&self.all(), |region| {
            let taps = Taps::of(self, &region, w, bias);
            let Region { first: [top, left], sizes, from, .. } = region;
            let grid = self.grid(sizes);
            for r in 0..sizes[0] {
                for c in 0..sizes[1] {
                    let x = x.wrapping_offset(from).wrapping_add(r * grid.x[0] + c * grid.x[1]);
                    let y = y.wrapping_add((top + r) * grid.y[0] + (left + c) * grid.y[1]);
                    // SAFETY: the taps lie inside of the input, and the caller's contract.
                    unsafe {
                        if depthwise {
                            each_channel(&taps, self.pixel, x, y);
                        } else {
                            (0..self.columns).step_by(4).for_each(|k| self.four(&taps, k, x, y));
                        }
                    }
                }
            }
        });
    }

    /// Four outputs from `k` on, or fewer at the end, at one position.
    ///
    /// # Safety
    ///
    /// The pointers are readable and writable as far as the sizes say.
    #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
    unsafe fn four(&self, t: &Taps, k: usize, x: *const f32, y: *mut f32) {
        let count = (self.columns - k).min(4);
        let (channel, column) = if self.transposed { (1, self.weight_step) } else { (self.weight_step, 1) };
        let mut sums = [0.0; 4];
        // SAFETY: the caller's contract.
        unsafe {
            if let Some(bias) = t.bias {
                (0..count).for_each(|c| sums[c] = *bias.add(k + c));
            }
            for i in 0..t.counts[0] {
                for j in 0..t.counts[1] {
                    let mut w =
                        t.w.wrapping_offset(i as isize * t.w_step[0] + j as isize * t.w_step[1])
                            .wrapping_add(k * column);
                    let mut x = x.wrapping_add(i * t.x[0] + j * t.x[1]);
                    if count == 4 && column == 1 {
                        for _ in 0..self.depth {
                            (0..4).for_each(|c| sums[c] += *x * *w.add(c));
                            (x, w) = (x.wrapping_add(1), w.wrapping_add(channel));
                        }
                    } else {
                        for _ in 0..self.depth {
                            (0..count).for_each(|c| sums[c] += *x * *w.add(c * column));
                            (x, w) = (x.wrapping_add(1), w.wrapping_add(channel));
                        }
                    }
                }
            }
            (0..count).for_each(|c| *y.add(k + c) = sums[c]);
        }
    }
}
