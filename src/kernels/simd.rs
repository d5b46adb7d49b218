//! The instruction sets: what the loops that are written for vectors need of each.

#[cfg(test)]
extern crate std;

use super::{LANES, Lanes};

/// An instruction set.
///
/// Its functions must be called where the set is enabled, which is where `simd!` puts them.
pub(super) trait Simd: Copy {
    /// Whether a multiplication and an addition are one instruction.
    const FMA: bool;
    /// Floats in a vector.
    const LANES: usize;
    /// A vector.
    type Vector: Copy;
    /// The set itself, or the one below it, whose vectors have eight lanes.
    type Eight: Eight;
    /// The same number in each lane.
    unsafe fn splat(x: f32) -> Self::Vector;
    /// The floats from there on.
    unsafe fn load(from: *const f32) -> Self::Vector;
    /// The other way.
    unsafe fn store(x: Self::Vector, to: *mut f32);
    /// a·b + c.
    unsafe fn multiply_add(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
}

/// An instruction set whose vectors have eight lanes.
pub(super) trait Eight: Simd {
    /// The sums of the lanes of each, in the order of `sum_lanes`.
    unsafe fn sums(x: [Self::Vector; 4]) -> [f32; 4];
}

/// What every processor has; where that is vector instructions, the compiler makes them of these loops.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Simd for Portable {
    const FMA: bool = false;
    const LANES: usize = LANES;
    type Vector = Lanes;
    type Eight = Self;
    #[inline(always)]
    unsafe fn splat(x: f32) -> Lanes {
        [x; LANES]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Lanes {
        // SAFETY: the caller's promise.
        unsafe { *from.cast() }
    }
    #[inline(always)]
    unsafe fn store(x: Lanes, to: *mut f32) {
        // SAFETY: the caller's promise.
        unsafe { *to.cast() = x }
    }
    #[inline(always)]
    unsafe fn multiply_add(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        core::array::from_fn(|l| super::multiply_add::<Self>(a[l], b[l], c[l]))
    }
}

impl Eight for Portable {
    #[inline(always)]
    unsafe fn sums(x: [Lanes; 4]) -> [f32; 4] {
        x.map(super::sum_lanes)
    }
}

/// a·b + c in one rounding, where there is an instruction for it: `core` has no `mul_add`.
#[inline(always)]
pub(super) fn fused(a: f32, b: f32, c: f32) -> f32 {
    #[cfg(feature = "std")]
    return a.mul_add(b, c);
    #[cfg(all(not(feature = "std"), target_arch = "x86_64", target_feature = "fma"))]
    // SAFETY: the compiler was told that there is FMA.
    return unsafe {
        use core::arch::x86_64::*;
        _mm_cvtss_f32(_mm_fmadd_ss(_mm_set_ss(a), _mm_set_ss(b), _mm_set_ss(c)))
    };
    #[cfg(all(not(feature = "std"), target_arch = "aarch64", target_feature = "neon"))]
    // SAFETY: there is NEON.
    return unsafe {
        use core::arch::aarch64::*;
        vfmas_lane_f32::<0>(c, a, vdup_n_f32(b))
    };
    #[allow(unreachable_code)]
    {
        a * b + c
    }
}

/// Floats in a vector of the set that is picked.
#[inline]
pub(super) fn lanes() -> usize {
    if best() == Best::Avx512 { 2 * LANES } else { LANES }
}

/// Calls `f` with each set that this processor has picked in turn.
#[cfg(test)]
pub(super) fn with_each_set(mut f: impl FnMut(Best)) {
    let sets = [
        Best::Portable,
        #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
        Best::Neon,
        Best::Avx2,
        Best::Avx512,
    ];
    for set in sets {
        FORCED.set(Some(set));
        if best() == set {
            f(set);
        }
    }
    FORCED.set(None);
}

#[cfg(test)]
std::thread_local! {
    /// What tests want picked, if the processor has it.
    static FORCED: core::cell::Cell<Option<Best>> = const { core::cell::Cell::new(None) };
}

/// An instruction set that a function can be compiled for.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum Best {
    #[cfg_attr(all(target_arch = "aarch64", target_feature = "neon"), allow(dead_code))]
    Portable,
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    Neon,
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    Avx2,
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    Avx512,
}

/// The best that this processor has.
#[inline(always)]
pub(super) fn best() -> Best {
    #[cfg(target_arch = "x86_64")]
    let best = x86::best();
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    let best = Best::Neon;
    #[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
    let best = Best::Portable;
    #[cfg(test)]
    if let Some(forced) = FORCED.get().filter(|forced| *forced <= best) {
        return forced;
    }
    best
}

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
pub(super) use arm::*;

#[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
mod arm {
    use super::{Eight, LANES, Simd};
    use core::arch::aarch64::*;

    /// NEON, which every processor has whose floats are not emulated: two of its vectors are one of ours.
    #[derive(Clone, Copy)]
    pub(in crate::kernels) struct Neon;

    impl Simd for Neon {
        const FMA: bool = true;
        const LANES: usize = LANES;
        type Vector = float32x4x2_t;
        type Eight = Self;
        #[inline(always)]
        unsafe fn splat(x: f32) -> float32x4x2_t {
            // SAFETY: the caller's promise.
            let x = unsafe { vdupq_n_f32(x) };
            float32x4x2_t(x, x)
        }
        #[inline(always)]
        unsafe fn load(from: *const f32) -> float32x4x2_t {
            // SAFETY: the caller's promise.
            unsafe { float32x4x2_t(vld1q_f32(from), vld1q_f32(from.add(4))) }
        }
        #[inline(always)]
        unsafe fn store(x: float32x4x2_t, to: *mut f32) {
            // SAFETY: the caller's promise.
            unsafe {
                vst1q_f32(to, x.0);
                vst1q_f32(to.add(4), x.1);
            }
        }
        #[inline(always)]
        unsafe fn multiply_add(a: float32x4x2_t, b: float32x4x2_t, c: float32x4x2_t) -> float32x4x2_t {
            // SAFETY: the caller's promise.
            unsafe { float32x4x2_t(vfmaq_f32(c.0, a.0, b.0), vfmaq_f32(c.1, a.1, b.1)) }
        }
    }

