#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes cases.json: what SciPy and R say, for tests/unit/test_stats_golden.c to compare with.

Needs Debian's python3-scipy and r-base-core; cases.json names the versions that it was made with. The test needs neither.
Where SciPy or R mean something else than analysis/stats*.h, the comment here says what is taken instead. Where both say the
same, they are held against each other, too.
"""

import json
import math
import pathlib
import random
import subprocess

import numpy
import scipy
from scipy import stats

CONFIDENCE = 0.95
EXACT = 20
RESAMPLES = 5000
LEAST = 6
MASK = (1 << 64) - 1


def near(a, b, off=1e-12):
    assert math.isclose(a, b, rel_tol=off, abs_tol=1e-300), (a, b)


def run_r(lines):
    """Runs lines of R, each of which gives numbers; returns a list of them for each line."""
    script = "options(warn=-1)\n" + "".join(f'cat(sprintf("%.17g", c({line})), "\\n")\n' for line in lines)
    out = subprocess.run(["Rscript", "--vanilla", "-"], input=script, capture_output=True, text=True, check=True).stdout
    return [[float(word) for word in line.split()] for line in out.splitlines()]


def vector(values):
    return "c(" + ",".join(repr(float(v)) for v in values) + ")"


# ---- inputs

def lognormal(rng, n, center=1500.0, sigma=0.05, digits=None):
    values = [center * math.exp(rng.gauss(0, sigma)) for _ in range(n)]
    return values if digits is None else [round(v, digits) for v in values]


def two_sides():
    rng = random.Random(7)
    yield "one and one", [3.5], [1.25]
    yield "two and two", [3.5, 4.5], [1.25, 4.0]
    yield "three and three", [1.0, 2.0, 3.0], [4.0, 5.0, 6.0]
    yield "one and twenty", [0.5], lognormal(rng, 20, 1.0)
    yield "four and four, apart", [5.0, 6.0, 7.0, 8.0], [1.0, 2.0, 3.0, 4.0]
    yield "six and six", lognormal(rng, 6), lognormal(rng, 6, 1600)
    yield "seven and ten", lognormal(rng, 7), lognormal(rng, 10, 1520)
    yield "ten and ten, the same", lognormal(rng, 10), lognormal(rng, 10)
    yield "ten and twenty", lognormal(rng, 10, 1600), lognormal(rng, 20)
    yield "twenty and twenty", lognormal(rng, 20), lognormal(rng, 20, 1570)
    yield "twenty and twenty, apart", lognormal(rng, 20, 9000), lognormal(rng, 20)
    yield "negative and around 0", [rng.gauss(0, 1) for _ in range(12)], [rng.gauss(-0.7, 1) for _ in range(11)]
    yield "tiny", [v * 1e-300 for v in lognormal(rng, 8)], [v * 1e-300 for v in lognormal(rng, 9, 1400)]
    yield "ties within", [1.0, 2.0, 2.0, 3.0, 7.0, 8.0], [9.0, 9.0, 10.0, 11.0, 12.0, 13.0]
    yield "ties across", [1.0, 2.0, 3.0, 4.0, 5.0, 6.0], [3.0, 4.0, 5.0, 6.0, 7.0, 8.0]
    yield "instructions", lognormal(rng, 10, 1500, 0.002, 0), lognormal(rng, 10, 1503, 0.002, 0)
    yield "twenty with ties", lognormal(rng, 20, 50, 0.05, 0), lognormal(rng, 20, 52, 0.05, 0)
    yield "all equal", [4.0] * 8, [4.0] * 7
    yield "all equal on each side", [5.0] * 8, [4.0] * 8
    yield "two equal", [4.0], [4.0]
    yield "twenty-one and twenty", lognormal(rng, 21), lognormal(rng, 20, 1520)
    yield "three and forty", lognormal(rng, 3, 1700), lognormal(rng, 40)
    yield "large", lognormal(rng, 300), lognormal(rng, 250, 1510)
    yield "large with ties", lognormal(rng, 200, 50, 0.1, 0), lognormal(rng, 220, 51, 0.1, 0)
    yield "very different", lognormal(rng, 400, 1600), lognormal(rng, 400)


def single_sides():
    rng = random.Random(8)
    yield "one", [2.5]
    yield "two", [2.5, 4.0]
    yield "three", [2.5, 4.0, 4.25]
    yield "five", lognormal(rng, 5)
    yield "six", lognormal(rng, 6)
    yield "ties", [1.0, 2.0, 2.0, 2.0, 9.0, 9.0, 10.0]
    yield "all equal", [7.0] * 9
    yield "ten", lognormal(rng, 10)
    yield "eleven, one far off", lognormal(rng, 10) + [90000.0]
    yield "hundred", lognormal(rng, 100)
    yield "large", lognormal(rng, 1500, 20.0, 0.5)


def rows():
    rng = random.Random(9)
    yield "two", [1.0, 2.0], [3.0, 5.0]
    yield "three", [1.0, 2.0, 4.0], [3.0, 5.0, 4.5]
    yield "six, rising", [float(i) for i in range(6)], [1.0, 2.0, 4.0, 8.0, 16.0, 32.0]
    yield "ten, no trend", [float(i) for i in range(10)], lognormal(rng, 10)
    yield "twenty, falling", [1.5 * i for i in range(20)], [1500 - 9 * i + rng.gauss(0, 30) for i in range(20)]
    yield "twenty, one far off", [float(i) for i in range(20)], [i + rng.random() for i in range(19)] + [-1e6]
    yield "ties", [float(i) for i in range(12)], [1.0, 1.0, 2.0, 2.0, 2.0, 3.0, 3.0, 2.0, 4.0, 4.0, 5.0, 5.0]
    yield "all equal", [float(i) for i in range(9)], [3.0] * 9
    yield "large", [float(i) for i in range(150)], [1000 + 0.1 * i + rng.gauss(0, 20) for i in range(150)]
    yield "large with ties", [float(i) for i in range(80)], [round(i / 30 + rng.gauss(0, 2)) + 0.0 for i in range(80)]


# ---- two sides

def rank_by_normal(mean, sd):
    """The greatest k with 2 P(X < k) <= 1 - CONFIDENCE, X normal, with one half for continuity."""
    k = int(mean + 0.5 + sd * stats.norm.ppf((1 - CONFIDENCE) / 2)) + 2
    while k > 0 and 2 * stats.norm.cdf((k - 1 + 0.5 - mean) / sd) > 1 - CONFIDENCE:
        k -= 1
    return k


def tied(x, y):
    return len(set(x) | set(y)) < len(x) + len(y)


def compare_sides(name, x, y, from_r):
    m, n = len(x), len(y)
    exact = max(m, n) <= EXACT and not tied(x, y)
    u, p = stats.mannwhitneyu(x, y, method="exact" if exact else "asymptotic", use_continuity=True)
    if len(set(x) | set(y)) == 1:
        # SciPy and R divide by a variance of 0 and say NaN; each arrangement gives the same U, so it is 1.
        p = 1.0
    else:
        near(p, from_r["p"])
    near(u, from_r["u"])
    # R's estimate by the normal approximation is a root of a step function, good to 1e-4; the definition is the median.
    differences = numpy.sort(numpy.subtract.outer(numpy.array(x), numpy.array(y)).ravel())
    shift = float(numpy.median(differences))
    if exact:
        near(shift, from_r["shift"])
    if max(m, n) <= EXACT:
        k = int(from_r["k"])
        k = k if k > 0 and from_r["below"] <= 1 - CONFIDENCE else k - 1
    else:
        k = rank_by_normal(m * n / 2, math.sqrt(m * n * (m + n + 1) / 12))
    low, high = (float(differences[k - 1]), float(differences[m * n - k])) if k > 0 else (None, None)
    # With too few values, R gives the whole range and a warning; nothing is given here.
    if exact and k > 0:
        near(low, from_r["low"])
        near(high, from_r["high"])
    return {"name": name, "value": x, "base": y, "u": float(u), "p": float(p), "exact": exact, "shift": shift,
            "low": low, "high": high}


def all_sides():
    cases, lines = list(two_sides()), []
    for _, x, y in cases:
        exact = "TRUE" if max(len(x), len(y)) <= EXACT and not tied(x, y) else "FALSE"
        small = max(len(x), len(y)) <= EXACT
        test = f"wilcox.test({vector(x)}, {vector(y)}, exact={exact}, correct=TRUE"
        rank = f"qwilcox({(1 - CONFIDENCE) / 2!r}, {len(x)}, {len(y)})" if small else "0"
        lines.append(f"{{t <- {test}); k <- {rank}; c(t$statistic, t$p.value, k, 2 * pwilcox(k - 1, {len(x)}, {len(y)}))}}")
        lines.append(f"{{t <- {test}, conf.int=TRUE); c(t$estimate, t$conf.int)}}" if exact == "TRUE" else "c(0, 0, 0)")
    said = run_r(lines)
    for i, (name, x, y) in enumerate(cases):
        from_r = dict(zip(("u", "p", "k", "below", "shift", "low", "high"), said[2 * i] + said[2 * i + 1]))
        yield compare_sides(name, x, y, from_r)


# ---- bootstrap: an implementation of its own, as stats_boot.h documents the generator

def splitmix64(seed):
    while True:
        seed = (seed + 0x9E3779B97F4A7C15) & MASK
        z = ((seed ^ (seed >> 30)) * 0xBF58476D1CE4E5B9) & MASK
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & MASK
        yield z ^ (z >> 31)


def drawn(numbers, values):
    return sorted(values[((next(numbers) >> 32) * len(values)) >> 32] for _ in values)


def percentile_interval(figures):
    return [float(numpy.quantile(figures, q)) for q in ((1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2)]


def quantile_interval(values, q, seed):
    if len(values) < LEAST:
        return [None, None]
    numbers = splitmix64(seed)
    return percentile_interval([float(numpy.quantile(drawn(numbers, values), q)) for _ in range(RESAMPLES)])


def ratio_mean(pairs, numbers=None):
    logs = []
    for value, base in pairs:
        value = drawn(numbers, value) if numbers else value
        base = drawn(numbers, base) if numbers else base
        logs.append(float(numpy.median(value)) / float(numpy.median(base)))
    return float(stats.gmean(logs))


def ratio_means():
    rng = random.Random(11)
    for name, sizes in (("one pair", [(7, 8)]), ("three pairs", [(6, 6), (10, 20), (9, 7)]), ("many", [(10, 10)] * 12),
                        ("all equal", None), ("too few", [(10, 10), (5, 10)])):
        pairs = [[[3.0] * 6, [2.0] * 6]] if sizes is None else \
            [[sorted(lognormal(rng, a, rng.uniform(100, 9000))), sorted(lognormal(rng, b, 1500))] for a, b in sizes]
        enough = all(min(len(a), len(b)) >= LEAST for a, b in pairs)
        numbers = splitmix64(5)
        low, high = percentile_interval([ratio_mean(pairs, numbers) for _ in range(RESAMPLES)]) if enough else (None, None)
        yield {"name": name, "seed": 5, "pairs": pairs, "mean": ratio_mean(pairs), "low": low, "high": high}


# ---- one side

def describe(name, values, from_r):
    n = len(values)
    values = sorted(values)
    k = int(stats.binom.ppf((1 - CONFIDENCE) / 2, n, 0.5)) + 1
    while k > 0 and 1 - 2 * stats.binom.cdf(k - 1, n, 0.5) < CONFIDENCE:
        k -= 1
    quantiles = [[q, float(numpy.quantile(values, q))] + (quantile_interval(values, q, 3) if n <= 100 else [None, None])
                 for q in (0.5, 0.9, 0.99)]
    for (_, have, *_), want in zip(quantiles, from_r):
        near(have, want)
    return {"name": name, "value": values, "median": float(numpy.median(values)),
            "sd": float(numpy.std(values, ddof=1)) if n > 1 else None, "seed": 3, "quantiles": quantiles, "drawn": n <= 100,
            "low": values[k - 1] if k > 0 else None, "high": values[n - k] if k > 0 else None}


def all_described():
    cases = list(single_sides())
    said = run_r([f"quantile({vector(v)}, c(.5, .9, .99), type=7)" for _, v in cases])
    return [describe(name, values, from_r) for (name, values), from_r in zip(cases, said)]


# ---- slopes

def inversion_ways(n):
    ways = [1]
    for i in range(2, n + 1):
        ways = [sum(ways[max(0, k - i + 1):k + 1]) for k in range(len(ways) + i - 1)]
    return ways


def rank_of_slope(n):
    pairs = n * (n - 1) // 2
    if n > EXACT:
        return rank_by_normal(pairs / 2, math.sqrt(n * (n - 1) * (2 * n + 5) / 72))
    ways, k = inversion_ways(n), 0
    while 2 * sum(ways[:k + 1]) / math.factorial(n) <= 1 - CONFIDENCE:
        k += 1
    return k


def fit(name, x, y, from_r):
    n, flat = len(x), len(set(y)) == 1
    slopes = sorted((y[i] - y[j]) / (x[i] - x[j]) for i in range(n) for j in range(i))
    # Sen's interval, as SciPy has it, takes the nearest rank of the normal approximation; ours the last safe one.
    slope = float(stats.theilslopes(y, x)[0])
    exact = n <= EXACT and len(set(y)) == n
    tau, p = stats.kendalltau(x, y, method="exact" if exact else "asymptotic")
    if exact:
        # R subtracts from 1 for one of the tails, and loses digits there; SciPy counts in whole numbers.
        near(p, from_r[1], 1e-6)
    else:
        # SciPy has no correction for continuity; R has.
        p = 1.0 if flat else from_r[1]
    k = rank_of_slope(n)
    if not flat:
        near(tau, from_r[0])
    return {"name": name, "x": x, "y": y, "slope": slope, "tau": None if flat else float(tau), "p": float(p),
            "low": slopes[k - 1] if k > 0 else None, "high": slopes[len(slopes) - k] if k > 0 else None}


def all_slopes():
    cases, lines = list(rows()), []
    for _, x, y in cases:
        exact = "TRUE" if len(x) <= EXACT and len(set(y)) == len(y) else "FALSE"
        lines.append("c(0, 1)" if len(set(y)) == 1 else
                     f'{{t <- cor.test({vector(x)}, {vector(y)}, method="kendall", exact={exact}, continuity={"TRUE" if exact == "FALSE" else "FALSE"}); '
                     "c(t$estimate, t$p.value)}")
    return [fit(name, x, y, from_r) for (name, x, y), from_r in zip(cases, run_r(lines))]


# ---- Holm

def all_holm():
    rng = random.Random(10)
    cases = [[0.03], [0.01, 0.04], [0.01, 0.02, 0.03], [0.2, 0.2, 0.2], [1.0, 0.5], [0.0, 1e-12, 0.9],
             [rng.random() ** 6 for _ in range(40)]]
    said = run_r([f'p.adjust({vector(p)}, method="holm")' for p in cases])
    return [{"p": p, "holm": holm} for p, holm in zip(cases, said)]


def main():
    r = subprocess.run(["Rscript", "--version"], capture_output=True, text=True, check=True)
    table = {
        "made_with": {"scipy": scipy.__version__, "numpy": numpy.__version__, "R": (r.stdout + r.stderr).split("version ")[1].split()[0]},
        "describe": all_described(), "sides": list(all_sides()), "slopes": all_slopes(), "holm": all_holm(),
        "ratio_means": list(ratio_means()),
    }
    path = pathlib.Path(__file__).parent / "cases.json"
    text = "{\n" + ",\n".join(
        f'"{key}": ' + ("[\n" + ",\n".join(json.dumps(case, allow_nan=False) for case in part) + "\n]"
                        if isinstance(part, list) else json.dumps(part)) for key, part in table.items())
    path.write_text(text + "\n}\n")


if __name__ == "__main__":
    main()
