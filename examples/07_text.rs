//! Lines of text, letter by letter: is it English or Rust? Lines have different lengths and are padded; the network
//! leaves the padding out. The lines are those of this crate's own source.
//!
//! `cargo run --release --example 07_text`

use taut::{MaskZero, layers::Bidirectional, prelude::*};

/// The letters that are looked at.
const LETTERS: usize = 40;

type Line = Tokens<LETTERS>;
network! {
    /// Reads a line forward and backward.
    pub struct Reader: Line {
        letters: Embedding<96, 12, MaskZero>,
        read: Bidirectional<Gru<12, 16>>,
        scores: Dense<32, 2>,
        softmax: Softmax,
    }
}

/// The letters of a line as tokens: 1 to 95, and 0 behind its end.
fn line(text: &str) -> Line {
    let mut tokens = [0; LETTERS];
    let letters = text.bytes().filter(|letter| (b' '..=b'~').contains(letter));
    tokens.iter_mut().zip(letters).for_each(|(token, letter)| *token = u16::from(letter - b' ') + 1);
    Tokens(tokens)
}

fn main() -> taut::Result<()> {
    let source = [
        include_str!("../src/layers/dense.rs"),
        include_str!("../src/layers/recurrent.rs"),
        include_str!("../src/layers/multi_head_attention.rs"),
        include_str!("../src/model/trainer.rs"),
        include_str!("../src/model/parameters.rs"),
        include_str!("../src/io/checkpoint.rs"),
        include_str!("../src/datasets/csv.rs"),
        include_str!("../src/datasets/tables.rs"),
        include_str!("../src/callbacks/model_checkpoint.rs"),
    ];
    let (mut x, mut y) = (vec![], vec![]);
    for text in source.iter().flat_map(|file| file.lines()).map(str::trim) {
        // Without what would give it away.
        let prose = text.trim_start_matches(['/', '!', ' ', '-']);
        let (is_rust, text) = (prose.len() == text.len(), prose);
        if text.len() >= 12 {
            x.push(line(text));
            y.extend(Class::<2>::new(usize::from(is_rust)));
        }
    }
    let data = Dataset::new(x, y)?;
    println!("lines of English and of Rust: {:?}", data.class_counts());
    let (train, test) = data.shuffle(1).split(0.2)?;

    let model = Model::<Line, Reader>::new(1);
    println!("{}", model.summary());
    let mut model = model.compile(Adam::new(0.005), SparseCategoricalCrossentropy, Accuracy);
    model.validation(&test).fit(&train, Fit { epochs: 6, batch_size: 32, ..Fit::default() })?;
    for text in ["the next layer reads what this one wrote", "let y = layer.infer(x, work);", "Errors name the file."] {
        let rust = model.predict(&line(text)).values()[1];
        println!("{:3.0} % Rust: {text}", 100.0 * rust);
    }
    Ok(())
}
