"""Average precision of 20 random sets by mmdetection3d 1.4.0's KITTI evaluation, for KITTIDetectionTests.

    pip install --no-deps --target FOLDER mmdet3d; pip install numba shapely numpy
    python3 kitti_detection.py FOLDER > kitti_detection.json

Its rotated overlap runs on GPUs only and is replaced by shapely's polygons.
"""
import importlib.util, json, pathlib, sys, types
import numpy as np
from shapely.geometry import Polygon

base = pathlib.Path(sys.argv[1]) / "mmdet3d/evaluation/functional/kitti_utils"


def corners(b):
    x, z, l, w, r = b
    c, s = np.cos(r), np.sin(r)
    return Polygon([(x + c * u + s * v, z - s * u + c * v) for u, v in ((l / 2, w / 2), (l / 2, -w / 2), (-l / 2, -w / 2), (-l / 2, w / 2))])


def overlap(boxes, others, criterion=-1):
    result = np.zeros((len(boxes), len(others)))
    for i, a in enumerate(map(corners, boxes)):
        for j, b in enumerate(map(corners, others)):
            common = a.intersection(b).area
            result[i, j] = common if criterion == 2 else common / (a.area + b.area - common)
    return result


package = types.ModuleType("kitti"); package.__path__ = []; sys.modules["kitti"] = package
stub = types.ModuleType("kitti.rotate_iou"); stub.rotate_iou_gpu_eval = overlap; sys.modules["kitti.rotate_iou"] = stub
spec = importlib.util.spec_from_file_location("kitti.eval", base / "eval.py")
evaluation = importlib.util.module_from_spec(spec); sys.modules["kitti.eval"] = evaluation; spec.loader.exec_module(evaluation)

SIZES = {"Car": (1.53, 1.63, 3.88), "Van": (2.2, 1.9, 5.1), "Pedestrian": (1.76, 0.66, 0.84), "Person_sitting": (1.28, 0.6, 0.8), "Cyclist": (1.74, 0.6, 1.76)}


def label(rng, kind):
    size = [round(v * rng.uniform(0.85, 1.15), 2) for v in SIZES[kind]]
    x, z = round(rng.uniform(-20, 20), 2), round(rng.uniform(6, 35), 2)
    u, v, height = 610 + 720 * x / z, 180 + 720 * 1.6 / z, 720 * size[0] / z
    width = height * rng.uniform(0.5, 2)
    return dict(name=kind, truncated=round(rng.choice([0, 0, 0, 0, 0.1, 0.2, 0.4]), 2), occluded=int(rng.choice([0, 0, 0, 1, 2, 3])),
                alpha=round(rng.uniform(-3.1, 3.1), 2), bbox=[round(u - width / 2, 2), round(v - height, 2), round(u + width / 2, 2), round(v, 2)],
                hwl=size, location=[x, 1.6, z], rotation_y=round(rng.uniform(-3.1, 3.1), 2))


def jittered(rng, t):
    f = rng.choice([0.15, 0.5, 1.2]); d = {**t}
    d["bbox"] = [round(v + f * rng.normal() * 0.08 * (t["bbox"][3] - t["bbox"][1]), 2) for v in t["bbox"]]
    d["location"] = [round(v + f * rng.normal() * s, 2) for v, s in zip(t["location"], (0.25, 0.08, 0.25))]
    d["hwl"] = [round(v * (1 + f * 0.05 * rng.normal()), 2) for v in t["hwl"]]
    d["rotation_y"] = round(t["rotation_y"] + f * 0.15 * rng.normal(), 2)
    d["alpha"] = round(t["alpha"] + f * 0.3 * rng.normal(), 2)
    if rng.random() < 0.05: d["name"] = str(rng.choice(["Car", "Pedestrian", "Cyclist"]))
    if d["name"] in ("Van", "Person_sitting"): d["name"] = {"Van": "Car", "Person_sitting": "Pedestrian"}[d["name"]]
    return d


def annotation(objects, scored):
    col = lambda k, *shape: np.array([o[k] for o in objects], dtype=np.float64).reshape(len(objects), *shape)
    h, w, l = (col("hwl", 3)[:, i] for i in range(3))
    a = dict(name=np.array([o["name"] for o in objects], dtype="U20"), truncated=col("truncated"), occluded=col("occluded"), alpha=col("alpha"),
             bbox=col("bbox", 4), dimensions=np.stack([l, h, w], 1), location=col("location", 3), rotation_y=col("rotation_y"))
    if scored: a["score"] = col("score")
    return a


def line(o):
    words = [o["name"], o["truncated"], o["occluded"], o["alpha"], *o["bbox"], *o["hwl"], *o["location"], o["rotation_y"]] + ([o["score"]] if "score" in o else [])
    return " ".join(map(str, words))


MINIMA = np.array([[[0.7, 0.5, 0.5]] * 3, [[0.7, 0.5, 0.5], [0.5, 0.25, 0.25], [0.5, 0.25, 0.25]]])
sets = []
for seed in range(20):
    rng = np.random.default_rng(seed); frames = []; count = 90 if seed == 19 else 8
    for _ in range(count):
        truth = [label(rng, str(rng.choice(list(SIZES), p=[0.45, 0.1, 0.2, 0.05, 0.2]))) for _ in range(int(rng.integers(0, 9)))]
        found = [jittered(rng, t) for t in truth for _ in range(int(rng.choice([0, 1, 1, 2])))]
        found += [label(rng, str(rng.choice(["Car", "Pedestrian", "Cyclist"]))) for _ in range(int(rng.integers(0, 4)))]
        for d in found: d["score"] = round(float(rng.uniform(0, 1)), 4)
        for _ in range(int(rng.integers(0, 3))):
            u, v = rng.uniform(0, 1000), rng.uniform(100, 200)
            truth.append(dict(name="DontCare", truncated=-1, occluded=-1, alpha=-10, bbox=[round(u, 2), round(v, 2), round(u + 200, 2), round(v + 120, 2)],
                              hwl=[-1, -1, -1], location=[-1000, -1000, -1000], rotation_y=-10))
        frames.append((truth, found))
    # Regions last: the reference cuts them off there.
    gt = [annotation(t, False) for t, _ in frames]; dt = [annotation(d, True) for _, d in frames]
    names = ["bbox11", "bev11", "3d11", "aos11", "bbox40", "bev40", "3d40", "aos40"]
    values = evaluation.do_eval(gt, dt, [0, 1, 2], MINIMA, ["bbox", "aos", "bev", "3d"])
    # [class][difficulty][strict, loose]
    sets.append(dict(frames=[dict(truth="\n".join(map(line, t)), detections="\n".join(map(line, d))) for t, d in frames],
                     average={n: np.round(v, 6).tolist() for n, v in zip(names, values)}))
print(json.dumps({"sets": sets}, separators=(",", ":")))
