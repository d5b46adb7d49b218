//! Training written by hand around a library's matrix product: what a careful user of that library would write.
//!
//! Matrices lie row by row, a sample a row, a kernel as inputs × outputs; all buffers are made once. The loops between
//! the products are compiled for the processor's vector instructions too.

use super::{Peer, Task};
use crate::Result;
use crate::data::{CLASSES, Clothes, Data, Order, PIXELS, Random, gather};
use crate::network::{BETA_1, BETA_2, EPSILON, L1, L2, LEARNING_RATE, MAX_NORM, Network};
use multiversion::multiversion;

/// A matrix in a slice: element (r, c) is `data[r * row + c * column]`.
#[derive(Clone, Copy)]
pub struct Matrix<'a> {
    pub data: &'a [f32],
    pub rows: usize,
    pub columns: usize,
    pub row: usize,
    pub column: usize,
}

impl<'a> Matrix<'a> {
    pub fn new(data: &'a [f32], rows: usize, columns: usize) -> Self {
        assert_eq!(data.len(), rows * columns);
        Matrix { data, rows, columns, row: columns, column: 1 }
    }

    pub fn transposed(self) -> Self {
        Matrix { rows: self.columns, columns: self.rows, row: self.column, column: self.row, ..self }
    }
}

/// c = a·b, where c lies row by row.
pub type Multiply = fn(a: Matrix, b: Matrix, c: &mut [f32]);

/// Parameters, and what training adds to them.
struct Trained {
    values: Vec<f32>,
    gradient: Vec<f32>,
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Trained {
    fn new(values: Vec<f32>) -> Self {
        let zeros = vec![0.0; values.len()];
        Trained { values, gradient: zeros.clone(), mean: zeros.clone(), square: zeros }
    }

    fn step(&mut self, rate: f32) {
        adam(&mut self.values, &self.gradient, &mut self.mean, &mut self.square, rate);
    }
}

struct Layer {
    inputs: usize,
    outputs: usize,
    kernel: Trained,
    bias: Trained,
    /// The outputs, after relu where there is one.
    y: Vec<f32>,
    dy: Vec<f32>,
}

pub struct ByHand<'a> {
    network: &'static Network,
    multiply: Multiply,
    layers: Vec<Layer>,
    /// The batch.
    x: Vec<f32>,
    labels: Vec<u32>,
    /// The first layer's output before relu, and what of it is kept, where the network is regularized.
    before: Vec<f32>,
    kept: Vec<f32>,
    data: &'a Data,
    order: Order,
    random: Random,
    batch: usize,
    steps: i32,
    loss: f32,
}

