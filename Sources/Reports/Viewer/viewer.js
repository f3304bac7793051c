// The report's viewer: state, controls, and what follows a change of frame.

const data = JSON.parse(document.getElementById("report-data").textContent);
const element = (id) => document.getElementById(id);
const block = (id) => element(id)?.textContent ?? null;

const state = {
  index: 0, stream: 0, selected: -1, hovered: -1, playing: false, boxes: [], screens: [],
  mode: "height", size: 2, labels: true, up: "+z", cloud: null,
};
const camera = new OrbitCamera();
const hasView = data.clouds.length > 0 || data.frames.some((frame) => frame.boxes.length > 0);
let points = null;
let software = false;
let dirty = true;

const worldFromData = () => turns[state.up];
const streamOf = () => data.clouds[state.stream] ?? null;

// --- Frames --------------------------------------------------------------------------------

const cloudCache = new Map();
function cloudBlock(stream, index) {
  const about = data.frames[index].clouds[stream];
  if (!about) return null;
  const key = `cloud-${stream}-${index}`;
  let value = cloudCache.get(key);
  if (!value) {
    const text = block(key);
    if (text === null) return null;
    value = new CloudBlock(decodeBase64(text), { ...about, attributes: data.clouds[stream].attributes });
    if (cloudCache.size >= 16) cloudCache.delete(cloudCache.keys().next().value);
    cloudCache.set(key, value);
  }
  return value;
}

// Shows the frame at a place in the list.
function showFrame(index) {
  state.index = clamp(index, 0, data.frames.length - 1);
  state.selected = -1;
  state.hovered = -1;
  const frame = data.frames[state.index];
  state.boxes = frame.boxes.map((b) => ({
    center: b.slice(0, 3), size: b.slice(3, 6), yaw: b[6], score: b[7], label: b[8],
  }));
  state.cloud = hasView ? cloudBlock(state.stream, state.index) : null;
  element("slider").value = state.index;
  const time = frame.time === null ? "" : ` \u00b7 ${frame.time}`;
  element("frame-label").textContent =
    `Frame ${frame.number} (${state.index + 1} of ${data.frames.length})${time}`;
  showImages(frame);
  showBoxes();
  showNote(frame);
  drawTrack();
  dirty = true;
}

function showNote(frame) {
  if (!hasView) return;
  const stream = streamOf();
  const about = frame.clouds[state.stream];
  const parts = [];
  if (data.boxFrame) parts.push(`Frame \u201c${data.boxFrame}\u201d`);
  else if (stream) parts.push(stream.name);
  if (about && about.of > about.count) {
    parts.push(`showing 1 of ${(about.of / about.count).toFixed(1)} points ` +
      `(${about.count.toLocaleString("en")} of ${about.of.toLocaleString("en")})`);
  } else if (about) parts.push(`${about.count.toLocaleString("en")} points`);
  else if (stream) parts.push("no cloud for this frame");
  parts.push(state.up === "-y" ? "x right, y down, z forward" : "metres, z up");
  state.note = parts.join(" \u00b7 ");
}

// --- Images --------------------------------------------------------------------------------

const figures = [];
function makeImages() {
  data.images.forEach((stream) => {
    const figure = document.createElement("figure");
    const caption = document.createElement("figcaption");
    const name = document.createElement("b");
    name.textContent = stream.name;
    const note = document.createElement("span");
    note.className = "soft";
    note.textContent = stream.note;
    caption.append(name, note);
    const image = document.createElement("img");
    image.alt = stream.name;
    image.addEventListener("click", () => {
      element("large-image").src = image.src;
      element("large-image").alt = stream.name;
      element("large-text").textContent = `${stream.name} \u00b7 ${stream.path}`;
      element("large").showModal();
    });
    const missing = document.createElement("div");
    missing.className = "missing";
    missing.textContent = "no picture for this frame";
    figure.append(caption, image, missing);
    if (stream.ramp) figure.append(rampOf(stream));
    element("images").append(figure);
    figures.push({ image, missing });
  });
  element("large").addEventListener("click", () => element("large").close());
}

