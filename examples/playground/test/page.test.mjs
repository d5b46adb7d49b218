// What a person does with the page, in a real browser: `run.sh` builds the page and starts this.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { launch, serve } from "./browser.mjs";
import { DIGITS } from "./digits.mjs";

const DIST = fileURLToPath(new URL("../dist/", import.meta.url));
const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core"), "utf8");
const LIMIT = 300 * 1000;

let server, browser;
before(async () => {
  server = await serve({ "/": DIST });
  browser = await launch();
});
after(async () => {
  await browser?.close();
  server?.close();
});

// Opens the page. Whatever the browser complains of fails the test.
async function open(options, f) {
  const context = await browser.newContext(options);
  try {
    const page = await context.newPage();
    const complaints = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) complaints.push(message.text());
    });
    page.on("pageerror", (error) => complaints.push(error.message));
    page.on("requestfailed", (request) => complaints.push(request.url()));
    page.setDefaultTimeout(20_000);
    await page.goto(server.url);
    await page.waitForSelector("[data-ready]");
    await f(page, context);
    assert.deepEqual(complaints, []);
    assert.equal(await page.isHidden("#error"), true);
  } finally {
    await context.close();
  }
}
const desktop = { viewport: { width: 1280, height: 900 } };
const phone = { viewport: { width: 360, height: 740 }, hasTouch: true, isMobile: true };

const digit = (page) => page.getAttribute("#verdict", "data-digit");
const number = async (page, id) => Number.parseFloat(await page.textContent(`#${id}`));

// Sets a slider as a person does: the page hears of it.
async function slide(page, id, value) {
  await page.locator(`#${id}`).evaluate((input, value) => {
    input.value = value;
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }, String(value));
}

// Where in the window the points of a stroke are, in a part of the canvas of that size and place.
async function placed(page, stroke, { left = 0.15, top = 0.1, width = 0.7, height = 0.8 } = {}) {
  await page.locator("#pad").scrollIntoViewIfNeeded();
  const box = await page.locator("#pad").boundingBox();
  return stroke.map(([x, y]) => [box.x + (left + x * width) * box.width, box.y + (top + y * height) * box.height]);
}

async function draw(page, strokes, part) {
  await page.click("#clear");
  for (const stroke of strokes) {
    const [first, ...rest] = await placed(page, stroke, part);
    await page.mouse.move(...first);
    await page.mouse.down();
    for (const point of rest) await page.mouse.move(...point);
    await page.mouse.up();
  }
}

test("the page is under 300 kB, gzipped", () => {
  const sizes = readdirSync(DIST).map((name) => [name, gzipSync(readFileSync(DIST + name), { level: 9 }).length]);
  const sum = sizes.reduce((sum, [, bytes]) => sum + bytes, 0);
  console.log(`${sum} bytes: ${sizes.map((pair) => pair.join(" ")).join(", ")}`);
  assert.ok(sum < LIMIT, `expected less than ${LIMIT} bytes, received ${sum}`);
});

test("the module that reads digits imports nothing, cannot panic and never asks for memory", () => {
  const module = new WebAssembly.Module(readFileSync(`${DIST}infer.wasm`));
  // A panic would be an import, `this_program_can_panic`.
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  const { exports } = new WebAssembly.Instance(module, {});
  const before = exports.memory.buffer.byteLength;
  const input = new Float32Array(exports.memory.buffer, exports.input(), 64);
  let right = 0;
  for (let i = 0; i < 100; i++) {
    const sample = new Uint8Array(exports.memory.buffer, exports.samples() + 64 * i, 64);
    input.set(Float32Array.from(sample, (shade) => shade / 16));
    right += exports.class() === Math.floor(i / 10);
  }
  assert.equal(exports.memory.buffer.byteLength, before);
  assert.ok(right >= 95, `expected at least 95 of 100 digits, received ${right}`);
});

