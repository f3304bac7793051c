"""Prints the table of EarthMoversDistanceTests: least sums of distances between two sets, by scipy.optimize.linear_sum_assignment.

    python3 assignment_reference.py

Points follow from whole numbers, so that no file has to hold them: coordinate k of point i of a set is
((i * 3 + k + 1) * factor mod 1009) / 1009, rounded down to multiples of 1 / cells where cells is not 0.
"""

import numpy as np
from scipy.optimize import linear_sum_assignment
from scipy.spatial.distance import cdist


def points(count, factor, cells):
    x = (np.arange(1, 3 * count + 1) * factor % 1009 / 1009).reshape(count, 3)
    return np.floor(x * cells) / cells if cells else x


cases = []
for count in (1, 2, 3, 17, 100, 300):
    for cells in (0, 4):
        a, b = points(count, 131, cells), points(count, 577, cells)
        d = cdist(a, b)
        sums = {}
        for name, table in (("euclidean", d), ("squared", d * d)):
            i, j = linear_sum_assignment(table)
            sums[name] = float(table[i, j].sum())
        cases.append({"count": count, "cells": cells, **sums})
for c in cases: print("({count}, {cells}, {euclidean!r}, {squared!r}),".format(**c))