function rampOf(stream) {
  const scale = document.createElement("div");
  scale.className = "scale";
  const [low, bar, high] = ["span", "i", "span"].map((tag) => document.createElement(tag));
  low.textContent = stream.low;
  high.textContent = stream.high;
  bar.style.background = `linear-gradient(90deg, ${stream.ramp.join(", ")})`;
  scale.append(low, bar, high);
  return scale;
}

function showImages() {
  figures.forEach(({ image, missing }, k) => {
    const source = block(`image-${k}-${state.index}`);
    image.hidden = source === null;
    missing.hidden = source !== null;
    if (source !== null) image.src = source.trim();
  });
}

// --- Boxes ---------------------------------------------------------------------------------

const labelText = (box) => data.labels[box.label] || "object";
const scoreText = (box) => (box.score === null ? "" : box.score.toFixed(2));

function showBoxes() {
  const rows = element("box-rows");
  rows.textContent = "";
  element("box-count").textContent = state.boxes.length
    ? `${state.boxes.length} in this frame` : "none in this frame";
  state.boxes.forEach((box, k) => {
    const row = document.createElement("tr");
    row.tabIndex = 0;
    const swatch = document.createElement("span");
    swatch.className = "swatch";
    swatch.style.background = colourOfLabel(box.label);
    const cells = [labelText(box), scoreText(box),
      metres(Math.hypot(...box.center)), box.size.map((x) => x.toFixed(1)).join(" \u00d7 ")];
    cells.forEach((text, c) => {
      const cell = document.createElement("td");
      if (c === 0) cell.append(swatch, text); else cell.textContent = text;
      if (c > 0) cell.className = "n";
      row.append(cell);
    });
    row.addEventListener("mouseenter", () => hover(k));
    row.addEventListener("mouseleave", () => hover(-1));
    row.addEventListener("click", () => select(k));
    row.addEventListener("dblclick", () => goTo(k));
    row.addEventListener("keydown", (event) => { if (event.key === "Enter") select(k); });
    rows.append(row);
  });
  showDetails();
}

function hover(k) {
  if (state.hovered === k) return;
  state.hovered = k;
  markRows();
}

function select(k) {
  state.selected = state.selected === k ? -1 : k;
  markRows();
  showDetails();
  if (state.selected >= 0) {
    element("box-rows").children[k].scrollIntoView({ block: "nearest" });
  }
}

function markRows() {
  [...element("box-rows").children].forEach((row, k) => {
    row.classList.toggle("hover", k === state.hovered);
    row.classList.toggle("selected", k === state.selected);
  });
  dirty = true;
}

function goTo(k) {
  camera.target = turn(worldFromData(), state.boxes[k].center);
  camera.distance = Math.max(3, 4 * Math.max(...state.boxes[k].size));
  dirty = true;
}

// Points of the block that lie inside a box.
function pointsInside(cloud, box) {
  const [c, s] = [Math.cos(box.yaw), Math.sin(box.yaw)];
  let inside = 0;
  for (let k = 0; k < cloud.count; k++) {
    const p = [0, 1, 2].map(
      (j) => cloud.offset[j] + cloud.scale[j] * cloud.positions[3 * k + j] - box.center[j]);
    if (Math.abs(c * p[0] + s * p[1]) <= box.size[0] / 2
      && Math.abs(-s * p[0] + c * p[1]) <= box.size[1] / 2
      && Math.abs(p[2]) <= box.size[2] / 2) inside++;
  }
  return inside;
}

function showDetails() {
  const list = element("box-details");
  const box = state.boxes[state.selected];
  list.hidden = !box;
  list.textContent = "";
  if (!box) return;
  const rows = [["Centre x, y, z", box.center.map((x) => x.toFixed(2)).join(", ") + " m"],
    ["Length, width, height", box.size.map((x) => x.toFixed(2)).join(", ") + " m"],
    ["Yaw", `${(box.yaw * 180 / Math.PI).toFixed(1)}\u00b0 from +x towards +y`]];
  if (state.cloud) rows.push(["Points shown inside", String(pointsInside(state.cloud, box))]);
  for (const [name, text] of rows) {
    const [term, value] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    value.textContent = text;
    list.append(term, value);
  }
}

// --- Drawing -------------------------------------------------------------------------------

function resize(canvas, ratio) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const [w, h] = [Math.round(width * ratio), Math.round(height * ratio)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
  }
  return [width, height];
}

