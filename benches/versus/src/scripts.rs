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

pub const SCRIPTS: &[Script] = &[
    Script { name: "keras", file: "keras_tensorflow.py", arguments: &[], does: EPOCHS, module: "tensorflow" },
    Script { name: "pytorch", file: "pytorch.py", arguments: &[], does: EPOCHS, module: "torch" },
    Script { name: "jax", file: "jax_scan.py", arguments: &[], does: EPOCHS, module: "jax" },
    Script { name: "numpy", file: "numpy_openblas.py", arguments: &[], does: EPOCHS, module: "numpy" },
    Script { name: "rltools", file: "rltools/run.py", arguments: &[], does: EPOCHS, module: "rltools" },
    Script { name: "pytorch", file: "pytorch_tiny.py", arguments: &[], does: TINY, module: "torch" },
    Script {
        name: "pytorch-last",
        file: "pytorch_tiny.py",
        arguments: &["--variant", "last"],
        does: TINY,
        module: "torch",
    },
    Script {
        name: "pytorch-compile",
        file: "pytorch_tiny.py",
        arguments: &["--variant", "compile"],
        does: TINY,
        module: "torch",
    },
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