impl<'a> ByHand<'a> {
    pub fn boxed(task: Task<'a>, multiply: Multiply) -> Result<Box<dyn Peer + 'a>> {
        let mut random = Random::new(2);
        let mut layer = |(inputs, outputs)| {
            let limit = (6.0 / (inputs + outputs) as f32).sqrt();
            let kernel = Trained::new(random.numbers(inputs * outputs, limit));
            Layer { inputs, outputs, kernel, bias: Trained::new(vec![0.0; outputs]), y: vec![], dy: vec![] }
        };
        Ok(Box::new(ByHand {
            network: task.network,
            multiply,
            layers: task.network.layers().map(&mut layer).collect(),
            x: vec![],
            labels: vec![],
            before: vec![],
            kept: vec![],
            data: task.data,
            order: Order::new(task.data.len()),
            random,
            batch: task.batch,
            steps: 0,
            loss: 0.0,
        }))
    }

    fn forward(&mut self, training: bool) {
        let batch = self.x.len() / PIXELS;
        let last = self.layers.len() - 1;
        let mut x: &[f32] = &self.x;
        for (l, layer) in self.layers.iter_mut().enumerate() {
            let Layer { inputs, outputs, kernel, bias, y, .. } = layer;
            y.resize(batch * *outputs, 0.0);
            (self.multiply)(Matrix::new(x, batch, *inputs), Matrix::new(&kernel.values, *inputs, *outputs), y);
            let regularized = training && self.network.regularized && l == 0;
            if regularized {
                add_bias(y, &bias.values);
                self.before.clear();
                self.before.extend_from_slice(y);
                self.kept.resize(y.len(), 0.0);
                // A bit a unit.
                for kept in self.kept.chunks_mut(32) {
                    let bits = self.random.bits();
                    kept.iter_mut().enumerate().for_each(|(i, kept)| *kept = (bits >> i & 1) as f32 * 2.0);
                }
                relu_and_drop(y, &self.kept);
            } else if l < last {
                add_bias_and_relu(y, &bias.values);
            } else {
                add_bias(y, &bias.values);
            }
            x = y;
        }
    }

    fn backward(&mut self) {
        let batch = self.labels.len();
        let rate = {
            self.steps += 1;
            let power = |beta: f32| f64::from(beta).powi(self.steps);
            (f64::from(LEARNING_RATE) * (1.0 - power(BETA_2)).sqrt() / (1.0 - power(BETA_1))) as f32
        };
        let head = self.layers.last_mut().expect("a network has layers");
        head.dy.resize(head.y.len(), 0.0);
        self.loss += cross_entropy(&head.y, &self.labels, &mut head.dy);
        for l in (0..self.layers.len()).rev() {
            let (below, layers) = self.layers.split_at_mut(l);
            let Layer { inputs, outputs, kernel, bias, dy, .. } = &mut layers[0];
            if l == 0 && self.network.regularized {
                self.loss += activity_penalty(&self.before, dy, batch);
            }
            let x = below.last().map_or(&self.x, |below| &below.y);
            let dy_matrix = Matrix::new(dy, batch, *outputs);
            (self.multiply)(Matrix::new(x, batch, *inputs).transposed(), dy_matrix, &mut kernel.gradient);
            column_sums(dy, &mut bias.gradient);
            if let Some(below) = below.last_mut() {
                below.dy.resize(below.y.len(), 0.0);
                let w = Matrix::new(&kernel.values, *inputs, *outputs).transposed();
                (self.multiply)(dy_matrix, w, &mut below.dy);
                match self.network.regularized {
                    true => relu_and_drop_gradient(&mut below.dy, &self.before, &self.kept),
                    false => relu_gradient(&mut below.dy, &below.y),
                }
            }
            if l == 0 && self.network.regularized {
                self.loss += kernel_penalty(&kernel.values, &mut kernel.gradient);
            }
            kernel.step(rate);
            bias.step(rate);
            if l == 0 && self.network.regularized {
                max_norm(&mut kernel.values, *outputs);
            }
        }
    }
}

impl Peer for ByHand<'_> {
    fn epoch(&mut self) -> Result<()> {
        self.order.shuffle();
        for start in (0..self.data.len()).step_by(self.batch) {
            gather(self.data, self.order.range(start, self.batch), (&mut self.x, &mut self.labels));
            self.forward(true);
            self.backward();
        }
        match self.loss.is_finite() {
            true => Ok(()),
            false => Err("the loss is not finite".into()),
        }
    }

    fn predict(&mut self, x: &[Clothes], scores: &mut Vec<f32>) -> Result<()> {
        self.x.clear();
        self.x.extend_from_slice(taut::memory::flat(x));
        self.forward(false);
        let start = scores.len();
        scores.extend_from_slice(&self.layers[self.layers.len() - 1].y);
        scores[start..].chunks_mut(CLASSES).for_each(|scores| _ = softmax(scores));
        Ok(())
    }
}