function draw() {
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = resize(element("under"), ratio);
  resize(element("over"), ratio);
  resize(element("points"), software ? 1 : ratio);
  const view = camera.frame(width, height);
  const [under, over] = ["under", "over"].map((id) => {
    const context = element(id).getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
  });
  const stream = streamOf();
  const spacing = drawGrid(under, view, camera.target, camera.distance, stream ? stream.ground : 0);
  const span = stream ? (state.mode === "range" ? stream.range : stream.height) : [0, 1];
  points.draw(state.cloud, view, worldFromData(),
    { mode: state.mode, span, size: state.size * (software ? 1 : ratio) });
  drawAxes(over, view, worldFromData(), spacing / 2);
  state.screens = state.boxes.map((box, k) => drawBox(over, view, box, worldFromData(), {
    colour: colourOfLabel(box.label), strong: k === state.selected || k === state.hovered,
  }));
  drawLabels(over, view);
  element("frame-note").textContent = `${state.note} \u00b7 grid ${metres(spacing)}`;
}

// Labels of the boxes, near ones and the marked ones first; those that would overlap are left out.
function drawLabels(context, view) {
  const far = (box) => {
    const p = turn(worldFromData(), box.center);
    return Math.hypot(p[0] - view.eye[0], p[1] - view.eye[1], p[2] - view.eye[2]);
  };
  const isStrong = (k) => k === state.selected || k === state.hovered;
  const order = state.boxes.map((box, k) => ({ box, k, far: far(box), strong: isStrong(k) }))
    .sort((a, b) => b.strong - a.strong || a.far - b.far);
  const taken = [];
  for (const { box, k, strong } of order) {
    if (!state.labels && !strong) continue;
    const text = `${labelText(box)} ${scoreText(box)}`.trim();
    drawBoxLabel(context, text, state.screens[k], { colour: colourOfLabel(box.label), strong }, taken);
  }
}

function loop() {
  if (dirty && hasView) {
    dirty = false;
    draw();
  }
  requestAnimationFrame(loop);
}

// Boxes per frame, as bars above the slider; the current frame is marked.
function drawTrack() {
  const canvas = element("track");
  const ratio = window.devicePixelRatio || 1;
  const [width, height] = resize(canvas, ratio);
  const context = canvas.getContext("2d");
  const style = getComputedStyle(document.documentElement);
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.clearRect(0, 0, width, height);
  const n = data.frames.length;
  const most = Math.max(1, ...data.frames.map((frame) => frame.boxes.length));
  const step = (width - 16) / Math.max(1, n - 1);
  const wide = clamp(step * 0.7, 1, 14);
  data.frames.forEach((frame, k) => {
    const x = 8 + k * step - wide / 2;
    const tall = frame.boxes.length / most * (height - 3);
    context.fillStyle = style.getPropertyValue(k === state.index ? "--accent" : "--bar2");
    context.fillRect(x, height - 2 - tall, wide, tall + 2);
  });
}

// --- Controls ------------------------------------------------------------------------------

function resetView() {
  const bounds = streamOf()?.bounds ?? boxBounds();
  const corners = bounds.map((p) => turn(worldFromData(), p));
  camera.target = corners[0].map((x, k) => (x + corners[1][k]) / 2);
  const extent = corners[0].map((x, k) => Math.abs(x - corners[1][k]));
  camera.distance = clamp(0.62 * Math.hypot(extent[0], extent[1], extent[2]), 0.3, 60);
  if (state.up !== "+z") camera.distance = clamp(1.3 * Math.max(...extent), 0.3, 90);
  camera.azimuth = state.up === "+z" ? Math.PI * 1.08 : Math.PI * 1.12;
  camera.elevation = state.up === "+z" ? 0.62 : 0.3;
  if (software) topView();
  dirty = true;
}

function boxBounds() {
  const centers = data.frames.flatMap((frame) => frame.boxes.map((b) => b.slice(0, 3)));
  if (!centers.length) return [[-10, -10, -1], [10, 10, 1]];
  return [Math.min, Math.max].map((pick, side) => [0, 1, 2].map(
    (k) => centers.reduce((a, p) => pick(a, p[k]), centers[0][k]) + (side ? 5 : -5)));
}

function topView() {
  camera.elevation = Math.PI / 2;
  camera.azimuth = Math.PI;
  dirty = true;
}

