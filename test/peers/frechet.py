"""Records numpy's and scipy's Frechet distances between clouds that frechet.test.ts makes again from the same formula.
Two ways, where both are sound: scipy.linalg.sqrtm of the product of the covariances, and, exact for singular covariances as
well, the nuclear norm of A^T B with C1 = A A^T and C2 = B B^T taken from the points themselves.
Recorded with numpy 2.4.6 and scipy 1.17.1 (pip install numpy scipy). Run: python frechet.py > frechet.json"""

import json

import numpy as np
import scipy
import scipy.linalg


def make_points(count, dimension, seed):
    """Points whose coordinates are correlated: each takes half of its left neighbour's. 32-bit linear congruential noise."""
    state, points = seed, np.zeros((count, dimension))
    for i in range(count):
        for j in range(dimension):
            state = (1664525 * state + 1013904223) % 2**32
            noise = state / 2**31 - 1
            points[i, j] = noise * (1 + (seed % 7) / (1 + j)) + (0.5 * points[i, j - 1] if j > 0 else 0.1 * (seed % 5))
    return points


CASES = [
    dict(dimension=4, counts=[50, 60], seeds=[11, 22], hasSqrtm=True),
    dict(dimension=16, counts=[200, 150], seeds=[3, 9], hasSqrtm=True),
    dict(dimension=128, counts=[400, 300], seeds=[5, 6], hasSqrtm=True),
    dict(dimension=128, counts=[20, 300], seeds=[17, 4], hasSqrtm=False),
    dict(dimension=128, counts=[12, 9], seeds=[8, 31], hasSqrtm=False),
    dict(dimension=8, counts=[2, 3], seeds=[1, 2], hasSqrtm=False),
]

records = []
for case in CASES:
    a, b = (make_points(count, case["dimension"], seed) for count, seed in zip(case["counts"], case["seeds"]))
    shift = ((a.mean(axis=0) - b.mean(axis=0)) ** 2).sum()
    c1, c2 = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    factor_a = (a - a.mean(axis=0)).T / np.sqrt(len(a) - 1)
    factor_b = (b - b.mean(axis=0)).T / np.sqrt(len(b) - 1)
    shared = np.linalg.norm(factor_a.T @ factor_b, ord="nuc")
    record = dict(case, distance=float(shift + np.trace(c1) + np.trace(c2) - 2 * shared))
    if case["hasSqrtm"]:
        record["sqrtm"] = float(shift + np.trace(c1 + c2 - 2 * np.real(scipy.linalg.sqrtm(c1 @ c2))))
    records.append(record)
print(json.dumps(dict(numpy=np.__version__, scipy=scipy.__version__, records=records), indent=1))
