// Point clouds: decoding of the data blocks, drawing with WebGL2, and drawing without it.

// Viridis at nine equal steps.
const rampStops = [
  [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129],
  [92, 200, 99], [170, 220, 50], [253, 231, 37],
];
const rampBytes = (() => {
  const bytes = new Uint8Array(256 * 4);
  for (let k = 0; k < 256; k++) {
    const at = k / 255 * (rampStops.length - 1);
    const low = Math.min(rampStops.length - 2, Math.floor(at));
    for (let c = 0; c < 3; c++) {
      const [a, b] = [rampStops[low][c], rampStops[low + 1][c]];
      // Lifted a little, so that the low end is seen on the dark background.
      bytes[4 * k + c] = Math.round(26 + 0.9 * (a + (at - low) * (b - a)));
    }
    bytes[4 * k + 3] = 255;
  }
  return bytes;
})();

function decodeBase64(text) {
  const binary = atob(text.trim());
  const bytes = new Uint8Array(binary.length);
  for (let k = 0; k < bytes.length; k++) bytes[k] = binary.charCodeAt(k);
  return bytes;
}

// A block holds, one after the other: positions (3 x int16), and where present cluster (uint16),
// intensity (uint8), colour (3 x uint8). Little-endian. metres = offset + scale * number.
class CloudBlock {
  constructor(bytes, about) {
    this.bytes = bytes;
    this.count = about.count;
    this.scale = about.scale;
    this.offset = about.offset;
    this.positions = new Int16Array(bytes.buffer, 0, 3 * about.count);
    let at = 6 * about.count;
    this.at = {};
    for (const [name, size] of [["cluster", 2], ["intensity", 1], ["color", 3]]) {
      if (!about.attributes.includes(name)) continue;
      this.at[name] = at;
      at += size * about.count;
    }
    if (bytes.length !== at) throw new Error(`cloud block of ${bytes.length} bytes, not ${at}`);
  }
}

const colourModes = ["height", "intensity", "color", "cluster", "range", "plain"];

const vertexSource = `#version 300 es
layout(location=0) in vec3 position;
layout(location=1) in float intensity;
layout(location=2) in vec3 color;
layout(location=3) in float cluster;
uniform vec3 scale, offset;
uniform mat3 worldFromData;
uniform mat4 clipFromWorld;
uniform vec2 span;
uniform float size;
uniform int mode;
uniform sampler2D ramp;
out vec3 shade;
vec3 onRamp(float t) { return texture(ramp, vec2(clamp(t, 0.0, 1.0) * 0.996 + 0.002, 0.5)).rgb; }
vec3 hue(float h) {
  return clamp(abs(fract(h + vec3(0.0, 0.667, 0.333)) * 6.0 - 3.0) - 1.0, 0.0, 1.0) * 0.7 + 0.3;
}
void main() {
  vec3 world = worldFromData * (offset + scale * position);
  gl_Position = clipFromWorld * vec4(world, 1.0);
  gl_PointSize = size;
  float width = max(span.y - span.x, 1e-6);
  if (mode == 0) shade = onRamp((world.z - span.x) / width);
  else if (mode == 1) shade = onRamp(intensity);
  else if (mode == 2) shade = color;
  else if (mode == 3) shade = cluster > 65534.5 ? vec3(0.36, 0.39, 0.43) : hue(cluster * 0.618034);
  else if (mode == 4) shade = onRamp((length(world) - span.x) / width);
  else shade = vec3(0.78, 0.82, 0.87);
}`;
const fragmentSource = `#version 300 es
precision mediump float;
in vec3 shade;
out vec4 result;
void main() {
  vec2 d = gl_PointCoord - 0.5;
  if (dot(d, d) > 0.25) discard;
  result = vec4(shade, 1.0);
}`;

class GraphicsPoints {
  // Returns null where the browser has no WebGL2.
  static make(canvas) {
    const options = { alpha: true, antialias: false, preserveDrawingBuffer: false };
    const gl = canvas.getContext("webgl2", options);
    return gl ? new GraphicsPoints(canvas, gl) : null;
  }

  constructor(canvas, gl) {
    this.canvas = canvas;
    this.gl = gl;
    this.kept = new Map();
    this.prepare();
    canvas.addEventListener("webglcontextlost", (event) => event.preventDefault());
    canvas.addEventListener("webglcontextrestored", () => {
      this.kept.clear();
      this.prepare();
    });
  }

