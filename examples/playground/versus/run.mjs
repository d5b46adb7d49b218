// node run.mjs [ROUNDS]: the playground's two networks beside TensorFlow.js, in one page, in turns.
//
// Each round measures each of them once; the median of the rounds is printed, with the fastest and the slowest round.

import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launch, serve } from "../test/browser.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const ROUNDS = Number(process.argv[2] ?? 15);
const tfjs = "node_modules/@tensorflow";
const server = await serve({ "/": at("../dist"), "/tf/": at(tfjs), "/net/": at("../infer") });
const browser = await launch();
const page = await (await browser.newContext()).newPage();
page.on("pageerror", (error) => console.error(error.message));
await page.goto(server.url);
await page.waitForSelector("[data-ready]");
await page.addScriptTag({ url: "/tf/tfjs/dist/tf.min.js" });
await page.addScriptTag({ url: "/tf/tfjs-backend-wasm/dist/tf-backend-wasm.min.js" });

const results = await page.evaluate(async (rounds) => {
  const { load } = await import("/wasm.js");
  const [infer, learn] = [await load("/infer.wasm"), await load("/learn.wasm")];
  tf.wasm.setWasmPaths("/tf/tfjs-backend-wasm/dist/");
  const sums = {};
  const add = (what, value) => (sums[what] ??= []).push(value);

  // The same weights: those of the checkpoint, behind a header of 36 bytes and the network's text.
  const file = await (await fetch("/net/digits.taut")).arrayBuffer();
  const start = 36 + new DataView(file).getUint32(32, true);
  const all = new Float32Array(file.slice(start, start + 4 * 3818));
  const shapes = [[3, 3, 1, 8], [8], [3, 3, 8, 16], [16], [256, 10], [10]];
  const reader = () => {
    const model = tf.sequential({ layers: [
      tf.layers.conv2d({ inputShape: [8, 8, 1], filters: 8, kernelSize: 3, padding: "same", activation: "relu" }),
      tf.layers.conv2d({ filters: 16, kernelSize: 3, padding: "same", activation: "relu" }),
      tf.layers.maxPooling2d({ poolSize: 2 }),
      tf.layers.flatten(),
      tf.layers.dense({ units: 10, activation: "softmax" }),
    ] });
    let from = 0;
    model.setWeights(shapes.map((shape) => {
      const length = shape.reduce((a, b) => a * b);
      return tf.tensor(all.slice(from, (from += length)), shape);
    }));
    return model;
  };
  const samples = Array.from({ length: 100 }, (_, i) =>
    Float32Array.from(infer.bytes(infer.exports.samples() + 64 * i, 64), (shade) => shade / 16));
  const output = () => infer.floats(infer.exports.output(infer.exports.layers() - 1), 10);
  const input = infer.floats(infer.exports.input(), 64);

  const predictions = {
    taut: () => samples.map((sample) => {
      input.set(sample);
      return infer.exports.class();
    }),
  };
  const KIND = 0, POINTS = 400, NOISE = 0.1, BATCH = 16, RATE = 0.01;
  learn.call("draw", KIND, POINTS, NOISE, 1);
  const copy = (validation, what, width) =>
    learn.floats(learn.exports[what](validation), width * learn.exports.len(validation)).slice();
  const data = [0, 1].map((validation) => [copy(validation, "points", 2), copy(validation, "classes", 1)]);
  learn.call("build", 2, 1, 1);
  const epochs = {
    taut: async () => {
      const begun = performance.now();
      learn.call("train", BATCH, RATE);
      return [learn.floats(learn.exports.epoch(), 4)[3], performance.now() - begun];
    },
  };

  let largest = 0;
  for (const backend of ["cpu", "wasm"]) {
    await tf.setBackend(backend);
    const name = `tfjs ${backend}`;
    const model = reader();
    for (const sample of samples) {
      input.set(sample);
      infer.exports.predict();
      const theirs = tf.tidy(() => model.predict(tf.tensor4d(sample, [1, 8, 8, 1])).dataSync());
      output().forEach((p, i) => { largest = Math.max(largest, Math.abs(p - theirs[i])); });
    }
    predictions[name] = async () => {
      await tf.setBackend(backend);
      return () => samples.map((sample) => tf.tidy(() => model.predict(tf.tensor4d(sample, [1, 8, 8, 1])).dataSync()));
    };
    const mlp = tf.sequential({ layers: [
      tf.layers.dense({ inputShape: [2], units: 8, activation: "tanh" }),
      tf.layers.dense({ units: 8, activation: "tanh" }),
      tf.layers.dense({ units: 1, activation: "sigmoid" }),
    ] });
    mlp.compile({ optimizer: tf.train.adam(RATE), loss: "binaryCrossentropy", metrics: ["accuracy"] });
    const [[x, y], validationData] = data.map(([x, y]) => [tf.tensor2d(x, [x.length / 2, 2]), tf.tensor2d(y, [y.length, 1])]);
    epochs[name] = async () => {
      await tf.setBackend(backend);
      const begun = performance.now();
      const { history } = await mlp.fit(x, y, {
        epochs: 1, batchSize: BATCH, shuffle: true, validationData, verbose: 0, yieldEvery: "never",
      });
      return [history.val_acc.at(-1), performance.now() - begun];
    };
  }

  for (let round = -2; round < rounds; round++) {
    for (const [name, f] of Object.entries(predictions)) {
      const run = name === "taut" ? f : await f();
      const begun = performance.now();
      run();
      if (round >= 0) add(`predict ${name}`, (1000 * (performance.now() - begun)) / samples.length);
    }
    for (const [name, f] of Object.entries(epochs)) {
      // Sixteen epochs of taut, which is fast for the clock of a page; one of the others.
      const count = name === "taut" ? 16 : 1;
      let took = 0;
      for (let i = 0; i < count; i++) took += (await f())[1] / count;
      if (round >= 0) add(`epoch ${name}`, took);
    }
  }
  // That all do the same: the accuracy of 100 epochs.
  learn.call("build", 2, 1, 1);
  for (const [name, f] of Object.entries(epochs)) {
    for (let i = name === "taut" ? 0 : rounds + 2; i < 100; i++) sums[`accuracy ${name}`] = [(await f())[0]];
  }
  return { sums, largest, version: tf.version_core, agent: navigator.userAgent };
}, ROUNDS);

