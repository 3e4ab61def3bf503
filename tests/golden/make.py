#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-only
"""Writes the result folders of the golden tests: the same bytes each time.

quick   a run as the quick suite makes it: growth, controls, text axes
later   the same suite on another kernel, with two differences
numa    initiator's node by memory's node, in a ring of 4; one cell was skipped, and a word is no node
tlb     an operation in parts: with a bystander and without, with pages and without; the flush ceiling, told by counts
enough  points with as many samples as each needed; some not steady; ended by the time budget; compared by workload
fault   device faults that collide with invalidations, more often the more there are
odd     what goes wrong: failed and skipped samples, too few of them, absent metrics, a cut last line, hostile text
"""

import json
import math
import pathlib
import random

SUB_BITS = 6
HZ = 2_000_000_000
HERE = pathlib.Path(__file__).parent


def bin_of(value):
    """loghist_index() of include/loghist.h."""
    if value < 1 << SUB_BITS:
        return value
    octave = value.bit_length() - 1 - SUB_BITS
    return ((octave + 1) << SUB_BITS) + ((value >> octave) & ((1 << SUB_BITS) - 1))


def histogram(values):
    bins = {}
    for v in values:
        bins[bin_of(v)] = bins.get(bin_of(v), 0) + 1
    return {"unit": "cycles", "hz": HZ, "sub_bits": SUB_BITS, "count": len(values), "sum": sum(values),
            "min": min(values), "max": max(values), "bins": [[i, bins[i]] for i in sorted(bins)]}


def run_json(**changes):
    run = {
        "format": "shootdown-run", "version": 1,
        "started": "2026-11-20T08:30:00Z", "finished": "2026-11-20T08:31:05Z",
        "status": "complete", "why": "",
        "command": ["shootdown", "run", "quick"],
        "tool": {"version": "0.1.0", "commit": "0123456789ab"},
        "emulated": True,
        "machine": {"host": "box", "kernel": "6.1.0-56-amd64", "cpu": "QEMU Virtual CPU version 2.5+",
                    "cpus": 4, "nodes": 2, "memory_bytes": 2147483648, "thp": "madvise", "smt": False},
        "vm": {"accel": "tcg", "cpus": 4, "nodes": 2, "mem_mib": 2048},
        "module": {"srcversion": "0123456789ABCDEF", "select": "file"},
        "suite": {"name": "quick", "help": "the first look", "text": "[global]\n"},
        "seed": 1, "repeats": 7, "planned": 0,
        "axes": ["section", "workload", "variant", "ranges", "threads"],
        "values": {"section": ["engine", "controls", "ranges", "operations"],
                   "variant": ["none", "empty", "list", "rbtree", "itree"]},
        "metrics": {
            "op.p50": {"unit": "ns", "better": "lower", "help": "median of the time of one operation"},
            "op.mean": {"unit": "ns", "better": "lower", "help": "mean of the time of one operation"},
            "op.rate": {"unit": "1/s", "better": "higher", "help": "operations per second"},
            "op.count": {"unit": "", "better": "neither", "help": "operations that were timed"},
            "cb.calls": {"unit": "", "better": "neither", "help": "calls of the callbacks"},
        },
        "calibration": {"timer.read": {"value": 21.5, "unit": "ns"}, "record": {"value": 4.25, "unit": "ns"},
                        "engine.op": {"value": 51.0, "unit": "ns"}},
    }
    run.update(changes)
    return run


def cost_ns(workload, variant, ranges):
    base = {"null": 40, "dontneed": 1500, "munmap": 4200, "mprotect": 2600}[workload]
    added = {"none": 0, "empty": 180, "list": 200 + 8.4 * ranges,
             "rbtree": 320 + 25 * math.log2(ranges + 1), "itree": 300 + 12 * math.log2(ranges + 1)}[variant]
    return base + added


def sample(rng, number, repeat, point):
    section, workload, variant, ranges = point
    center = cost_ns(workload, variant, ranges) * HZ / 1e9 * rng.lognormvariate(0, 0.02)
    values = [int(center * rng.lognormvariate(0, 0.06)) for _ in range(40)]
    values.append(int(center * rng.uniform(3, 12)))
    ns = [v * 1e9 / HZ for v in sorted(values)]
    metrics = {"op.p50": ns[len(ns) // 2], "op.mean": round(sum(ns) / len(ns), 3),
               "op.rate": round(1e9 * len(ns) / sum(ns), 3), "op.count": len(ns)}
    absent = {}
    if variant == "none":
        absent["cb.calls"] = "nothing is subscribed"
    else:
        metrics["cb.calls"] = 2 * len(ns)
    return {"sample": number, "repeat": repeat,
            "axes": {"section": section, "workload": workload, "variant": variant, "ranges": ranges, "threads": 1},
            "status": "ok", "why": "", "started_s": round(0.2 * number, 3), "measured_s": 0.12,
            "metrics": metrics, "absent": absent, "hist": {"op": histogram(values)}}


def write(name, run, lines, tail=""):
    folder = HERE / name / "run"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "run.json").write_text(json.dumps(run, indent=1) + "\n")
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    (folder / "samples.jsonl").write_text(text + tail)


