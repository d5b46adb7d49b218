//! How many instructions a step of training and a prediction take: what does not depend on how busy the machine is.
//!
//! `cargo bench --bench instructions` counts them by valgrind's callgrind and compares them with
//! `benches/instructions.txt`; it fails where one has become more by a twentieth, and where a folded network takes more
//! than the network that it was made of. With `BLESS=1` it writes that file.
//! The numbers are those of AVX2 and of one version of the compiler; another may move them.

mod common;

use common::{Clothes, Net1, Net2, Net3, Regularized, images, regularize};
use std::collections::HashMap;
use std::fmt::Write;
use std::path::Path;
use std::process::{Command, ExitCode};
use taut::prelude::*;
use taut::zoo::{DsCnn, MobileNet};
use taut::{ClassProbabilities, Fits, Input, Train};

type Scratch = fn(usize);

/// What is counted, each so many times as is said.
const WORK: [(&str, Scratch); 10] = [
    ("784-10, a step of 30", |n| train::<Net1>(n, |_| ())),
    ("784-64-10, a step of 30", |n| train::<Net2>(n, |_| ())),
    ("784-128-64-10, a step of 30", |n| train::<Net3>(n, |_| ())),
    ("784-64-10 regularized, a step of 30", |n| train::<Regularized>(n, regularize)),
    ("784-64-10, a prediction", predict),
    ("DsCnn, a prediction", |n| infer(&Model::<Image<49, 10, 1>, DsCnn>::new(1), n)),
    ("DsCnn folded, a prediction", |n| infer(&Model::<Image<49, 10, 1>, DsCnn>::new(1).fold(), n)),
    ("MobileNet, a prediction", |n| infer(&Model::<Image<96, 96, 3>, MobileNet>::new(1), n)),
    ("MobileNet folded, a prediction", |n| infer(&Model::<Image<96, 96, 3>, MobileNet>::new(1).fold(), n)),
    ("10,000 words, a step of 32 × 20", |n| {
        let word = |i: usize, t: usize| (i * 20 + t) * 7919 % 10_000;
        let x = (0..32).map(|i| Tokens::<20>(std::array::from_fn(|t| word(i, t) as u16))).collect();
        fit::<_, (Embedding<10_000, 64>, GlobalAvgPool, Dense<64, 2>, Softmax), _>(n, x, |i| {
            Class::new(i % 2).unwrap()
        });
    }),
];

fn filled<X: Sample>() -> X {
    let mut x = X::ZERO;
    for (i, x) in x.values_mut().iter_mut().enumerate() {
        *x = (i * 7919 % 1009) as f32 / 1009.0;
    }
    x
}

fn infer<X: Sample, N: Train<X>>(model: &Model<X, N>, n: usize) {
    let (x, mut scratch) = (filled::<X>(), taut::memory::boxed());
    for _ in 0..n {
        std::hint::black_box(model.net().predict(std::hint::black_box(&x), &mut scratch));
    }
}

/// Steps of the whole data.
fn fit<X: Input, N, const K: usize>(steps: usize, x: Vec<X>, label: impl Fn(usize) -> Class<K>)
where
    N: Train<X, Y = Vector<K>>,
    SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
{
    let (y, batch_size) = ((0..x.len()).map(label).collect(), x.len());
    let mut model = Model::<X, N>::new(1).compile(Adam::default(), SparseCategoricalCrossentropy, ());
    let fit = Fit { epochs: steps, batch_size, threads: Some(1), verbose: Verbose::Silent, ..Fit::default() };
    model.fit(&Dataset::new(x, y).unwrap(), fit).unwrap();
}

fn train<N: Train<Clothes, Y = Vector<10>>>(steps: usize, options: impl Fn(&mut N::Options))
where
    SparseCategoricalCrossentropy: Fits<ClassProbabilities, N::Kind>,
{
    // As many images for any number of steps, so that the difference is that of the steps.
    let data = images(30);
    let model = Model::<Clothes, N>::new(1).layers(options);
    let mut model = model.compile(Adam::default(), SparseCategoricalCrossentropy, Accuracy);
    let fit = Fit { epochs: steps, batch_size: 30, threads: Some(1), verbose: Verbose::Silent, ..Fit::default() };
    model.fit(&data, fit).unwrap();
}

fn predict(n: usize) {
    let (model, x) = (Model::<Clothes, Net2>::new(1), images(1).x);
    let mut scratch = taut::memory::boxed();
    for _ in 0..n {
        std::hint::black_box(model.net().predict(std::hint::black_box(&x[0]), &mut scratch));
    }
}

/// The instructions of this program, told to do that work so many times.
fn count(work: &str, times: usize) -> Option<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(std::env::current_exe().ok()?)
        .args(["--work", work, &times.to_string()])
        .output()
        .ok()?;
    let text = String::from_utf8_lossy(&output.stderr);
    let (_, collected) = text.split_once("Collected : ")?;
    collected.split_whitespace().next()?.parse().ok()
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(at) = arguments.iter().position(|argument| argument == "--work") {
        let (_, work) = WORK.iter().find(|(name, _)| *name == arguments[at + 1]).unwrap();
        work(arguments[at + 2].parse().unwrap());
        return ExitCode::SUCCESS;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("instructions.txt");
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    let (mut counted, mut worse, mut counts) = (String::new(), false, HashMap::new());
    for (name, _) in WORK {
        let Some((few, many)) = count(name, 5).zip(count(name, 25)) else {
            println!("there is no valgrind here that can run this: nothing was counted");
            return ExitCode::SUCCESS;
        };
        let now = (many - few) / 20;
        let before = known.lines().find_map(|line| line.strip_prefix(name)?.trim().parse::<u64>().ok());
        let change = before.map_or(0.0, |before| 100.0 * (now as f64 / before as f64 - 1.0));
        println!("{name:40} {now:>10}  {change:+.1} %");
        writeln!(counted, "{name:40} {now:>10}").unwrap();
        worse |= change > 5.0;
        counts.insert(name, now);
        let unfolded = counts.get(&*name.replace(" folded", ""));
        if unfolded.is_some_and(|unfolded| now > *unfolded) {
            println!("a folded network takes more instructions than the network that it was made of");
            return ExitCode::FAILURE;
        }
    }
    if std::env::var_os("BLESS").is_some() {
        std::fs::write(path, counted).unwrap();
    } else if worse {
        println!("more than 5 % more instructions than benches/instructions.txt says; BLESS=1 writes it anew");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}
