"""Recomputes what the study material of chapter 1 claims."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
import sympy
from scipy import integrate, stats

from tests.curriculum.numeric import central_difference, relative_error


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


# linear-algebra


def test_linear_algebra_nullity():
    """The null space of an m x n matrix of rank r has dimension n - r."""
    rng = np.random.default_rng(0)
    for m, n, r in [(7, 5, 3), (4, 9, 4), (6, 6, 2), (8, 3, 3)]:
        a = rng.normal(size=(m, r)) @ rng.normal(size=(r, n))
        assert np.linalg.matrix_rank(a) == r
        null = np.linalg.svd(a)[2][r:]
        assert null.shape == (n - r, n)
        x = rng.normal(size=n)
        assert np.allclose(a @ (x + null.sum(axis=0)), a @ x)
        assert (len(null) == 0) == (r == n)


def test_linear_algebra_eigenvalues_by_hand():
    """The 2x2 example has eigenvalues 3 and 1, with trace 4 and determinant 3."""
    a = np.array([[2, 1], [1, 2]])
    assert (a @ [1, 1]).tolist() == [3, 3]
    assert (a @ [1, -1]).tolist() == [1, -1]
    assert np.trace(a) == 3 + 1
    assert np.linalg.det(a) == pytest.approx(3 * 1)


def test_linear_algebra_defective_powers_grow():
    """Powers of the Jordan block grow although both eigenvalues are 1."""
    a = np.array([[1, 1], [0, 1]])
    assert np.linalg.eigvals(a).tolist() == [1, 1]
    for k in range(1, 20):
        assert (np.linalg.matrix_power(a, k) @ [0, 1]).tolist() == [k, 1]
    assert not sympy.Matrix(a).is_diagonalizable()
    assert sympy.Matrix(a).eigenvects()[0][2] == [sympy.Matrix([1, 0])]


def test_linear_algebra_singular_values_and_eigenvalues():
    """Singular values are |eigenvalues| for normal matrices, and differ for the others."""
    a = np.array([[0.0, 2.0], [0.0, 0.0]])
    assert np.allclose(np.linalg.eigvals(a), 0)
    assert np.allclose(np.linalg.svd(a, compute_uv=False), [2, 0])
    rng = np.random.default_rng(0)
    for _ in range(20):
        c = rng.normal(size=(4, 4)) + 1j * rng.normal(size=(4, 4))
        q = np.linalg.qr(c)[0]
        for m, normal in ((q @ np.diag(rng.normal(size=4) + 1j) @ q.conj().T, True), (c, False)):
            s = np.linalg.svd(m, compute_uv=False)
            assert np.allclose(s**2, np.linalg.eigvalsh(m.conj().T @ m)[::-1])
            assert np.allclose(s, np.sort(np.abs(np.linalg.eigvals(m)))[::-1]) == normal


def test_linear_algebra_eckart_young():
    """The truncated SVD is at the stated distance, and 2,000 rivals of its rank are farther."""
    rng = np.random.default_rng(0)
    b = rng.normal(size=(6, 4))
    u, s, vt = np.linalg.svd(b, full_matrices=False)
    best = np.linalg.norm(b - (u[:, :2] * s[:2]) @ vt[:2])
    assert best == pytest.approx(np.sqrt((s[2:] ** 2).sum()))
    for _ in range(2000):
        left = rng.normal(size=(6, 2))
        rival = left @ np.linalg.lstsq(left, b, rcond=None)[0]
        assert np.linalg.norm(b - rival) >= best


# calculus


def test_calculus_quadratic_form():
    """The gradient of x'Ax is (A + A')x, and 2Ax is wrong when A is not symmetric."""
    rng = np.random.default_rng(0)
    a, x = rng.normal(size=(4, 4)), rng.normal(size=4)
    slope = central_difference(lambda t: t @ a @ t, x)
    assert relative_error((a + a.T) @ x, slope) < 1e-8
    assert relative_error(2 * a @ x, slope) > 0.1
    sym = a + a.T
    assert np.allclose((sym + sym.T) @ x, 2 * sym @ x)


def test_calculus_least_squares_gradient():
    """The squared distance |Ax - b|^2 has the gradient 2A'(Ax - b), which the goal asks to derive."""
    rng = np.random.default_rng(0)
    a, b, x = rng.normal(size=(5, 3)), rng.normal(size=5), rng.normal(size=3)
    rest = a @ x - b
    slope = central_difference(lambda t: ((a @ t - b) ** 2).sum(), x)
    assert relative_error(2 * a.T @ rest, slope) < 1e-8


def test_calculus_jacobian_shape():
    """A map from 3 numbers to 2 has a 2 x 3 Jacobian with the gradients of the outputs as rows."""

    def f(t):
        return np.array([t[0] * t[1], t[2] ** 2])

    j = central_difference(f, [1.0, 2.0, 3.0])
    assert j.shape == (2, 3)
    assert np.allclose(j, [[2, 1, 0], [0, 0, 6]])


@pytest.mark.parametrize("m", [2, 10, 500])
def test_calculus_order_of_the_chain(m):
    """Multiplications of (J3 J2) J1 and J3 (J2 J1), counted as rows x inner x columns."""
    left = 1 * m * m + 1 * m * m
    right = m * m * m + 1 * m * m
    assert (left, right) == (2 * m**2, m**3 + m**2)


def test_calculus_steepest_ascent():
    """No unit vector has a slope outside [-|g|, |g|], and g/|g| reaches the top."""
    rng = np.random.default_rng(0)
    g = rng.normal(size=5)
    u = rng.normal(size=(10000, 5))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    assert np.abs(u @ g).max() <= np.linalg.norm(g)
    assert g @ (g / np.linalg.norm(g)) == pytest.approx(np.linalg.norm(g))


