//! The examples of the repository, and what each prints or draws.
//!
//! `cargo run --release --example NAME`. Unless a row says otherwise, the data are in the repository, and it takes
//! seconds.
//!
//! | example | what it shows | what it prints or draws |
//! |---|---|---|
//! | `01_digits` | the main job: train, save the best, evaluate, embed, predict | the progress, a digit in blocks with the answers of the trained and the embedded network, the accuracy |
//! | `02_fashion_mnist` | five networks, chosen by `--model`: plain, with L2 and L1, a limited norm, dropout; needs Fashion-MNIST | the table of layers, the progress, the accuracy, a history as CSV or SVG |
//! | `03_thoracic` | a table as CSV, with and without standardizing; needs that file | the table of layers, the progress, the loss and the accuracy |
//! | `04_embed` | a package of its own: a program without allocator that cannot panic | the class of an embedded sample |
//! | `05_convolution` | LeNet-5 with a falling learning rate; needs Fashion-MNIST, some minutes | the progress, the accuracy, a history as SVG |
//! | `06_regression` | a number from a table: `Normalization`, `Huber`, L2, early stopping | errors, R², expected and predicted numbers side by side |
//! | `07_text` | lines of letters of different lengths: `Embedding` with a mask, a recurrent layer | how much each of three lines looks like Rust |
//! | `08_time_series` | a forecast six steps ahead: two `Lstm` layers over a window | its mean error beside that of "nothing changes" |
//! | `09_autoencoder` | the input is the target: noise removed from digits | digits as they were, with noise, and as they come out, in the terminal |
//! | `10_own_layer` | a layer and a loss of one's own: quantiles | what share of the test lies below each predicted quantile |
//! | `11_resume` | a run that is interrupted and goes on | the epochs of both halves, and that all bits are equal |
//! | `12_int8` | a network in signed bytes | scales and ranges of each layer, flash and memory beside those of floats, both accuracies |
//! | `13_plots` | all plots, of two networks of the digits | sparklines, a confusion matrix, digits and histograms in the terminal; twelve SVG files |
//! | `14_arrays` | matrices of nalgebra in and out: principal components of irises, a network, predictions as a matrix | the share of the variance, the mean answer, the accuracy |
//! | `15_tensorboard` | three learning rates in TensorBoard; with `--features tensorboard` | the loss and the accuracy of each; curves, histograms, pictures and settings for TensorBoard |
//! | `16_augmentation` | images that are shifted at random in each epoch | the accuracy on digits and on shifted digits, with and without |
//! | `guide` | the figures and tables of this guide | the files it writes |
//! | `playground/build.sh` | a page: draw a digit and see all layers, train a network and move its penalties | the files of the page and their sizes |
//! | `firmware/run.sh` | networks on three microcontrollers, in QEMU | instructions, flash and stack of each |
//! | `boards` | the digits on an nRF52840-DK, a Raspberry Pi Pico and an ESP32-C3: built, not run here | cycles or microseconds, by a debug probe; an LED blinks the digit |
