#!/usr/bin/env python3
"""VoteNet on a scene: Parallax beside the same network in plain PyTorch, in turn, same weights.

    python3 scripts/compare-votenet.py SCENE.bin [--columns 6] [--tool .build/release/parallax] [--threads 2] [--pairs 3]

SCENE holds rows of float32, x y z first, z up; 20,000 of its points are drawn. PyTorch samples and groups with tensor operations, as
users without its CUDA extensions do. Prints one JSON object: times are minima over all pairs; `torch_network_s` leaves sampling,
balls and neighbours out, `torch_train_s` is forward and backward of eight scenes without them. Needs torch.
"""
import argparse, json, math, os, subprocess, sys, tempfile, time

a = argparse.ArgumentParser()
a.add_argument("scene"); a.add_argument("--columns", type=int, default=6); a.add_argument("--tool", default=".build/release/parallax")
a.add_argument("--threads", type=int, default=2); a.add_argument("--pairs", type=int, default=3)
a.add_argument("--repeat", type=int, default=3); a.add_argument("--peer", help=argparse.SUPPRESS)
a.add_argument("--train", action="store_true", help="time a training step as well (needs 12 GB)")
a = a.parse_args()
for key in ("OMP", "MKL", "OPENBLAS"): os.environ[f"{key}_NUM_THREADS"] = str(a.threads)
import numpy as np
import torch
from torch import nn
torch.set_num_threads(a.threads)
NH, SIZES, NC = 12, np.array([[2.114256, 1.6203, .927272], [.791118, 1.279516, .718182], [.923508, 1.867419, .845495],
                              [.591958, .552978, .827272], [.699104, .454178, .75625], [.69519, 1.346299, .736364],
                              [.528526, 1.002642, 1.172878], [.500618, .632163, .683424], [.404671, 1.071108, 1.688889],
                              [.76584, 1.398258, .472728]], np.float32), 10


def farthest(xyz, count):
    """Numbers of samples, [B, count]."""
    found = torch.zeros(xyz.shape[0], count, dtype=torch.long)
    distance = torch.full(xyz.shape[:2], 1e10); last = torch.zeros(xyz.shape[0], dtype=torch.long); rows = torch.arange(xyz.shape[0])
    for i in range(count):
        found[:, i] = last
        distance = torch.minimum(distance, ((xyz - xyz[rows, last][:, None]) ** 2).sum(-1))
        last = distance.argmax(-1)
    return found


def ball(xyz, centers, radius, count):
    """The first points of each ball in the order of their numbers, [B, M, count]."""
    d = ((centers ** 2).sum(-1)[:, :, None] + (xyz ** 2).sum(-1)[:, None] - 2 * centers @ xyz.transpose(1, 2))
    number = torch.arange(xyz.shape[1]).expand(d.shape).masked_fill(d >= radius ** 2, xyz.shape[1])
    found = number.topk(min(count, xyz.shape[1]), dim=-1, largest=False, sorted=True)[0]
    return torch.where(found == xyz.shape[1], found[:, :, :1], found)


def rows(x, i):
    """x[b, i[b]]: [B, N, C] at [B, ...]."""
    return x[torch.arange(x.shape[0]).view(-1, *[1] * (i.dim() - 1)), i]


class BN(nn.Module):
    def __init__(self, n): super().__init__(); self.bn = nn.BatchNorm2d(n)
    def forward(self, x): return self.bn(x)


def layer(i, o):
    m = nn.Module(); m.conv = nn.Conv2d(i, o, 1, bias=False); m.bn = BN(o)
    m.forward = lambda x: torch.relu(m.bn(m.conv(x)))
    return m


def mlp(*widths):
    m = nn.Module()
    for k, (i, o) in enumerate(zip(widths, widths[1:])): m.add_module(f"layer{k}", layer(i, o))
    def forward(x):
        for child in m.children(): x = child.forward(x)
        return x
    m.forward = forward
    return m


class SA(nn.Module):
    def __init__(self, radius, count, *widths): super().__init__(); self.radius, self.count, self.mlp_module = radius, count, mlp(*widths)
    def forward(self, xyz, f, centers, known):
        i = known("ball", lambda: ball(xyz, centers, self.radius, self.count))
        x = torch.cat([(rows(xyz, i) - centers[:, :, None]) / self.radius, rows(f, i)], -1).permute(0, 3, 1, 2)
        return self.mlp_module.forward(x).amax(-1).transpose(1, 2)


class FP(nn.Module):
    def __init__(self): super().__init__(); self.mlp = mlp(512, 256, 256)
    def forward(self, fine, coarse, f, g, known):
        d, i = known("three", lambda: torch.cdist(fine, coarse).topk(3, largest=False))
        w = 1 / (d + 1e-8); w = w / w.sum(-1, keepdim=True)
        x = torch.cat([(rows(g, i) * w[..., None]).sum(2), f], -1).transpose(1, 2)[..., None]
        return self.mlp.forward(x)[..., 0].transpose(1, 2)


