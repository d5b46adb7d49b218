// The colours of numbers, from the style sheet, in light and in dark mode.

const dark = matchMedia("(prefers-color-scheme: dark)");

export function onSchemeChange(f) {
  dark.addEventListener("change", f);
}

export function css(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

function rgb(name) {
  const hex = css(name);
  return [1, 3, 5].map((at) => parseInt(hex.slice(at, at + 2), 16));
}

// From cool at -1 over zero to warm at 1.
export function scale() {
  const [cool, zero, warm] = [rgb("cool"), rgb("zero"), rgb("warm")];
  return (value) => {
    const part = Math.min(1, Math.abs(value) || 0);
    const end = value < 0 ? cool : warm;
    return zero.map((from, i) => from + (end[i] - from) * part);
  };
}

// Draws rows × columns numbers, a pixel for each.
export function picture(canvas, rows, columns, colour) {
  canvas.width = columns;
  canvas.height = rows;
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++) {
      const rgba = colour(row, column);
      if (rgba) image.data.set([...rgba, 255], 4 * (row * columns + column));
    }
  }
  context.putImageData(image, 0, 0);
}
