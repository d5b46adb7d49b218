//! Elementary functions in `core` alone, without branches, so that a loop over them is vectorised.
//!
//! The polynomials are minimax fits by Remez's algorithm, made for this file. Errors are in units of the last place
//! (ulp), over the whole range; the tests assert them.

/// 1.5·2²³: adding this rounds to an integer, and leaves that in the lowest bits.
const ROUND: f32 = 12_582_912.0;

/// ln 2 as a sum; the product of the first part and any exponent is exact.
const LN_2: (f32, f32) = (0.693_359_4, -2.121_944_4e-4);

/// Horner's rule, lowest coefficient first.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    // In a debug build, the step of a range takes ten times as long as that of a number.
    let (mut sum, mut i) = (0.0, N);
    while i > 0 {
        i -= 1;
        sum = sum * x + coefficients[i];
    }
    sum
}

/// 2ⁿ for a whole n from -126 to 127.
#[inline(always)]
fn power_of_two(n: i32) -> f32 {
    f32::from_bits((n.wrapping_add(127) as u32) << 23)
}

/// eʳ - 1 and 2ⁿ, where x = n·ln 2 + r. 2ⁿ is a product of two factors, because 2¹²⁸ and powers below the normal
/// numbers are not floats of their own.
#[inline(always)]
fn reduced(x: f32) -> (f32, f32, f32) {
    // Comparisons, not `clamp`, let NaN through.
    let x = if x > 89.0 { 89.0 } else { x };
    let x = if x < -104.0 { -104.0 } else { x };
    let shifted = x * core::f32::consts::LOG2_E + ROUND;
    let n = shifted - ROUND;
    let r = (x - n * LN_2.0) - n * LN_2.1;
    let p = polynomial(r, [4.999_999_4e-1, 1.666_651_5e-1, 4.166_845_6e-2, 8.369_418e-3, 1.381_315_3e-3]);
    let n = shifted.to_bits().wrapping_sub(ROUND.to_bits()) as i32;
    (r + r * r * p, power_of_two(n >> 1), power_of_two(n.wrapping_sub(n >> 1)))
}

/// eˣ, to 1 ulp.
///
/// ```
/// use taut::kernels::exp;
/// assert_eq!([exp(0.0), exp(1.0), exp(f32::NEG_INFINITY)], [1.0, std::f32::consts::E, 0.0]);
/// ```
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    let (y, a, b) = reduced(x);
    (1.0 + y) * a * b
}

/// eˣ - 1, to 2 ulp.
///
/// ```
/// use taut::kernels::{exp, exp_m1};
/// assert_eq!(exp_m1(1e-8), 1e-8);
/// assert_eq!(exp(1e-8) - 1.0, 0.0); // the difference is lost
/// ```
#[inline(always)]
pub fn exp_m1(x: f32) -> f32 {
    let (y, a, b) = reduced(x);
    let y = y * a * b + (a * b - 1.0);
    if x > 88.0 { exp(x) } else { y }
}

/// The natural logarithm, to 1 ulp.
///
/// ```
/// use taut::kernels::ln;
/// assert_eq!([ln(1.0), ln(2.0), ln(0.0)], [0.0, std::f32::consts::LN_2, f32::NEG_INFINITY]);
/// assert!(ln(-1.0).is_nan());
/// ```
#[inline(always)]
pub fn ln(x: f32) -> f32 {
    // Numbers below the normal ones are first multiplied by 2²³.
    let (lifted, n) = if x < f32::MIN_POSITIVE { (x * 8_388_608.0, -23.0) } else { (x, 0.0) };
    // x = 2ⁿ·(1 + f), 1 + f from √½ to √2.
    let bits = lifted.to_bits() as i32;
    let exponent = bits.wrapping_sub(core::f32::consts::FRAC_1_SQRT_2.to_bits() as i32) >> 23;
    let f = f32::from_bits(bits.wrapping_sub(exponent << 23) as u32) - 1.0;
    let n = n + exponent as f32;
    let p = polynomial(
        f,
        [
            3.333_333e-1,
            -2.500_082e-1,
            2.000_122_7e-1,
            -1.662_335_7e-1,
            1.420_176_2e-1,
            -1.316_018_8e-1,
            1.276_155_3e-1,
            -7.634_450_5e-2,
        ],
    );
    let f2 = f * f;
    let y = n * LN_2.0 + (f + ((f * f2 * p + n * LN_2.1) - 0.5 * f2));
    let y = if x < f32::INFINITY { y } else { x };
    let y = if x == 0.0 { f32::NEG_INFINITY } else { y };
    if x < 0.0 { f32::NAN } else { y }
}

