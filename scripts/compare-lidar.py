#!/usr/bin/env python3
"""The sparse LiDAR detector on a scan: Parallax beside plain PyTorch on the same CPU, in turn, same weights.

    python3 scripts/compare-lidar.py SCAN.bin [--tool .build/release/parallax] [--preset small|around|kitti] [--threads 2] [--pairs 3]

SCAN is a KITTI scan (x, y, z, reflectance as float32) or a .npy file of three or four columns. Both start from points and end with the
head's maps: voxels, rule books, sparse encoder, dense network. The peer gathers, multiplies and adds with the operators of PyTorch, its
rule books come from unique and searchsorted, as without CUDA extensions; each rule book is made once and shared by the layers that can.
`around` is the small network over 51.2 m to all sides. Prints one JSON object: times are minima over all pairs, `cpu_ms` the processor time of
one run of each (for a machine that others use too: take one thread then). Needs torch.
"""
import argparse, json, os, resource, subprocess, sys, tempfile, time

a = argparse.ArgumentParser()
a.add_argument("scan"); a.add_argument("--tool", default=".build/release/parallax")
a.add_argument("--preset", default="small", choices=("small", "around", "kitti")); a.add_argument("--threads", type=int, default=2)
a.add_argument("--pairs", type=int, default=3); a.add_argument("--repeat", type=int, default=3)
a.add_argument("--peer", help=argparse.SUPPRESS)
a = a.parse_args()
for key in ("OMP", "MKL", "OPENBLAS"): os.environ[f"{key}_NUM_THREADS"] = str(a.threads)
import numpy as np
import torch
import torch.nn.functional as F
torch.set_num_threads(a.threads); torch.set_grad_enabled(False)

CLASSES, SMALL = 3, a.preset != "kitti"
if SMALL:
    LOW, HIGH, SIZE = (0, -25.6, -3), (51.2, 25.6, 1.2), (0.1, 0.1, 0.15)
    if a.preset == "around": LOW, HIGH = (-51.2, -51.2, -3), (51.2, 51.2, 1.2)
    WIDTHS, OUT, REPEATS, STRIDE = (16, 16, 32, 48, 64), 64, (1, 1, 1, 1), 4
    LAYERS, STRIDES, BEV, UPS, UP = (1, 3), (1, 2), (64, 96), (1, 2), (64, 64)
    HEAD, OUTPUTS = 32, (("center", 2), ("center_z", 1), ("dim", 3), ("rot", 4), ("iou", 1), ("hm", CLASSES))
else:
    LOW, HIGH, SIZE = (0, -40, -3), (70.4, 40, 1), (0.05, 0.05, 0.1)
    WIDTHS, OUT, REPEATS, STRIDE = (16, 16, 32, 64, 64), 128, (1, 2, 2, 2), 8
    LAYERS, STRIDES, BEV, UPS, UP = (5, 5), (1, 2), (128, 256), (1, 2), (256, 256)
    HEAD, OUTPUTS = 64, (("center", 2), ("center_z", 1), ("dim", 3), ("rot", 2), ("hm", CLASSES))
CELLS = [round((h - l) / s) for l, h, s in zip(LOW, HIGH, SIZE)]  # x, y, z
SHAPE = (CELLS[2] + 1, CELLS[1], CELLS[0])
INPUTS = 6 if SMALL else 4


def settings():
    s = {"range": {"low": LOW, "high": HIGH, "voxel_size": SIZE}, "max_voxels": 400000}
    if SMALL: return s
    s |= {"features": "absolute", "encoder": {"widths": WIDTHS, "repetitions": REPEATS, "outputs": OUT, "map_stride": STRIDE},
          "backbone": {"layers": LAYERS, "strides": STRIDES, "widths": BEV, "up_strides": UPS, "up_widths": UP},
          "head": {"width": HEAD, "doubled_angle": False, "predicts_overlap": False, "spread": 0}}
    return s