const modeNames = {
  height: "height", intensity: "intensity", color: "colour (RGB)", cluster: "cluster",
  range: "distance", plain: "plain",
};

function chooseStream(k) {
  state.stream = k;
  const stream = streamOf();
  const modes = colourModes.filter(
    (mode) => ["height", "range", "plain"].includes(mode) || stream?.attributes.includes(mode));
  element("colour").replaceChildren(...modes.map((mode) => new Option(modeNames[mode], mode)));
  const best = ["cluster", "color"].find((mode) => modes.includes(mode));
  chooseMode(modes.includes(state.mode) && state.mode !== "height" ? state.mode : best ?? "height");
  state.up = stream?.up ?? "+z";
  element("up").value = state.up;
}

function chooseMode(mode) {
  state.mode = mode;
  element("colour").value = mode;
  const stream = streamOf();
  element("legend").hidden = !stream || !["height", "intensity", "range"].includes(mode);
  if (!element("legend").hidden) {
    const span = mode === "range" ? stream.range : mode === "height" ? stream.height : stream.intensity;
    const unit = mode === "intensity" ? "" : " m";
    const digits = span[1] - span[0] < 10 ? 2 : 0;
    [["legend-low", span[0]], ["legend-high", span[1]]].forEach(([id, value]) => {
      element(id).textContent = value.toFixed(digits) + unit;
    });
    element("legend-name").textContent = modeNames[mode];
  }
  dirty = true;
}

function play(on) {
  state.playing = on && data.frames.length > 1;
  element("play").textContent = state.playing ? "Pause" : "Play";
  let last = performance.now();
  const step = (now) => {
    if (!state.playing) return;
    if (now - last >= 1000 / Number(element("rate").value)) {
      last = now;
      showFrame((state.index + 1) % data.frames.length);
    }
    requestAnimationFrame(step);
  };
  requestAnimationFrame(step);
}

function pointerControls(canvas) {
  const held = new Map();
  let moved = 0;
  canvas.addEventListener("pointerdown", (event) => {
    canvas.setPointerCapture(event.pointerId);
    held.set(event.pointerId, [event.clientX, event.clientY]);
    moved = 0;
    canvas.classList.add("dragging");
  });
  canvas.addEventListener("pointermove", (event) => {
    const from = held.get(event.pointerId);
    if (!from) {
      hover(boxAt(event));
      canvas.style.cursor = state.hovered >= 0 ? "pointer" : "";
      return;
    }
    const [dx, dy] = [event.clientX - from[0], event.clientY - from[1]];
    moved += Math.abs(dx) + Math.abs(dy);
    if (held.size === 2) {
      const other = [...held.entries()].find(([id]) => id !== event.pointerId)[1];
      const span = (p) => Math.hypot(p[0] - other[0], p[1] - other[1]);
      camera.zoom(span(from) / Math.max(1, span([event.clientX, event.clientY])));
      panBy(dx / 2, dy / 2, canvas);
    } else if (event.shiftKey || (event.buttons & 6)) panBy(dx, dy, canvas);
    else camera.orbit(dx, dy);
    held.set(event.pointerId, [event.clientX, event.clientY]);
    dirty = true;
  });
  const release = (event) => {
    if (!held.delete(event.pointerId)) return;
    canvas.classList.remove("dragging");
    if (event.type === "pointerup" && moved < 4) {
      const k = boxAt(event);
      if (k >= 0 || state.selected >= 0) select(k >= 0 ? k : state.selected);
    }
  };
  canvas.addEventListener("pointerup", release);
  canvas.addEventListener("pointercancel", release);
  canvas.addEventListener("contextmenu", (event) => event.preventDefault());
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    camera.zoom(Math.exp(clamp(event.deltaY, -200, 200) * 0.0015));
    dirty = true;
  }, { passive: false });
}

// Moves the target with the pointer: one pixel of drag is one pixel of the view at the target.
function panBy(dx, dy, canvas) {
  const view = camera.frame(canvas.clientWidth, canvas.clientHeight);
  const step = camera.distance / view.focal;
  camera.target = camera.target.map(
    (x, k) => x + step * (-dx * view.right[k] + dy * view.up[k]));
}

