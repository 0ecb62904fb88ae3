"""Recomputes what the study material of chapter 11 claims."""

from __future__ import annotations

import asyncio
import hashlib
import pickle
import time

import numpy as np
import pytest
from scipy import stats

from tests.curriculum.exercises_deployment_and_mlops import ring_all_reduce, times_in_system

# hugging-face-deployment


class Harmful:
    """Pickles to a call of list.append on a list of this module."""

    ran: list[str] = []  # noqa: RUF012

    def __reduce__(self):
        return Harmful.note, ("code ran",)

    @staticmethod
    def note(text):
        Harmful.ran.append(text)


def test_hub_pickle_runs_code():
    """Loading a pickle calls what its author chose."""
    Harmful.ran.clear()
    pickle.loads(pickle.dumps(Harmful()))
    assert Harmful.ran == ["code ran"]


def test_hub_cold_start():
    assert 3e9 * 2 == 6e9
    assert 6e9 * 8 == 48e9
    assert 48e9 / 1e9 == 48


# model-export


def test_export_tracing_loses_a_branch():
    """A recorder of operations sees only the branch that its example takes."""

    def model(x, apply):
        return apply(np.multiply, x, 2.0) if x.sum() > 0 else apply(np.subtract, x, 1.0)

    tape = []

    def record(operation, x, value):
        tape.append((operation, value))
        return operation(x, value)

    model(np.array([1.0]), record)

    def exported(x):
        for operation, value in tape:
            x = operation(x, value)
        return x

    assert len(tape) == 1
    assert exported(np.array([3.0])) == model(np.array([3.0]), lambda f, x, v: f(x, v))
    assert exported(np.array([-3.0])) != model(np.array([-3.0]), lambda f, x, v: f(x, v))


def test_export_fixed_batch():
    """A reshape with the example's batch size in it does not fit another batch."""
    with pytest.raises(ValueError, match="reshape"):
        np.zeros((8, 2, 3)).reshape(1, 6)


def test_export_folding():
    """The rows of W are scaled, and the bias becomes k(b - m) + β."""
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=(3, 4)), rng.normal(size=4)
    b, m, gamma, beta = rng.normal(size=(4, 3))
    k = gamma / np.sqrt(0.7 + 1e-5)
    folded = (k[:, None] * w) @ x + k * (b - m) + beta
    assert folded == pytest.approx(gamma * (w @ x + b - m) / np.sqrt(0.7 + 1e-5) + beta)


def test_export_order_of_sums():
    """Another order changes an fp32 sum of products by some 1e-7 of the sum of their sizes."""
    rng = np.random.default_rng(0)
    terms = (rng.normal(size=4096) * rng.normal(size=4096)).astype(np.float32)
    one = np.float32(0)
    for term in terms:
        one = np.float32(one + term)
    difference = abs(float(one) - float(terms[::-1].sum())) / float(np.abs(terms).sum())
    assert 0 < difference < 1e-6
    half = abs(float(terms.astype(np.float16).sum(dtype=np.float16)) - float(one))
    assert half / float(np.abs(terms).sum()) > 10 * difference


# inference-servers


def test_server_load_once():
    assert pytest.approx(0.25, abs=0.002) == 1 / 4.02
    assert 1 / 0.02 == 50


def test_server_blocked_loop():
    """A health check waits for a handler that computes, but not for one in a thread."""

    async def answer_time(in_thread):
        async def predict():
            if in_thread:
                await asyncio.to_thread(time.sleep, 0.5)
            else:
                time.sleep(0.5)  # noqa: ASYNC251

        async def health():
            return time.monotonic()

        start = time.monotonic()
        prediction = asyncio.create_task(predict())
        answered = await asyncio.create_task(health())
        await prediction
        return answered - start

    assert asyncio.run(answer_time(in_thread=False)) >= 0.5
    assert asyncio.run(answer_time(in_thread=True)) < 0.4


def test_server_queue():
    """The mean time of M/M/1 is service/(1 - load): 250 ms at load 0.8, 1 s at 0.95."""
    assert pytest.approx(0.8) == 16 * 0.05
    assert pytest.approx(250) == 50 / (1 - 0.8)
    assert pytest.approx(1000) == 50 / (1 - 0.95)
    rng = np.random.default_rng(1)
    arrivals = np.cumsum(rng.exponential(1 / 16, 200000))
    times = times_in_system(arrivals, rng.exponential(0.05, 200000))
    assert times.mean() == pytest.approx(0.25, rel=0.05)
    # M/D/1: half the waiting time; the time in M/M/1 is exponential, so its 99th percentile is mean · ln 100
    assert pytest.approx(0.15) == 0.05 + 0.05 * 0.8 / (2 * (1 - 0.8))
    assert 0.25 * np.log(100) == pytest.approx(1.151, abs=5e-4)