test("the module that trains refuses what is out of range, says why, and goes on", () => {
  const module = new WebAssembly.Module(readFileSync(`${DIST}learn.wasm`));
  assert.deepEqual(WebAssembly.Module.imports(module), []);
  const { exports } = new WebAssembly.Instance(module, {});
  const message = () => new TextDecoder().decode(new Uint8Array(exports.memory.buffer, exports.message(), exports.message_len()));
  const refused = (said, name, ...values) => {
    assert.equal(exports[name](...values), 1);
    assert.match(message(), said);
  };
  refused(/expected points and a network, received none/, "train", 16, 0.01);
  refused(/expected 0 to 3, received 4/, "draw", 4, 400, 0.1, 1);
  refused(/expected 2 to 10000, received 1/, "draw", 0, 1, 0.1, 1);
  refused(/expected 0 to 10, received NaN/, "draw", 0, 400, Number.NaN, 1);
  refused(/expected 1 to 3 hidden layers.*received 4 hidden layers/, "build", 4, 0, 1);
  refused(/received 1 hidden layers and the activation 9/, "build", 1, 9, 1);
  refused(/expected 0 to 3, received 4/, "penalize", 4, 0, 0);
  assert.equal(exports.draw(0, 400, 0.1, 1), 0);
  assert.equal(exports.build(1, 0, 1), 0);
  refused(/batch_size: expected at least 1, received 0/, "train", 0, 0.01);
  refused(/learning_rate: expected a number from 0, received -1/, "train", 16, -1);
  exports.penalize(0, -1, 0);
  refused(/l1: expected a number from 0, received -1/, "train", 16, 0.01);
  assert.equal(exports.weights(2), 0);
  exports.penalize(0, 0, 0);
  assert.equal(exports.train(16, 0.01), 0);
});

test("drawn digits are read, and each layer is shown", () => open(desktop, async (page) => {
  for (const [drawn, strokes] of DIGITS.entries()) {
    await draw(page, strokes);
    assert.equal(await digit(page), String(drawn), `a drawn ${drawn}`);
    // Small, wide and in a corner: it is centred and scaled.
    await draw(page, strokes, { left: 0.55, top: 0.6, width: 0.4, height: 0.35 });
    assert.equal(await digit(page), String(drawn), `a small ${drawn}`);
  }
  const pictures = () => page.$$eval("#layers canvas", (all) => all.map((canvas) => canvas.toDataURL()));
  const nine = await pictures();
  assert.equal(nine.length, 8);
  await page.click("#undo");
  assert.equal(await digit(page), "");
  await draw(page, DIGITS[4]);
  const four = await pictures();
  nine.forEach((picture, layer) => assert.notEqual(picture, four[layer], `the picture of layer ${layer + 1} changes`));
  const names = await page.$$eval("#layers code", (all) => all.map((code) => code.textContent.split("<")[0]));
  assert.deepEqual(names, ["Conv2d", "Relu", "Conv2d", "Relu", "MaxPool2d", "Flatten", "Dense", "Softmax"]);
  const percents = await page.$$eval("#bars .percent", (all) => all.map((text) => Number.parseFloat(text.textContent)));
  assert.ok(Math.abs(percents.reduce((a, b) => a + b) - 100) < 1, `expected a sum of 100 %, received ${percents}`);
}));

test("without a mouse: the keyboard draws, and samples are read", () => open(desktop, async (page) => {
  await page.focus("#pad");
  const press = async (key, times) => { for (let i = 0; i < times; i++) await page.keyboard.press(key); };
  // A seven: to the right, down, and lifted.
  await press("ArrowLeft", 6);
  await press(" ", 1);
  await press("ArrowRight", 12);
  for (let i = 0; i < 9; i++) {
    await press("ArrowDown", 2);
    if (i % 2 === 0) await press("ArrowLeft", 1);
  }
  await press(" ", 1);
  assert.equal(await digit(page), "7");
  await page.keyboard.press("Delete");
  assert.equal(await digit(page), "");
  let right = 0;
  for (let sample = 0; sample < 10; sample++) {
    const button = page.getByRole("button", { name: `A ${sample} that somebody else wrote` });
    await button.focus();
    await page.keyboard.press("Enter");
    right += (await digit(page)) === String(sample);
  }
  assert.ok(right >= 9, `expected at least 9 of 10 samples, received ${right}`);
}));