/// ln(1 + x), to 2 ulp.
///
/// ```
/// use taut::kernels::{ln, ln_1p};
/// assert_eq!(ln_1p(1e-8), 1e-8);
/// assert_eq!(ln(1.0 + 1e-8), 0.0); // the sum is 1
/// ```
#[inline(always)]
pub fn ln_1p(x: f32) -> f32 {
    let u = 1.0 + x;
    // The rounding error of the sum, and what it adds to the result.
    let lost = if x < 1.0 { x - (u - 1.0) } else { 1.0 - (u - x) };
    let y = ln(u);
    if u > 0.0 && u < f32::INFINITY { y + lost / u } else { y }
}

/// The hyperbolic tangent, to 2 ulp.
///
/// ```
/// use taut::kernels::tanh;
/// assert!((tanh(1.0) - 0.7615942).abs() < 1e-6);
/// assert_eq!([tanh(0.0), tanh(30.0), tanh(-30.0)], [0.0, 1.0, -1.0]);
/// ```
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let z = x * x;
    let p = polynomial(z, [-3.333_325_4e-1, 1.333_062_4e-1, -5.367_053_7e-2, 2.041_292_2e-2, -5.453_501_4e-3]);
    let near = x + x * (z * p);
    let far = 1.0 - 2.0 / (exp(2.0 * x.abs()) + 1.0);
    let y = if x.abs() < 0.65 { near } else { far };
    y.copysign(x)
}

/// The logistic function 1 / (1 + e⁻ˣ), to 3 ulp.
///
/// ```
/// use taut::kernels::sigmoid;
/// assert!((sigmoid(1.0) - 0.7310586).abs() < 1e-6);
/// assert_eq!([sigmoid(0.0), sigmoid(f32::INFINITY), sigmoid(-200.0)], [0.5, 1.0, 0.0]);
/// ```
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The error function, to 2 ulp.
///
/// ```
/// use taut::kernels::erf;
/// // The share of a normal distribution within one standard deviation.
/// assert!((erf(std::f32::consts::FRAC_1_SQRT_2) - 0.6826895).abs() < 1e-6);
/// ```
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let z = x * x;
    let p = polynomial(
        z,
        [
            1.283_791_7e-1,
            -3.761_262_6e-1,
            1.128_358_54e-1,
            -2.685_381_3e-2,
            5.188_327_7e-3,
            -8.010_194e-4,
            7.853_861_5e-5,
        ],
    );
    let near = x + x * p;
    // From 4 on the result is 1.
    let a = if x.abs() > 4.0 { 4.0 } else { x.abs() };
    let logarithm_of_rest = polynomial(
        a,
        [
            -2.564_460_4e-4,
            -1.127_426,
            -6.376_000_6e-1,
            -1.035_668_6e-1,
            2.205_197_9e-2,
            -2.999_534_6e-3,
            1.915_033_6e-4,
        ],
    );
    let far = 1.0 - exp(logarithm_of_rest);
    let y = if x.abs() < 0.97 { near } else { far };
    y.copysign(x)
}

/// ln(1 + eˣ), to 2 ulp, for any x.
///
/// ```
/// use taut::kernels::softplus;
/// assert!((softplus(0.0) - std::f32::consts::LN_2).abs() < 1e-6);
/// assert_eq!([softplus(1e30), softplus(-200.0)], [1e30, 0.0]); // where eˣ is no float
/// ```
#[inline(always)]
pub fn softplus(x: f32) -> f32 {
    let above = if x < 0.0 { 0.0 } else { x };
    above + ln_1p(exp(-x.abs()))
}

/// The square root, exact to the last bit.
///
/// ```
/// use taut::kernels::sqrt;
/// assert_eq!(sqrt(2.0), std::f32::consts::SQRT_2);
/// assert!(sqrt(-1.0).is_nan());
/// ```
#[inline(always)]
pub fn sqrt(x: f32) -> f32 {
    #[cfg(feature = "std")]
    return x.sqrt();
    #[cfg(not(feature = "std"))]
    return libm::sqrtf(x);
}

#[cfg(test)]
mod tests {
    extern crate std;

    use super::*;
    use std::println;

