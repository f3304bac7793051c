// What is drawn over and under the points: grid, axes, boxes.

const palette = [
  "#f2a33a", "#4cc2f1", "#7ee081", "#f27d9a", "#c79bf2", "#f0e05a", "#57d9c3", "#f08a5d",
  "#9db4ff", "#d2d7de",
];
const colourOfLabel = (index) => palette[index % palette.length];

function strokeSegment(context, view, from, to) {
  const ends = segment(view, from, to);
  if (!ends) return;
  context.moveTo(ends[0][0], ends[0][1]);
  context.lineTo(ends[1][0], ends[1][1]);
}

// Draws a square grid at `height`; returns its spacing in metres.
function drawGrid(context, view, target, distance, height) {
  const spacing = roundNumber(distance / 5);
  const reach = 14;
  const [cx, cy] = [Math.round(target[0] / spacing), Math.round(target[1] / spacing)];
  const [x0, x1] = [(cx - reach) * spacing, (cx + reach) * spacing];
  const [y0, y1] = [(cy - reach) * spacing, (cy + reach) * spacing];
  context.lineWidth = 1;
  for (let k = -reach; k <= reach; k++) {
    const fade = 1 - Math.abs(k) / (reach + 1);
    context.strokeStyle = `rgba(140, 156, 176, ${0.30 * fade})`;
    context.beginPath();
    strokeSegment(context, view, [(cx + k) * spacing, y0, height], [(cx + k) * spacing, y1, height]);
    strokeSegment(context, view, [x0, (cy + k) * spacing, height], [x1, (cy + k) * spacing, height]);
    context.stroke();
  }
  context.fillStyle = "rgba(170, 184, 202, 0.75)";
  context.font = "11px system-ui, sans-serif";
  for (let k = -reach; k <= reach; k++) {
    const near = Math.abs(k) <= 8;
    if (near && cx + k !== 0) gridLabel(context, view, (cx + k) * spacing, [(cx + k) * spacing, 0, height]);
    if (near && cy + k !== 0) gridLabel(context, view, (cy + k) * spacing, [0, (cy + k) * spacing, height]);
  }
  return spacing;
}

function gridLabel(context, view, value, at) {
  const p = place(view, at);
  if (p) context.fillText(`${Number(value.toPrecision(6))} m`, p[0] + 3, p[1] - 3);
}

// Axes of the data's frame at its origin: x red, y green, z blue.
function drawAxes(context, view, worldFromData, length) {
  const names = ["x", "y", "z"];
  const colours = ["#ff6b6b", "#5fd37a", "#6ea8ff"];
  context.font = "600 12px system-ui, sans-serif";
  names.forEach((name, k) => {
    const tip = turn(worldFromData, names.map((_, j) => (j === k ? length : 0)));
    context.strokeStyle = colours[k];
    context.lineWidth = 2;
    context.beginPath();
    strokeSegment(context, view, [0, 0, 0], tip);
    context.stroke();
    const p = place(view, tip);
    context.fillStyle = colours[k];
    if (p) context.fillText(name, p[0] + 4, p[1] - 2);
  });
}

// Corners in the world: bottom face from front left counter-clockwise, then the top face.
function cornersOf(box, worldFromData) {
  const [c, s] = [Math.cos(box.yaw), Math.sin(box.yaw)];
  const corners = [];
  for (const up of [-0.5, 0.5]) {
    for (const [forward, left] of [[0.5, 0.5], [-0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]]) {
      const [x, y] = [forward * box.size[0], left * box.size[1]];
      corners.push(turn(worldFromData, [
        box.center[0] + c * x - s * y, box.center[1] + s * x + c * y,
        box.center[2] + up * box.size[2],
      ]));
    }
  }
  return corners;
}

const boxEdges = [
  [0, 1], [1, 2], [2, 3], [3, 0], [4, 5], [5, 6], [6, 7], [7, 4], [0, 4], [1, 5], [2, 6], [3, 7],
];

// Draws a box with its front face tinted and an arrow along its heading.
function drawBox(context, view, box, worldFromData, style) {
  const corners = cornersOf(box, worldFromData);
  const front = [0, 4, 7, 3].map((k) => place(view, corners[k]));
  context.strokeStyle = style.colour;
  context.lineWidth = style.strong ? 3 : 1.6;
  if (front.every((p) => p)) {
    context.globalAlpha = style.strong ? 0.4 : 0.2;
    context.fillStyle = style.colour;
    context.beginPath();
    front.forEach((p, k) => (k ? context.lineTo(p[0], p[1]) : context.moveTo(p[0], p[1])));
    context.fill();
    context.globalAlpha = 1;
  }
  context.beginPath();
  for (const [a, b] of boxEdges) strokeSegment(context, view, corners[a], corners[b]);
  const middle = (a, b) => corners[a].map((x, k) => (x + corners[b][k]) / 2);
  const [from, nose] = [middle(0, 2), middle(0, 3)];
  const tip = nose.map((x, k) => x + 0.35 * (x - from[k]));
  strokeSegment(context, view, from, tip);
  context.stroke();
  return corners.map((p) => place(view, p)).filter((p) => p);
}

// Writes a label above a box unless it would cover one of `taken`.
function drawBoxLabel(context, text, points, style, taken) {
  if (!points.length) return;
  const top = points.reduce((a, b) => (b[1] < a[1] ? b : a));
  context.font = `${style.strong ? "600 " : ""}12px system-ui, sans-serif`;
  const width = context.measureText(text).width + 8;
  const [x, y] = [top[0] - width / 2, top[1] - 21];
  const covers = (r) => x < r[0] + r[2] && r[0] < x + width && y < r[1] + 17 && r[1] < y + 17;
  if (!style.strong && taken.some(covers)) return;
  taken.push([x, y, width]);
  context.fillStyle = "rgba(18, 21, 26, 0.82)";
  context.fillRect(x, y, width, 17);
  context.fillStyle = style.colour;
  context.fillText(text, x + 4, y + 12.5);
}

// Whether a screen point lies within the rectangle around projected corners, and how far from its middle.
function hit(points, x, y) {
  if (points.length < 2) return null;
  const xs = points.map((p) => p[0]);
  const ys = points.map((p) => p[1]);
  const [x0, x1, y0, y1] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  if (x < x0 - 3 || x > x1 + 3 || y < y0 - 3 || y > y1 + 3) return null;
  return Math.hypot(x - (x0 + x1) / 2, y - (y0 + y1) / 2);
}
