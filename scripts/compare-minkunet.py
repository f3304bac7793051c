#!/usr/bin/env python3
"""MinkUNet-34C on a LiDAR scan: Parallax beside gather, multiply and scatter in plain PyTorch, in turn, same weights.

    python3 scripts/compare-minkunet.py SCAN.bin [--tool .build/release/parallax] [--voxel 0.05] [--threads 2] [--pairs 3]

SCAN is a KITTI scan (x, y, z, reflectance as float32). Both start from the coordinates of the voxels and make their own rule books.
Prints one JSON object: times are minima over all pairs, memory is the peak resident size of each process. Needs torch.
"""
import argparse, json, os, resource, subprocess, sys, tempfile, time

a = argparse.ArgumentParser()
a.add_argument("scan"); a.add_argument("--tool", default=".build/release/parallax")
a.add_argument("--voxel", type=float, default=0.05); a.add_argument("--threads", type=int, default=2)
a.add_argument("--pairs", type=int, default=3); a.add_argument("--repeat", type=int, default=3)
a.add_argument("--peer", help=argparse.SUPPRESS)
a = a.parse_args()
for key in ("OMP", "MKL", "OPENBLAS"): os.environ[f"{key}_NUM_THREADS"] = str(a.threads)
import numpy as np
import torch
torch.set_num_threads(a.threads); torch.set_grad_enabled(False)

PLANES, BLOCKS, STEM = (32, 64, 128, 256, 256, 128, 96, 96), (2, 3, 4, 6, 2, 2, 2, 2), 32


def layers():
    """Names and shapes of all tensors of the state dictionary."""
    shapes, width = {}, STEM
    def norm(name, n):
        for leaf in ("weight", "bias", "running_mean", "running_var"): shapes[f"{name}.bn.{leaf}"] = (n,)
    def stage(i):
        nonlocal width
        for b in range(BLOCKS[i]):
            p, n = f"block{i + 1}.{b}", PLANES[i]
            shapes[f"{p}.conv1.kernel"] = (27, width, n); norm(f"{p}.norm1", n)
            shapes[f"{p}.conv2.kernel"] = (27, n, n); norm(f"{p}.norm2", n)
            if width != n: shapes[f"{p}.downsample.0.kernel"] = (width, n); norm(f"{p}.downsample.1", n)
            width = n
    shapes["conv0p1s1.kernel"] = (125, 3, STEM); norm("bn0", STEM)
    for i in range(4):
        shapes[f"conv{i + 1}p{1 << i}s2.kernel"] = (8, width, width); norm(f"bn{i + 1}", width); stage(i)
    for i, skip in zip(range(4, 8), (PLANES[2], PLANES[1], PLANES[0], STEM)):
        shapes[f"convtr{i}p{256 >> i}s2.kernel"] = (8, width, PLANES[i]); norm(f"bntr{i}", PLANES[i])
        width = PLANES[i] + skip; stage(i)
    shapes["final.kernel"] = (width, 20); shapes["final.bias"] = (1, 20)
    return shapes


def weights():
    g, state = torch.Generator().manual_seed(0), {}
    for name, shape in layers().items():
        if name.endswith("kernel"):
            fan = shape[-2] * (shape[0] if len(shape) == 3 else 1)
            # Most places of a kernel see nothing on a scan.
            state[name] = torch.randn(shape, generator=g) * (5 / fan if shape[0] == 27 else 2 / fan) ** 0.5
        elif name.endswith("running_var"): state[name] = torch.rand(shape, generator=g) + 0.5
        elif name.endswith("bn.weight"): state[name] = torch.rand(shape, generator=g) * 0.5 + 0.6
        else: state[name] = torch.randn(shape, generator=g) * 0.1
    return state


def voxels():
    points = np.fromfile(a.scan, np.float32).reshape(-1, 4)
    cells, first = np.unique(np.floor(points[:, :3] / a.voxel).astype(np.int32), axis=0, return_index=True)
    features = np.stack([points[first, 3], points[first, 2] / 3, np.linalg.norm(points[first, :3], axis=1) / 40], 1)
    return np.concatenate([np.zeros((len(cells), 1), np.int32), cells], 1), features.astype(np.float32)


