"""Solves the exercises of chapter 1, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error

# linear-algebra


def matrix(seed=0):
    return np.random.default_rng(seed).normal(size=(60, 40)) * 0.8 ** np.arange(40)


def solve_linear_algebra(a, mistake=""):
    """Give the 5 largest singular triplets of a by power iteration with deflation."""
    rest, start, triplets = a.copy(), np.random.default_rng(1), []
    for _ in range(5):
        v = start.normal(size=a.shape[1])
        for _ in range(200):
            v = rest.T @ (rest @ v)
            v /= np.linalg.norm(v)
        sigma = np.linalg.norm(rest @ v)
        u = rest @ v / sigma
        triplets.append((sigma**2 if mistake == "eigenvalue of A'A for sigma" else sigma, u, v))
        rest += (1 if mistake == "deflated with plus" else -1) * sigma * np.outer(u, v)
    return triplets[:4] if mistake == "one too few" else triplets


def check_linear_algebra(a, triplets):
    sigma = np.linalg.svd(a, compute_uv=False)
    assert len(triplets) == 5
    assert relative_error(np.array([t[0] for t in triplets]) / sigma[:5], np.ones(5)) < 1e-6
    a5 = sum(s * np.outer(u, v) for s, u, v in triplets)
    left = np.sqrt((sigma[5:] ** 2).sum())
    assert abs(np.linalg.norm(a - a5) - left) < 1e-6 * left


@pytest.mark.parametrize("seed", range(20))
def test_linear_algebra(seed):
    check_linear_algebra(matrix(seed), solve_linear_algebra(matrix(seed)))


@pytest.mark.parametrize("mistake", ["eigenvalue of A'A for sigma", "deflated with plus", "one too few"])
def test_linear_algebra_wrong(mistake):
    with pytest.raises(AssertionError):
        check_linear_algebra(matrix(), solve_linear_algebra(matrix(), mistake))


# calculus


def log_sum_exp_problem():
    rng = np.random.default_rng(0)
    return rng.normal(size=(6, 4)), rng.normal(size=6), rng.normal(size=4)


def solve_calculus(mistake=""):
    """Give functions for value, gradient and Hessian of log sum exp(Ax + b)."""
    a, b, _ = log_sum_exp_problem()

    def value(x):
        z = a @ x + b
        return z.max() + np.log(np.exp(z - z.max()).sum())

    def weights(x):
        return np.exp(a @ x + b - value(x))

    def gradient(x):
        return (-1 if mistake == "sign of the gradient" else 1) * a.T @ weights(x)

    def hessian(x):
        p = weights(x)
        outer = 0 if mistake == "no outer product" else np.outer(p, p)
        return (2 if mistake == "factor 2 in the Hessian" else 1) * a.T @ (np.diag(p) - outer) @ a

    return value, gradient, hessian


def check_calculus(value, gradient, hessian):
    x = log_sum_exp_problem()[2]
    assert relative_error(gradient(x), central_difference(value, x)) < 1e-6
    assert relative_error(hessian(x), central_difference(gradient, x)) < 1e-6
    assert gradient(x).sum() == pytest.approx(-0.84095, abs=1e-5)
    assert np.trace(hessian(x)) == pytest.approx(2.67189, abs=1e-5)
    assert np.linalg.eigvalsh(hessian(x)).min() >= -1e-12


def test_calculus():
    check_calculus(*solve_calculus())


@pytest.mark.parametrize("mistake", ["sign of the gradient", "factor 2 in the Hessian", "no outer product"])
def test_calculus_wrong(mistake):
    with pytest.raises(AssertionError):
        check_calculus(*solve_calculus(mistake))


# probability-and-statistics


def solve_probability(mistake=""):
    """Give both mean variances and the coverage of both intervals."""
    x = np.random.default_rng(0).normal(2, 3, size=(20000, 10))
    mean, spread = x.mean(axis=1), x.std(axis=1, ddof=0 if mistake == "divisor 10 in s" else 1)
    error = spread / (1 if mistake == "no root of 10" else np.sqrt(10))
    cover = [np.mean(np.abs(mean - 2) < c * error) for c in (1.96, 2.262)]
    other = 2 if mistake == "divisor 8 for 9" else 1
    return x.var(axis=1).mean(), x.var(axis=1, ddof=other).mean(), *cover


def check_probability(narrow, wide, normal, student):
    assert narrow == pytest.approx(8.13, abs=0.02)
    assert wide == pytest.approx(9.03, abs=0.02)
    assert normal == pytest.approx(0.921, abs=0.002)
    assert student == pytest.approx(0.951, abs=0.002)


def test_probability():
    check_probability(*solve_probability())


@pytest.mark.parametrize("mistake", ["divisor 10 in s", "no root of 10", "divisor 8 for 9"])
def test_probability_wrong(mistake):
    with pytest.raises(AssertionError):
        check_probability(*solve_probability(mistake))


# optimization

CURVATURES = np.logspace(0, 2, 20)


def updates_until_small(step):
    x = np.ones(20)
    for k in range(1, 3000):
        x = step(x, CURVATURES * x, k)
        if 0.5 * (CURVATURES * x * x).sum() < 1e-8:
            return k
    return 3000


def solve_optimization(mistake=""):
    """Count the updates of gradient descent, heavy ball and Adam."""
    v = np.zeros(20)
    m, s = np.zeros(20), np.zeros(20)

    def descent(x, g, k):
        return x - (1 if mistake == "factor 2 in the step" else 2) / 101 * g

    def ball(x, g, k):
        v[:] = v * 81 / 121 + (1 if mistake == "sign of the velocity" else -1) * 4 / 121 * g
        return x + v

    def adam(x, g, k):
        power = k + 1 if mistake == "k counted from 2" else k
        m[:] = 0.9 * m + 0.1 * g
        s[:] = 0.999 * s + 0.001 * g * g
        a, b = m / (1 - 0.9**power), s / (1 - 0.999**power)
        if mistake == "no correction":
            a, b = m, s
        return x - 0.05 * a / (np.sqrt(b) + 1e-8)

    return [updates_until_small(step) for step in (descent, ball, adam)]


def check_optimization(descent, ball, adam):
    assert abs(descent - 559) <= 1
    assert abs(ball - 81) <= 1
    assert abs(adam - 192) <= 1


def test_optimization():
    check_optimization(*solve_optimization())


@pytest.mark.parametrize(
    "mistake", ["factor 2 in the step", "sign of the velocity", "k counted from 2", "no correction"]
)
@pytest.mark.filterwarnings("ignore:overflow", "ignore:invalid")
def test_optimization_wrong(mistake):
    with pytest.raises(AssertionError):
        check_optimization(*solve_optimization(mistake))


def test_optimization_counts_of_the_wrong_ones():
    """The counts that the check names for the two usual mistakes."""
    assert solve_optimization("no correction")[2] == 116
    assert solve_optimization("k counted from 2")[2] == 175
