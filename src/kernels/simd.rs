//! The instruction sets: for each, the vector operations that the loops need, and the choice of one at run time.

#[cfg(test)]
extern crate std;

use crate::kernels::lanes::{LANES, Lanes, sum_lanes};
use crate::kernels::panel::MAX_ROWS;

/// An instruction set.
///
/// Its functions must be called only in functions for which the set is enabled; `simd!` writes these.
pub(super) trait Simd: Copy {
    /// Whether a multiplication and an addition are one instruction.
    const FMA: bool;
    /// Floats in a vector.
    const LANES: usize;
    /// The most rows of a product's tile, of one, two and three vectors: its sums stay in registers.
    #[cfg_attr(not(feature = "train"), allow(dead_code))]
    const MAX_ROWS: [usize; 3] = MAX_ROWS;
    /// How many rows of eight floats are a vector.
    #[cfg_attr(not(feature = "train"), allow(dead_code))]
    const ROWS: usize = Self::LANES / LANES;
    /// A vector.
    type Vector: Copy;
    /// The set itself or, if its vectors are longer, the set below it, whose vectors have eight lanes.
    type EightLanes: EightLanes;
    /// The same number in each lane.
    unsafe fn splat(x: f32) -> Self::Vector;
    /// The vector at `from`.
    unsafe fn load(from: *const f32) -> Self::Vector;
    /// Writes a vector to `to`.
    unsafe fn store(x: Self::Vector, to: *mut f32);
    /// a·b + c.
    unsafe fn multiply_add(a: Self::Vector, b: Self::Vector, c: Self::Vector) -> Self::Vector;
    /// Eight floats of each of [`ROWS`](Self::ROWS) rows; the second lies `row` floats after the first.
    #[cfg_attr(not(feature = "train"), allow(dead_code))]
    #[inline(always)]
    unsafe fn load_rows(from: *const f32, _row: usize) -> Self::Vector {
        // SAFETY: the caller's contract.
        unsafe { Self::load(from) }
    }
    /// The same eight floats for each of [`ROWS`](Self::ROWS) rows.
    #[cfg_attr(not(feature = "train"), allow(dead_code))]
    #[inline(always)]
    unsafe fn load_for_rows(from: *const f32) -> Self::Vector {
        // SAFETY: the caller's contract.
        unsafe { Self::load(from) }
    }
}

/// An instruction set whose vectors have eight lanes.
pub(super) trait EightLanes: Simd {
    /// The sum of each vector's lanes, added in the order of `sum_lanes`.
    #[cfg_attr(not(feature = "train"), allow(dead_code))]
    unsafe fn sums(x: [Self::Vector; 4]) -> [f32; 4];
}

/// The instructions of every processor of the target. The compiler vectorises these loops if it has vectors among them.
#[derive(Clone, Copy)]
pub(super) struct Portable;

impl Simd for Portable {
    const FMA: bool = false;
    const LANES: usize = LANES;
    type Vector = Lanes;
    type EightLanes = Self;
    #[inline(always)]
    unsafe fn splat(x: f32) -> Lanes {
        [x; LANES]
    }
    #[inline(always)]
    unsafe fn load(from: *const f32) -> Lanes {
        // SAFETY: the caller's contract.
        unsafe { *from.cast() }
    }
    #[inline(always)]
    unsafe fn store(x: Lanes, to: *mut f32) {
        // SAFETY: the caller's contract.
        unsafe { *to.cast() = x }
    }
    #[inline(always)]
    unsafe fn multiply_add(a: Lanes, b: Lanes, c: Lanes) -> Lanes {
        core::array::from_fn(|l| multiply_add::<Self>(a[l], b[l], c[l]))
    }
}

impl EightLanes for Portable {
    #[inline(always)]
    unsafe fn sums(x: [Lanes; 4]) -> [f32; 4] {
        x.map(sum_lanes)
    }
}

/// a·b + c, rounded once if the set has an instruction for that.
#[inline(always)]
pub(super) fn multiply_add<S: Simd>(a: f32, b: f32, c: f32) -> f32 {
    if S::FMA { fused_multiply_add(a, b, c) } else { a * b + c }
}