def rules(fine, coarse, size, stride):
    """Pairs (fine row, coarse row) of each place of the kernel, first axis fastest, by sorted keys."""
    def key(c): return ((c[:, 0] + 8192) * 16384 + c[:, 1] + 8192) * 16384 + c[:, 2] + 8192
    sorted_keys, order = key(fine).sort()
    low, pairs = -(size // 2) if size % 2 else 0, []
    for z in range(size):
        for y in range(size):
            for x in range(size):
                wanted = key(coarse * stride + torch.tensor([x, y, z]) + low)
                place = torch.searchsorted(sorted_keys, wanted).clamp_(max=len(sorted_keys) - 1)
                hit = (sorted_keys[place] == wanted).nonzero().squeeze(1)
                pairs.append((order[place[hit]], hit))
    return pairs


def convolve(x, kernel, pairs, count, back=False):
    y = x.new_zeros(count, kernel.shape[-1])
    for w, (fine, coarse) in zip(kernel, pairs):
        i, o = (coarse, fine) if back else (fine, coarse)
        if len(i): y.index_add_(0, o, x[i] @ w)
    return y


def network(state, cells, x):
    levels = [cells[:, 1:].long()]
    for _ in range(4): levels.append(torch.unique(torch.div(levels[-1], 2, rounding_mode="floor"), dim=0))
    same = [rules(c, c, 3, 1) for c in levels]
    step = [rules(f, c, 2, 2) for f, c in zip(levels, levels[1:])]
    def norm(name, x):
        p = f"{name}.bn."
        return torch.batch_norm(x, state[p + "weight"], state[p + "bias"], state[p + "running_mean"], state[p + "running_var"],
                                False, 0.0, 1e-5, False)
    def stage(i, x, level):
        for b in range(BLOCKS[i]):
            p = f"block{i + 1}.{b}"
            y = norm(f"{p}.norm1", convolve(x, state[f"{p}.conv1.kernel"], same[level], len(x))).relu_()
            y = norm(f"{p}.norm2", convolve(y, state[f"{p}.conv2.kernel"], same[level], len(x)))
            if f"{p}.downsample.0.kernel" in state: x = norm(f"{p}.downsample.1", x @ state[f"{p}.downsample.0.kernel"])
            x = (y + x).relu_()
        return x
    x = norm("bn0", convolve(x, state["conv0p1s1.kernel"], rules(levels[0], levels[0], 5, 1), len(x))).relu_()
    skips = []
    for i in range(4):
        skips.append(x)
        x = convolve(x, state[f"conv{i + 1}p{1 << i}s2.kernel"], step[i], len(levels[i + 1]))
        x = stage(i, norm(f"bn{i + 1}", x).relu_(), i + 1)
    for i in range(4, 8):
        level = 7 - i
        x = convolve(x, state[f"convtr{i}p{256 >> i}s2.kernel"], step[level], len(levels[level]), back=True)
        x = stage(i, torch.cat([norm(f"bntr{i}", x).relu_(), skips.pop()], 1), level)
    return x @ state["final.kernel"] + state["final.bias"]


def save(path, tensors):
    head, blobs, start = {}, [], 0
    for name, t in tensors.items():
        raw = np.ascontiguousarray(t)
        head[name] = {"dtype": {"float32": "F32", "int32": "I32"}[str(raw.dtype)], "shape": list(raw.shape),
                      "data_offsets": [start, start + raw.nbytes]}
        start += raw.nbytes; blobs.append(raw.tobytes())
    text = json.dumps(head).encode(); text += b" " * (-len(text) % 8)
    with open(path, "wb") as f: f.write(len(text).to_bytes(8, "little") + text + b"".join(blobs))


def load(path, name):
    raw = open(path, "rb").read(); n = int.from_bytes(raw[:8], "little"); t = json.loads(raw[8:8 + n])[name]
    return np.frombuffer(raw[8 + n:][slice(*t["data_offsets"])], np.float32).reshape(t["shape"])


def peer(path):
    cells, x = voxels(); state, times = weights(), []
    for _ in range(a.repeat):
        start = time.perf_counter(); y = network(state, torch.from_numpy(cells), torch.from_numpy(x)); times.append(time.perf_counter() - start)
    save(path, {"logits": y.numpy()})
    print(json.dumps({"seconds": min(times), "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024}))


def call(command):
    """What a command prints, and its peak resident size."""
    before = os.times()
    p = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    text = p.stdout.read(); _, status, usage = os.wait4(p.pid, 0)
    if status: sys.exit(f"{command[0]} failed")
    return json.loads(text), usage.ru_maxrss / 1024


def main():
    with tempfile.TemporaryDirectory() as tmp:
        cells, x = voxels()
        save(f"{tmp}/input.safetensors", {"coordinates": cells, "features": x})
        save(f"{tmp}/weights.safetensors", {k: v.numpy() for k, v in weights().items()})
        ours, theirs, memory = [], [], [0, 0]
        for _ in range(a.pairs):
            r, mb = call([sys.executable, sys.argv[0], a.scan, "--voxel", str(a.voxel), "--threads", str(a.threads),
                          "--repeat", str(a.repeat), "--peer", f"{tmp}/peer.safetensors"])
            theirs.append(r["seconds"]); memory[1] = max(memory[1], mb)
            r, mb = call([a.tool, "infer", "minkunet34c", "--weights", f"{tmp}/weights.safetensors", "--input",
                          f"{tmp}/input.safetensors", "--output", f"{tmp}/ours.safetensors", "--threads", str(a.threads),
                          "--repeat", str(2 * a.repeat), "--json"])
            ours.append(r["seconds"]); memory[0] = max(memory[0], mb)
        y, z = load(f"{tmp}/ours.safetensors", "logits"), load(f"{tmp}/peer.safetensors", "logits")
        print(json.dumps({"voxels": len(cells), "threads": a.threads, "parallax_s": min(ours), "torch_s": min(theirs),
                          "ratio": min(ours) / min(theirs), "parallax_peak_mb": memory[0], "torch_peak_mb": memory[1],
                          "largest_difference": float(abs(y - z).max()), "largest_score": float(abs(z).max())}))


if a.peer: peer(a.peer)
else: main()
