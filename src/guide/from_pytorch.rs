//! Coming from PyTorch: the same program, there and here.
//!
//! ```python
//! import torch
//! from torch import nn
//!
//! class Net(nn.Module):
//!     def __init__(self):
//!         super().__init__()
//!         self.hidden = nn.Linear(64, 32)
//!         self.scores = nn.Linear(32, 10)
//!
//!     def forward(self, x):
//!         return self.scores(torch.relu(self.hidden(x.flatten(1))))
//!
//! net = Net()
//! optimizer = torch.optim.AdamW(net.parameters(), lr=1e-3, weight_decay=0.01)
//! loss_function = nn.CrossEntropyLoss()
//! for epoch in range(20):
//!     net.train()
//!     for x, y in loader:
//!         optimizer.zero_grad()
//!         loss = loss_function(net(x), y)
//!         loss.backward()
//!         nn.utils.clip_grad_norm_(net.parameters(), 1.0)
//!         optimizer.step()
//! net.eval()
//! torch.save(net.state_dict(), "net.pt")
//! ```
//!
//! ```
//! use taut::{optimizers::{AdamW, Clip}, prelude::*};
//!
//! network! {
//!     pub struct Net: Image<8, 8, 1> {
//!         flatten: Flatten,
//!         hidden: Dense<64, 32>,
//!         relu: Relu,
//!         scores: Dense<32, 10>,
//!     }
//! }
//!
//! # fn main() -> taut::Result<()> {
//! # let folder = tempfile::tempdir().map_err(|error| taut::Error::Other(error.into()))?;
//! # let path = folder.path().join("net.taut");
//! let data = datasets::digits()?.take(200);
//! let optimizer = AdamW { learning_rate: 1e-3, weight_decay: 0.01, ..AdamW::default() };
//! let optimizer = optimizer.with(OptimizerOptions { clip: Clip::GlobalNorm(1.0), ..OptimizerOptions::default() });
//! // PyTorch's cross-entropy takes logits, so the network ends without a softmax, and the loss says so.
//! let loss = FromLogits(SparseCategoricalCrossentropy);
//! let mut model = Model::<_, Net>::new(1).compile(optimizer, loss, ());
//! # let epochs = 2;
//! model.fit(&data, Fit { epochs, batch_size: 32, ..Fit::default() })?; // shuffles, as a loader does
//! model.save(&path)?;
//! # Ok(())
//! # }
//! ```
//!
//! # The names of things
//!
//! | PyTorch | here |
//! |---|---|
//! | `nn.Module`, `nn.Sequential` | a struct by [`network!`](crate::network!), or a tuple of layers; the order of the fields is the forward pass |
//! | a skip connection, `torch.cat` in `forward` | [`Residual`](crate::Residual), [`Parallel`](crate::Parallel) |
//! | `nn.Linear(64, 32)` | [`Dense`](crate::Dense)`<64, 32>`, whose kernel is 32 × 64, as there |
//! | tensors `[N, C, H, W]` | [`Image`](crate::Image)`<H, W, C>`: channels last, and a batch is a slice |
//! | `nn.Conv2d(8, 16, 3, padding="same", stride=1)` | [`Conv2d`](crate::Conv2d)`<8, 16, 3, Same>` |
//! | `nn.BatchNorm2d(16)`, momentum 0.1 | [`BatchNorm`](crate::BatchNorm)`<16>`; its momentum is Keras's 0.99, the share that *stays* |
//! | `nn.CrossEntropyLoss()` | [`SparseCategoricalCrossentropy`](struct@crate::SparseCategoricalCrossentropy) behind a `Softmax`, or [`FromLogits`](crate::FromLogits) without |
//! | `nn.BCEWithLogitsLoss()` | [`BinaryCrossentropy`](struct@crate::BinaryCrossentropy) behind a `Sigmoid`, or [`FromLogits`](crate::FromLogits) |
//! | `loss.backward(); optimizer.step(); optimizer.zero_grad()` | [`fit`](crate::Fitting::fit): each layer has its own backward pass, and there is no tape |
//! | `net.train()`, `net.eval()` | `fit` trains; `evaluate`, `predict` do not. There is no mode that can be forgotten |
//! | `with torch.no_grad()` | inference never keeps anything for gradients |
//! | `clip_grad_norm_` | `clip` in [`OptimizerOptions`](crate::OptimizerOptions) |
//! | `lr_scheduler` | a [`Schedule`](crate::Schedule) in [`OptimizerOptions`](crate::OptimizerOptions), or a callback |
//! | `requires_grad_(False)` | `net.hidden.kernel.frozen = true` in [`Model::layers`](crate::Model::layers) |
//! | `torch.manual_seed(1)` | the seed of [`Model::new`](crate::Model::new) |
//! | `state_dict`, `torch.save` | [`Model::save`](crate::Model::save); with the optimizer, [`save_training`](crate::Compiled::save_training) |
//! | `DataLoader(shuffle=True)` | [`Dataset`](crate::Dataset), which `fit` shuffles; [`fit_stream`](crate::Fitting::fit_stream) |
//! | `torchvision.transforms` | [`augment`](crate::Fitting::augment) |
//! | `print(loss.item())` in the loop | a [`Callback`](crate::Callback), or a [`Lambda`](crate::Lambda) of closures |
//! | the shape error at run time | an error of the compiler |
//!
//! # Defaults that differ
//!
//! They are Keras's: weights are drawn by `GlorotUniform` and biases are zero, where PyTorch draws both from
//! `±1/√inputs`; `Adam` has an epsilon of 1e-7, where PyTorch has 1e-8; `Dropout<20>` is in percent. The last batch of
//! an epoch may be smaller, as with `drop_last=False`.
