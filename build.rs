//! Writes the table that goes from a size to its typenum and back. The cost of compiling it is quadratic in the number of
//! sizes, so it is dense where layers are small and sparse where they are large; `TAUT_SIZES` raises the dense part.
use std::fmt::Write;

fn main() {
    println!("cargo::rustc-check-cfg=cfg(unoptimized)");
    if std::env::var("OPT_LEVEL").is_ok_and(|level| level == "0") {
        println!("cargo::rustc-cfg=unoptimized");
    }
    let target = std::env::var("TARGET").unwrap();
    // Which instructions of small processors there are, the compiler does not tell yet.
    println!("cargo::rustc-check-cfg=cfg(taut_dsp, taut_thumb1, taut_vfp)");
    if target.starts_with("thumbv7em") {
        println!("cargo::rustc-cfg=taut_dsp");
    }
    if target == "thumbv7em-none-eabihf" {
        println!("cargo::rustc-cfg=taut_vfp");
    }
    if target.starts_with("thumbv6m") {
        println!("cargo::rustc-cfg=taut_thumb1");
    }
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=TAUT_SIZES");
    let dense = match std::env::var("TAUT_SIZES") {
        Err(_) => 1024,
        Ok(text) => text.parse::<usize>().unwrap_or_else(|_| {
            panic!("expected in TAUT_SIZES the largest size of which every smaller one is wanted, received {text:?}")
        }),
    };
    let coarse = (dense / 8 * 8 + 8..=4096).step_by(8);
    let coarser = (dense.max(4096) / 64 * 64 + 64..=16384).step_by(64);
    let mut table = String::from("table! {\n");
    for n in (1..=dense).chain(coarse).chain(coarser) {
        let bits = (0..usize::BITS - n.leading_zeros()).rev().map(|bit| n >> bit & 1);
        let typenum = bits.fold(String::from("UTerm"), |high, bit| format!("UInt<{high}, B{bit}>"));
        writeln!(table, "    {n} {typenum};").unwrap();
    }
    table.push_str("}\npercents! {");
    (0..100).for_each(|n| write!(table, " {n}").unwrap());
    table.push_str(" }\n");
    let out = std::path::Path::new(&std::env::var_os("OUT_DIR").unwrap()).join("table.rs");
    std::fs::write(out, table).unwrap();
}