def quick_lines(seed):
    points = [("engine", "null", "none", 1)]
    points += [("controls", "dontneed", v, 1) for v in ("none", "empty")]
    points += [("ranges", "dontneed", v, r) for v in ("list", "rbtree", "itree") for r in (10, 100, 1000, 10000)]
    points += [("operations", w, v, 1000) for w in ("munmap", "mprotect") for v in ("none", "list", "itree")]
    twins = [points[0], points[1], points[3], points[15]]
    rng, twin_rng = random.Random(seed), random.Random(seed + 4)
    lines = []
    for repeat in range(7):
        rng.shuffle(points)
        lines += [sample(rng, len(lines) + i, repeat, p) for i, p in enumerate(points)]
        lines += [sample(twin_rng, len(lines) + i, 7 + repeat, p) for i, p in enumerate(twins)]
    return lines


def quick():
    lines = quick_lines(1)
    write("quick", run_json(planned=len(lines)), lines)


HOSTILE = "a'b\"c\\ `touch hostile` $(touch hostile) ${x} {/Bold x} _y^z @w %s | <b>&amp; ](x) \u001b[31m\u009b \u00e9\u4e2d" \
    "</title><script>alert(1)</script> \" onload=\"alert(1) ' --> ]]> \u202eevil\u202c"


def odd():
    rng = random.Random(2)
    lines = []
    for repeat in range(8):
        for variant, ranges in (("list", 1), ("list", 2), ("it,\"e'\\_`$x", 1), ("it,\"e'\\_`$x", 2), ("lost", 1)):
            s = sample(rng, len(lines), repeat, ("s", "dontneed", "list", ranges))
            s["axes"]["variant"] = variant
            del s["axes"]["threads"]
            if variant == "lost":
                s = {k: s[k] for k in ("sample", "repeat", "axes")} | {"status": "failed", "why": "no callback was seen\u001b[2J <img src=x onerror=alert(1)>"}
            elif variant != "list" and repeat > 4:
                s = {k: s[k] for k in ("sample", "repeat", "axes")} | {"status": "skipped", "why": "needs 2 CPUs"}
            elif ranges == 2:
                del s["metrics"]["cb.calls"]
                s["absent"]["cb.calls"] = "the variant has no end callback, and this is a long reason"
                s["metrics"]["op.count"] = 0
            lines.append(s)
    run = run_json(status="running", planned=50, repeats=8)
    del run["finished"], run["vm"], run["values"]
    run["machine"].update(host=HOSTILE, cpu=HOSTILE, kernel="6.1'\"`\u0007", note="a\nb")
    run["suite"].update(name="odd_*suite*", help=HOSTILE, text="[global]\nhelp = " + HOSTILE + "\n\tx = </pre>\n")
    run["command"] = ["shootdown", "run", "x`y\n"]
    write("odd", run, lines, tail='{"sample": 40, "rep')


def later():
    """The same suite on a later kernel: lists of 10,000 ranges are slower by 12 %, trees of 1,000 faster by 20 %."""
    factors = {("list", 10000): 1.12, ("itree", 1000): 0.8}
    lines = quick_lines(2)
    for line in lines:
        factor = factors.get((line["axes"]["variant"], line["axes"]["ranges"]), 1)
        line["metrics"]["op.p50"] *= factor
        del line["hist"]
    run = run_json(planned=len(lines), seed=2)
    run["machine"].update(kernel="6.12.0-1-amd64", clock_hz=1)
    write("later", run, lines)


def numa():
    points = [(home, memory) for home in range(4) for memory in ("local", 0, 1, 2, 3)]
    rng = random.Random(3)
    lines = []
    for repeat in range(6):
        rng.shuffle(points)
        for home, memory in points:
            steps = 0 if memory == "local" else min(abs(home - memory), 4 - abs(home - memory))
            line = {"sample": len(lines), "repeat": repeat,
                    "axes": {"section": "matrix", "workload": "dontneed", "variant": "itree", "home": home, "memory": memory},
                    "status": "ok", "why": "",
                    "metrics": {"op.p50": round((1500 + 450 * steps) * rng.lognormvariate(0, 0.01), 1)}}
            if (home, memory) == (3, 1):
                del line["metrics"]
                line.update(status="skipped", why="memory=1: NUMA node 1 has no memory that may be used")
            lines.append(line)
    run = run_json(planned=len(lines), repeats=6, axes=["section", "workload", "variant", "home", "memory"],
                   values={"memory": ["local"]}, metrics={"op.p50": run_json()["metrics"]["op.p50"]})
    run["suite"]["name"] = "numa"
    write("numa", run, lines)