/// a·b + c, rounded once if the compiler may use an instruction for that: `core` has no `mul_add`.
#[inline(always)]
fn fused_multiply_add(a: f32, b: f32, c: f32) -> f32 {
    #[cfg(feature = "std")]
    return a.mul_add(b, c);
    #[cfg(all(not(feature = "std"), target_arch = "x86_64", target_feature = "fma"))]
    // SAFETY: FMA is a target feature of this build.
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

/// Floats in a vector of the instruction set in use.
#[inline]
pub(super) fn vector_lanes() -> usize {
    if instruction_set() == InstructionSet::Avx512 { 2 * LANES } else { LANES }
}

/// Calls `f` once for each set that this processor has, with that set in use on this thread. A set that it does not
/// have is named on stderr.
#[cfg(test)]
pub(super) fn with_each_set(mut f: impl FnMut(InstructionSet)) {
    let sets = [
        InstructionSet::Portable,
        #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
        InstructionSet::Neon,
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx2,
        #[cfg(target_arch = "x86_64")]
        InstructionSet::Avx512,
    ];
    for set in sets {
        FORCED.set(Some(set));
        if instruction_set() == set {
            f(set);
        } else {
            skipped(set);
        }
    }
    FORCED.set(None);
}

/// Says, past the test harness, that a set is not tested. Fails if the processor has it.
#[cfg(test)]
fn skipped(set: InstructionSet) {
    use std::io::Write;
    static SAID: [std::sync::Once; 2] = [const { std::sync::Once::new() }; 2];
    let (name, features, said) = match set {
        InstructionSet::Avx512 => ("AVX-512", ["avx512f", "avx512bw"], &SAID[0]),
        _ => ("AVX2", ["avx2", "fma"], &SAID[1]),
    };
    // Miri has neither.
    if cfg!(miri) {
        return;
    }
    if let Ok(wanted) = std::env::var("TAUT_SIMD") {
        assert_ne!(std::env::var("TAUT_CI").as_deref(), Ok("1"), "with TAUT_CI=1 no test may be skipped: {wanted}");
    } else if let Ok(processor) = std::fs::read_to_string("/proc/cpuinfo") {
        let has = |feature| processor.split_whitespace().any(|word| word == feature);
        assert!(!features.into_iter().all(has), "the processor has {name}, and `instruction_set` does not see it");
    }
    said.call_once(|| writeln!(std::io::stderr(), "\nskipped: no {name}").unwrap());
}

#[cfg(test)]
std::thread_local! {
    /// The set that a test asks for; used if the processor has it.
    static FORCED: core::cell::Cell<Option<InstructionSet>> = const { core::cell::Cell::new(None) };
}

/// An instruction set that a function can be compiled for.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) enum InstructionSet {
    #[cfg_attr(all(target_arch = "aarch64", target_feature = "neon"), allow(dead_code))]
    Portable,
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    Neon,
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    Avx2,
    #[cfg_attr(not(target_arch = "x86_64"), allow(dead_code))]
    Avx512,
}

