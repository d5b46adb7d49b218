// From strokes to 8 × 8 pixels, as the digits were made that the network was trained on: a bitmap of 32 × 32 whose height
// the digit fills, and of each block of 4 × 4 how many of its 16 pixels are ink.
//
// In those digits the ink covers 30 % of the bitmap, whatever the class, and at most 24 of 32 columns: so the pen's width
// follows from how long the strokes are, and wide drawings are made narrower.

const SIZE = 32;
const WIDEST = 24;
const INK = 0.305;
const RADIUS = { min: 1, max: 4 };

// strokes: arrays of [x, y]; returns 64 numbers from 0 to 1, row by row.
export function toPixels(strokes) {
  const pixels = new Float32Array(64);
  const points = strokes.flat();
  if (points.length === 0) return pixels;
  const [left, right] = range(points.map(([x]) => x));
  const [top, bottom] = range(points.map(([, y]) => y));

  let [low, high] = [RADIUS.min, RADIUS.max];
  let bitmap;
  for (let i = 0; i < 8; i++) {
    const radius = (low + high) / 2;
    // What is left for the pen's centre. A flat drawing is stretched a little at most, and a dot not at all.
    const wide = WIDEST - 2 * radius;
    const high_ = SIZE - 2 * radius;
    const dx = Math.max(right - left, 1e-6);
    const dy = Math.max(bottom - top, 1e-6);
    const uniform = Math.min(high_ / dy, wide / dx);
    const sy = Math.min(high_ / dy, 2 * uniform);
    const sx = Math.min(sy, wide / dx);
    const place = ([x, y]) => [
      SIZE / 2 + (x - (left + right) / 2) * sx,
      SIZE / 2 + (y - (top + bottom) / 2) * sy,
    ];
    bitmap = draw(strokes.map((stroke) => stroke.map(place)), radius);
    const ink = bitmap.reduce((sum, pixel) => sum + pixel, 0) / bitmap.length;
    if (ink < INK) low = radius;
    else high = radius;
  }
  for (let y = 0; y < SIZE; y++) {
    for (let x = 0; x < SIZE; x++) pixels[(y >> 2) * 8 + (x >> 2)] += bitmap[y * SIZE + x] / 16;
  }
  return pixels;
}

function range(values) {
  return [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))];
}

// A pixel is ink if its centre is no farther from a stroke than the radius.
function draw(strokes, radius) {
  const bitmap = new Uint8Array(SIZE * SIZE);
  for (const stroke of strokes) {
    stroke.forEach((b, i) => {
      const a = stroke[Math.max(i - 1, 0)];
      const from = (c) => Math.max(0, Math.floor(Math.min(a[c], b[c]) - radius));
      const to = (c) => Math.min(SIZE - 1, Math.ceil(Math.max(a[c], b[c]) + radius));
      for (let y = from(1); y <= to(1); y++) {
        for (let x = from(0); x <= to(0); x++) {
          if (distance(x + 0.5, y + 0.5, a, b) <= radius) bitmap[y * SIZE + x] = 1;
        }
      }
    });
  }
  return bitmap;
}

function distance(x, y, [ax, ay], [bx, by]) {
  const [dx, dy] = [bx - ax, by - ay];
  const length = dx * dx + dy * dy;
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * dx + (y - ay) * dy) / length));
  return Math.hypot(x - ax - t * dx, y - ay - t * dy);
}