function boxAt(event) {
  const area = element("over").getBoundingClientRect();
  let [best, nearest] = [-1, Infinity];
  state.screens.forEach((screen, k) => {
    const far = hit(screen, event.clientX - area.left, event.clientY - area.top);
    if (far !== null && far < nearest) [best, nearest] = [k, far];
  });
  return best;
}

function keys(event) {
  if (/^(SELECT|TEXTAREA)$/.test(event.target.tagName) || event.ctrlKey || event.metaKey) return;
  const onSlider = event.target.type === "range";
  const actions = {
    ArrowLeft: () => showFrame(state.index - 1), ArrowRight: () => showFrame(state.index + 1),
    Home: () => showFrame(0), End: () => showFrame(data.frames.length - 1),
    " ": () => play(!state.playing), r: resetView, t: topView,
  };
  const action = actions[event.key];
  if (!action || (onSlider && event.key !== " ")) return;
  if (event.target.tagName === "BUTTON" && event.key === " ") return;
  event.preventDefault();
  action();
}

function start() {
  if (!data.frames.length) return;
  const main = element("viewer");
  main.hidden = false;
  const hasBoxes = data.frames.some((frame) => frame.boxes.length > 0);
  element("boxes").hidden = !data.hasBoxes;
  element("images").hidden = data.images.length === 0;
  element("view").hidden = !hasView;
  element("label-tool").hidden = !hasBoxes;
  for (const id of ["colour-tool", "size-tool"]) element(id).hidden = data.clouds.length === 0;
  element("stream-tool").hidden = data.clouds.length < 2;
  if (!hasView) main.classList.add("flat");
  else if (!data.hasBoxes && !data.images.length) {
    main.classList.add("alone");
    element("side").hidden = true;
  }
  element("time").hidden = data.frames.length < 2 && !data.frames[0].time;
  element("slider").max = data.frames.length - 1;
  element("track").hidden = !hasBoxes;
  makeImages();
  if (hasView) startView();
  element("slider").addEventListener("input", (event) => showFrame(Number(event.target.value)));
  element("previous").addEventListener("click", () => showFrame(state.index - 1));
  element("next").addEventListener("click", () => showFrame(state.index + 1));
  element("play").addEventListener("click", () => play(!state.playing));
  element("rate").value = String(data.rate);
  document.addEventListener("keydown", keys);
  window.addEventListener("resize", () => { dirty = true; drawTrack(); });
  window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawTrack);
  const first = data.frames.findIndex((frame, k) =>
    frame.boxes.length || frame.clouds.some((c) => c)
    || data.images.some((_, stream) => element(`image-${stream}-${k}`)));
  showFrame(Math.max(0, first));
  if (hasView) resetView();
  loop();
}

function startView() {
  const wanted = !new URLSearchParams(location.search).has("software");
  points = wanted ? GraphicsPoints.make(element("points")) : null;
  if (!points) {
    software = true;
    points = new SoftwarePoints(element("points"));
    element("software").hidden = false;
    element("software").textContent =
      "This browser offers no WebGL2: points are drawn by the processor, from above.";
  }
  element("stream").replaceChildren(...data.clouds.map((c, k) => new Option(c.name, String(k))));
  element("stream").addEventListener("change", (event) => {
    chooseStream(Number(event.target.value));
    showFrame(state.index);
    resetView();
  });
  element("colour").addEventListener("change", (event) => chooseMode(event.target.value));
  element("size").addEventListener("input", (event) => {
    state.size = Number(event.target.value);
    dirty = true;
  });
  element("up").addEventListener("change", (event) => {
    state.up = event.target.value;
    showNote(data.frames[state.index]);
    resetView();
  });
  element("labels").addEventListener("change", (event) => {
    state.labels = event.target.checked;
    dirty = true;
  });
  element("reset").addEventListener("click", resetView);
  element("top").addEventListener("click", topView);
  const context = element("ramp").getContext("2d");
  for (let x = 0; x < 128; x++) {
    const at = 8 * x;
    context.fillStyle = `rgb(${rampBytes[at]} ${rampBytes[at + 1]} ${rampBytes[at + 2]})`;
    context.fillRect(x, 0, 1, 1);
  }
  pointerControls(element("over"));
  new ResizeObserver(() => { dirty = true; }).observe(element("view"));
  chooseStream(0);
}

start();
