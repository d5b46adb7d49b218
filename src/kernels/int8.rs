//! Products of signed bytes by the 8-bit specification of TensorFlow Lite: sums of 32 bits, and a scale for each
//! output.

/// For each output, the numbers that turn its sum into a byte.
pub struct Requantize<'a, const O: usize> {
    /// The scale is `multiplier · 2^(shift - 31)`.
    pub multiplier: &'a [i32; O],
    /// See `multiplier`; negative (a shift to the right) in nearly every network.
    pub shift: &'a [i8; O],
    /// The zero point of the outputs.
    pub zero_point: i32,
}

/// `x · multiplier / 2³¹`, rounded half up; the multiplier is positive.
#[inline(always)]
const fn high_product(x: i32, multiplier: i32) -> i32 {
    ((x as i64 * multiplier as i64 + (1 << 30)) >> 31) as i32
}

/// `x / 2^exponent`, rounded half away from zero; the exponent is at most 31.
#[inline(always)]
const fn divide_by_power(x: i32, exponent: u32) -> i32 {
    let mask = (1_u32.wrapping_shl(exponent)).wrapping_sub(1) as i32;
    x.wrapping_shr(exponent).wrapping_add((x & mask > (mask >> 1) + (x < 0) as i32) as i32)
}

/// `x · multiplier · 2^(shift - 31)`, rounded half up, as the reference does. (Not inlined on processors without an
/// instruction for the product: it is long there.)
#[cfg_attr(taut_thumb1, inline(never))]
#[cfg_attr(not(taut_thumb1), inline(always))]
pub const fn scaled(x: i32, multiplier: i32, shift: i8) -> i32 {
    if shift < -1 {
        // Half of the last place is in the upper word, so processors of 32 bits need not compute the lower one.
        let places = (-1 - shift as i32) as u32;
        let upper = ((x as i64 * multiplier as i64) >> 32) as i32;
        upper.wrapping_add(1_i32.wrapping_shl(places - 1)).wrapping_shr(places)
    } else {
        scaled_wide(x, multiplier, (31 - shift as i32) as u32)
    }
}

/// `x · multiplier / 2^places`: for scales above 1/4, which are rare.
#[cold]
#[inline(never)]
const fn scaled_wide(x: i32, multiplier: i32, places: u32) -> i32 {
    let product = x as i64 * multiplier as i64;
    let scaled = product.wrapping_add(1_i64.wrapping_shl(places.wrapping_sub(1))).wrapping_shr(places);
    if scaled > i32::MAX as i64 {
        i32::MAX
    } else if scaled < i32::MIN as i64 {
        i32::MIN
    } else {
        scaled as i32
    }
}

/// The nearest number in the range of a byte.
#[inline(always)]
pub const fn saturated(x: i32) -> i8 {
    if x < -128 {
        -128
    } else if x > 127 {
        127
    } else {
        x as i8
    }
}

/// Outputs that are computed together, so that each input is read once for all of them.
const TOGETHER: usize = 4;

/// y\[o] = zero point + scale\[o] · (bias\[o] + Σ_i w\[o]\[i]·x\[i]), saturated.
#[cfg_attr(any(target_arch = "arm", target_arch = "riscv32"), inline(never))]
pub fn dense_int8<const I: usize, const O: usize>(
    w: &[[i8; I]; O],
    bias: &[i32; O],
    to: &Requantize<O>,
    x: &[i8; I],
    y: &mut [i8; O],
) {
    for i in 0..O / TOGETHER {
        outputs::<TOGETHER, I, O>(w, bias, to, x, y, i * TOGETHER);
    }
    // The remaining outputs; if there are none, the compiler removes the loop.
    for o in O / TOGETHER * TOGETHER..O {
        outputs::<1, I, O>(w, bias, to, x, y, o);
    }
}

/// Computes R outputs from `o` on.
#[inline(always)]
fn outputs<const R: usize, const I: usize, const O: usize>(
    w: &[[i8; I]; O],
    bias: &[i32; O],
    to: &Requantize<O>,
    x: &[i8; I],
    y: &mut [i8; O],
    o: usize,
) {
    let (Some(w), Some(bias), Some(multiplier), Some(shift), Some(y)) = (
        chunk::<R, _>(w, o),
        chunk::<R, _>(bias, o),
        chunk::<R, _>(to.multiplier, o),
        chunk::<R, _>(to.shift, o),
        y.get_mut(o..).and_then(|y| y.first_chunk_mut::<R>()),
    ) else {
        return;
    };
    let sums = sums(w, *bias, x);
    for r in 0..R {
        y[r] = saturated(scaled(sums[r], multiplier[r], shift[r]).saturating_add(to.zero_point));
    }
}

/// R values from `at` on.
#[inline(always)]
fn chunk<const R: usize, T>(of: &[T], at: usize) -> Option<&[T; R]> {
    of.get(at..).and_then(|of| of.first_chunk())
}