test("networks learn each kind of data", () => open(desktop, async (page) => {
  await page.selectOption("#speed-limit", "0");
  for (const [kind, accuracy, depth, activation, noise] of [
    ["Moons", 95, 2, "Tanh", 0.1], ["Circles", 95, 1, "Gelu", 0.05], ["Xor", 95, 2, "Relu", 0.02], ["Spiral", 93, 3, "Gelu", 0.02],
  ]) {
    await page.getByLabel(kind).check();
    await slide(page, "noise", noise);
    await page.selectOption("#depth", String(depth));
    await page.selectOption("#activation", activation);
    await page.click("#reset");
    const untrained = await page.locator("#plane").evaluate((canvas) => canvas.toDataURL());
    const begun = performance.now();
    await page.click("#play");
    await page.waitForFunction(
      (accuracy) => Number.parseFloat(document.getElementById("val-accuracy").textContent) >= accuracy,
      accuracy, { timeout: 60_000 },
    );
    await page.click("#play");
    const seconds = ((performance.now() - begun) / 1000).toFixed(1);
    console.log(`${kind}: ${await page.textContent("#val-accuracy")} after ${await page.textContent("#epoch")} epochs, ${seconds} s`);
    assert.equal(await page.textContent("#play"), "Train");
    assert.notEqual(await page.locator("#plane").evaluate((canvas) => canvas.toDataURL()), untrained);
  }
  // So slow that one can watch.
  await page.selectOption("#speed-limit", "10");
  await page.click("#reset");
  const begun = performance.now();
  await page.click("#play");
  await page.waitForFunction(() => Number(document.getElementById("epoch").textContent) >= 10);
  const seconds = (performance.now() - begun) / 1000;
  assert.ok(seconds >= 0.8, `expected about a second for ten epochs, received ${seconds} s`);
}));

test("L1 drives weights to zero, and L2 makes them small", () => open(desktop, async (page) => {
  await page.selectOption("#speed-limit", "0");
  const epochs = async (count) => {
    const end = (await number(page, "epoch")) + count;
    await page.click("#play");
    await page.waitForFunction((end) => Number(document.getElementById("epoch").textContent) >= end, end);
    await page.click("#play");
  };
  const zeros = () => page.$$eval("#dense .card:not([hidden]) .near", (all) =>
    all.reduce((sum, near) => sum + Number(near.textContent), 0));
  await epochs(60);
  const before = await zeros();
  for (const layer of [0, 1, 2]) await slide(page, `l1-${layer}`, 9);
  assert.equal(await page.textContent("output[for=l1-1]"), "0.001");
  await epochs(100);
  const after = await zeros();
  console.log(`weights near zero: ${before} without L1, ${after} with it, of 88`);
  assert.ok(after >= before + 30, `expected at least 30 more, received ${before} and then ${after}`);
  assert.ok((await number(page, "val-accuracy")) >= 90);

  const largest = async () => Number.parseFloat((await page.getAttribute("#dense canvas", "aria-label")).match(/[\d.]+$/)[0]);
  const large = await largest();
  for (const layer of [0, 1, 2]) {
    await slide(page, `l1-${layer}`, 0);
    await slide(page, `l2-${layer}`, 17);
  }
  await epochs(60);
  const small = await largest();
  assert.ok(small < large / 2, `expected less than half of ${large}, received ${small}`);
}));