def test_server_little():
    """Number = rate times time, here for constant stays and regular arrivals."""
    assert pytest.approx(30) == 100 * 0.3
    arrivals = np.arange(0, 100, 0.01)
    moments = np.random.default_rng(0).uniform(1, 99, 1000)
    inside = [((arrivals <= m) & (m < arrivals + 0.3)).sum() for m in moments]
    assert np.mean(inside) == pytest.approx(30, abs=0.1)


def test_server_tail():
    assert pytest.approx(0.39, abs=0.006) == 1 - 0.99**50


# dockerization


def test_docker_deletion_hides():
    """In a stack of layers a deletion adds a mark; the bytes of the earlier layer stay."""
    layers = [{"secret": 2_000_000_000}, {"secret": None}]
    visible = {}
    for layer in layers:
        visible.update(layer)
    assert [name for name, size in visible.items() if size is not None] == []
    assert sum(size or 0 for layer in layers for size in layer.values()) == 2_000_000_000
    assert "secret" in layers[0]


def test_docker_build_times():
    assert 30 + 50 * (1 + 120 + 10) == 6580
    assert 30 + 7 * (1 + 120) + 50 * (1 + 10) == 1427


# gpu-inference-optimization


def test_gpu_balance():
    assert 100e12 / 1e12 == 100
    assert 2 + 2 + 2 == 6


def test_gpu_decoding():
    assert pytest.approx(0.014) == 7e9 * 2 / 1e12
    assert pytest.approx(71, abs=0.5) == 1 / 0.014


def test_gpu_batch():
    """Multiplying B vectors takes 2B operations a weight, and a weight has 2 bytes."""
    for batch in (1, 8, 100):
        assert 2 * batch / 2 == batch


def test_gpu_fusion():
    n, size = 1000, 2
    two_kernels = (n + n) * size + (n + n) * size
    assert (n + n) * size / two_kernels == 0.5


# quantization-and-pruning


def test_quantization_affine():
    rng = np.random.default_rng(0)
    lo, hi = -0.7, 2.3
    s = (hi - lo) / 255
    z = round(-lo / s)

    def back(x):
        return s * (np.clip(np.round(x / s) + z, 0, 255) - z)

    x = rng.uniform(lo, hi, 10000)
    assert back(0.0) == 0
    assert np.abs(x - back(x)).max() <= s / 2 * 1.001
    assert ((x - back(x)) ** 2).mean() == pytest.approx(s**2 / 12, rel=0.05)
    assert 10 * np.log10(4) == pytest.approx(6, abs=0.03)


def test_quantization_memory():
    assert [7e9 * bits / 8 / 1e9 for bits in (16, 8, 4)] == [14, 7, 3.5]
    assert pytest.approx(0.1, abs=0.01) == 7e9 / 128 * 2 / 1e9
    assert 14 / 3.5 == 4


def test_pruning_dense_product_counts_zeros():
    """A dense product does as many multiplications with zeros; only dropping columns makes it smaller."""
    rng = np.random.default_rng(0)
    w, x = rng.normal(size=(6, 8)), rng.normal(size=8)
    w[:, 4:] = 0
    assert w @ x == pytest.approx(w[:, :4] @ x[:4])
    assert w.size == 2 * w[:, :4].size


# distributed-training


def test_distributed_mean_of_means():
    rng = np.random.default_rng(0)
    values = rng.normal(size=12)
    equal = np.mean([values[i : i + 3].mean() for i in range(0, 12, 3)])
    unequal = np.mean([values[:2].mean(), values[2:].mean()])
    assert equal == pytest.approx(values.mean())
    assert abs(unequal - values.mean()) > 0.01