    impl Eight for Neon {
        #[inline(always)]
        unsafe fn sums(x: [float32x4x2_t; 4]) -> [f32; 4] {
            // SAFETY: the caller's promise.
            unsafe { sums(x) }
        }
    }

    #[target_feature(enable = "neon")]
    #[inline]
    fn sums(x: [float32x4x2_t; 4]) -> [f32; 4] {
        // Of each: sums of lanes 0 and 4, 1 and 5, 2 and 6, 3 and 7.
        let [a, b, c, d] = x.map(|x| vreinterpretq_f64_f32(vaddq_f32(x.0, x.1)));
        let quarters =
            |x, y| vaddq_f32(vreinterpretq_f32_f64(vzip1q_f64(x, y)), vreinterpretq_f32_f64(vzip2q_f64(x, y)));
        let sums = vpaddq_f32(quarters(a, b), quarters(c, d));
        let mut four = [0.0; 4];
        // SAFETY: there is room for four.
        unsafe { vst1q_f32(four.as_mut_ptr(), sums) };
        four
    }
}

#[cfg(target_arch = "x86_64")]
pub(super) use x86::*;

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{Best, Eight, Simd};
    use core::arch::x86_64::*;

    /// Asked at run time where `std` can, of the compiler where it cannot; the environment variable `TAUT_SIMD` may ask for less.
    #[cfg(feature = "std")]
    #[inline]
    pub(super) fn best() -> Best {
        static BEST: std::sync::OnceLock<Best> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| {
            let wanted = match std::env::var("TAUT_SIMD").as_deref() {
                Ok("portable") => Best::Portable,
                Ok("avx2") => Best::Avx2,
                _ => Best::Avx512,
            };
            if wanted < detected() { wanted } else { detected() }
        })
    }

    #[cfg(not(feature = "std"))]
    pub(super) use detected as best;

    #[inline(always)]
    pub(super) fn detected() -> Best {
        #[cfg(feature = "std")]
        macro_rules! has { ($($feature:tt)*) => { $(std::arch::is_x86_feature_detected!($feature))&&* } }
        #[cfg(not(feature = "std"))]
        macro_rules! has { ($($feature:tt)*) => { $(cfg!(target_feature = $feature))&&* } }
        if has!("avx512f" "avx512vl" "avx512dq" "avx512bw") {
            Best::Avx512
        } else if has!("avx2" "fma") {
            Best::Avx2
        } else {
            Best::Portable
        }
    }

    macro_rules! simd {
        ($(#[$meta:meta])* $name:ident $vector:ident $lanes:literal $splat:ident $load:ident $store:ident $multiply_add:ident) => {
            $(#[$meta])*
            #[derive(Clone, Copy)]
            pub(in crate::kernels) struct $name;

            impl Simd for $name {
                const FMA: bool = true;
                const LANES: usize = $lanes;
                type Vector = $vector;
                type Eight = Avx2;
                #[inline(always)]
                unsafe fn splat(x: f32) -> $vector {
                    // SAFETY: the caller's promise.
                    unsafe { $splat(x) }
                }
                #[inline(always)]
                unsafe fn load(from: *const f32) -> $vector {
                    // SAFETY: the caller's promise.
                    unsafe { $load(from) }
                }
                #[inline(always)]
                unsafe fn store(x: $vector, to: *mut f32) {
                    // SAFETY: the caller's promise.
                    unsafe { $store(to, x) }
                }
                #[inline(always)]
                unsafe fn multiply_add(a: $vector, b: $vector, c: $vector) -> $vector {
                    // SAFETY: the caller's promise.
                    unsafe { $multiply_add(a, b, c) }
                }
            }
        };
    }
    simd!(
        /// AVX2 and FMA.
        Avx2 __m256 8 _mm256_set1_ps _mm256_loadu_ps _mm256_storeu_ps _mm256_fmadd_ps
    );
    simd!(
        /// AVX-512: foundation, and the parts that came with it.
        Avx512 __m512 16 _mm512_set1_ps _mm512_loadu_ps _mm512_storeu_ps _mm512_fmadd_ps
    );

    impl Eight for Avx2 {
        #[inline(always)]
        unsafe fn sums(x: [__m256; 4]) -> [f32; 4] {
            // SAFETY: the caller's promise.
            unsafe { sums(x) }
        }
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn sums([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
        let halves = |x, y| _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(x, y), _mm256_permute2f128_ps::<0x31>(x, y));
        // Of a and b, and of c and d: sums of lanes 0 and 4, 1 and 5, 2 and 6, 3 and 7.
        let (ab, cd) = (_mm256_castps_pd(halves(a, b)), _mm256_castps_pd(halves(c, d)));
        let quarters =
            _mm256_add_ps(_mm256_castpd_ps(_mm256_unpacklo_pd(ab, cd)), _mm256_castpd_ps(_mm256_unpackhi_pd(ab, cd)));
        let [a, c, _, _, b, d, _, _] = lanes_of(_mm256_hadd_ps(quarters, quarters));
        [a, b, c, d]
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn lanes_of(x: __m256) -> [f32; 8] {
        let mut lanes = [0.0; 8];
        // SAFETY: there is room for eight.
        unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), x) };
        lanes
    }
}
