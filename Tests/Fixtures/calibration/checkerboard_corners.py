"""Corners of the 26 checkerboard images with cornerSubPix half-windows of 7 and 11 pixels.

Writes checkerboard_corners.json: window -> image -> u v of 54 corners, row by row.
Run: /usr/bin/python3 checkerboard_corners.py FOLDER   (Debian's OpenCV 4.6.0)
"""
import json
import sys

import cv2

NUMBERS = [1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 12, 13, 14]
folder = sys.argv[1]
result = {"7": {}, "11": {}}
for side in ("left", "right"):
    for number in NUMBERS:
        name = f"{side}{number:02d}"
        image = cv2.imread(f"{folder}/{name}.jpg", 0)
        found, corners = cv2.findChessboardCorners(image, (9, 6))
        assert found, name
        for window in (7, 11):
            criteria = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 1000, 1e-12)
            refined = cv2.cornerSubPix(image, corners.copy(), (window, window), (-1, -1), criteria)
            result[str(window)][name] = [round(float(v), 4) for v in refined.ravel()]
with open("checkerboard_corners.json", "w") as out:
    json.dump(result, out, separators=(",", ":"))