/// Adds the products of the inputs from `first` on.
#[inline(always)]
fn add_products<const R: usize, const I: usize>(w: &[[i8; I]; R], sums: &mut [i32; R], x: &[i8; I], first: usize) {
    for i in first..I {
        let x = x[i] as i32;
        for r in 0..R {
            sums[r] = sums[r].wrapping_add(w[r][i] as i32 * x);
        }
    }
}

#[cfg(not(any(taut_dsp, taut_thumb1)))]
#[inline(always)]
fn sums<const R: usize, const I: usize>(w: &[[i8; I]; R], mut sums: [i32; R], x: &[i8; I]) -> [i32; R] {
    add_products(w, &mut sums, x, 0);
    sums
}

/// One instruction computes two products and their sum, if the factors are halves of words.
#[cfg(taut_dsp)]
#[inline(always)]
fn sums<const R: usize, const I: usize>(w: &[[i8; I]; R], mut sums: [i32; R], x: &[i8; I]) -> [i32; R] {
    let (mut at, mut rows) = (x.as_ptr(), w.as_ptr().cast::<i8>());
    let end = at.wrapping_add(I / 4 * 4);
    while at != end {
        // SAFETY: four inputs, and as many weights of each row, I bytes further on; these processors read words at any
        // address.
        unsafe {
            let x = at.cast::<i32>().read_unaligned();
            let (even, odd) = (dsp::even(x), dsp::odd(x));
            for r in 0..R {
                let w = rows.add(r * I).cast::<i32>().read_unaligned();
                sums[r] = dsp::add_products(even, dsp::even(w), sums[r]);
                sums[r] = dsp::add_products(odd, dsp::odd(w), sums[r]);
            }
            (at, rows) = (at.add(4), rows.add(4));
        }
    }
    add_products(w, &mut sums, x, I / 4 * 4);
    sums
}

/// Loads and multiplications can use eight registers only, one of which (r7) the compiler reserves for the frame
/// pointer. The sums are in the other registers.
#[cfg(taut_thumb1)]
#[inline(always)]
fn sums<const R: usize, const I: usize>(w: &[[i8; I]; R], mut sums: [i32; R], x: &[i8; I]) -> [i32; R] {
    let turns = if R == 4 { I / 4 * 4 } else { 0 };
    if turns > 0 {
        let rows = w.as_ptr().cast::<i8>();
        // SAFETY: it reads as many inputs, and as many weights of each of four rows, I bytes apart, and adds to four
        // sums.
        unsafe {
            core::arch::asm!(
                "push {{r7}}",
                "mov r7, {third}",
                "add r7, {x}",
                "push {{{w}}}",
                "ldr {x}, [{w}, #0]",
                "mov r8, {x}",
                "ldr {x}, [{w}, #4]",
                "mov r9, {x}",
                "ldr {x}, [{w}, #8]",
                "mov r10, {x}",
                "ldr {x}, [{w}, #12]",
                "mov r11, {x}",
                // The pointers are those of the ends, so that the index counts up to zero.
                "2:",
                ".rept 4",
                "ldrsb {x}, [{at}, {i}]",
                "ldrsb {w}, [{first}, {i}]",
                "muls {w}, {x}, {w}",
                "add r8, {w}",
                "ldrsb {w}, [{second}, {i}]",
                "muls {w}, {x}, {w}",
                "add r9, {w}",
                "ldrsb {w}, [{third}, {i}]",
                "muls {w}, {x}, {w}",
                "add r10, {w}",
                "ldrsb {w}, [r7, {i}]",
                "muls {w}, {x}, {w}",
                "add r11, {w}",
                "adds {i}, {i}, #1",
                ".endr",
                "bne 2b",
                "pop {{{w}}}",
                "mov {x}, r8",
                "str {x}, [{w}, #0]",
                "mov {x}, r9",
                "str {x}, [{w}, #4]",
                "mov {x}, r10",
                "str {x}, [{w}, #8]",
                "mov {x}, r11",
                "str {x}, [{w}, #12]",
                "pop {{r7}}",
                at = in(reg) x.as_ptr().wrapping_add(turns),
                first = in(reg) rows.wrapping_add(turns),
                second = in(reg) rows.wrapping_add(turns + I),
                third = in(reg) rows.wrapping_add(turns + 2 * I),
                i = inout(reg) turns.wrapping_neg() => _,
                x = inout(reg) I => _,
                w = inout(reg) sums.as_mut_ptr() => _,
                out("r8") _,
                out("r9") _,
                out("r10") _,
                out("r11") _,
            );
        }
    }
    add_products(w, &mut sums, x, turns);
    sums
}

/// Instructions of the DSP extension, for which `core` has no functions yet.
#[cfg(taut_dsp)]
mod dsp {
    use core::arch::asm;

    /// Bytes 0 and 2, as halves of a word.
    #[inline(always)]
    pub fn even(x: i32) -> i32 {
        let y;
        // SAFETY: it works on registers alone.
        unsafe { asm!("sxtb16 {}, {}", lateout(reg) y, in(reg) x, options(pure, nomem, nostack, preserves_flags)) };
        y
    }

