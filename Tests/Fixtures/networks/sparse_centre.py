#!/usr/bin/env python3
"""Makes sparse_centre.safetensors: a small sparse detector in plain PyTorch (scripts/compare-lidar.py) on made points.

    python3 Tests/Fixtures/networks/sparse_centre.py

Weights are those of WeightRecipe with seed 7 and gain 2. Written with torch 2.13 and numpy 2.
"""
import os, sys
import numpy as np
import torch

here = os.path.dirname(os.path.abspath(__file__))
source = open(os.path.join(here, "../../../scripts/compare-lidar.py")).read()
sys.argv = [sys.argv[0], "none"]
exec(compile(source[:source.rindex("\nmain()")], "compare-lidar.py", "exec"))

LOW, HIGH, SIZE = (0, -3.2, -3), (6.4, 3.2, 1.2), (0.2, 0.2, 0.15)
CELLS = [32, 32, 28]
SHAPE = (29, 32, 32)
WIDTHS, OUT, REPEATS, STRIDE = (6, 8, 10, 12, 14), 16, (1, 2, 1, 1), 4
LAYERS, BEV, UP, HEAD = (1, 2), (12, 20), (8, 12), 10
MASK = (1 << 64) - 1


def value(name, shape):
    state = 0xCBF29CE484222325
    for byte in name.encode(): state = (state ^ byte) * 1099511628211 & MASK
    state ^= 7 * 0x9E3779B97F4A7C15 & MASK
    count = int(np.prod(shape))
    with np.errstate(over="ignore"):
        z = np.uint64(state) + np.uint64(0x9E3779B97F4A7C15) * np.arange(1, count + 1, dtype=np.uint64)
        z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
        z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
        z = z ^ (z >> np.uint64(31))
    unit, leaf = (z >> np.uint64(11)).astype(np.float64) * 2.0 ** -53, name.split(".")[-1]
    if "running_var" in leaf: base, scale = 1, 0.5
    elif "running_mean" in leaf: base, scale = 0, 0.17
    elif "bias" in leaf: base, scale = 0, 0.1
    elif len(shape) < 2: base, scale = 1, 0.25
    else: base, scale = 0, 2 * (3 / np.prod(shape[1:])) ** 0.5
    return torch.from_numpy((base + scale * (2 * unit - 1)).astype(np.float32).reshape(shape))


g = np.random.default_rng(3)
# A ground, and two boxes' worth of points.
ground = np.stack([g.uniform(-0.5, 6.9, 500), g.uniform(-3.5, 3.5, 500), g.normal(-1.7, 0.05, 500)], 1)
things = [g.uniform(-0.5, 0.5, (150, 3)) * size + centre for size, centre in (((3, 1.5, 1.5), (2, -1, -0.9)), ((0.6, 0.6, 1.7), (5, 2, -0.8)))]
p = np.concatenate([ground, *things]); p = np.concatenate([p, g.uniform(0, 1, (len(p), 1))], 1).astype(np.float32)
heat, codes = network({name: value(name, shape) for name, shape in shapes().items()}, torch.from_numpy(p))
save(os.path.join(here, "sparse_centre.safetensors"), {"points": p, "heat": heat.numpy(), "codes": codes.numpy()})
print(heat.shape, codes.shape, float(heat.std()), float(codes.std()))
