#!/usr/bin/env python3
"""A training step of PointNet++ (single-scale classification): Parallax beside plain PyTorch, in turn, two threads.

    python3 scripts/compare-pointnet2.py [--tool .build/release/parallax] [--threads 2] [--pairs 3]

16 clouds of 1024 points (golden spirals on ellipsoids, as in the bench operation `pointnet2_train`), Adam. The peer searches as
public PyTorch code without kernels of its own does: farthest points one after the other, balls by sorting all distances.
Prints one JSON object: times are minima over all pairs. Needs torch.
"""
import argparse, json, math, os, subprocess, sys, time

a = argparse.ArgumentParser()
a.add_argument("--tool", default=".build/release/parallax"); a.add_argument("--threads", type=int, default=2)
a.add_argument("--pairs", type=int, default=3); a.add_argument("--repeat", type=int, default=4)
a.add_argument("--peer", action="store_true", help=argparse.SUPPRESS)
a = a.parse_args()
for key in ("OMP", "MKL", "OPENBLAS"): os.environ[f"{key}_NUM_THREADS"] = str(a.threads)
import torch
from torch import nn
from torch.nn import functional as F
torch.set_num_threads(a.threads)


def clouds(number=16, count=1024):
    i = torch.arange(count, dtype=torch.float64)
    z = 1 - (2 * i + 1) / count
    radius, angle = (1 - z * z).sqrt(), math.pi * (3 - 5 ** 0.5) * i
    made = [torch.stack([radius * angle.cos(), (0.3 + 0.04 * b) * radius * angle.sin(), (0.9 - 0.05 * b) * z], 1)
            for b in range(number)]
    return torch.stack(made).float()


def squares(a, b):
    return (a ** 2).sum(-1)[:, :, None] + (b ** 2).sum(-1)[:, None] - 2 * a @ b.transpose(1, 2)


def pick(values, places):
    rows = torch.arange(len(values)).view(-1, *[1] * (places.dim() - 1)).expand_as(places)
    return values[rows, places]


def farthest(xyz, count):
    chosen = torch.zeros(len(xyz), count, dtype=torch.long)
    least = torch.full(xyz.shape[:2], 1e10)
    last, rows = torch.zeros(len(xyz), dtype=torch.long), torch.arange(len(xyz))
    for step in range(count):
        chosen[:, step] = last
        d = ((xyz - xyz[rows, last, None]) ** 2).sum(-1)
        nearer = d < least
        least[nearer] = d[nearer]
        last = least.argmax(-1)
    return chosen


def ball(radius, k, xyz, centres):
    places = torch.arange(xyz.shape[1]).repeat(len(xyz), centres.shape[1], 1)
    places[squares(centres, xyz) > radius ** 2] = xyz.shape[1]
    places = places.sort(-1)[0][:, :, :k]
    first = places[:, :, :1].expand_as(places)
    return torch.where(places == xyz.shape[1], first, places)


class Level(nn.Module):
    def __init__(self, count, radius, k, inputs, widths):
        super().__init__()
        self.count, self.radius, self.k = count, radius, k
        pairs = list(zip([inputs] + widths, widths))
        self.mlp_convs = nn.ModuleList(nn.Conv2d(i, o, 1) for i, o in pairs)
        self.mlp_bns = nn.ModuleList(nn.BatchNorm2d(o) for _, o in pairs)

    def forward(self, xyz, features):
        if self.count is None:
            centres = torch.zeros(len(xyz), 1, 3)
            groups = torch.cat([xyz, features], -1)[:, None]
        else:
            centres = pick(xyz, farthest(xyz, self.count))
            places = ball(self.radius, self.k, xyz, centres)
            groups = pick(xyz, places) - centres[:, :, None]
            if features is not None: groups = torch.cat([groups, pick(features, places)], -1)
        x = groups.permute(0, 3, 2, 1)
        for conv, norm in zip(self.mlp_convs, self.mlp_bns): x = F.relu(norm(conv(x)))
        return centres, x.max(2)[0].transpose(1, 2)


class Network(nn.Module):
    def __init__(self, classes=40):
        super().__init__()
        self.sa1 = Level(512, 0.2, 32, 3, [64, 64, 128])
        self.sa2 = Level(128, 0.4, 64, 131, [128, 128, 256])
        self.sa3 = Level(None, None, None, 259, [256, 512, 1024])
        self.fc1, self.bn1 = nn.Linear(1024, 512), nn.BatchNorm1d(512)
        self.fc2, self.bn2 = nn.Linear(512, 256), nn.BatchNorm1d(256)
        self.fc3, self.drop = nn.Linear(256, classes), nn.Dropout(0.4)

    def forward(self, xyz):
        x = self.sa3(*self.sa2(*self.sa1(xyz, None)))[1].squeeze(1)
        x = self.drop(F.relu(self.bn1(self.fc1(x))))
        return F.log_softmax(self.fc3(self.drop(F.relu(self.bn2(self.fc2(x))))), -1)


def peer():
    torch.manual_seed(1)
    network, xyz, labels = Network().train(), clouds(), torch.tensor([b * 7 % 40 for b in range(16)])
    assert sum(p.numel() for p in network.parameters()) == 1475688
    optimizer, times = torch.optim.Adam(network.parameters(), 1e-3), []
    for step in range(a.repeat + 1):
        if step == 1: begin = time.process_time()
        start = time.perf_counter()
        optimizer.zero_grad()
        loss = F.nll_loss(network(xyz), labels)
        loss.backward(); optimizer.step(); loss.item()
        times.append((time.perf_counter() - start) * 1e3)
    cpu = (time.process_time() - begin) * 1e3
    with torch.no_grad():
        start = time.perf_counter()
        centres = pick(xyz, farthest(xyz, 512)); ball(0.2, 32, xyz, centres)
        few = pick(centres, farthest(centres, 128)); ball(0.4, 64, centres, few)
        searching = (time.perf_counter() - start) * 1e3
    print(json.dumps({"ms": min(times[1:]), "cpu_ms": cpu / a.repeat, "searching_ms": searching, "loss": loss.item()}))


if a.peer:
    peer()
    sys.exit()

ours, theirs, searching = [], [], []
for _ in range(a.pairs):
    command = [a.tool, "bench", "pointnet2_train", "--threads", str(a.threads), "--json"]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    ours.append(json.loads(run.stdout)[0]["ms_min"])
    command = [sys.executable, __file__, "--peer", "--threads", str(a.threads), "--repeat", str(a.repeat)]
    found = json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)
    theirs.append(found["ms"]); searching.append(found["searching_ms"])
print(json.dumps({"threads": a.threads, "parallax_ms": round(min(ours), 1), "torch_ms": round(min(theirs), 1),
                  "torch_searching_ms": round(min(searching), 1), "ratio": round(min(ours) / min(theirs), 3)}))