    /// The largest error in units of the last place, over every `step`-th f32 from `low` to `high`.
    fn ulp(f: fn(f32) -> f32, exact: fn(f64) -> f64, low: f32, high: f32) -> f64 {
        let mut worst = (0.0, 0.0);
        let mut visit = |x: f32| {
            let want = exact(x.into());
            let place = f64::from((want.abs() as f32).max(f32::MIN_POSITIVE));
            let place = 2f64.powf(place.log2().floor() - 23.0);
            let error = (f64::from(f(x)) - want).abs() / place;
            assert!(error.is_finite(), "{x}: {} for {want}", f(x));
            if error > worst.0 {
                worst = (error, x);
            }
        };
        // Both every magnitude, and evenly.
        for bits in (0..f32::INFINITY.to_bits()).step_by(1009) {
            for x in [f32::from_bits(bits), -f32::from_bits(bits)] {
                if x >= low && x <= high {
                    visit(x);
                }
            }
        }
        for i in 0..1_000_000 {
            visit(low + (high - low) * (i as f32 / 1e6));
        }
        println!("{:.3} ulp at {}", worst.0, worst.1);
        worst.0
    }

    #[test]
    fn errors_in_ulp() {
        let softplus_f64 = |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p();
        let sigmoid_f64 = |x: f64| 1.0 / (1.0 + (-x).exp());
        assert!(ulp(exp, f64::exp, -87.3, 88.72) < 1.0);
        assert!(ulp(exp_m1, f64::exp_m1, -103.0, 88.72) < 2.0);
        assert!(ulp(exp_m1, f64::exp_m1, -1.0, 1.0) < 2.0);
        assert!(ulp(ln, f64::ln, f32::from_bits(1), 1e30) < 1.0);
        assert!(ulp(ln, f64::ln, 0.5, 2.0) < 1.0);
        assert!(ulp(ln_1p, f64::ln_1p, -0.999, 1e30) < 2.0);
        assert!(ulp(ln_1p, f64::ln_1p, -0.999, 1.0) < 2.0);
        assert!(ulp(tanh, f64::tanh, -20.0, 20.0) < 2.0);
        assert!(ulp(tanh, f64::tanh, -1.0, 1.0) < 2.0);
        assert!(ulp(sigmoid, sigmoid_f64, -87.0, 87.0) < 3.0);
        assert!(ulp(erf, libm::erf, -5.0, 5.0) < 2.0);
        assert!(ulp(softplus, softplus_f64, -87.0, 1e3) < 3.0);
        assert!(ulp(softplus, softplus_f64, -5.0, 5.0) < 3.0);
        assert!(ulp(sqrt, f64::sqrt, 0.0, 1e30) <= 0.5);
    }

    #[test]
    fn edges() {
        const INF: f32 = f32::INFINITY;
        for f in [exp, exp_m1, ln, ln_1p, tanh, sigmoid, erf, softplus, sqrt] {
            assert!(f(f32::NAN).is_nan() && f(-f32::NAN).is_nan());
        }
        assert_eq!([exp(0.0), exp(INF), exp(-INF), exp(88.73), exp(-104.0), exp(1e30)], [1.0, INF, 0.0, INF, 0.0, INF]);
        assert_eq!([exp_m1(0.0), exp_m1(INF), exp_m1(-INF), exp_m1(1e-30)], [0.0, INF, -1.0, 1e-30]);
        assert_eq!([ln(1.0), ln(0.0), ln(-0.0), ln(INF)], [0.0, -INF, -INF, INF]);
        assert!(ln(-1.0).is_nan() && ln(-INF).is_nan() && ln(-1e-40).is_nan());
        assert_eq!([ln_1p(0.0), ln_1p(-1.0), ln_1p(INF), ln_1p(1e-20)], [0.0, -INF, INF, 1e-20]);
        assert!(ln_1p(-1.5).is_nan());
        assert_eq!([tanh(0.0), tanh(INF), tanh(-INF), tanh(30.0)], [0.0, 1.0, -1.0, 1.0]);
        assert_eq!([sigmoid(0.0), sigmoid(INF), sigmoid(-INF), sigmoid(-200.0)], [0.5, 1.0, 0.0, 0.0]);
        assert_eq!([erf(0.0), erf(INF), erf(-INF), erf(1e20)], [0.0, 1.0, -1.0, 1.0]);
        assert_eq!([softplus(INF), softplus(-INF), softplus(1e30), softplus(-200.0)], [INF, 0.0, 1e30, 0.0]);
        assert!(tanh(-0.0).is_sign_negative() && erf(-0.0).is_sign_negative());
        assert_eq!([tanh(1e-30), erf(1e-45)], [1e-30, 1e-45]);
    }
}