  prepare() {
    const gl = this.gl;
    const program = gl.createProgram();
    for (const [type, source] of
      [[gl.VERTEX_SHADER, vertexSource], [gl.FRAGMENT_SHADER, fragmentSource]]) {
      const shader = gl.createShader(type);
      gl.shaderSource(shader, source);
      gl.compileShader(shader);
      gl.attachShader(program, shader);
    }
    gl.linkProgram(program);
    if (!gl.getProgramParameter(program, gl.LINK_STATUS) && !gl.isContextLost()) {
      throw new Error("shaders: " + gl.getProgramInfoLog(program));
    }
    this.program = program;
    this.uniforms = {};
    for (const name of
      ["scale", "offset", "worldFromData", "clipFromWorld", "span", "size", "mode", "ramp"]) {
      this.uniforms[name] = gl.getUniformLocation(program, name);
    }
    gl.bindTexture(gl.TEXTURE_2D, gl.createTexture());
    gl.texImage2D(
      gl.TEXTURE_2D, 0, gl.RGBA, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, rampBytes);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_MIN_FILTER, gl.LINEAR);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_S, gl.CLAMP_TO_EDGE);
    gl.texParameteri(gl.TEXTURE_2D, gl.TEXTURE_WRAP_T, gl.CLAMP_TO_EDGE);
  }

  // Buffers of a block on the graphics card; the least recently drawn of more than 12 is given up.
  buffers(block) {
    const gl = this.gl;
    let entry = this.kept.get(block);
    if (entry) {
      this.kept.delete(block);
    } else {
      entry = { vertices: gl.createVertexArray(), buffer: gl.createBuffer() };
      gl.bindVertexArray(entry.vertices);
      gl.bindBuffer(gl.ARRAY_BUFFER, entry.buffer);
      gl.bufferData(gl.ARRAY_BUFFER, block.bytes, gl.STATIC_DRAW);
      gl.enableVertexAttribArray(0);
      gl.vertexAttribPointer(0, 3, gl.SHORT, false, 6, 0);
      const more = [["intensity", 1, 1, gl.UNSIGNED_BYTE, true, 1],
        ["color", 2, 3, gl.UNSIGNED_BYTE, true, 3],
        ["cluster", 3, 1, gl.UNSIGNED_SHORT, false, 2]];
      for (const [name, location, size, type, normalised, stride] of more) {
        if (!(name in block.at)) continue;
        gl.enableVertexAttribArray(location);
        gl.vertexAttribPointer(location, size, type, normalised, stride, block.at[name]);
      }
    }
    this.kept.set(block, entry);
    if (this.kept.size > 12) {
      const [oldest, old] = this.kept.entries().next().value;
      gl.deleteVertexArray(old.vertices);
      gl.deleteBuffer(old.buffer);
      this.kept.delete(oldest);
    }
    return entry;
  }

  draw(block, view, worldFromData, look) {
    const gl = this.gl;
    gl.viewport(0, 0, this.canvas.width, this.canvas.height);
    gl.clearColor(0, 0, 0, 0);
    gl.clear(gl.COLOR_BUFFER_BIT | gl.DEPTH_BUFFER_BIT);
    if (!block || gl.isContextLost()) return;
    gl.enable(gl.DEPTH_TEST);
    gl.useProgram(this.program);
    gl.bindVertexArray(this.buffers(block).vertices);
    gl.uniform3fv(this.uniforms.scale, block.scale);
    gl.uniform3fv(this.uniforms.offset, block.offset);
    gl.uniformMatrix3fv(this.uniforms.worldFromData, true, worldFromData);
    gl.uniformMatrix4fv(this.uniforms.clipFromWorld, false, clipMatrix(view));
    gl.uniform2fv(this.uniforms.span, look.span);
    gl.uniform1f(this.uniforms.size, look.size);
    gl.uniform1i(this.uniforms.mode, colourModes.indexOf(look.mode));
    gl.uniform1i(this.uniforms.ramp, 0);
    gl.drawArrays(gl.POINTS, 0, block.count);
  }
}

// Draws points with the processor, for browsers without WebGL2.
class SoftwarePoints {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  colour(block, k, world, look, into) {
    const bytes = block.bytes;
    let t = 0;
    const width = Math.max(look.span[1] - look.span[0], 1e-6);
    if (look.mode === "color") {
      const at = block.at.color + 3 * k;
      into[0] = bytes[at]; into[1] = bytes[at + 1]; into[2] = bytes[at + 2];
      return;
    }
    if (look.mode === "cluster") {
      const at = block.at.cluster + 2 * k;
      const number = bytes[at] + 256 * bytes[at + 1];
      if (number === 65535) { into[0] = 92; into[1] = 99; into[2] = 110; return; }
      t = 0.25 + 0.75 * ((number * 0.618034) % 1);
    } else if (look.mode === "intensity") t = bytes[block.at.intensity + k] / 255;
    else if (look.mode === "range") t = (Math.hypot(...world) - look.span[0]) / width;
    else if (look.mode === "height") t = (world[2] - look.span[0]) / width;
    else { into[0] = 199; into[1] = 209; into[2] = 222; return; }
    const at = 4 * Math.round(255 * clamp(t, 0, 1));
    into[0] = rampBytes[at]; into[1] = rampBytes[at + 1]; into[2] = rampBytes[at + 2];
  }

  draw(block, view, worldFromData, look) {
    const { width, height } = this.canvas;
    this.context.clearRect(0, 0, width, height);
    if (!block || !width || !height) return;
    const image = this.context.createImageData(width, height);
    const pixels = image.data;
    const depths = new Float32Array(width * height).fill(Infinity);
    const [shade, data, reach] = [[0, 0, 0], [0, 0, 0], Math.floor((look.size - 1) / 2)];
    for (let k = 0; k < block.count; k++) {
      for (let c = 0; c < 3; c++) {
        data[c] = block.offset[c] + block.scale[c] * block.positions[3 * k + c];
      }
      const world = turn(worldFromData, data);
      const v = toView(view, world);
      if (v[2] < view.near) continue;
      const [u, w] = toScreen(view, v).map(Math.round);
      this.colour(block, k, world, look, shade);
      for (let y = Math.max(0, w - reach); y <= Math.min(height - 1, w + reach); y++) {
        for (let x = Math.max(0, u - reach); x <= Math.min(width - 1, u + reach); x++) {
          const at = y * width + x;
          if (v[2] >= depths[at]) continue;
          depths[at] = v[2];
          pixels[4 * at] = shade[0];
          pixels[4 * at + 1] = shade[1];
          pixels[4 * at + 2] = shade[2];
          pixels[4 * at + 3] = 255;
        }
      }
    }
    this.context.putImageData(image, 0, 0);
  }
}
