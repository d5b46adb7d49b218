//! The macro that compiles a loop for every instruction set.

/// Compiles each function once for every instruction set, and writes a function of that name that picks one at run
/// time.
///
/// The body is generic over the set, `S: Simd`. It must call only functions that are `#[inline(always)]`: the compiler
/// compiles a function that is not inlined for the oldest processor. A new instruction set needs one more function in
/// the module (copy `avx2`) and one more arm in the last match. `[unsafe]` before `fn` makes an `unsafe fn`.
macro_rules! simd {
    ($(
        $(#[$meta:meta])*
        $vis:vis $([$unsafe:ident])? fn $name:ident
            $(<$(const $size:ident),* $(type $kind:ident: $bound:path)?>)?
            ($($arg:ident: $type:ty),* $(,)?) $(-> $output:ty)?
            $body:block
    )*) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            #[inline(always)]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn body<
                S: $crate::kernels::simd::Simd, $($(const $size: usize,)* $($kind: $bound)?)?
            >(
                $($arg: $type),*
            ) $(-> $output)? $body

            // On microcontrollers, layers of one size share one function, which saves flash. On x86-64, where nearly
            // all processors have better loops, a second copy would only take time to compile.
            #[cfg_attr(any(target_arch = "arm", target_arch = "riscv32", target_arch = "x86_64"), inline(never))]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn portable<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's contract, if there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Portable, $($($size,)* $($kind)?)?>($($arg),*) }
            }

            #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn neon<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's contract, if there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Neon, $($($size,)* $($kind)?)?>($($arg),*) }
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn avx2<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's contract, if there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Avx2, $($($size,)* $($kind)?)?>($($arg),*) }
            }

            #[cfg(target_arch = "x86_64")]
            #[target_feature(enable = "avx512f,avx512vl,avx512dq,avx512bw,avx2,fma")]
            #[allow(clippy::too_many_arguments)]
            pub(super) $($unsafe)? fn avx512<$($(const $size: usize,)* $($kind: $bound)?)?>(
                $($arg: $type),*
            ) $(-> $output)? {
                // SAFETY: the caller's contract, if there is one.
                #[allow(unused_unsafe)]
                unsafe { body::<$crate::kernels::simd::Avx512, $($($size,)* $($kind)?)?>($($arg),*) }
            }
        }

        $(#[$meta])*
        #[inline]
        #[allow(clippy::too_many_arguments)]
        $vis $($unsafe)? fn $name<$($(const $size: usize,)* $($kind: $bound)?)?>($($arg: $type),*) $(-> $output)? {
            #[allow(unused_imports)]
            use $crate::kernels::simd::{InstructionSet, instruction_set};
            // SAFETY: the processor has what the function asks for; and the caller's contract, if there is one.
            #[allow(unused_unsafe)]
            unsafe {
                match instruction_set() {
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx512 => $name::avx512::<$($($size,)* $($kind)?)?>($($arg),*),
                    #[cfg(target_arch = "x86_64")]
                    InstructionSet::Avx2 => $name::avx2::<$($($size,)* $($kind)?)?>($($arg),*),
                    #[cfg(all(target_arch = "aarch64", target_feature = "neon"))]
                    InstructionSet::Neon => $name::neon::<$($($size,)* $($kind)?)?>($($arg),*),
                    _ => $name::portable::<$($($size,)* $($kind)?)?>($($arg),*),
                }
            }
        }
    )*};
}

pub(super) use simd;
