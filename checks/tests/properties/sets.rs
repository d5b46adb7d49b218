//! Instruction sets: networks of floats agree but for roundings, and networks of bytes in every bit.

use crate::case::{self, Case, Drawn};
use crate::{int8, of_all_networks};
use std::path::Path;
use std::process::Command;
use taut::memory::{boxed, flat};
use taut::{Context, Step, Train};

/// The outputs of a network, and all gradients for random ones of the outputs.
pub fn numbers_of<X: Drawn, N: Train<X>>(case: &Case) -> Vec<f32> {
    let (mut model, x, options) = (case.model::<X, N>(), case.inputs::<X>(), N::Options::default());
    let (mut next, mut context) = (case.numbers(5), Context::inference(case.random(6)));
    let mut dy: Vec<N::Y> = x.iter().map(|_| case::sample(&mut next)).collect();
    let (mut cache, mut grad) = (N::Cache::default(), boxed::<N>());
    let mut all = flat(model.net().forward(&options, &x, &mut cache, &mut context)).to_vec();
    let (net, step) = (model.net_mut(), &mut Step::none());
    let dx = net.backward(&options, &x, &mut dy, &mut cache, &mut grad, step, &mut context);
    dx.iter_mut().for_each(|x| all.extend_from_slice(x.floats()));
    grad.read(&options, &mut |tensor, _, g| {
        if !tensor.role.is_state() {
            all.extend_from_slice(g);
        }
    });
    all
}

/// For each case: each network's name and numbers, and the bytes of one of bytes.
type Numbers = Vec<(Vec<(String, Vec<f32>)>, Vec<i8>)>;

/// Writes what the set gives that `TAUT_SIMD` asks for.
#[test]
#[ignore = "the next test calls it, with an environment of its own"]
fn numbers_of_a_set() {
    let path = std::env::var("TAUT_NUMBERS").expect("the test below says where");
    let all: Numbers = case::all().iter().map(|case| (of_all_networks(case), int8::outputs_of_all(case))).collect();
    std::fs::write(path, serde_json::to_vec(&all).unwrap()).unwrap();
}

fn numbers_by(set: &str, folder: &Path) -> Numbers {
    let path = folder.join(set);
    let run = Command::new(std::env::current_exe().unwrap())
        .args(["--ignored", "--exact", "sets::numbers_of_a_set"])
        .envs([("TAUT_SIMD", set.as_ref()), ("TAUT_NUMBERS", path.as_os_str())])
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && text.contains("1 passed"), "{set}: {text}");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// The kernels read once in a process which set they are to use; on other processors than those of x86 they do not ask.
#[test]
fn instruction_sets_agree() {
    let folder = tempfile::tempdir().unwrap();
    let portable = numbers_by("portable", folder.path());
    for set in ["avx2", "avx512"] {
        let numbers = numbers_by(set, folder.path());
        assert_eq!(numbers.len(), portable.len());
        let mut others = 0;
        for (case, (found, expected)) in numbers.iter().zip(&portable).enumerate() {
            assert_eq!(found.1, expected.1, "bytes by {set}, case {case}");
            for ((name, found), (_, expected)) in found.0.iter().zip(&expected.0) {
                assert_eq!(found.len(), expected.len());
                others += usize::from(found != expected);
                let scale = expected.iter().fold(1.0_f32, |most, x| most.max(x.abs()));
                for (found, expected) in found.iter().zip(expected) {
                    assert!((found - expected).abs() <= 1e-4 * scale, "{name} by {set}: {found} for {expected}");
                }
            }
        }
        #[cfg(target_arch = "x86_64")]
        assert!(
            others > 0 || !std::is_x86_feature_detected!("fma"),
            "{set} rounds as the portable set: it is not used"
        );
        #[cfg(not(target_arch = "x86_64"))]
        assert_eq!(others, 0);
    }
}
