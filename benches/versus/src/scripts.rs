//! Peers in other languages: scripts that take the same jobs and answer with the same JSON lines.

use crate::line::What;
use std::path::Path;
use std::process::{Command, Stdio};

pub struct Script {
    pub name: &'static str,
    file: &'static str,
    arguments: &'static [&'static str],
    /// What it measures.
    pub does: &'static [What],
    /// What Python must have.
    module: &'static str,
}

const EPOCHS: &[What] = &[What::Train, What::Predict];
const TINY: &[What] = &[What::Step, What::Infer];
const INFERENCE: &[What] = &[What::Predict, What::Infer];

const fn script(name: &'static str, file: &'static str, does: &'static [What], module: &'static str) -> Script {
    Script { name, file, arguments: &[], does, module }
}

const fn variant(name: &'static str, file: &'static str, does: &'static [What], of: &'static [&'static str]) -> Script {
    Script { name, file, arguments: of, does, module: "torch" }
}

pub const SCRIPTS: &[Script] = &[
    script("keras", "keras_tensorflow.py", EPOCHS, "tensorflow"),
    script("pytorch", "pytorch.py", EPOCHS, "torch"),
    script("pytorch", "pytorch_tiny.py", TINY, "torch"),
    variant("pytorch-last", "pytorch_tiny.py", TINY, &["--variant", "last"]),
    variant("pytorch-compile", "pytorch.py", EPOCHS, &["--variant", "compile"]),
    variant("pytorch-compile", "pytorch_tiny.py", TINY, &["--variant", "compile"]),
    script("jax", "jax_scan.py", EPOCHS, "jax"),
    script("numpy", "numpy_openblas.py", EPOCHS, "numpy"),
    script("rltools", "rltools/run.py", EPOCHS, "rltools"),
    script("onnxruntime", "onnx_runtime.py", INFERENCE, "onnxruntime"),
];

impl Script {
    /// Whether it can run; says so where it cannot.
    pub fn is_there(&self, python: &Path) -> bool {
        let find = format!("import importlib.util as u, sys; sys.exit(u.find_spec('{}') is None)", self.module);
        let found = Command::new(python).args(["-c", &find]).stderr(Stdio::null()).status();
        let found = found.is_ok_and(|status| status.success());
        if !found {
            eprintln!("{}: not installed: skipped ({} has no module {})", self.name, python.display(), self.module);
        }
        found
    }

    /// What starts it, to measure what it is asked for.
    pub fn command(&self, python: &Path, threads: usize) -> Command {
        let mut command = Command::new(python);
        command.arg(Path::new(env!("CARGO_MANIFEST_DIR")).join("scripts").join(self.file));
        command.args(self.arguments).args(["--serve", "--threads", &threads.to_string()]).stderr(Stdio::null());
        command
    }
}
