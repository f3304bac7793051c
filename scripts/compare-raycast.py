"""Rays at triangles beside Open3D's RaycastingScene (Embree), in turn on the same files.

make DIR            lays down two scenes: raycast_{street_lidar,room_640x480}_{corners,origins,directions}.npy
time DIR [THREADS]  times Open3D on them; `parallax bench --data DIR raycast_street_lidar raycast_room_640x480 --threads THREADS`
                    times ours
"""
import sys
import time

import numpy as np

NAMES = ["street_lidar", "room_640x480"]


def box(low, high):
    x, y, z = zip(low, high)
    c = np.array([[x[i], y[j], z[k]] for i in (0, 1) for j in (0, 1) for k in (0, 1)])
    faces = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    return np.array([c[[a, b, d]] for a, b, d in sum(([(f[0], f[1], f[2]), (f[0], f[2], f[3])] for f in faces), [])])


def ball(center, radius, sides=24, rings=16):
    u, v = np.meshgrid(np.arange(sides + 1) * 2 * np.pi / sides, np.arange(rings + 1) * np.pi / rings)
    p = np.stack([np.sin(v) * np.cos(u), np.sin(v) * np.sin(u), np.cos(v)], -1) * radius + center
    a, b, c, d = p[:-1, :-1], p[1:, :-1], p[1:, 1:], p[:-1, 1:]
    return np.concatenate([np.stack([a, b, c], -2), np.stack([a, c, d], -2)]).reshape(-1, 3, 3)


def scene(rng, reach, count, size):
    parts = [box((-reach, -reach, -0.2), (reach, reach, 0.0))]
    for _ in range(count):
        place, half = rng.uniform(-reach, reach, 3) * (1, 1, 0), rng.uniform(size / 4, size, 3)
        if np.abs(place[:2]).max() < size * 1.5:
            continue
        if rng.random() < 0.5:
            parts.append(box(place - half * (1, 1, 0), place + half * (1, 1, 2)))
        else:
            parts.append(ball(place + (0, 0, half[2]), half[0]))
    return np.concatenate(parts).astype(np.float32)


def make(folder):
    rng = np.random.default_rng(7)
    corners = {"street_lidar": scene(rng, 90, 260, 2.0), "room_640x480": np.concatenate(
        [scene(rng, 3.5, 160, 0.3), -scene(rng, 3.5, 0, 1)[:, ::-1], box((-3.5, -3.5, 0), (3.5, 3.5, 2.7))]).astype(np.float32)}
    azimuth, elevation = np.meshgrid(np.arange(2083) * 2 * np.pi / 2083, np.radians(np.linspace(-24.8, 2, 64)), indexing="ij")
    lidar = np.stack([np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation)], -1)
    x, y = np.meshgrid(np.arange(640) - 319.5, np.arange(480) - 239.5)
    camera = np.stack([np.full_like(x, 525), -x, -y - 120], -1) / 525
    for name, rays, height in [("street_lidar", lidar, 1.73), ("room_640x480", camera, 1.4)]:
        rays = rays.reshape(-1, 3).astype(np.float32)
        np.save(f"{folder}/raycast_{name}_corners.npy", corners[name].reshape(-1, 3).astype(np.float32))
        np.save(f"{folder}/raycast_{name}_origins.npy", np.tile(np.float32([0, 0, height]), (len(rays), 1)))
        np.save(f"{folder}/raycast_{name}_directions.npy", rays)


def measure(folder, threads):
    import open3d as o3d

    for name in NAMES:
        corners, origins, directions = (np.load(f"{folder}/raycast_{name}_{part}.npy") for part in ("corners", "origins", "directions"))
        scene = o3d.t.geometry.RaycastingScene(nthreads=threads)
        numbers = np.arange(len(corners), dtype=np.uint32).reshape(-1, 3)
        scene.add_triangles(o3d.core.Tensor(corners), o3d.core.Tensor(numbers))
        rays = o3d.core.Tensor(np.concatenate([origins, directions], 1))
        times = []
        for _ in range(9):
            start = time.perf_counter()
            hits = scene.cast_rays(rays, nthreads=threads)
            times.append((time.perf_counter() - start) * 1e3)
        t = hits["t_hit"].numpy().astype(np.float64)
        print(f"raycast_{name:20} {min(times[1:]):9.2f} ms min  {len(origins) / min(times[1:]) / 1e3:6.2f} Mrays/s"
              f"  check {t[np.isfinite(t)].sum():.3f}  triangles {len(numbers)}")


if __name__ == "__main__":
    if len(sys.argv) > 2 and sys.argv[1] == "make":
        make(sys.argv[2])
    elif len(sys.argv) > 2 and sys.argv[1] == "time":
        measure(sys.argv[2], int(sys.argv[3]) if len(sys.argv) > 3 else 1)
    else:
        sys.exit(__doc__)
