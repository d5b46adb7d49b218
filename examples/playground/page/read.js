// Draw a digit, and see what each layer puts out.

import { load } from "./wasm.js";
import { toPixels } from "./strokes.js";
import { onSchemeChange, picture, scale } from "./colours.js";

const WHAT = {
  Conv2d: "looks at 3 × 3 neighbours of each pixel, in all channels at once",
  Relu: "keeps what is above zero; the rest becomes zero",
  MaxPool2d: "keeps the largest of each 2 × 2 pixels",
  Flatten: "the same numbers in one row",
  Dense: "a score for each digit, from 0 to 9",
  Softmax: "the scores as probabilities, which add up to 1",
};

export async function start() {
  const net = await load("infer.wasm");
  const { exports } = net;
  if (!exports.agrees()) throw new Error("This browser computes other numbers than the computer that trained the network.");
  const $ = (id) => document.getElementById(id);
  const pad = $("pad");
  const context = pad.getContext("2d");
  const size = pad.width;

  // The drawing is strokes, or a sample of 64 pixels.
  let strokes = [];
  let sample = null;
  let pen = null;
  const penStart = () => ({ x: size / 2, y: size / 4, down: false, shown: false });
  let keys = penStart();

  const layers = [...Array(exports.layers()).keys()].map((index) => {
    const [rows, columns, channels] = [0, 1, 2].map((axis) => exports.size(index, axis));
    const name = net.text(exports.name(index), exports.name_len(index));
    const item = document.createElement("li");
    item.className = "card";
    const title = document.createElement("h4");
    const code = document.createElement("code");
    code.textContent = name;
    title.append(`${index + 1}. `, code);
    const about = document.createElement("p");
    about.className = "about";
    const canvas = document.createElement("canvas");
    canvas.setAttribute("role", "img");
    const values = document.createElement("p");
    values.className = "about range";
    item.append(title, about, canvas);
    if (channels === 10) {
      const digits = document.createElement("p");
      digits.className = "ten";
      digits.innerHTML = [...Array(10).keys()].map((digit) => `<span>${digit}</span>`).join("");
      item.append(digits);
    }
    item.append(values);
    $("layers").append(item);
    const shape = rows * columns === 1 ? `${channels} numbers` : `${channels} channels of ${rows} × ${columns}`;
    const [parameters, macs] = [exports.parameters(index), exports.macs(index)];
    const costs = parameters ? ` ${parameters.toLocaleString("en")} parameters, ${macs.toLocaleString("en")} multiply-adds.` : "";
    about.textContent = `${shape}: ${WHAT[name.split("<")[0]]}.${costs}`;
    return { index, rows, columns, channels, name, canvas, values };
  });
  const last = layers.at(-1);

  const bars = [...Array(10).keys()].map((digit) => {
    const item = document.createElement("li");
    item.innerHTML = `<span>${digit}</span><span class="track"><span class="fill"></span></span><span class="percent">–</span>`;
    $("bars").append(item);
    return { item, fill: item.querySelector(".fill"), percent: item.querySelector(".percent") };
  });

  function output(layer) {
    return net.floats(exports.output(layer.index), layer.rows * layer.columns * layer.channels);
  }

  function drawLayer(layer, colour) {
    const values = output(layer);
    let [low, high] = [Infinity, -Infinity];
    for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
    const limit = Math.max(-low, high, 1e-9);
    const { rows, columns, channels } = layer;
    if (rows * columns === 1) {
      const wide = Math.min(channels, 64);
      picture(layer.canvas, channels / wide, wide, (r, c) => colour(values[r * wide + c] / limit));
      if (channels === 10) layer.canvas.style.height = "2rem";
    } else {
      // Eight maps beside each other, with a pixel of space between.
      const across = 8;
      const down = Math.ceil(channels / across);
      picture(layer.canvas, down * (rows + 1) - 1, across * (columns + 1) - 1, (r, c) => {
        const [row, column] = [r % (rows + 1), c % (columns + 1)];
        if (row === rows || column === columns) return null;
        const channel = Math.floor(r / (rows + 1)) * across + Math.floor(c / (columns + 1));
        return colour(values[(row * columns + column) * channels + channel] / limit);
      });
    }
    const range = `from ${low.toFixed(2)} to ${high.toFixed(2)}`.replaceAll("-", "−");
    layer.values.textContent = range.replace("f", "F");
    layer.canvas.setAttribute("aria-label", `Output of ${layer.name}, ${range}`);
  }

  function drawPad() {
    context.clearRect(0, 0, size, size);
    context.strokeStyle = context.fillStyle = "#1d2129";
    if (sample) {
      const cell = size / 8;
      sample.forEach((shade, i) => {
        context.globalAlpha = shade;
        context.fillRect((i % 8) * cell, Math.floor(i / 8) * cell, cell, cell);
      });
      context.globalAlpha = 1;
    }
    context.lineWidth = size / 14;
    context.lineCap = context.lineJoin = "round";
    for (const stroke of strokes) {
      context.beginPath();
      context.moveTo(...stroke[0]);
      // A stroke of one point is a dot.
      for (const point of stroke) context.lineTo(...point);
      context.stroke();
    }
    if (keys.shown) {
      context.lineWidth = 2;
      context.strokeStyle = "#0b57c2";
      context.beginPath();
      context.arc(keys.x, keys.y, keys.down ? 6 : 11, 0, 2 * Math.PI);
      context.stroke();
    }
  }

  function update() {
    drawPad();
    const pixels = sample ?? toPixels(strokes);
    net.floats(exports.input(), 64).set(pixels);
    exports.predict();
    const colour = scale();
    picture($("seen"), 8, 8, (r, c) => [0, 1, 2].map((i) => 255 - pixels[r * 8 + c] * (255 - [29, 33, 41][i])));
    for (const layer of layers) drawLayer(layer, colour);
    const empty = !sample && strokes.length === 0;
    const probabilities = output(last);
    const best = probabilities.indexOf(Math.max(...probabilities));
    bars.forEach(({ item, fill, percent }, digit) => {
      const p = empty ? 0 : probabilities[digit];
      fill.style.width = `${100 * p}%`;
      percent.textContent = empty ? "–" : `${(100 * p).toFixed(1)} %`;
      item.className = !empty && digit === best ? "best" : "";
    });
    const sure = 100 * probabilities[best];
    const text = empty ? "Draw a digit." : `It is a ${best}${sure < 60 ? ", perhaps" : ""} (${sure.toFixed(0)} %).`;
    // Only what is new is read aloud.
    if (!pen && $("verdict").textContent !== text) $("verdict").textContent = text;
    if (pen) return;
    $("verdict").dataset.digit = empty ? "" : best;
  }

  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return [((event.clientX - box.left) * size) / box.width, ((event.clientY - box.top) * size) / box.height];
  };
  // A quick stroke is no fling, which would swallow the next tap on a button.
  pad.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
  pad.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || pen !== null) return;
    pad.setPointerCapture(event.pointerId);
    [sample, pen, keys.shown] = [null, event.pointerId, false];
    strokes.push([at(event)]);
    update();
  });
  pad.addEventListener("pointermove", (event) => {
    if (event.pointerId !== pen) return;
    const events = event.getCoalescedEvents?.() ?? [];
    strokes.at(-1).push(...(events.length ? events : [event]).map(at));
    update();
  });
  for (const end of ["pointerup", "pointercancel"]) {
    pad.addEventListener(end, (event) => {
      if (event.pointerId !== pen) return;
      pen = null;
      update();
    });
  }

  const STEP = size / 32;
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  pad.addEventListener("keydown", (event) => {
    const move = moves[event.key];
    if (move) {
      keys.shown = true;
      const within = (value) => Math.min(size - STEP, Math.max(STEP, value));
      [keys.x, keys.y] = [within(keys.x + move[0] * STEP), within(keys.y + move[1] * STEP)];
      if (keys.down) strokes.at(-1).push([keys.x, keys.y]);
    } else if (event.key === " ") {
      [keys.shown, keys.down] = [true, !keys.down];
      if (keys.down) {
        sample = null;
        strokes.push([[keys.x, keys.y]]);
      }
    } else if (event.key === "Delete" || event.key === "Backspace") {
      clear();
    } else {
      return;
    }
    event.preventDefault();
    update();
  });
  pad.addEventListener("focus", () => {
    keys.shown = pad.matches(":focus-visible");
    update();
  });
  pad.addEventListener("blur", () => {
    [keys.shown, keys.down] = [false, false];
    update();
  });

  function clear() {
    [strokes, sample, pen, keys] = [[], null, null, { ...penStart(), shown: keys.shown }];
    update();
  }
  $("clear").addEventListener("click", clear);
  $("undo").addEventListener("click", () => {
    if (sample) sample = null;
    else strokes.pop();
    [pen, keys.down] = [null, false];
    update();
  });

  const taken = Array(10).fill(0);
  for (let digit = 0; digit < 10; digit++) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = digit;
    button.setAttribute("aria-label", `A ${digit} that somebody else wrote`);
    button.addEventListener("click", () => {
      const from = exports.samples() + 64 * (10 * digit + (taken[digit]++ % 10));
      sample = Float32Array.from(net.bytes(from, 64), (shade) => shade / 16);
      [strokes, pen, keys] = [[], null, penStart()];
      update();
    });
    $("samples").append(button);
  }

  onSchemeChange(update);
  update();

  // How long a prediction takes here, without the pictures: the least of some rounds, since the first ones also wait for
  // the browser's compiler.
  const [ROUNDS, RUNS] = [20, 50];
  let least = Infinity;
  for (let round = 0; round < ROUNDS; round++) {
    const begun = performance.now();
    for (let i = 0; i < RUNS; i++) exports.class();
    least = Math.min(least, performance.now() - begun);
  }
  const micros = (1000 * least) / RUNS;
  const [parameters, macs] = ["parameters", "macs"].map((what) =>
    layers.reduce((sum, { index }) => sum + exports[what](index), 0).toLocaleString("en"));
  $("speed").textContent = `${parameters} parameters, ${macs} multiply-adds: ${micros.toFixed(0)} µs for a prediction on this device.`;
  return { memory: () => exports.memory.buffer.byteLength };
}
