//! taut beside other libraries: what each is for, and when another one is the better choice.
//!
//! Facts are from the pages named below, as of November 2026. What this crate measured itself is in
//! `benches/versus`, with one command that measures it on your machine.
//!
//! # Training
//!
//! | | taut | burn 0.22 | candle 0.11 | dfdx 0.13 | RLtools |
//! |---|---|---|---|---|---|
//! | language | Rust | Rust | Rust | Rust | C++17 |
//! | shapes | types: all sizes are checked by the compiler | the rank is a type, sizes are values | values | types or values, as you write | known to the compiler |
//! | a network | a type; `fit`, callbacks and checkpoints as in Keras | a struct with a forward function; a trainer with metrics and checkpoints | functions of tensors, as in PyTorch | a type; the training loop is yours | a configuration; made for reinforcement learning |
//! | processors | CPU | CPU, CUDA, ROCm, Metal, Vulkan, WebGPU | CPU, CUDA, Metal | CPU, CUDA | CPU, CUDA, microcontrollers |
//! | gradients | of layers, written by hand | of any expression | of any expression | of any expression | of layers |
//! | networks of others | none yet | ONNX, PyTorch, safetensors | safetensors, PyTorch, GGML, ONNX | NumPy files | HDF5 files of its own |
//! | last release | | 2026 | 2026 | July 2023 | developed on its main branch |
//!
//! # Inference on microcontrollers
//!
//! | | taut | burn | microflow 0.1 | embedded-nn 0.2 | TensorFlow Lite Micro |
//! |---|---|---|---|---|---|
//! | language | Rust | Rust | Rust | Rust | C++17 |
//! | the network | a type and a checkpoint in the program | code from an ONNX file | code from a `.tflite` file, by a macro | calls of functions, which you write | a `.tflite` file, which an interpreter reads |
//! | allocator | none | needed | none | none | none |
//! | memory | a constant of the type | | | yours | an arena, whose size is found by trying |
//! | no panic | proven by linking | | | | |
//! | signed bytes | dense networks, to the bits of TensorFlow Lite | | per tensor | per tensor and per channel, also 4 and 16 bits | per tensor and per channel, also 16 bits |
//! | training in the same library | yes | yes | no | no | no |
//!
//! An empty cell: no page says so, and it was not tried.
//!
//! # When to take which
//!
//! - **burn** or **candle**, for a GPU, for networks that were published (language models, diffusion), for shapes that
//!   are known only when the program runs, and for gradients of your own expressions.
//! - **TensorFlow Lite Micro** or **embedded-nn**, for convolutions in signed bytes, and for kernels that a chip's
//!   vendor has written.
//! - **microflow**, for a small `.tflite` file that is to become Rust code.
//! - **RLtools**, for reinforcement learning of controllers.
//! - **taut**, for small networks that are trained in Rust and embedded: tables, sensors, small images and sequences. A
//!   mistake in a shape is a compile error, a run is repeatable bit by bit, and flash, memory and the absence of panics
//!   are known before the program runs.
//!
//! # Sources
//!
//! burn: <https://burn.dev/books/burn/>, <https://docs.rs/burn>, <https://docs.rs/burn-onnx>. candle:
//! <https://docs.rs/candle-core>, <https://github.com/huggingface/candle>. dfdx: <https://docs.rs/dfdx>,
//! <https://lib.rs/crates/dfdx>. RLtools: <https://github.com/rl-tools/rl-tools>, <https://docs.rl.tools>. microflow:
//! <https://docs.rs/crate/microflow/latest>. embedded-nn: <https://docs.rs/crate/embedded-nn/latest>. TensorFlow Lite
//! Micro: <https://ai.google.dev/edge/lite/microcontrollers/overview>, on the arena's size
//! <https://github.com/tensorflow/tensorflow/issues/35070>.