def fault():
    """One device faults while one to three threads invalidate; `accumulate` and `itree` wait, `list` tries again."""
    points = [(v, t) for v in ("list", "accumulate", "itree") for t in (1, 2, 3)]
    rng = random.Random(5)
    lines = []
    for repeat in range(8):
        rng.shuffle(points)
        for variant, threads in points:
            rate = 90_000 * threads ** 0.8 * rng.lognormvariate(0, 0.04)
            retries = 0 if variant == "itree" else rate / 3e5 * {"list": 1, "accumulate": 0.05}[variant]
            drift = 1 + 0.15 * len(lines) / 72
            lines.append({"sample": len(lines), "repeat": repeat,
                          "axes": {"section": "same", "workload": "dontneed", "variant": variant, "threads": threads},
                          "status": "ok", "why": "",
                          "metrics": {"op.rate": round(rate, 1),
                                      "fault.p50": round((2500 + 4000 * retries) * drift * rng.lognormvariate(0, 0.02), 1),
                                      "fault.retries": round(retries * rng.lognormvariate(0, 0.2), 5)}})
    run = run_json(planned=len(lines), repeats=8, axes=["section", "workload", "variant", "threads"],
                   values={"variant": ["list", "accumulate", "itree"]},
                   metrics={"fault.p50": {"unit": "ns", "better": "lower", "help": "median of the time of a device fault, with its retries"},
                            "op.rate": run_json()["metrics"]["op.rate"],
                            "fault.retries": {"unit": "1/fault", "better": "lower", "help": "tries that collided with an invalidation"}})
    run["suite"].update(name="fault", metrics=["fault.p50", "fault.retries"])
    write("fault", run, lines)


def tlb():
    """At 64 pages the bystander seems to make it cheaper: a part below 0, which must be seen to be that."""
    points = [("pages", 1, pages, by) for pages in (1, 32, 33, 34, 64) for by in (0, 1)]
    points += [("absent", 0, pages, 0) for pages in (1, 32, 33, 34, 64)]
    others = {1: 9500, 32: 9000, 33: 9000, 34: 8800, 64: -400}
    rng = random.Random(5)
    lines = []
    for repeat in range(6):
        for section, present, pages, by in points:
            cost = 310 + present * (900 + 230 * pages) + by * others[pages]
            lines.append({"sample": len(lines), "repeat": repeat,
                          "axes": {"section": section, "workload": "dontneed", "variant": "none", "present": present,
                                   "pages": pages, "bystanders": by},
                          "status": "ok", "why": "",
                          "metrics": {"op.p50": round(cost * rng.lognormvariate(0, 0.01), 1),
                                      "ctr.tlb_flush_full": present * (1 + by) if pages > 33 else 0}})
    metric = run_json()["metrics"]["op.p50"]
    run = run_json(planned=len(lines), repeats=6, axes=["section", "workload", "variant", "present", "pages", "bystanders"],
                   values={"section": ["pages", "absent"]},
                   metrics={"op.p50": metric, "ctr.tlb_flush_full": dict(metric, unit="1/op", help="flushes of the whole TLB")})
    run["suite"].update(name="tlb", by="bystanders", metrics=["op.p50", "ctr.tlb_flush_full"])
    write("tlb", run, lines)


def enough():
    counts = {"none": (6, "precise"), "empty": (9, "precise"), "list": (12, "most"), "rbtree": (7, None), "itree": (1, "skipped")}
    rng = random.Random(4)
    lines = []
    for variant, (count, last) in counts.items():
        for repeat in range(count):
            line = {"sample": len(lines), "repeat": repeat if repeat < 6 else repeat + 6,
                    "axes": {"section": "all", "workload": "dontneed", "variant": variant},
                    "status": "ok", "why": "",
                    "metrics": {"op.p50": round(1500 * rng.lognormvariate(0, 0.01), 1),
                                "warmup.steady": int(variant != "list" or repeat > 1)}}
            if last and repeat == count - 1:
                line["last"] = last
            if variant == "itree":
                del line["metrics"]
                line.update(status="skipped", why="needs 2 NUMA nodes")
            lines.append(line)
    run = run_json(planned=30, repeats=6, repeats_most=12, precision=0.05, axes=["section", "workload", "variant"],
                   values={"variant": list(counts)}, status="incomplete",
                   why="time budget of 60 s: 35 samples taken, 1 to go",
                   metrics={"op.p50": run_json()["metrics"]["op.p50"],
                            "warmup.steady": {"unit": "", "better": "higher", "help": "1: no trend"}})
    run["suite"].update(name="enough", by="workload")
    write("enough", run, lines)


if __name__ == "__main__":
    quick()
    later()
    numa()
    fault()
    tlb()
    enough()
    odd()