const middle = (values) => {
  const sorted = [...values].sort((a, b) => a - b);
  return [sorted[Math.floor(sorted.length / 2)], sorted[0], sorted.at(-1)].map((value) => value.toPrecision(3));
};
console.log(`TensorFlow.js ${results.version}, ${results.agent.match(/Chrom\w+\/[\d.]+/)[0]}, ${ROUNDS} rounds`);
console.log(`largest difference of a probability: ${results.largest.toExponential(1)}`);
for (const [what, values] of Object.entries(results.sums)) {
  const [median, least, most] = middle(values);
  const unit = what.startsWith("predict") ? "µs a digit" : what.startsWith("epoch") ? "ms an epoch" : "after 100 epochs";
  console.log(`${what.padEnd(24)} ${median} ${unit}${values.length > 1 ? ` (${least} to ${most})` : ""}`);
}
const size = (...paths) => {
  const bytes = paths.reduce((sum, path) => sum + gzipSync(readFileSync(at(path)), { level: 9 }).length, 0);
  return `${Math.round(bytes / 1000)} kB gzipped`;
};
console.log(`taut to read: ${size("../dist/infer.wasm")}; to read and train: ${size("../dist/infer.wasm", "../dist/learn.wasm")}`);
console.log(`tfjs cpu: ${size(`${tfjs}/tfjs/dist/tf.min.js`)}; with wasm: ${size(
  `${tfjs}/tfjs/dist/tf.min.js`, `${tfjs}/tfjs-backend-wasm/dist/tf-backend-wasm.min.js`,
  `${tfjs}/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm`)}`);
await browser.close();
server.close();
