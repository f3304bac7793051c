// View geometry. The world of the viewer has z up; the data are turned into it by `worldFromData`.
const turns = {
  "+z": [1, 0, 0, 0, 1, 0, 0, 0, 1],
  "-y": [0, 0, 1, -1, 0, 0, 0, -1, 0], // camera: x right, y down, z forward
  "+y": [0, 0, 1, 1, 0, 0, 0, 1, 0],
};
const fieldOfView = 50 * Math.PI / 180;

const turn = (m, p) => [
  m[0] * p[0] + m[1] * p[1] + m[2] * p[2],
  m[3] * p[0] + m[4] * p[1] + m[5] * p[2],
  m[6] * p[0] + m[7] * p[1] + m[8] * p[2],
];
const dot = (a, b) => a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
const cross = (a, b) =>
  [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
const clamp = (value, low, high) => Math.min(high, Math.max(low, value));

class OrbitCamera {
  constructor() {
    this.target = [0, 0, 0];
    this.azimuth = Math.PI;
    this.elevation = 0.6;
    this.distance = 30;
  }

  // Directions of the view for a canvas of `width` x `height` pixels.
  frame(width, height) {
    const [a, e] = [this.azimuth, this.elevation];
    const away = [Math.cos(e) * Math.cos(a), Math.cos(e) * Math.sin(a), Math.sin(e)];
    const forward = away.map((x) => -x);
    const right = [-Math.sin(a), Math.cos(a), 0];
    const up = cross(right, forward);
    const eye = this.target.map((x, k) => x + this.distance * away[k]);
    const near = this.distance * 0.01;
    const far = this.distance * 60 + 300;
    const focal = height / 2 / Math.tan(fieldOfView / 2);
    return { eye, right, up, forward, near, far, focal, width, height };
  }

  orbit(dx, dy) {
    this.azimuth -= dx * 0.008;
    this.elevation = clamp(this.elevation + dy * 0.008, -0.35, Math.PI / 2);
  }


  zoom(factor) { this.distance = clamp(this.distance * factor, 0.05, 20000); }
}

// Column-major matrix from world to clip coordinates.
function clipMatrix(view) {
  const { right, up, forward, eye, near, far, focal, width, height } = view;
  const [sx, sy] = [2 * focal / width, 2 * focal / height];
  const [a, b] = [(far + near) / (far - near), -2 * far * near / (far - near)];
  const rows = [
    [...right.map((x) => x * sx), -sx * dot(right, eye)],
    [...up.map((x) => x * sy), -sy * dot(up, eye)],
    [...forward.map((x) => x * a), -a * dot(forward, eye) + b],
    [...forward, -dot(forward, eye)],
  ];
  return new Float32Array([0, 1, 2, 3].flatMap((c) => rows.map((row) => row[c])));
}

const toView = (view, p) => {
  const d = [p[0] - view.eye[0], p[1] - view.eye[1], p[2] - view.eye[2]];
  return [dot(d, view.right), dot(d, view.up), dot(d, view.forward)];
};
const toScreen = (view, v) =>
  [view.width / 2 + view.focal * v[0] / v[2], view.height / 2 - view.focal * v[1] / v[2]];

// Screen ends of a world segment, cut at the near plane; null when it lies behind.
function segment(view, from, to) {
  let [a, b] = [toView(view, from), toView(view, to)];
  if (a[2] < view.near && b[2] < view.near) return null;
  if (a[2] < view.near || b[2] < view.near) {
    const t = (view.near - a[2]) / (b[2] - a[2]);
    const cut = a.map((x, k) => x + t * (b[k] - x));
    if (a[2] < view.near) a = cut; else b = cut;
  }
  return [toScreen(view, a), toScreen(view, b)];
}

// The screen position of a world point; null when it lies behind.
function place(view, p) {
  const v = toView(view, p);
  return v[2] < view.near ? null : toScreen(view, v);
}

// 1, 2 or 5 times a power of ten, next to `value`.
function roundNumber(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  const part = value / power;
  return power * (part < 1.5 ? 1 : part < 3.5 ? 2 : part < 7.5 ? 5 : 10);
}

// A length with its unit.
const metres = (value) => {
  const size = Math.abs(value);
  return size > 0 && size < 0.1 ? `${(value * 100).toFixed(1)} cm`
    : `${value.toFixed(size < 10 ? 2 : 1)} m`;
};