def encoder():
    """Name, channels, kernel, stride, padding of each sparse layer; no stride: the cells stay."""
    w, layers = WIDTHS, [("conv_input", INPUTS, WIDTHS[0], (3, 3, 3), None, None)]
    for i in range(REPEATS[0]): layers.append((f"conv1.{i}", w[0] if i == 0 else w[1], w[1], (3, 3, 3), None, None))
    for s in (2, 3, 4):
        xy = 2 if STRIDE >> (s - 1) else 1
        layers.append((f"conv{s}.0", w[s - 1], w[s], (3, 3, 3), (2, xy, xy), (0, 1, 1) if s == 4 else (1, 1, 1)))
        for i in range(REPEATS[s - 1]): layers.append((f"conv{s}.{i + 1}", w[s], w[s], (3, 3, 3), None, None))
    return layers + [("conv_out", w[4], OUT, (3, 1, 1), (2, 1, 1), (0, 0, 0))]


def heights():
    n = SHAPE[0]
    for k, s, p in ((3, 2, 1), (3, 2, 1), (3, 2, 0), (3, 2, 0)): n = (n + 2 * p - k) // s + 1
    return n


def shapes():
    found = {}
    def norm(name, n):
        for leaf in ("weight", "bias", "running_mean", "running_var"): found[f"{name}.{leaf}"] = (n,)
    for name, i, o, k, *_ in encoder():
        found[f"backbone_3d.{name}.0.weight"] = (o, *k, i); norm(f"backbone_3d.{name}.1", o)
    width = OUT * heights()
    for level, n in enumerate(BEV):
        for layer in range(LAYERS[level] + 1):
            p = f"backbone_2d.blocks.{level}"
            found[f"{p}.{3 * layer + 1}.weight"] = (n, width, 3, 3); norm(f"{p}.{3 * layer + 2}", n); width = n
        found[f"backbone_2d.deblocks.{level}.0.weight"] = (n, UP[level], UPS[level], UPS[level])
        norm(f"backbone_2d.deblocks.{level}.1", UP[level])
    found["dense_head.shared_conv.0.weight"] = (HEAD, sum(UP), 3, 3); norm("dense_head.shared_conv.1", HEAD)
    for name, n in OUTPUTS:
        p = f"dense_head.heads_list.0.{name}"
        found[f"{p}.0.0.weight"] = (HEAD, HEAD, 3, 3); norm(f"{p}.0.1", HEAD)
        found[f"{p}.1.weight"] = (n, HEAD, 3, 3); found[f"{p}.1.bias"] = (n,)
    return found


def weights():
    g, state = torch.Generator().manual_seed(0), {}
    for name, shape in shapes().items():
        if len(shape) > 1:
            fan = np.prod(shape[1:]) if len(shape) == 4 and "deblocks" not in name else shape[-1] * 9 if len(shape) == 5 else shape[0]
            state[name] = torch.randn(shape, generator=g) * float(2 / fan) ** 0.5
        elif name.endswith("running_var"): state[name] = torch.rand(shape, generator=g) + 0.5
        elif name.endswith("weight"): state[name] = torch.rand(shape, generator=g) * 0.5 + 0.6
        else: state[name] = torch.randn(shape, generator=g) * 0.1
    return state


def points():
    p = np.load(a.scan).astype(np.float32) if a.scan.endswith(".npy") else np.fromfile(a.scan, np.float32).reshape(-1, 4)
    return np.concatenate([p, np.zeros((len(p), 4 - p.shape[1]), np.float32)], 1)[:, :4]