def test_calculus_softmax_jacobian():
    """The softmax has the Jacobian diag(p) - pp', whose rows sum to 0."""
    z = np.random.default_rng(0).normal(size=5)
    p = softmax(z)
    j = np.diag(p) - np.outer(p, p)
    assert relative_error(j, central_difference(softmax, z)) < 1e-8
    assert np.allclose(j.sum(axis=1), 0)
    assert np.allclose(softmax(z + 7), p)
    assert np.linalg.matrix_rank(j) == 4


# probability-and-statistics


def test_probability_base_rate():
    """Bayes' rule with the numbers of the question."""
    ill, healthy = Fraction(1, 100) * Fraction(90, 100), Fraction(99, 100) * Fraction(5, 100)
    assert (float(ill), float(healthy)) == (0.009, 0.0495)
    assert float(ill / (ill + healthy)) == pytest.approx(0.1538, abs=1e-4)


def test_probability_variance_bias():
    """The expected ML variance is (n - 1)/n of the true one: exactly for two-point data, n = 2 and 3."""
    for n in (2, 3):
        values = []
        for bits in np.ndindex((2,) * n):
            x = [sympy.Integer(b) for b in bits]
            mean = sum(x) / n
            values.append(sum((t - mean) ** 2 for t in x) / n)
        true = sympy.Rational(1, 4)
        assert sum(values) / len(values) == true * sympy.Rational(n - 1, n)


def test_probability_uncorrelated_but_dependent():
    """X uniform on [-1, 1] and X squared have covariance 0."""

    def mean(power):
        return integrate.quad(lambda x: x**power / 2, -1, 1)[0]

    assert mean(3) - mean(1) * mean(2) == pytest.approx(0, abs=1e-15)


def test_probability_standard_error():
    """The mean of n samples has deviation sigma / sqrt(n), half as much for 4n."""
    rng = np.random.default_rng(0)
    sd = [rng.normal(0, 3, size=(100000, n)).mean(axis=1).std() for n in (9, 36)]
    assert sd[0] == pytest.approx(3 / 3, rel=0.01)
    assert sd[1] == pytest.approx(3 / 6, rel=0.01)


def test_probability_interval_coverage():
    """With 10 samples 1.96 covers 91.8 %, and 2.262 is Student's value for 95 %."""
    assert 1 - 2 * stats.t.sf(1.96, 9) == pytest.approx(0.9184, abs=1e-4)
    assert stats.t.ppf(0.975, 9) == pytest.approx(2.262, abs=1e-3)


def test_probability_p_value_is_uniform_under_the_null():
    """Under the null a p-value is at most 0.03 in 3 % of all tests, whatever the prior of the null is."""
    rng = np.random.default_rng(0)
    p = 2 * stats.norm.sf(np.abs(rng.normal(size=200000)))
    assert np.mean(p <= 0.03) == pytest.approx(0.03, abs=0.002)


# optimization


def test_optimization_stable_step():
    """Gradient descent on a parabola converges for steps between 0 and 2 / curvature only."""

    def end(eta, curvature, steps=2000):
        x = 1.0
        for _ in range(steps):
            x -= eta * curvature * x
            if abs(x) > 1e6:
                break
        return abs(x)

    for curvature in (0.5, 3.0):
        assert end(1.99 / curvature, curvature) < 1e-6
        assert end(2.01 / curvature, curvature) > 1e6
        assert end(-0.01 / curvature, curvature) > 1e6
        assert end(1 / curvature, curvature, steps=1) == 0


def test_optimization_rate_of_gradient_descent():
    """The step 2 / (L + mu) has the rate (k - 1) / (k + 1), and no other step is better."""
    lam = np.linspace(1, 100, 1000)

    def rate(eta):
        return np.abs(1 - eta * lam).max()

    best = rate(2 / 101)
    assert best == pytest.approx(99 / 101)
    assert round(best, 2) == 0.98
    assert min(rate(eta) for eta in np.linspace(1e-4, 0.03, 3000)) >= best - 1e-12
    assert -1 / np.log(best) == pytest.approx(50, abs=0.1)


def test_optimization_rate_of_heavy_ball():
    """The best heavy ball has the spectral radius (sqrt k - 1) / (sqrt k + 1) at every curvature."""
    beta, eta = (9 / 11) ** 2, 4 / 121
    assert beta == pytest.approx(81 / 121)
    radius = []
    for lam in np.linspace(1, 100, 200):
        step = np.array([[beta, -eta * lam], [beta, 1 - eta * lam]])
        radius.append(np.abs(np.linalg.eigvals(step)).max())
    assert max(radius) == pytest.approx(9 / 11, abs=1e-6)
    assert round(9 / 11, 2) == 0.82
    assert np.log(9 / 11) / np.log(99 / 101) == pytest.approx(10, rel=0.01)


@pytest.mark.parametrize("g", [-1000.0, -1.0, 1e-3, 5.0])
def test_optimization_first_step_of_adam(g):
    """The first step is as long as the rate; without bias correction it is 3.2 times as long."""
    eta, eps, b1, b2 = 0.1, 1e-12, 0.9, 0.999
    m, v = (1 - b1) * g, (1 - b2) * g * g
    corrected = eta * (m / (1 - b1)) / (np.sqrt(v / (1 - b2)) + eps)
    assert corrected == pytest.approx(eta * np.sign(g), rel=1e-6)
    assert eta * m / (np.sqrt(v) + eps) == pytest.approx(3.162 * eta * np.sign(g), rel=1e-3)
