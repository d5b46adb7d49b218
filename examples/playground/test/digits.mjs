// Digits as a person draws them: strokes through points of a box of width and height 1.

// Points of an arc around (x, y), from one angle to another, in turns clockwise from the right.
function arc(x, y, rx, ry, from, to) {
  return Array.from({ length: 13 }, (_, i) => {
    const angle = 2 * Math.PI * (from + ((to - from) * i) / 12);
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
}

export const DIGITS = [
  [arc(0.5, 0.5, 0.3, 0.45, -0.25, 0.78)],
  [[[0.35, 0.25], [0.55, 0.05], [0.55, 0.95]]],
  [[...arc(0.5, 0.3, 0.28, 0.25, -0.5, 0.1), [0.25, 0.92], [0.82, 0.92]]],
  [[...arc(0.45, 0.27, 0.28, 0.22, -0.4, 0.25), ...arc(0.45, 0.72, 0.32, 0.24, -0.25, 0.4)]],
  [[[0.45, 0.05], [0.18, 0.62], [0.85, 0.62]], [[0.65, 0.4], [0.62, 0.97]]],
  [[[0.78, 0.06], [0.3, 0.06], [0.26, 0.45], ...arc(0.45, 0.68, 0.3, 0.26, -0.3, 0.4)]],
  [[[0.62, 0.04], [0.35, 0.35], ...arc(0.5, 0.72, 0.24, 0.23, -0.5, 0.6)]],
  [[[0.2, 0.08], [0.82, 0.08], [0.45, 0.95]], [[0.35, 0.5], [0.75, 0.5]]],
  [[...arc(0.5, 0.28, 0.22, 0.22, 0.25, 1.25), ...arc(0.5, 0.73, 0.27, 0.23, -0.25, 0.75)]],
  [[...arc(0.48, 0.3, 0.24, 0.24, 0, 1), [0.7, 0.6], [0.62, 0.96]]],
];
