"""Times what others offer for the box operations of `parallax bench`, on the same boxes (formulas in BoxBenchmarks.swift).

    python3 scripts/compare-boxes.py ../shared/bench/data > peers.txt
    parallax bench --data ../shared/bench/data --threads 1 iou_rotated_1000x1000 nms_rotated_4096_0.1 \
      nms_rotated_4096_0.7 points_in_boxes_lidar120k_100

Needs NumPy and OpenCV with its dnn module. Check values mean what those of `parallax bench` mean. OpenCV's intersection is one
call from Python for each pair of boxes less than 6 m apart, in float32: most of its time is the call.
"""
import sys
import time

import cv2
import numpy as np

PRIMES = [2.0, 3, 5, 7, 11, 13, 17]


def fraction(number, prime):
    return number * np.sqrt(PRIMES[prime]) % 1


def boxes(count, places):
    i = np.arange(count)
    u = lambda k: fraction(i + 1.0, k)
    v = lambda k: fraction(i % places + 1.0, k)
    one = np.ones(count)
    return np.stack([70 * v(0) + 2 * u(1), 80 * v(1) - 40 + 2 * u(2), -one, 3.9 + u(3), 1.6 + 0.3 * u(4), 1.5 * one,
                     2 * np.pi * u(5)], 1)


def rectangle(b):
    return ((float(b[0]), float(b[1])), (float(b[3]), float(b[4])), float(np.degrees(b[6])))


def bench(name, peer, work, repetitions):
    best = float("inf")
    for _ in range(repetitions):
        start = time.perf_counter()
        check = work()
        best = min(best, time.perf_counter() - start)
    print(f"{name:36s} {best * 1e3:9.2f} ms min  check {check}  {peer}")


def sum_of_ious(a, b):
    total, second = 0.0, [rectangle(x) for x in b]
    for x in a:
        for j in np.nonzero(np.hypot(b[:, 0] - x[0], b[:, 1] - x[1]) <= 6)[0]:
            status, corners = cv2.rotatedRectangleIntersection(rectangle(x), second[j])
            if status == cv2.INTERSECT_NONE or len(corners) < 3: continue
            common = cv2.contourArea(cv2.convexHull(corners))
            total += common / (x[3] * x[4] + b[j, 3] * b[j, 4] - common)
    return total


def points_inside(points, held):
    first = np.full(len(points), -1, np.int32)
    for k in range(len(held) - 1, -1, -1):
        d = points - held[k, :3]
        near = np.nonzero(np.abs(d[:, 2]) <= held[k, 5] / 2)[0]
        c, s, e = np.cos(held[k, 6]), np.sin(held[k, 6]), d[near]
        inside = (np.abs(c * e[:, 0] + s * e[:, 1]) <= held[k, 3] / 2) & (np.abs(c * e[:, 1] - s * e[:, 0]) <= held[k, 4] / 2)
        first[near[inside]] = k
    return int((first >= 0).sum())


cv2.setNumThreads(1)
bench("iou_rotated_1000x1000", "cv2.rotatedRectangleIntersection", lambda: sum_of_ious(boxes(1000, 100), boxes(1000, 90)), 3)
candidates = [rectangle(b) for b in boxes(4096, 60)]
scores = fraction(np.arange(4096) + 1.0, 6).tolist()
for threshold in (0.1, 0.7):
    bench(f"nms_rotated_4096_{threshold}", "cv2.dnn.NMSBoxesRotated",
          lambda: len(cv2.dnn.NMSBoxesRotated(candidates, scores, 0.0, threshold)), 3)
scan = np.load(sys.argv[1] + "/lidar_seq_0.npy").astype(np.float64)[:, :3]
bench("points_in_boxes_lidar120k_100", "numpy", lambda: points_inside(scan, boxes(100, 100)), 3)