/// The set in use: the best that this processor has.
#[inline(always)]
pub(super) fn instruction_set() -> InstructionSet {
    #[cfg(target_arch = "x86_64")]
    let best = x86::instruction_set();
    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
    let best = InstructionSet::Neon;
    #[cfg(not(any(target_arch = "x86_64", all(target_arch = "aarch64", target_feature = "neon"))))]
    let best = InstructionSet::Portable;
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
    use super::{EightLanes, LANES, Simd};
    use core::arch::aarch64::*;

    /// NEON, part of every 64-bit Arm processor with floats: two of its vectors hold eight lanes.
    #[derive(Clone, Copy)]
    pub(in crate::kernels) struct Neon;

    impl Simd for Neon {
        const FMA: bool = true;
        const LANES: usize = LANES;
        type Vector = float32x4x2_t;
        type EightLanes = Self;
        #[inline(always)]
        unsafe fn splat(x: f32) -> float32x4x2_t {
            // SAFETY: the caller's contract.
            let x = unsafe { vdupq_n_f32(x) };
            float32x4x2_t(x, x)
        }
        #[inline(always)]
        unsafe fn load(from: *const f32) -> float32x4x2_t {
            // SAFETY: the caller's contract.
            unsafe { float32x4x2_t(vld1q_f32(from), vld1q_f32(from.add(4))) }
        }
        #[inline(always)]
        unsafe fn store(x: float32x4x2_t, to: *mut f32) {
            // SAFETY: the caller's contract.
            unsafe {
                vst1q_f32(to, x.0);
                vst1q_f32(to.add(4), x.1);
            }
        }
        #[inline(always)]
        unsafe fn multiply_add(a: float32x4x2_t, b: float32x4x2_t, c: float32x4x2_t) -> float32x4x2_t {
            // SAFETY: the caller's contract.
            unsafe { float32x4x2_t(vfmaq_f32(c.0, a.0, b.0), vfmaq_f32(c.1, a.1, b.1)) }
        }
    }

    impl EightLanes for Neon {
        #[inline(always)]
        unsafe fn sums(x: [float32x4x2_t; 4]) -> [f32; 4] {
            // SAFETY: the caller's contract.
            unsafe { sums(x) }
        }
    }

    #[target_feature(enable = "neon")]
    #[inline]
    fn sums(x: [float32x4x2_t; 4]) -> [f32; 4] {
        // For each vector: the sums of lanes 0 and 4, 1 and 5, 2 and 6, 3 and 7.
        let [a, b, c, d] = x.map(|x| vreinterpretq_f64_f32(vaddq_f32(x.0, x.1)));
        let quarters =
            |x, y| vaddq_f32(vreinterpretq_f32_f64(vzip1q_f64(x, y)), vreinterpretq_f32_f64(vzip2q_f64(x, y)));
        let sums = vpaddq_f32(quarters(a, b), quarters(c, d));
        let mut four = [0.0; 4];
        // SAFETY: the array has four elements.
        unsafe { vst1q_f32(four.as_mut_ptr(), sums) };
        four
    }
}

#[cfg(all(target_arch = "x86_64", feature = "train"))]
pub(crate) use x86::unknown_set;
#[cfg(target_arch = "x86_64")]
pub(super) use x86::*;

/// What the environment asks for, if it is no set: elsewhere it is not asked.
#[cfg(all(not(target_arch = "x86_64"), feature = "train"))]
pub(crate) fn unknown_set() -> Option<std::string::String> {
    None
}

#[cfg(target_arch = "x86_64")]
mod x86 {
    use super::{EightLanes, InstructionSet, MAX_ROWS, Simd};
    use core::arch::x86_64::*;

    /// Detected at run time with `std`, told by the compiler without. The environment variable `TAUT_SIMD` may ask for
    /// less.
    #[cfg(feature = "std")]
    #[inline]
    pub(super) fn instruction_set() -> InstructionSet {
        static BEST: std::sync::OnceLock<InstructionSet> = std::sync::OnceLock::new();
        *BEST.get_or_init(|| {
            let wanted = wanted().unwrap_or(InstructionSet::Avx512);
            if wanted < detected() { wanted } else { detected() }
        })
    }

    /// The set that the environment asks for; an error for a name that is none.
    #[cfg(feature = "std")]
    fn wanted() -> Result<InstructionSet, std::string::String> {
        let Some(name) = std::env::var_os("TAUT_SIMD") else { return Ok(InstructionSet::Avx512) };
        match name.to_str() {
            Some("portable") => Ok(InstructionSet::Portable),
            Some("avx2") => Ok(InstructionSet::Avx2),
            Some("avx512" | "") => Ok(InstructionSet::Avx512),
            _ => Err(name.to_string_lossy().into_owned()),
        }
    }

    /// What the environment asks for, if it is no set.
    #[cfg(feature = "train")]
    pub(crate) fn unknown_set() -> Option<std::string::String> {
        wanted().err()
    }

    #[cfg(not(feature = "std"))]
    pub(super) use detected as instruction_set;