/// Compiles a loop for the vector instructions of the processors that have them.
macro_rules! loops { ($($item:item)*) => { $(#[multiversion(targets("x86_64+avx2+fma"))] $item)* } }

loops! {
    fn adam(w: &mut [f32], g: &[f32], m: &mut [f32], v: &mut [f32], rate: f32) {
        for (((w, g), m), v) in w.iter_mut().zip(g).zip(m).zip(v) {
            *m += (g - *m) * (1.0 - BETA_1);
            *v += (g * g - *v) * (1.0 - BETA_2);
            *w -= rate * *m / (v.sqrt() + EPSILON);
        }
    }

    fn add_bias(y: &mut [f32], bias: &[f32]) {
        for y in y.chunks_exact_mut(bias.len()) {
            y.iter_mut().zip(bias).for_each(|(y, bias)| *y += bias);
        }
    }

    fn add_bias_and_relu(y: &mut [f32], bias: &[f32]) {
        for y in y.chunks_exact_mut(bias.len()) {
            y.iter_mut().zip(bias).for_each(|(y, bias)| *y = (*y + bias).max(0.0));
        }
    }

    fn relu_gradient(dy: &mut [f32], y: &[f32]) {
        dy.iter_mut().zip(y).for_each(|(dy, y)| *dy = if *y > 0.0 { *dy } else { 0.0 });
    }

    fn relu_and_drop(y: &mut [f32], kept: &[f32]) {
        y.iter_mut().zip(kept).for_each(|(y, kept)| *y = y.max(0.0) * kept);
    }

    fn relu_and_drop_gradient(dy: &mut [f32], before: &[f32], kept: &[f32]) {
        for ((dy, before), kept) in dy.iter_mut().zip(before).zip(kept) {
            *dy = if *before > 0.0 { *dy * kept } else { 0.0 };
        }
    }

    fn column_sums(dy: &[f32], sums: &mut [f32]) {
        sums.fill(0.0);
        for dy in dy.chunks_exact(sums.len()) {
            sums.iter_mut().zip(dy).for_each(|(sum, dy)| *sum += dy);
        }
    }

    /// L1 of the activity, a mean over the batch.
    fn activity_penalty(y: &[f32], dy: &mut [f32], batch: usize) -> f32 {
        let scale = L1 / batch as f32;
        let mut sums = [0.0; 8];
        for (y, dy) in y.chunks(8).zip(dy.chunks_mut(8)) {
            for ((y, dy), sum) in y.iter().zip(dy).zip(&mut sums) {
                *dy += if *y > 0.0 { scale } else if *y < 0.0 { -scale } else { 0.0 };
                *sum += y.abs();
            }
        }
        scale * sums.iter().sum::<f32>()
    }

    fn kernel_penalty(w: &[f32], g: &mut [f32]) -> f32 {
        let mut sums = [0.0; 8];
        for (w, g) in w.chunks(8).zip(g.chunks_mut(8)) {
            for ((w, g), sum) in w.iter().zip(g).zip(&mut sums) {
                *g += 2.0 * L2 * w;
                *sum += w * w;
            }
        }
        L2 * sums.iter().sum::<f32>()
    }

    /// The weights of each output are scaled to a norm of at most [`MAX_NORM`].
    fn max_norm(w: &mut [f32], outputs: usize) {
        let mut norms = vec![0.0; outputs];
        for w in w.chunks_exact(outputs) {
            norms.iter_mut().zip(w).for_each(|(norm, w)| *norm += w * w);
        }
        for norm in &mut norms {
            let root = norm.sqrt();
            *norm = root.min(MAX_NORM) / (EPSILON + root);
        }
        for w in w.chunks_exact_mut(outputs) {
            w.iter_mut().zip(&norms).for_each(|(w, scale)| *w *= scale);
        }
    }
}

/// Returns the logarithm of what the scores were divided by, from the highest on.
fn softmax(y: &mut [f32]) -> f32 {
    let highest = y.iter().fold(f32::NEG_INFINITY, |highest, y| highest.max(*y));
    let mut sum = 0.0;
    for y in &mut *y {
        *y = (*y - highest).exp();
        sum += *y;
    }
    y.iter_mut().for_each(|y| *y /= sum);
    highest + sum.ln()
}

/// The mean loss of the batch, and its gradient.
fn cross_entropy(y: &[f32], labels: &[u32], dy: &mut [f32]) -> f32 {
    let n = labels.len() as f32;
    dy.copy_from_slice(y);
    let mut loss = 0.0;
    for ((dy, y), label) in dy.chunks_exact_mut(CLASSES).zip(y.chunks_exact(CLASSES)).zip(labels) {
        loss += softmax(dy) - y[*label as usize];
        dy[*label as usize] -= 1.0;
        dy.iter_mut().for_each(|dy| *dy /= n);
    }
    loss / n
}
