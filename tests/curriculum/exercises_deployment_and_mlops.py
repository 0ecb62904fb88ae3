"""Solves the exercises of chapter 11, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import hashlib
import json
import struct

import numpy as np
import pytest
from scipy import stats

from tests.curriculum.numeric import relative_error

# hugging-face-deployment


def tensors():
    return {"b": np.arange(3, dtype=np.float32), "w": np.arange(6, dtype=np.float32).reshape(2, 3)}


def write_tensors(arrays, mistake=""):
    """Give the bytes of a safetensors file."""
    header, start = {}, 0
    for name, array in arrays.items():
        end = start + array.nbytes
        offsets = [start, end - 1 if mistake == "end off by one" else end]
        header[name] = {"dtype": "F32", "shape": list(array.shape), "data_offsets": offsets}
        start = end
    text = json.dumps(header, separators=(",", ":")).encode()
    if mistake == "offsets from the start of the file":
        for entry in header.values():
            entry["data_offsets"] = [o + 8 + len(text) for o in entry["data_offsets"]]
        text = json.dumps(header, separators=(",", ":")).encode()
    order = ">Q" if mistake == "big-endian length" else "<Q"
    return struct.pack(order, len(text)) + text + b"".join(a.tobytes() for a in arrays.values())


def read_tensors(data):
    """Give the arrays of a safetensors file; refuse offsets that do not fit."""
    length = struct.unpack("<Q", data[:8])[0]
    header, body = json.loads(data[8 : 8 + length]), data[8 + length :]
    out = {}
    for name, entry in header.items():
        start, end = entry["data_offsets"]
        if not 0 <= start <= end <= len(body) or end - start != 4 * np.prod(entry["shape"]):
            raise ValueError(name)
        out[name] = np.frombuffer(body[start:end], dtype="<f4").reshape(entry["shape"])
    return out


def check_tensors(data, read):
    assert len(data) == 8 + 112 + 36 == 156
    assert data[0] == 112
    assert json.loads(data[8:120])["w"]["data_offsets"] == [12, 36]
    for name, array in tensors().items():
        assert (read(data)[name] == array).all()
    with pytest.raises(ValueError, match="w"):
        read(data.replace(b"[12,36]", b"[16,40]"))


def test_tensors():
    check_tensors(write_tensors(tensors()), read_tensors)


@pytest.mark.parametrize(
    "mistake", ["end off by one", "offsets from the start of the file", "big-endian length"]
)
def test_tensors_wrong(mistake):
    with pytest.raises(AssertionError):
        check_tensors(write_tensors(tensors(), mistake), read_tensors)


# model-export


def network():
    rng = np.random.default_rng(0)
    w1, b1, gamma, beta, mean = (rng.normal(size=s) for s in ((4, 8), 8, 8, 8, 8))
    var = rng.uniform(0.5, 2, 8)
    return w1, b1, gamma, beta, mean, var, *(rng.normal(size=s) for s in ((8, 3), 3, (100, 4)))


def run_network(training=False):
    """Give the outputs of the network with its BatchNorm."""
    w1, b1, gamma, beta, mean, var, w2, b2, x = network()
    z = x @ w1 + b1
    if training:
        mean, var = z.mean(axis=0), z.var(axis=0)
    return np.maximum(0, gamma * (z - mean) / np.sqrt(var + 1e-5) + beta) @ w2 + b2


def solve_folding(mistake="", kind=np.float64):
    """Give the outputs of the network without its BatchNorm."""
    w1, b1, gamma, beta, mean, var, w2, b2, x = network()
    k = gamma / (var if mistake == "variance for deviation" else np.sqrt(var + 1e-5))
    shift = -beta if mistake == "sign of the shift" else beta
    bias = k * b1 + shift if mistake == "mean left out" else k * (b1 - mean) + shift
    weight, bias, w2, b2, x = (a.astype(kind) for a in (w1 * k, bias, w2, b2, x))
    return np.maximum(0, x @ weight + bias) @ w2 + b2


def check_folding(double, single):
    right = run_network()
    assert relative_error(double, right) < 1e-12
    assert 1e-9 < relative_error(single, right) < 1e-5
    assert double.sum() == pytest.approx(1281.690, abs=1e-3)


def test_folding():
    single = solve_folding(kind=np.float32)
    assert single.dtype == np.float32
    check_folding(solve_folding(), single)
    assert np.abs(run_network(training=True) - run_network()).max() > 10


@pytest.mark.parametrize("mistake", ["variance for deviation", "sign of the shift", "mean left out"])
def test_folding_wrong(mistake):
    with pytest.raises(AssertionError):
        check_folding(solve_folding(mistake), solve_folding(mistake, np.float32))


# inference-servers


def times_in_system(arrivals, services):
    free, out = 0.0, np.empty(len(arrivals))
    for i, (arrival, service) in enumerate(zip(arrivals.tolist(), services.tolist(), strict=True)):
        free = max(free, arrival) + service
        out[i] = free - arrival
    return out


def solve_queue(mistake=""):
    """Give the mean time, its 99th percentile and the mean number, then the mean for constant service."""
    rng = np.random.default_rng(0)
    gaps = rng.exponential(1 / 16, 200000)
    services = rng.exponential(0.1 if mistake == "factor 2 in the service" else 0.05, 200000)
    arrivals = np.cumsum(gaps)
    if mistake == "idle time not waited for":
        busy = np.cumsum(services) - arrivals
        times = np.maximum(busy, 0) + services
    else:
        times = times_in_system(arrivals, services)
    if mistake == "waiting without service":
        times = times - services
    constant = times_in_system(arrivals, np.full(200000, 0.05))
    return times.mean(), np.quantile(times, 0.99), times.sum() / arrivals[-1], constant.mean()


def check_queue(mean, high, number, constant):
    assert mean == pytest.approx(0.2525, abs=5e-4)
    assert high == pytest.approx(1.111, abs=0.005)
    assert number == pytest.approx(4.046, abs=0.01)
    assert constant == pytest.approx(0.1519, abs=5e-4)


def test_queue():
    check_queue(*solve_queue())


@pytest.mark.parametrize(
    "mistake", ["factor 2 in the service", "idle time not waited for", "waiting without service"]
)
def test_queue_wrong(mistake):
    with pytest.raises(AssertionError):
        check_queue(*solve_queue(mistake))


# dockerization


class Builder:
    """Builds images layer by layer, and keeps every layer it has built."""

    def __init__(self, mistake=""):
        self.built, self.mistake = set(), mistake

    def build(self, steps):
        """Give the seconds of a build; a step is an instruction, its seconds and the content it copies."""
        key, seconds = "", 0
        for instruction, cost, content in steps:
            parent = "" if self.mistake == "parent not in the key" else key
            copied = "" if self.mistake == "content not in the key" else content
            key = hashlib.sha256(f"{parent}|{instruction}|{copied}".encode()).hexdigest()
            if key not in self.built:
                self.built.add(key)
                seconds += cost
        return seconds


def solve_docker(mistake=""):
    """Give the total seconds of both orders, and those of a return to the first requirements."""
    changed = np.random.default_rng(0).random(50) < 0.1
    version = np.cumsum(changed)
    if mistake == "first build left out":
        version = version[1:]
    slow, fast = Builder(mistake), Builder(mistake)
    base, install, test = ("base", 30, ""), ("install", 120, ""), ("test", 10, "")
    totals = [0, 0]
    for commit, needs in enumerate(version):
        totals[0] += slow.build([base, ("copy all", 1, f"code {commit}, needs {needs}"), install, test])
        copies = ("copy requirements", 1, f"needs {needs}"), ("copy code", 1, f"code {commit}")
        totals[1] += fast.build([base, copies[0], install, copies[1], test])
    back = ("copy requirements", 1, "needs 0"), ("copy code", 1, "code 50")
    return *totals, fast.build([base, back[0], install, back[1], test])


def check_docker(slow, fast, back):
    assert slow == 30 + 50 * 131 == 6580
    assert fast == 30 + 7 * 121 + 50 * 11 == 1427
    assert back == 11


def test_docker():
    check_docker(*solve_docker())


@pytest.mark.parametrize(
    "mistake", ["parent not in the key", "content not in the key", "first build left out"]
)
def test_docker_wrong(mistake):
    with pytest.raises(AssertionError):
        check_docker(*solve_docker(mistake))


# gpu-inference-optimization


def batched(arrivals, largest, mistake=""):
    """Give the latencies and the sizes of the batches."""
    first, free, latencies, sizes = 0, 0.0, [], []
    while first < len(arrivals):
        start = max(free, arrivals[first])
        waiting = np.searchsorted(arrivals, start, side="right") - first
        size = int(min(largest, max(1, waiting - 1 if mistake == "one left waiting" else waiting)))
        free = start + (5.25 * size if mistake == "no fixed cost shared" else 5 + 0.25 * size)
        latencies.extend(free - arrivals[first : first + size])
        if mistake == "time of service only":
            latencies[-size:] = [free - start] * size
        sizes.append(size)
        first += size
    return np.array(latencies), np.array(sizes)


def solve_batching(mistake=""):
    """Give what the batcher does for M = 1, for M = 32, and for M = 32 at four times the rate."""
    arrivals = np.cumsum(np.random.default_rng(0).exponential(5, 20000))
    return [batched(t, m, mistake) for t, m in ((arrivals, 1), (arrivals, 32), (arrivals / 4, 32))]


def check_batching(runs):
    (one, _), (many, sizes), (fast, fast_sizes) = runs
    assert one.mean() == pytest.approx(2930, abs=5)
    assert one[10000:].mean() > 2 * one[:10000].mean()
    assert many.mean() == pytest.approx(7.497, abs=0.005)
    assert np.quantile(many, 0.99) == pytest.approx(11.01, abs=0.02)
    assert sizes.mean() == pytest.approx(1.420, abs=0.001)
    assert fast.mean() == pytest.approx(9.66, abs=0.01)
    assert fast_sizes.mean() == pytest.approx(5.05, abs=0.01)


def test_batching():
    check_batching(solve_batching())
    assert 5.25 / 5 == 1.05


@pytest.mark.parametrize("mistake", ["one left waiting", "no fixed cost shared", "time of service only"])
def test_batching_wrong(mistake):
    with pytest.raises(AssertionError):
        check_batching(solve_batching(mistake))


# quantization-and-pruning


def quantization_problem(seed):
    rng = np.random.default_rng(seed)
    w = (rng.normal(size=(256, 512)) * 10 ** rng.uniform(-2, 0, size=(256, 1))).astype(np.float32)
    return w, rng.normal(size=512).astype(np.float32)


def quantize(w, axis=None, mistake=""):
    """Give the int8 codes and the scale."""
    largest = 255 if mistake == "scale of an unsigned code" else 127
    scale = np.abs(w).max(axis=axis, keepdims=True) / largest
    codes = np.trunc(w / scale) if mistake == "cut off, not rounded" else np.round(w / scale)
    return codes.astype(np.int8), scale * (1.01 if mistake == "factor in the scale back" else 1)


def solve_quantization(mistake="", seed=0):
    """Give codes and scales for one scale and for row scales, and the integer product."""
    w, x = quantization_problem(seed)
    tensor, row = quantize(w, None, mistake), quantize(w, 1, mistake)
    codes, scale = quantize(x, None, mistake)
    sums = row[0].astype(np.int32) @ codes.astype(np.int32)
    return tensor, row, (codes, scale), sums * row[1][:, 0] * scale


def row_errors(w, quantized):
    back = quantized[0] * quantized[1]
    return np.median(np.linalg.norm(w - back, axis=1) / np.linalg.norm(w, axis=1))


def check_quantization(tensor, row, vector, product, seed=0):
    w, _ = quantization_problem(seed)
    for codes, scale in (tensor, row):
        assert (np.abs(w - codes * scale) <= scale / 2 + 1e-7).all()
    exact = (row[0] * row[1]).astype(np.float64) @ (vector[0] * vector[1]).astype(np.float64)
    assert relative_error(product, exact) < 1e-5
    if seed == 0:
        assert row_errors(w, tensor) == pytest.approx(0.1128, abs=1e-4)
        assert row_errors(w, row) == pytest.approx(0.0073, abs=1e-4)


@pytest.mark.parametrize("seed", range(5))
def test_quantization(seed):
    check_quantization(*solve_quantization(seed=seed), seed=seed)


@pytest.mark.parametrize(
    "mistake", ["scale of an unsigned code", "cut off, not rounded", "factor in the scale back"]
)
def test_quantization_wrong(mistake):
    with pytest.raises(AssertionError):
        check_quantization(*solve_quantization(mistake))


# distributed-training


def ring_all_reduce(vectors, mistake=""):
    """Sum the vectors of all ranks on all ranks; give them and the bytes that each rank sent."""
    n = len(vectors)
    chunks = [[c.copy() for c in np.split(v, n)] for v in vectors]
    sent = [0] * n

    def pass_on(step, shift, add):
        messages = [(r, (r + shift - step) % n) for r in range(n)]
        copies = [chunks[r][c].copy() for r, c in messages]
        for (r, c), copy in zip(messages, copies, strict=True):
            sent[r] += copy.nbytes
            to = chunks[(r + 1) % n]
            to[c] = to[c] + copy if add else copy

    for step in range(n if mistake == "one step too many" else n - 1):
        pass_on(step, 0, add=True)
    for step in range(n - 1):
        pass_on(step, 0 if mistake == "gathers the wrong chunk" else 1, add=False)
    return [np.concatenate(c) for c in chunks], sent


def share_problem():
    rng = np.random.default_rng(0)
    vectors = rng.normal(size=(4, 1000))
    return vectors, rng.normal(size=(100, 5)), rng.normal(size=100)


def share_gradients(x, y):
    """Give the gradients of the mean squared error at w = 0 on four unequal shares."""
    shares = np.split(np.arange(100), [40, 70, 90])
    return np.array([-2 * x[s].T @ y[s] / len(s) for s in shares])


def solve_distributed(mistake=""):
    """Give the reduced vectors, the bytes sent, and the weighted and the plain mean gradient."""
    vectors, x, y = share_problem()
    gradients = share_gradients(x, y)
    weights = np.array([40, 30, 20, 10]) / 100
    if mistake == "equal weights":
        weights = np.full(4, 0.25)
    return *ring_all_reduce(vectors, mistake), weights @ gradients, gradients.mean(axis=0)


def check_distributed(reduced, sent, weighted, plain):
    vectors, x, y = share_problem()
    for vector in reduced:
        assert np.abs(vector - vectors.sum(axis=0)).max() < 1e-12
    assert sent == [12000] * 4
    whole = -2 * x.T @ y / 100
    assert np.abs(weighted - whole).max() < 1e-12
    assert relative_error(plain, whole) > 0.01


def test_distributed():
    check_distributed(*solve_distributed())


@pytest.mark.parametrize("mistake", ["one step too many", "gathers the wrong chunk", "equal weights"])
def test_distributed_wrong(mistake):
    with pytest.raises(AssertionError):
        check_distributed(*solve_distributed(mistake))


# ci-cd-for-models


def solve_gate(mistake=""):
    """Give the counts, the gain, both standard errors and the p-value of the sign test."""
    rng = np.random.default_rng(0)
    old = rng.random(2000) < 0.9
    new = np.where(rng.random(2000) < 0.1, rng.random(2000) < 0.98, old)
    gain = new.astype(float) - old
    fixed, broken = int((gain > 0).sum()), int((gain < 0).sum())
    paired = gain.std(ddof=1) / np.sqrt(1000 if mistake == "n off by a factor 2" else 2000)
    unpaired = np.sqrt((old.var(ddof=1) + new.var(ddof=1)) / 2000)
    if mistake == "deviations added":
        unpaired = (old.std(ddof=1) + new.std(ddof=1)) / np.sqrt(2000)
    side = "greater" if mistake == "one-sided test" else "two-sided"
    p = stats.binomtest(fixed, fixed + broken, alternative=side).pvalue
    return fixed, broken, gain.mean(), paired, unpaired, p


def check_gate(fixed, broken, gain, paired, unpaired, p):
    assert (fixed, broken) == (13, 2)
    assert gain == pytest.approx(0.0055, abs=1e-9)
    assert paired == pytest.approx(0.00193, abs=1e-5)
    assert unpaired == pytest.approx(0.00935, abs=1e-5)
    assert p == pytest.approx(0.0074, abs=1e-4)


def test_gate():
    check_gate(*solve_gate())
    assert pytest.approx(0.6, abs=0.02) == 0.0055 / 0.00935
    assert pytest.approx(2.8, abs=0.06) == 0.0055 / 0.00193


@pytest.mark.parametrize("mistake", ["n off by a factor 2", "deviations added", "one-sided test"])
def test_gate_wrong(mistake):
    with pytest.raises(AssertionError):
        check_gate(*solve_gate(mistake))


# production-monitoring


def solve_drift(mistake=""):
    """Give PSI and KS distance, for the shifted and for the unchanged sample."""
    rng = np.random.default_rng(0)
    reference, live = rng.normal(size=10000), rng.normal(0.2, 1, 10000)
    same = rng.normal(size=10000)
    bins = 11 if mistake == "one bin too many" else 10
    edges = np.quantile(reference, np.arange(1, bins) / bins)

    def shares(x):
        return np.bincount(np.searchsorted(edges, x), minlength=bins) / len(x)

    out = []
    for sample in (live, same):
        p, q = shares(reference), shares(sample)
        terms = q * np.log(q / p) if mistake == "KL for PSI" else (q - p) * np.log(q / p)
        both = np.sort(np.r_[reference, sample])
        steps = [np.searchsorted(np.sort(x), both, side="right") / 10000 for x in (reference, sample)]
        gap = steps[0] - steps[1]
        distance = -gap.min() if mistake == "sign of the distance" else np.abs(gap).max()
        out.append((terms.sum(), distance))
    return out


def check_drift(live, same):
    assert live == (pytest.approx(0.0385, abs=2e-4), pytest.approx(0.0810, abs=1e-4))
    assert same == (pytest.approx(0.0036, abs=2e-4), pytest.approx(0.0095, abs=1e-4))


def test_drift():
    check_drift(*solve_drift())
    assert 1.358 * np.sqrt(2 / 10000) == pytest.approx(0.0192, abs=5e-5)
    assert 2 * stats.norm.cdf(0.1) - 1 == pytest.approx(0.0797, abs=5e-5)


@pytest.mark.parametrize("mistake", ["one bin too many", "KL for PSI", "sign of the distance"])
def test_drift_wrong(mistake):
    with pytest.raises(AssertionError):
        check_drift(*solve_drift(mistake))