    #[inline(always)]
    pub(super) fn detected() -> InstructionSet {
        #[cfg(feature = "std")]
        macro_rules! has { ($($feature:tt)*) => { $(std::arch::is_x86_feature_detected!($feature))&&* } }
        #[cfg(not(feature = "std"))]
        macro_rules! has { ($($feature:tt)*) => { $(cfg!(target_feature = $feature))&&* } }
        if has!("avx512f" "avx512vl" "avx512dq" "avx512bw") {
            InstructionSet::Avx512
        } else if has!("avx2" "fma") {
            InstructionSet::Avx2
        } else {
            InstructionSet::Portable
        }
    }

    /// A vector at any address. A debug build reads it where it lies; the intrinsic function would check and copy.
    #[derive(Clone, Copy)]
    #[repr(C, packed)]
    struct Unaligned<V>(V);

    macro_rules! instruction_set {
        (
            $(#[$meta:meta])*
            $name:ident $vector:ident $lanes:literal $max_rows:expr;
            $multiply_add:ident $x:ident => $splat:expr;
            $($rows:item)*
        ) => {
            $(#[$meta])*
            #[derive(Clone, Copy)]
            pub(in crate::kernels) struct $name;

            impl Simd for $name {
                const FMA: bool = true;
                const LANES: usize = $lanes;
                const MAX_ROWS: [usize; 3] = $max_rows;
                type Vector = $vector;
                type EightLanes = Avx2;
                #[inline(always)]
                unsafe fn splat($x: f32) -> $vector {
                    // SAFETY: any floats are a vector.
                    unsafe { core::mem::transmute::<[f32; $lanes], $vector>($splat) }
                }
                #[inline(always)]
                unsafe fn load(from: *const f32) -> $vector {
                    // SAFETY: the caller's contract.
                    unsafe { (*from.cast::<Unaligned<$vector>>()).0 }
                }
                #[inline(always)]
                unsafe fn store(x: $vector, to: *mut f32) {
                    // SAFETY: the caller's contract.
                    unsafe { *to.cast() = Unaligned(x) }
                }
                #[inline(always)]
                unsafe fn multiply_add(a: $vector, b: $vector, c: $vector) -> $vector {
                    // SAFETY: the caller's contract.
                    unsafe { $multiply_add(a, b, c) }
                }
                $($rows)*
            }
        };
    }
    instruction_set!(
        /// AVX2 and FMA.
        Avx2 __m256 8 MAX_ROWS; _mm256_fmadd_ps x => [x, x, x, x, x, x, x, x];
    );
    instruction_set!(
        /// AVX-512 F, VL, DQ and BW, which came together.
        Avx512 __m512 16 [12, 12, 8]; _mm512_fmadd_ps x => [x, x, x, x, x, x, x, x, x, x, x, x, x, x, x, x];
        #[inline(always)]
        unsafe fn load_rows(from: *const f32, row: usize) -> __m512 {
            // SAFETY: the caller's contract.
            unsafe {
                let first = _mm512_castps256_ps512(_mm256_loadu_ps(from));
                _mm512_insertf32x8::<1>(first, _mm256_loadu_ps(from.add(row)))
            }
        }
        #[inline(always)]
        unsafe fn load_for_rows(from: *const f32) -> __m512 {
            // SAFETY: the caller's contract.
            unsafe { _mm512_broadcast_f32x8(_mm256_loadu_ps(from)) }
        }
    );

    impl EightLanes for Avx2 {
        #[inline(always)]
        unsafe fn sums(x: [__m256; 4]) -> [f32; 4] {
            // SAFETY: the caller's contract.
            unsafe { sums(x) }
        }
    }

    #[target_feature(enable = "avx")]
    #[inline]
    fn sums([a, b, c, d]: [__m256; 4]) -> [f32; 4] {
        let halves = |x, y| _mm256_add_ps(_mm256_permute2f128_ps::<0x20>(x, y), _mm256_permute2f128_ps::<0x31>(x, y));
        // For a and b, and for c and d: the sums of lanes 0 and 4, 1 and 5, 2 and 6, 3 and 7.
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
        // SAFETY: the array has eight elements.
        unsafe { _mm256_storeu_ps(lanes.as_mut_ptr(), x) };
        lanes
    }
}