def voxelize(p):
    low, size, cells = (torch.tensor(v, dtype=torch.float32) for v in (LOW, SIZE, CELLS))
    place = ((p[:, :3] - low) / size).floor()
    inside = ((place >= 0) & (place < cells)).all(1)
    p, place = p[inside], place[inside].long()
    key, owner = torch.unique((place[:, 2] * SHAPE[1] + place[:, 1]) * SHAPE[2] + place[:, 0], return_inverse=True)
    counts = torch.bincount(owner, minlength=len(key)).unsqueeze(1)
    mean = torch.zeros(len(key), 4, dtype=torch.float64).index_add_(0, owner, p.double()) / counts
    cells = torch.stack([key // (SHAPE[1] * SHAPE[2]), key // SHAPE[2] % SHAPE[1], key % SHAPE[2]], 1)  # z, y, x
    if not SMALL: return cells, mean.float()
    centre = low.double() + (cells.flip(1) + 0.5) * size.double()
    high = (mean[:, 2:3] - LOW[2]) / (SIZE[2] * CELLS[2])
    return cells, torch.cat([(mean[:, :3] - centre) * 2 / size, high, mean[:, 3:], torch.ones_like(high)], 1).float()


def offsets(kernel): return torch.cartesian_prod(*(torch.arange(k) for k in kernel)).reshape(-1, 3)


def keys(c, shape): return (c[:, 0] * shape[1] + c[:, 1]) * shape[2] + c[:, 2]


def coarser(cells, shape, kernel, stride, padding):
    """Every coarse cell whose window holds a cell."""
    stride, padding = torch.tensor(stride), torch.tensor(padding)
    after = [(n + 2 * p - k) // s + 1 for n, k, s, p in zip(shape, kernel, stride.tolist(), padding.tolist())]
    found = []
    for o in offsets(kernel):
        at = cells + padding - o
        good = (at % stride == 0).all(1)
        at = at[good] // stride
        found.append(keys(at[((at >= 0) & (at < torch.tensor(after))).all(1)], after))
    key = torch.unique(torch.cat(found))
    return torch.stack([key // (after[1] * after[2]), key // after[2] % after[1], key % after[2]], 1), after


def rules(fine, coarse, shape, kernel, stride, padding):
    """Pairs (fine row, coarse row) of each place of the kernel, by sorted keys."""
    sorted_keys, order = keys(fine, shape).sort()
    limit, pairs = torch.tensor(shape), []
    for o in offsets(kernel):
        at = coarse * torch.tensor(stride) - torch.tensor(padding) + o
        wanted = keys(at, shape)
        place = torch.searchsorted(sorted_keys, wanted).clamp_(max=len(sorted_keys) - 1)
        hit = ((sorted_keys[place] == wanted) & ((at >= 0) & (at < limit)).all(1)).nonzero().squeeze(1)
        pairs.append((order[place[hit]], hit))
    return pairs


def normed(state, name, x, epsilon):
    p = [state[f"{name}.{leaf}"] for leaf in ("running_mean", "running_var", "weight", "bias")]
    return F.batch_norm(x, *p, False, 0.0, epsilon).relu_()


def network(state, p):
    cells, x = voxelize(p)
    shape, same = list(SHAPE), None
    for name, i, o, kernel, stride, padding in encoder():
        if stride is None:
            same = same or rules(cells, cells, shape, kernel, (1, 1, 1), (1, 1, 1)); pairs = same
        else:
            coarse, after = coarser(cells, shape, kernel, stride, padding)
            pairs, same = rules(cells, coarse, shape, kernel, stride, padding), None
            cells, shape = coarse, after
        w = state[f"backbone_3d.{name}.0.weight"].reshape(o, -1, i)
        y = x.new_zeros(len(cells), o)
        for place, (fine, out) in enumerate(pairs):
            if len(fine): y.index_add_(0, out, x[fine] @ w[:, place].T)
        x = normed(state, f"backbone_3d.{name}.1", y, 1e-3)
    grid = x.new_zeros(shape[1] * shape[2], OUT, shape[0])
    grid[cells[:, 1] * shape[2] + cells[:, 2], :, cells[:, 0]] = x
    x, ups = grid.reshape(1, shape[1], shape[2], -1).permute(0, 3, 1, 2).contiguous(), []
    for level in range(len(BEV)):
        for layer in range(LAYERS[level] + 1):
            q = f"backbone_2d.blocks.{level}"
            x = F.conv2d(x, state[f"{q}.{3 * layer + 1}.weight"], stride=STRIDES[level] if layer == 0 else 1, padding=1)
            x = normed(state, f"{q}.{3 * layer + 2}", x, 1e-3)
        q = f"backbone_2d.deblocks.{level}"
        ups.append(normed(state, f"{q}.1", F.conv_transpose2d(x, state[f"{q}.0.weight"], stride=UPS[level]), 1e-3))
    x = F.conv2d(torch.cat(ups, 1), state["dense_head.shared_conv.0.weight"], padding=1)
    x, maps = normed(state, "dense_head.shared_conv.1", x, 1e-5), []
    for name, _ in OUTPUTS:
        q = f"dense_head.heads_list.0.{name}"
        y = normed(state, f"{q}.0.1", F.conv2d(x, state[f"{q}.0.0.weight"], padding=1), 1e-5)
        maps.append(F.conv2d(y, state[f"{q}.1.weight"], state[f"{q}.1.bias"], padding=1))
    return maps[-1], torch.cat(maps[:-1], 1)


def save(path, tensors):
    head, blobs, start = {}, [], 0
    for name, t in tensors.items():
        raw = np.ascontiguousarray(t)
        head[name] = {"dtype": "F32", "shape": list(raw.shape), "data_offsets": [start, start + raw.nbytes]}
        start += raw.nbytes; blobs.append(raw.tobytes())
    text = json.dumps(head).encode(); text += b" " * (-len(text) % 8)
    with open(path, "wb") as f: f.write(len(text).to_bytes(8, "little") + text + b"".join(blobs))


def load(path, name):
    raw = open(path, "rb").read(); n = int.from_bytes(raw[:8], "little"); t = json.loads(raw[8:8 + n])[name]
    return np.frombuffer(raw[8 + n:][slice(*t["data_offsets"])], np.float32).reshape(t["shape"])


def peer(path):
    p, state, times, work = torch.from_numpy(points()), weights(), [], []
    for _ in range(a.repeat):
        start, cpu = time.perf_counter(), time.process_time()
        heat, codes = network(state, p)
        times.append(time.perf_counter() - start); work.append(time.process_time() - cpu)
    save(path, {"heat": heat.numpy(), "codes": codes.numpy()})
    print(json.dumps({"seconds": min(times), "cpu": min(work)}))


def main():
    if a.peer: return peer(a.peer)
    with tempfile.TemporaryDirectory() as folder:
        at = lambda name: os.path.join(folder, name)
        save(at("weights"), {k: v.numpy() for k, v in weights().items()}); save(at("points"), {"points": points()})
        config = json.dumps({"settings": settings(), "prepare": True})
        ours = [a.tool, "infer", "sparse_centre", "--weights", at("weights"), "--config", config, "--input", at("points"), "--output",
                at("ours"), "--threads", str(a.threads), "--repeat", str(a.repeat + 1), "--json"]
        theirs = [sys.executable, __file__, a.scan, "--preset", a.preset, "--threads", str(a.threads), "--repeat", str(a.repeat),
                  "--peer", at("theirs")]
        def run(command):
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            return found | {"total": after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime}
        once = ours[:ours.index("--repeat") + 1] + ["1", "--json"]
        pairs = [(run(ours), run(theirs)) for _ in range(a.pairs)]
        runs = [[ours["seconds"], theirs["seconds"]] for ours, theirs in pairs]
        # What one run more costs; without others on the machine the wall clock says the same.
        work = [(min(o["total"] for o, _ in pairs) - run(once)["total"]) / a.repeat, min(t["cpu"] for _, t in pairs)]
        errors = {name: float(np.abs(load(at("ours"), name) - load(at("theirs"), name)).max() / np.abs(load(at("theirs"), name)).max())
                  for name in ("heat", "codes")}
        best = [min(r[i] for r in runs) for i in (0, 1)]
        print(json.dumps({
            "points": len(points()), "preset": a.preset, "threads": a.threads, "parallax_ms": round(1e3 * best[0], 1),
            "pytorch_ms": round(1e3 * best[1], 1), "ratio": round(best[0] / best[1], 3),
            "cpu_ms": [round(1e3 * t, 1) for t in work],
            "pairs_ms": [[round(1e3 * t, 1) for t in r] for r in runs], "largest_error": errors}))


main()
