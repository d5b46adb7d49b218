//! Peers in other languages: scripts that take the same jobs and answer with the same JSON lines.

use std::path::Path;
use std::process::{Command, Stdio};

pub struct Script {
    pub name: &'static str,
    file: &'static str,
    /// What Python must have.
    module: &'static str,
}

pub const SCRIPTS: [Script; 5] = [
    Script { name: "keras", file: "keras_tensorflow.py", module: "tensorflow" },
    Script { name: "pytorch", file: "pytorch.py", module: "torch" },
    Script { name: "jax", file: "jax_scan.py", module: "jax" },
    Script { name: "numpy", file: "numpy_openblas.py", module: "numpy" },
    Script { name: "rltools", file: "rltools/run.py", module: "rltools" },
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
        command.args(["--serve", "--threads", &threads.to_string()]).stderr(Stdio::null());
        command
    }
}