    /// Bytes 1 and 3, as halves of a word.
    #[inline(always)]
    pub fn odd(x: i32) -> i32 {
        let y;
        // SAFETY: as above.
        unsafe {
            asm!("sxtb16 {}, {}, ror #8", lateout(reg) y, in(reg) x, options(pure, nomem, nostack, preserves_flags))
        };
        y
    }

    /// The products of both halves, added to `sum`.
    #[inline(always)]
    pub fn add_products(a: i32, b: i32, sum: i32) -> i32 {
        let y;
        // SAFETY: as above.
        unsafe {
            asm!(
                "smlad {}, {}, {}, {}",
                lateout(reg) y, in(reg) a, in(reg) b, in(reg) sum,
                options(pure, nomem, nostack)
            )
        };
        y
    }
}

/// The product of two numbers from -1 to 1, all with 31 fractional bits.
#[inline(always)]
const fn times(a: i32, b: i32) -> i32 {
    if a == i32::MIN && b == i32::MIN { i32::MAX } else { high_product(a, b) }
}

/// `x · 2^exponent`, saturated.
#[inline(always)]
const fn shifted_up(x: i32, exponent: u32) -> i32 {
    let limit = i32::MAX >> exponent;
    if x > limit {
        i32::MAX
    } else if x < -limit - 1 {
        i32::MIN
    } else {
        x << exponent
    }
}

/// `exp(a)` with 31 fractional bits, for a number from -32 to 0 with 26 fractional bits.
const fn exp_of_negative(a: i32) -> i32 {
    if a == 0 {
        return i32::MAX;
    }
    // First the rest after whole quarters, from -1/4 to 0, by a polynomial around -1/8.
    const QUARTER: i32 = 1 << 24;
    let rest = (a & (QUARTER - 1)) - QUARTER;
    let x = shifted_up(rest, 5) + (1 << 28);
    let x2 = times(x, x);
    let (x3, x4) = (times(x2, x), times(x2, x2));
    let sum = divide_by_power(times(divide_by_power(x4, 2) + x3, 715_827_883) + x2, 1);
    let mut result = 1_895_147_668 + times(1_895_147_668, x + sum);
    // Then the whole quarters, by the factors exp(-1/4), exp(-1/2), exp(-1) and so on to exp(-16).
    const FACTORS: [i32; 7] = [1_672_461_947, 1_302_514_674, 790_015_084, 290_630_308, 39_332_535, 720_401, 242];
    let quarters = rest.wrapping_sub(a) >> 24;
    let mut i = 0;
    while i < FACTORS.len() {
        if quarters >> i & 1 != 0 {
            result = times(result, FACTORS[i]);
        }
        i += 1;
    }
    result
}

/// `1 / (1 + x)` of a number from 0 to 1, both with 31 fractional bits, by three steps of Newton and Raphson.
const fn inverse_of_one_more(x: i32) -> i32 {
    // Half of the denominator has 31 fractional bits, all else 29.
    let half = ((x as i64 + i32::MAX as i64 + 1) >> 1) as i32;
    let mut y = 1_515_870_810 + times(half, -1_010_580_540);
    let mut i = 0;
    while i < 3 {
        let error = (1_i32 << 29).wrapping_sub(times(half, y));
        y = y.wrapping_add(shifted_up(times(y, error), 2));
        i += 1;
    }
    shifted_up(y, 1)
}

/// y = exp(x) / Σ exp(x) in place: the output's scale is 1/256, its zero point -128.
///
/// - `multiplier`, `shift`: of the input's scale times 2²⁶; inputs that are further below the largest one than
///   `min_difference` (negative) count as zero.
pub fn softmax_int8(x: &mut [i8], multiplier: i32, shift: u32, min_difference: i32) {
    let largest = x.iter().fold(i8::MIN, |largest, x| if *x > largest { *x } else { largest }) as i32;
    let exp = |x: i8| {
        let difference = x as i32 - largest;
        if difference < min_difference {
            return None;
        }
        Some(exp_of_negative(high_product(difference.wrapping_shl(shift), multiplier)))
    };
    let mut sum = 0_i32;
    for x in x.iter() {
        if let Some(exp) = exp(*x) {
            sum = sum.wrapping_add(divide_by_power(exp, 12));
        }
    }
    let zeros = (sum as u32).leading_zeros();
    let fraction = ((sum as u32).wrapping_shl(zeros)).wrapping_sub(1 << 31) as i32;
    let inverse = inverse_of_one_more(fraction);
    // If there are many classes, each one may round to zero.
    let places = 35_u32.wrapping_sub(zeros);
    for x in x.iter_mut() {
        *x = match exp(*x) {
            Some(exp) if places < 32 => saturated(divide_by_power(times(inverse, exp), places) - 128),
            _ => -128,
        };
    }
}
