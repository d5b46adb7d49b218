//! How the program is laid out in the chip's memory, as `esp-hal` knows it.

fn main() {
    println!("cargo:rustc-link-arg-bins=-Tlinkall.x");
}
