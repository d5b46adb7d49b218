// Train a small network on points of the plane.

import { load } from "./wasm.js";
import { css, onSchemeChange, picture, scale } from "./colours.js";

const KINDS = ["Moons", "Circles", "Xor", "Spiral"];
const ACTIVATIONS = ["Relu", "Tanh", "Sigmoid", "Gelu"];
const WIDTH = 8;
const POINTS = 400;
const ROWS = 1200;
// Milliseconds of each frame in which the network trains, where its speed is not limited.
const BUDGET = 12;

export async function start() {
  const net = await load("learn.wasm");
  const { exports } = net;
  const $ = (id) => document.getElementById(id);

  KINDS.forEach((kind, index) => {
    const label = document.createElement("label");
    label.innerHTML = `<input type="radio" name="kind" value="${index}"> ${kind}`;
    $("kinds").append(label);
  });
  $("kinds").querySelector("input").checked = true;
  ACTIVATIONS.forEach((name, index) => $("activation").append(new Option(name, index, name === "Tanh", name === "Tanh")));

  let playing = false;
  let seed = 1;
  // The rows of every `stride`-th epoch, and the latest one: at most ROWS, however long one trains.
  let history = [];
  let stride = 1;
  let latest = null;
  let epoch = 0;
  let millis = null;

  const depth = () => Number($("depth").value);
  const rate = () => Number((10 ** Number($("rate").value)).toPrecision(2));
  const batch = () => 2 ** Number($("batch").value);
  const kind = () => Number(document.querySelector("[name=kind]:checked").value);

  // The sliders of penalties: nothing, and 1e-5 to 0.1.
  const strength = (input) => (Number(input.value) === 0 ? 0 : Number((10 ** (Number(input.value) / 4 - 5.25)).toPrecision(2)));

  const dense = [...Array(4).keys()].map((layer) => {
    const card = document.createElement("div");
    card.className = "card";
    card.innerHTML = `
      <h4></h4>
      <div class="frame"><canvas role="img"></canvas></div>
      <p class="hint"><span class="near">0</span> of <span class="all">0</span> weights are near zero (|<i>w</i>| &lt; <span class="below"></span>).</p>
      ${["l1", "l2"].map((name) => `
      <label class="slider" for="${name}-${layer}"><span>${name.toUpperCase()}</span><output for="${name}-${layer}">0</output>
        <input id="${name}-${layer}" type="range" min="0" max="17" step="1" value="0"></label>`).join("")}`;
    const find = (selector) => card.querySelector(selector);
    find(".below").textContent = exports.near_zero_below().toFixed(2);
    const [l1, l2] = card.querySelectorAll("input");
    const penalize = () => {
      for (const input of [l1, l2]) {
        const value = strength(input);
        card.querySelector(`output[for=${input.id}]`).textContent = value;
        input.setAttribute("aria-valuetext", value);
      }
      net.call("penalize", layer, strength(l1), strength(l2));
    };
    for (const input of [l1, l2]) {
      const name = input.closest("label").querySelector("span");
      const hidden = document.createElement("span");
      hidden.className = "hidden";
      hidden.textContent = ` of dense layer ${layer + 1}`;
      name.append(hidden);
      input.addEventListener("input", () => {
        penalize();
        if (!playing) evaluate();
      });
    }
    penalize();
    $("dense").append(card);
    return { card, layer, title: find("h4"), canvas: find("canvas"), near: find(".near"), all: find(".all") };
  });

  const sizes = () => [2, ...Array(depth()).fill(WIDTH), 1];

  function describe() {
    const activation = ACTIVATIONS[$("activation").value];
    const parts = sizes().slice(1).map((out, i) => `Dense<${sizes()[i]}, ${out}>`);
    $("type").textContent = `(${parts.join(`, ${activation}, `)}, Sigmoid)`;
    dense.forEach(({ card, title, layer }) => {
      card.hidden = layer > depth();
      if (layer <= depth()) title.innerHTML = `<code>${parts[layer].replace("<", "&lt;")}</code>`;
    });
  }

  function numbers() {
    const [loss, accuracy, valLoss, valAccuracy] = net.floats(exports.epoch(), 4);
    return { loss, accuracy, valLoss, valAccuracy };
  }

  function trainEpoch() {
    const begun = performance.now();
    net.call("train", batch(), rate());
    const took = performance.now() - begun;
    millis = millis === null ? took : 0.9 * millis + 0.1 * took;
    latest = numbers();
    if (epoch++ % stride === 0) history.push(latest);
    if (history.length === ROWS) {
      history = history.filter((_, i) => i % 2 === 0);
      stride *= 2;
    }
  }

  function evaluate() {
    net.call("evaluate");
    draw();
  }

  function redraw() {
    net.call("draw", kind(), POINTS, Number($("noise").value), seed);
  }

  function rebuild() {
    net.call("build", depth(), Number($("activation").value), seed);
    [history, stride, latest, epoch, millis] = [[], 1, null, 0, null];
    describe();
    evaluate();
  }

  function drawPlane() {
    const canvas = $("plane");
    const grid = exports.grid();
    const limit = exports.limit();
    const p = net.floats(exports.boundary(), grid * grid);
    const colour = scale();
    const small = document.createElement("canvas");
    picture(small, grid, grid, (r, c) => colour(0.6 * (2 * p[r * grid + c] - 1)));
    const context = canvas.getContext("2d");
    const size = canvas.width;
    context.imageSmoothingEnabled = true;
    context.drawImage(small, 0, 0, size, size);

    // Where the probability crosses one half: between neighbours in a row and in a column.
    context.fillStyle = css("ink");
    const cell = size / grid;
    for (let r = 0; r < grid; r++) {
      for (let c = 0; c < grid; c++) {
        const here = p[r * grid + c] - 0.5;
        for (const [dr, dc] of [[0, 1], [1, 0]]) {
          if (r + dr >= grid || c + dc >= grid) continue;
          const next = p[(r + dr) * grid + c + dc] - 0.5;
          if (here > 0 === next > 0) continue;
          const part = here / (here - next);
          context.beginPath();
          context.arc((c + 0.5 + dc * part) * cell, (r + 0.5 + dr * part) * cell, 2.5, 0, 2 * Math.PI);
          context.fill();
        }
      }
    }
    const place = (value) => (value / limit + 1) * (size / 2);
    const colours = [css("cool"), css("warm")];
    for (const validation of [0, 1]) {
      const count = exports.len(validation);
      const xy = net.floats(exports.points(validation), 2 * count);
      const classes = net.floats(exports.classes(validation), count);
      for (let i = 0; i < count; i++) {
        context.beginPath();
        context.arc(place(xy[2 * i]), place(-xy[2 * i + 1]), validation ? 4.5 : 5.5, 0, 2 * Math.PI);
        context.lineWidth = validation ? 2.5 : 1.5;
        context.fillStyle = validation ? css("card") : colours[classes[i]];
        context.strokeStyle = validation ? colours[classes[i]] : css("card");
        context.fill();
        context.stroke();
      }
    }
  }

  function drawWeights() {
    const colour = scale();
    for (const { canvas, near, all, layer, title } of dense.slice(0, depth() + 1)) {
      const count = exports.weights_len(layer);
      const outputs = exports.outputs(layer);
      const weights = net.floats(exports.weights(layer), count);
      const limit = weights.reduce((most, w) => Math.max(most, Math.abs(w)), 1e-9);
      picture(canvas, outputs, count / outputs, (r, c) => colour(weights[c * outputs + r] / limit));
      canvas.style.width = `${(22 * count) / outputs}px`;
      canvas.style.height = `${22 * outputs}px`;
      near.textContent = exports.near_zero(layer);
      all.textContent = count;
      canvas.setAttribute("aria-label", `Weights of ${title.textContent}, the largest of absolute value ${limit.toFixed(2)}`);
    }
  }

  function drawHistory() {
    const canvas = $("history");
    const context = canvas.getContext("2d");
    const [w, h, left, gap] = [canvas.width, canvas.height, 64, 16];
    const half = (h - gap) / 2;
    context.fillStyle = css("card");
    context.fillRect(0, 0, w, h);
    const rows = latest === null ? [] : [...history, latest];
    const most = rows.reduce((sum, row) => Math.max(sum, row.loss, row.valLoss), 0.1);
    const panel = (top, from, to, keys, unit) => {
      const place = (value) => top + half - 10 - ((Math.min(to, Math.max(from, value)) - from) / (to - from)) * (half - 20);
      context.font = "20px system-ui, sans-serif";
      context.fillStyle = css("soft");
      context.strokeStyle = css("rule");
      context.lineWidth = 1;
      context.setLineDash([]);
      context.textBaseline = "middle";
      for (const value of [from, (from + to) / 2, to]) {
        context.fillText(value.toFixed(unit), 4, place(value));
        context.beginPath();
        context.moveTo(left, place(value));
        context.lineTo(w, place(value));
        context.stroke();
      }
      keys.forEach((key, i) => {
        context.strokeStyle = css(i ? "cool" : "warm");
        context.setLineDash(i ? [8, 6] : []);
        context.lineWidth = 3;
        context.beginPath();
        rows.forEach((row, at) => context.lineTo(left + ((w - left - 4) * at) / Math.max(1, rows.length - 1), place(row[key])));
        context.stroke();
      });
    };
    panel(0, 0.5, 1, ["accuracy", "valAccuracy"], 2);
    panel(half + gap, 0, most, ["loss", "valLoss"], 2);
  }

  function draw() {
    const row = numbers();
    drawPlane();
    drawWeights();
    drawHistory();
    const percent = (value) => `${(100 * value).toFixed(1)} %`;
    $("epoch").textContent = epoch;
    $("accuracy").textContent = percent(row.accuracy);
    $("val-accuracy").textContent = percent(row.valAccuracy);
    $("loss").textContent = row.loss.toFixed(3);
    $("val-loss").textContent = row.valLoss.toFixed(3);
    $("time").textContent = millis === null ? "–" : `${millis.toFixed(1)} ms`;
  }

  // A failure stops the training and is shown.
  function guarded(f) {
    try {
      f();
    } catch (error) {
      play(false);
      const shown = $("error");
      shown.textContent = error.message;
      shown.hidden = false;
      throw error;
    }
  }

  // The time at which the next epoch is due, where the speed is limited.
  let due = 0;

  function frame(now) {
    if (!playing) return;
    guarded(() => {
      const begun = performance.now();
      const perSecond = Number($("speed-limit").value);
      if (perSecond === 0) {
        do trainEpoch();
        while (performance.now() - begun < BUDGET);
        draw();
      } else if (now >= due) {
        // A page that was hidden or late does not catch up.
        const interval = 1000 / perSecond;
        due = (now - due > interval ? now : due) + interval;
        trainEpoch();
        draw();
      }
    });
    requestAnimationFrame(frame);
  }

  function play(on) {
    if (playing === on) return;
    playing = on;
    $("play").textContent = on ? "Pause" : "Train";
    if (on) requestAnimationFrame(frame);
    $("said").textContent = on
      ? "Training."
      : `Paused after ${epoch} epochs, with a validation accuracy of ${$("val-accuracy").textContent}.`;
  }

  $("play").addEventListener("click", () => play(!playing));
  $("step").addEventListener("click", () => guarded(() => {
    play(false);
    trainEpoch();
    draw();
  }));
  $("reset").addEventListener("click", () => guarded(() => {
    seed++;
    rebuild();
  }));
  for (const id of ["depth", "activation"]) $(id).addEventListener("change", () => guarded(rebuild));
  const anew = () => guarded(() => {
    redraw();
    if (!playing) evaluate();
  });
  $("kinds").addEventListener("change", anew);
  $("redraw").addEventListener("click", () => {
    seed++;
    anew();
  });
  const show = (id, value) => {
    $(`${id}-value`).textContent = value();
    $(id).setAttribute("aria-valuetext", value());
  };
  const readouts = { noise: () => Number($("noise").value).toFixed(2), rate, batch };
  for (const [id, value] of Object.entries(readouts)) {
    $(id).addEventListener("input", () => {
      show(id, value);
      if (id === "noise") anew();
    });
    show(id, value);
  }
  onSchemeChange(() => draw());

  redraw();
  rebuild();
}
