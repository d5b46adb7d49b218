//! `examples/04_embed`, a program without a standard library: that it links, that it predicts, and what is in it.

use object::{Object, ObjectSymbol};
use std::path::Path;
use std::process::Command;

#[cfg(unix)]
#[test]
fn the_embedded_program_holds_no_allocator_and_no_panic() {
    let package = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/04_embed");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("embed");
    // Linking is a proof by itself: the panic handler calls a function that there is not.
    let built = Command::new(env!("CARGO"))
        .args(["build", "--release", "--manifest-path"])
        .arg(package.join("Cargo.toml"))
        .arg("--target-dir")
        .arg(&target)
        .output()
        .unwrap();
    assert!(built.status.success(), "{}", String::from_utf8_lossy(&built.stderr));

    let program = target.join("release/embed");
    let run = Command::new(&program).output().unwrap();
    let printed = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && printed.ends_with("it is a 7\n"), "{printed}");

    let layers = target.join("release/layers");
    assert!(Command::new(&layers).status().unwrap().success(), "all classes are alike");

    for program in [program, layers] {
        let bytes = std::fs::read(&program).unwrap();
        let file = object::File::parse(&*bytes).unwrap();
        let names: Vec<&str> = file.symbols().filter_map(|symbol| symbol.name().ok()).collect();
        assert!(names.iter().any(|name| name.trim_start_matches('_') == "predict"), "the symbols are there: {names:?}");
        let forbidden = ["panic", "alloc", "malloc", "realloc", "calloc", "unwind", "fmt"];
        let found: Vec<_> = names.iter().filter(|name| forbidden.iter().any(|word| name.contains(word))).collect();
        assert!(found.is_empty(), "{found:?}");
    }
}
