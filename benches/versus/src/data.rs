//! Fashion-MNIST, and the order in which a peer goes through it.

use taut::{Class, Dataset, Image};

pub type Clothes = Image<28, 28, 1>;
pub type Data = Dataset<Clothes, Class<10>>;

pub const PIXELS: usize = 784;
pub const CLASSES: usize = 10;
/// What an epoch's time is scaled to.
pub const TRAINING_SAMPLES: usize = 60_000;

/// The first `samples` of the training data.
pub fn first(data: &Data, samples: usize) -> Data {
    let samples = samples.clamp(1, data.len());
    Dataset { x: data.x[..samples].to_vec(), y: data.y[..samples].to_vec() }
}

/// The pixels of these samples, one after another, and their labels, in the place of what was there.
pub fn gather(data: &Data, order: &[u32], (x, labels): (&mut Vec<f32>, &mut Vec<u32>)) {
    x.clear();
    x.reserve(order.len() * PIXELS);
    for i in order {
        x.extend_from_slice(taut::memory::flat(std::slice::from_ref(&data.x[*i as usize])));
    }
    labels.clear();
    labels.extend(order.iter().map(|i| data.y[*i as usize].index() as u32));
}

/// The smallest useful generator (xorshift64*).
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub fn bits(&mut self) -> u32 {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 32) as u32
    }

    /// From 0 to 1, without 1.
    pub fn uniform(&mut self) -> f32 {
        (self.bits() >> 8) as f32 / 16_777_216.0
    }

    /// Numbers from `-limit` to `limit`.
    pub fn numbers(&mut self, n: usize, limit: f32) -> Vec<f32> {
        (0..n).map(|_| limit * (2.0 * self.uniform() - 1.0)).collect()
    }
}

/// The samples' indices, in a new order each epoch.
pub struct Order {
    indices: Vec<u32>,
    random: Random,
}

impl Order {
    pub fn new(samples: usize) -> Self {
        Order { indices: (0..samples as u32).collect(), random: Random::new(1) }
    }

    pub fn shuffle(&mut self) {
        for i in (1..self.indices.len()).rev() {
            let j = (u64::from(self.random.bits()) * (i as u64 + 1)) >> 32;
            self.indices.swap(i, j as usize);
        }
    }

    /// As many of them as there are, up to `count`, from `start` on.
    pub fn range(&self, start: usize, count: usize) -> &[u32] {
        &self.indices[start..(start + count).min(self.indices.len())]
    }
}