@pytest.mark.parametrize("n", [2, 4, 5, 10])
def test_distributed_ring_traffic(n):
    vectors = np.random.default_rng(0).normal(size=(n, 100))
    reduced, sent = ring_all_reduce(vectors)
    assert sent == [2 * 800 * (n - 1) // n] * n
    assert max(sent) < 2 * 800
    assert all(np.allclose(v, vectors.sum(axis=0)) for v in reduced)


@pytest.mark.parametrize("n", [1, 8, 64])
def test_distributed_zero_memory(n):
    """2 bytes of weights, 2 of gradients, 12 of the optimizer (copy, momentum and variance in fp32)."""
    weights, gradients, optimizer = 2, 2, 4 + 4 + 4
    assert weights + gradients + optimizer == 16
    assert weights + gradients + optimizer / n == 4 + 12 / n
    assert weights + (gradients + optimizer) / n == 2 + 14 / n
    assert (weights + gradients + optimizer) / n == 16 / n


def test_distributed_sampler():
    """A shuffle seeded by seed + epoch repeats as long as the epoch stays 0."""

    def share(rank, epoch):
        return np.random.default_rng(0 + epoch).permutation(20)[rank::4].tolist()

    assert share(1, 0) == share(1, 0)
    assert share(1, 0) != share(1, 1)
    assert sorted(i for r in range(4) for i in share(r, 0)) == list(range(20))


def test_distributed_steps():
    assert (8000 / 32) / (8000 / (8 * 32)) == 8


# ci-cd-for-models


def test_release_gate_noise():
    error = np.sqrt(0.91 * 0.09 / 1000 + 0.905 * 0.095 / 1000)
    assert 100 * error == pytest.approx(1.3, abs=0.01)


def test_release_flaky():
    assert pytest.approx(0.45, abs=0.006) == 1 - 0.98**30


def test_release_content_hash():
    """A store under hashes keeps equal contents once."""
    store = {}
    for content in (b"a" * 50, b"b" * 50, b"a" * 50):
        store[hashlib.sha256(content).hexdigest()] = content
    assert len(store) == 2


def test_release_order_of_sums():
    values = np.random.default_rng(0).normal(size=10000).astype(np.float32)
    orders = {float(np.add.accumulate(np.random.default_rng(i).permutation(values))[-1]) for i in range(5)}
    assert len(orders) > 1
    assert np.ptp(list(orders)) < 1e-3


def test_release_canary():
    """The formula gives about 2,300 per arm, and simulated tests then find the change in about 80 %."""
    n = (stats.norm.ppf(0.975) + stats.norm.ppf(0.8)) ** 2 * (0.01 * 0.99 + 0.02 * 0.98) / 0.01**2
    assert n == pytest.approx(2300, rel=0.02)
    assert stats.norm.ppf(0.975) == pytest.approx(1.96, abs=0.001)
    assert stats.norm.ppf(0.8) == pytest.approx(0.84, abs=0.002)
    rng = np.random.default_rng(0)
    a, b = rng.binomial(2300, 0.01, 20000) / 2300, rng.binomial(2300, 0.02, 20000) / 2300
    z = (b - a) / np.sqrt((a * (1 - a) + b * (1 - b)) / 2300)
    assert (z > 1.96).mean() == pytest.approx(0.8, abs=0.02)
    assert 1 / 0.01 == 100


# production-monitoring


def test_monitoring_psi():
    terms = [(0.6 - 0.5) * np.log(0.6 / 0.5), (0.4 - 0.5) * np.log(0.4 / 0.5)]
    assert terms == [pytest.approx(0.0182, abs=5e-5), pytest.approx(0.0223, abs=5e-5)]
    assert sum(terms) == pytest.approx(0.041, abs=5e-4)


def test_monitoring_symmetric_kl_of_shifted_normals():
    """Both KL divergences of N(0, 1) and N(d, 1) are d²/2."""
    x = np.linspace(-12, 12, 100001)
    p, q = stats.norm.pdf(x), stats.norm.pdf(x, 0.2)
    assert ((q - p) * np.log(q / p)).sum() * (x[1] - x[0]) == pytest.approx(0.2**2)


def test_monitoring_significant_distance():
    """At a million rows on each side a distance of 0.003 has p < 0.001."""
    assert stats.kstwobign.sf(0.003 * np.sqrt(1e6 / 2)) < 0.001


def test_monitoring_drift_kinds():
    """New P(x) with P(y|x) kept, or new P(y) with P(x|y) kept; the other conditional then changes."""
    joint = np.array([[0.3, 0.1], [0.2, 0.4]])  # rows x, columns y
    covariate = joint / joint.sum(axis=1, keepdims=True) * np.array([[0.9], [0.1]])
    label = joint / joint.sum(axis=0) * np.array([0.9, 0.1])
    for changed in (covariate, label):
        assert changed.sum() == pytest.approx(1)
    assert covariate / covariate.sum(axis=1, keepdims=True) == pytest.approx(
        joint / joint.sum(axis=1, keepdims=True)
    )
    assert label / label.sum(axis=0) == pytest.approx(joint / joint.sum(axis=0))
    assert (
        np.abs(label / label.sum(axis=1, keepdims=True) - joint / joint.sum(axis=1, keepdims=True)).max()
        > 0.1
    )


def test_monitoring_percentiles():
    servers = [np.full(1000, 0.1)] * 9 + [np.full(1000, 2.0)]
    assert np.mean([np.quantile(s, 0.99) for s in servers]) == pytest.approx(0.29)
    assert np.quantile(np.concatenate(servers), 0.99) == 2