test("each network, learning rate and batch size that the page offers trains", () => open(desktop, async (page) => {
  const values = (id) => page.$$eval(`#${id} option`, (all) => all.map((option) => option.value));
  let count = 0;
  for (const activation of await values("activation")) {
    for (const depth of await values("depth")) {
      await page.selectOption("#activation", activation);
      await page.selectOption("#depth", depth);
      const text = await page.textContent("#type");
      await page.click("#step");
      assert.equal(await page.textContent("#epoch"), "1", text);
      assert.ok((await number(page, "loss")) < 2, text);
      assert.equal(text.split("Dense").length, Number(depth) + 2);
      count++;
    }
  }
  assert.equal(count, 12);
  for (const rate of [-4, -0.5]) {
    for (const batch of [0, 7]) {
      await slide(page, "rate", rate);
      await slide(page, "batch", batch);
      await page.click("#reset");
      await page.click("#step");
      assert.equal(await page.textContent("#epoch"), "1");
    }
  }
}));

test("on a phone: touch draws, and nothing lies beside the screen", () => open(phone, async (page, context) => {
  const session = await context.newCDPSession(page);
  const touch = (type, point) => session.send("Input.dispatchTouchEvent", {
    type, touchPoints: point ? [{ x: point[0], y: point[1] }] : [],
  });
  for (const drawn of [2, 3, 5]) {
    await page.tap("#clear");
    await page.waitForSelector('#verdict[data-digit=""]');
    for (const stroke of DIGITS[drawn]) {
      const [first, ...rest] = await placed(page, stroke);
      await touch("touchStart", first);
      for (const point of rest) await touch("touchMove", point);
      await touch("touchEnd");
    }
    // The browser hands on movements of a finger once a frame.
    await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
    assert.equal(await digit(page), String(drawn), `a ${drawn}, drawn with a finger`);
  }
  await page.tap("#play");
  await page.waitForFunction(() => Number.parseFloat(document.getElementById("val-accuracy").textContent) >= 95);
  await page.tap("#play");
  const { scroll, wide, small } = await page.evaluate(() => ({
    scroll: document.documentElement.scrollWidth,
    wide: [...document.querySelectorAll("body *")].filter((e) => e.getBoundingClientRect().right > 360.5).map((e) => e.outerHTML),
    small: [...document.querySelectorAll("button, select")].filter((e) => {
      const box = e.getBoundingClientRect();
      return Math.min(box.width, box.height) < 44;
    }).map((e) => e.outerHTML),
  }));
  assert.equal(scroll, 360);
  assert.deepEqual(wide, []);
  assert.deepEqual(small, [], "fingers need 44 pixels");
}));

// A rule's weight is that of its most serious check, as in Lighthouse, whose audits are axe's rules:
// 10 for critical, 7 for serious, 3 for moderate and 1 for minor.
const WEIGHTS = { critical: 10, serious: 7, moderate: 3, minor: 1 };
function score({ passes, violations }) {
  const weight = (rules) => rules.reduce((sum, rule) => {
    const checks = rule.nodes.flatMap((node) => [...node.any, ...node.all, ...node.none]);
    return sum + Math.max(1, ...checks.map((check) => WEIGHTS[check.impact] ?? 1));
  }, 0);
  return (100 * weight(passes)) / (weight(passes) + weight(violations));
}

for (const [name, options] of Object.entries({
  "light": { ...desktop, colorScheme: "light" }, "dark": { ...desktop, colorScheme: "dark" }, "phone": phone,
})) {
  test(`axe finds no barrier: ${name}`, () => open(options, async (page) => {
    await page.click("#samples button");
    await page.click("#step");
    await page.evaluate(AXE);
    const results = await page.evaluate(() => axe.run());
    const told = results.violations.map(({ id, impact, nodes }) => `${id} (${impact}): ${nodes.map((node) => node.html).join(" ")}`);
    console.log(`score ${score(results).toFixed(1)}: ${results.passes.length} rules passed, ${told.length} did not`);
    assert.deepEqual(told, []);
    assert.ok(results.passes.length > 20, "axe looked at the page");
    assert.ok(score(results) >= 90);
  }));
}