class Head(nn.Module):
    def __init__(self, width, out):
        super().__init__()
        self.conv1, self.conv2, self.conv3 = nn.Conv1d(width, width, 1), nn.Conv1d(width, width, 1), nn.Conv1d(width, out, 1)
        self.bn1, self.bn2 = nn.BatchNorm1d(width), nn.BatchNorm1d(width)
    def forward(self, x):
        return self.conv3(torch.relu(self.bn2(self.conv2(torch.relu(self.bn1(self.conv1(x.transpose(1, 2)))))))).transpose(1, 2)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.backbone_net = b = nn.Module()
        b.sa1, b.sa2 = SA(.2, 64, 4, 64, 64, 128), SA(.4, 32, 131, 128, 128, 256)
        b.sa3, b.sa4 = SA(.8, 16, 259, 128, 128, 256), SA(1.2, 16, 259, 128, 128, 256)
        b.fp1, b.fp2 = FP(), FP()
        self.vgen = Head(256, 259)
        self.pnet = Head(128, 5 + 2 * NH + 4 * len(SIZES) + NC); self.pnet.vote_aggregation = SA(.3, 16, 259, 128, 128, 128)

    def forward(self, x, cache=None):
        place = [0]
        def known(_, make):
            if cache is None: return make()
            place[0] += 1
            if len(cache) < place[0]: cache.append(make())
            return cache[place[0] - 1]
        b, xyz, f = self.backbone_net, x[..., :3], x[..., 3:]
        p, g = [xyz], [f]
        for sa, count in ((b.sa1, 2048), (b.sa2, 1024), (b.sa3, 512), (b.sa4, 256)):
            i = known("samples", lambda: farthest(p[-1], count))
            p.append(rows(p[-1], i)); g.append(sa(p[-2], g[-1], p[-1], known))
        up = b.fp1(p[3], p[4], g[3], g[4], known)
        seeds, f = p[2], b.fp2(p[2], p[3], g[2], up, known)
        y = self.vgen(f)
        votes, f = seeds + y[..., :3], f + y[..., 3:]
        f = f / f.norm(dim=-1, keepdim=True)
        i = known("samples", lambda: farthest(seeds, 256))
        places = rows(votes, i)
        y = self.pnet(self.pnet.vote_aggregation(votes, f, places, known))
        return places + y[..., 2:5], y


def made():
    torch.manual_seed(0); net = Net().eval()
    with torch.no_grad():
        for name, t in net.named_parameters():
            if t.dim() > 1: t.normal_(0, math.sqrt(2 / t.shape[1]))
        net.vgen.conv3.weight.mul_(.1)
        for name, t in net.named_buffers():
            if name.endswith("running_var"): t.uniform_(.5, 1.5)
    return net


def scene(count=1):
    points = np.fromfile(a.scene, np.float32).reshape(-1, a.columns)[:, :3]
    points = points[np.isfinite(points).all(1)]
    height = points[:, 2:] - np.percentile(points[:, 2], 0.99)
    draw = np.random.default_rng(0)
    chosen = [draw.choice(len(points), 20000, replace=len(points) < 20000) for _ in range(count)]
    return np.stack([np.concatenate([points[c], height[c]], 1) for c in chosen]).astype(np.float32)


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


def timed(repeat, body):
    times = []
    for _ in range(repeat):
        start = time.perf_counter(); y = body(); times.append(time.perf_counter() - start)
    return min(times), y


def peer(path):
    net, x, cache = made(), torch.from_numpy(scene()), []
    with torch.no_grad():
        whole, y = timed(a.repeat, lambda: net(x))
        net(x, cache); alone, _ = timed(a.repeat, lambda: net(x, cache))
    save(path, {"center": y[0].numpy()})
    result = {"seconds": whole, "network": alone}
    if a.train:
        x, cache = torch.from_numpy(scene(8)), []; net.train()
        with torch.no_grad(): net(x, cache)
        def step():
            net.zero_grad(); c, y = net(x, cache); ((c ** 2).mean() + (y ** 2).mean()).backward()
        result["train"], _ = timed(2, step)
    print(json.dumps(result))


def call(command):
    p = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if p.returncode: sys.exit(f"{command[0]} failed")
    return json.loads(p.stdout)


def main():
    with tempfile.TemporaryDirectory() as tmp:
        save(f"{tmp}/input.safetensors", {"point_clouds": scene()})
        save(f"{tmp}/weights.safetensors", {k: v.numpy() for k, v in made().state_dict().items() if v.dim()})
        ours, theirs = [], []
        for _ in range(a.pairs):
            command = [sys.executable, *sys.argv, "--peer", f"{tmp}/peer.safetensors"]
            theirs.append(call(command))
            ours.append(call([a.tool, "infer", "votenet_sunrgbd", "--weights", f"{tmp}/weights.safetensors", "--input",
                              f"{tmp}/input.safetensors", "--output", f"{tmp}/ours.safetensors", "--threads", str(a.threads),
                              "--repeat", str(3 * a.repeat), "--json"])["seconds"])
        y, z = load(f"{tmp}/ours.safetensors", "center"), load(f"{tmp}/peer.safetensors", "center")
        result = {"threads": a.threads, "parallax_s": min(ours), "torch_s": min(t["seconds"] for t in theirs),
                  "torch_network_s": min(t["network"] for t in theirs)}
        if a.train: result["torch_train_s"] = min(t["train"] for t in theirs)
        result["ratio"] = result["parallax_s"] / result["torch_s"]
        result["median_difference"] = float(np.median(abs(y - z).max(-1)))
        print(json.dumps(result))


if a.peer: peer(a.peer)
else: main()
