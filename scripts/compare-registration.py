#!/usr/bin/env python3
"""ICP, point-to-plane and GICP of Parallax beside PCL, Open3D and small_gicp: errors against true transforms.

    python3 scripts/compare-registration.py DATA [--bench FOLDER] [--tool .build/release/parallax] [--open3d PYTHON] [--pcl PROGRAM]

DATA is the folder with the recordings `registration` and `kitti_odometry`; FOLDER the one with lidar_seq_0.npy, _1.npy, lidar_poses.npy.
All see the same points: the clouds are reduced here (one mean per cube). This Python needs numpy and small_gicp; PYTHON is one that has open3d
(it may be the same); PROGRAM is scripts/registration-peers.cpp, built by
    g++ -O3 -march=native scripts/registration-peers.cpp -o PROGRAM $(pkg-config --cflags --libs pcl_registration pcl_features pcl_search)
Prints a Markdown table. Speed: `parallax bench` beside the peers' scripts.
"""
import argparse, json, os, pathlib, subprocess, sys, tempfile

a = argparse.ArgumentParser()
a.add_argument("data", type=pathlib.Path); a.add_argument("--bench", type=pathlib.Path)
a.add_argument("--tool", default=".build/release/parallax"); a.add_argument("--open3d", default=sys.executable)
a.add_argument("--pcl"); a.add_argument("--neighbours", type=int, default=20); a.add_argument("--distance", type=float, default=1.0)
a.add_argument("--inside-open3d", nargs=2, help=argparse.SUPPRESS)
a = a.parse_args()
for key in ("OMP", "MKL", "OPENBLAS"): os.environ[f"{key}_NUM_THREADS"] = "1"
import numpy as np


if a.inside_open3d:                                   # the part that runs where open3d lives
    import open3d as o3d
    reg = o3d.pipelines.registration
    def cloud(path):
        c = o3d.geometry.PointCloud(); c.points = o3d.utility.Vector3dVector(np.fromfile(path, np.float32).reshape(-1, 3).astype(float)); return c
    knn = o3d.geometry.KDTreeSearchParamKNN(a.neighbours)
    criteria = reg.ICPConvergenceCriteria(1e-7, 1e-7, 50)
    def run(method):
        s, t = map(cloud, a.inside_open3d)
        if method == "icp": return reg.registration_icp(s, t, a.distance, np.eye(4), reg.TransformationEstimationPointToPoint(), criteria)
        if method == "plane":
            t.estimate_normals(knn)
            return reg.registration_icp(s, t, a.distance, np.eye(4), reg.TransformationEstimationPointToPlane(), criteria)
        return reg.registration_generalized_icp(s, t, a.distance, np.eye(4), reg.TransformationEstimationForGeneralizedICP(), criteria)
    for method in ("icp", "plane", "gicp"):
        print(method, *run(method).transformation.ravel())
    sys.exit()

import small_gicp


def ply(path):
    raw = open(path, "rb").read(); head, body = raw.split(b"end_header\n", 1); lines = head.decode("latin1").split("\n")
    n = int(next(l for l in lines if l.startswith("element vertex")).split()[2]); columns = sum(l.startswith("property float") for l in lines)
    return np.frombuffer(body, np.float32, n * columns).reshape(n, columns)[:, :3]


def matrix(numbers): return np.vstack([np.asarray(numbers, float).reshape(-1, 4)[:3], [0, 0, 0, 1]])


def scenes():
    d = a.data / "registration"
    yield "street, 0.1 m", ply(d / "source.ply"), ply(d / "target.ply"), np.loadtxt(d / "T_target_source.txt"), 0.1
    d = a.data / "kitti_odometry/00"
    poses = [matrix(l.split()[1:]) for l in open(d / "poses.txt")]
    lidar = matrix((d / "calib_velo_to_cam0.txt").read_text().split()[1:])
    scans = [np.fromfile(d / f"velodyne/0000{i}.bin", np.float32).reshape(-1, 4)[:, :3] for i in (94, 95)]
    yield "KITTI 00, 94 and 95, 0.25 m", scans[1], scans[0], np.linalg.inv(lidar) @ np.linalg.inv(poses[0]) @ poses[1] @ lidar, 0.25
    if a.bench:
        p = np.load(a.bench / "lidar_poses.npy")
        yield "simulated drive, 0.25 m", np.load(a.bench / "lidar_seq_1.npy"), np.load(a.bench / "lidar_seq_0.npy"), np.linalg.inv(p[0]) @ p[1], 0.25


def reduced(p, size):
    p = p[np.isfinite(p).all(1)].astype(float)
    _, first, cube = np.unique(np.floor(p / size).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    sums = np.zeros((len(first), 3)); np.add.at(sums, cube.ravel(), p)
    return (sums / np.bincount(cube.ravel())[:, None])[np.argsort(first)].astype(np.float32)


def results(source, target, files):
    def small(kind):
        t, s = small_gicp.PointCloud(target.astype(float)), small_gicp.PointCloud(source.astype(float)); tree = small_gicp.KdTree(t)
        small_gicp.estimate_normals_covariances(t, tree, a.neighbours)
        if kind == "GICP": small_gicp.estimate_covariances(s, None, a.neighbours)
        return small_gicp.align(t, s, tree, registration_type=kind, max_correspondence_distance=a.distance, max_iterations=50).T_target_source
    for method, kind in (("icp", "ICP"), ("plane", "PLANE_ICP"), ("gicp", "GICP")):
        yield method, "small_gicp", small(kind)
    programs = [("Open3D", [a.open3d, __file__, str(a.data), "--inside-open3d", *files, "--neighbours", str(a.neighbours), "--distance", str(a.distance)])]
    if a.pcl: programs.append(("PCL", [a.pcl, *files, str(a.distance), str(a.neighbours)]))
    for name, command in programs:
        for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
            method, *pose = line.split(); yield method, name, matrix(pose)
    for method in ("icp", "plane", "gicp"):
        for label, extra in (("Parallax", []), ("Parallax, cauchy 0.05", ["--kernel", "cauchy:0.05"])):
            out = subprocess.run([a.tool, "register", *(f + ".ply" for f in files), "--method", method, "--max-distance", str(a.distance),
                                  "--neighbours", str(a.neighbours), "--threads", "1", "--json", *extra], capture_output=True, text=True)
            if out.returncode not in (0, 3): print(out.stderr, file=sys.stderr); continue
            yield method, label, np.array(json.loads(out.stdout)["target_from_source"])


print("| scene | method | program | error mm | error degrees |\n| --- | --- | --- | --- | --- |")
for scene, source, target, truth, size in scenes():
    source, target = reduced(source, size), reduced(target, size)
    with tempfile.TemporaryDirectory() as folder:
        files = [f"{folder}/{n}" for n in ("source", "target")]
        for f, p in zip(files, (source, target)):
            p.tofile(f)
            with open(f + ".ply", "wb") as ply_file:
                ply_file.write(b"ply\nformat binary_little_endian 1.0\nelement vertex %d\nproperty float x\nproperty float y\nproperty float z\nend_header\n" % len(p)); ply_file.write(p.tobytes())
        rows = list(results(source, target, files))
    for method in ("icp", "plane", "gicp"):
        for m, program, pose in rows:
            if m != method: continue
            e = np.linalg.inv(truth) @ pose
            turn = np.degrees(2 * np.arcsin(np.linalg.norm(e[:3, :3] - np.eye(3)) / 8 ** 0.5))
            print(f"| {scene} | {method} | {program} | {1e3 * np.linalg.norm(e[:3, 3]):.2f} | {turn:.4f} |", flush=True)
