"""Recomputes what the study material of chapter 7 claims."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import integrate, stats

from tests.curriculum.numeric import central_difference

BETAS = np.linspace(1e-4, 0.02, 1000)
SIGNAL = np.cumprod(1 - BETAS)


# autoencoders


def test_autoencoder_freedom():
    """Any invertible mixture of the principal axes has the error of PCA."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=(300, 6)) * 0.6 ** np.arange(6)
    x -= x.mean(axis=0)
    axes = np.linalg.svd(x, full_matrices=False)[2][:2].T
    mix = rng.normal(size=(2, 2))
    pca = ((x @ axes @ axes.T - x) ** 2).sum()
    decoder, encoder = axes @ mix, np.linalg.inv(mix) @ axes.T
    assert ((x @ encoder.T @ decoder.T - x) ** 2).sum() == pytest.approx(pca)
    assert abs(decoder[:, 0] @ decoder[:, 1]) > 0.1


def test_autoencoder_denoising():
    """The conditional mean of clean data is y plus the variance times the slope of the log density."""
    means, weights, s2 = np.array([-1.0, 2.0]), np.array([0.4, 0.6]), 0.3

    def log_density(y):
        return np.log((weights * stats.norm.pdf(y, means, np.sqrt(s2))).sum())

    for y in (-1.5, 0.0, 0.7, 3.0):
        share = weights * stats.norm.pdf(y, means, np.sqrt(s2))
        mean = (share * means).sum() / share.sum()
        assert mean == pytest.approx(y + s2 * float(central_difference(log_density, np.float64(y))), abs=1e-6)


# variational-autoencoders


@pytest.mark.parametrize(("m", "s"), [(0.5, 0.5**0.5), (0.0, 1.0), (-1.0, 0.4)])
def test_vae_gap(m, s):
    """ELBO plus KL to the true posterior is the log-likelihood, by integration."""
    q, post = stats.norm(m, s), stats.norm(0.5, np.sqrt(0.5))

    def mean(f):
        return integrate.quad(lambda z: q.pdf(z) * f(z), m - 10 * s, m + 10 * s)[0]

    fit = mean(lambda z: stats.norm.logpdf(1, z, 1))
    kl = mean(lambda z: q.logpdf(z) - stats.norm.logpdf(z))
    gap = mean(lambda z: q.logpdf(z) - post.logpdf(z))
    assert kl == pytest.approx(0.5 * (m**2 + s**2 - 1 - np.log(s**2)), abs=1e-6)
    assert fit - kl + gap == pytest.approx(stats.norm.logpdf(1, 0, np.sqrt(2)), abs=1e-6)
    assert gap >= -1e-9
    assert stats.norm.logpdf(1, 0, np.sqrt(2)) == pytest.approx(-1.5155, abs=5e-5)
    if (m, s) == (0.0, 1.0):
        assert fit - kl == pytest.approx(-1.9189, abs=5e-5)


def test_vae_reparameterization():
    assert central_difference(lambda m: m + 0.5 * 1.7, np.float64(0)) == pytest.approx(1)
    assert central_difference(lambda s: 2 + s * 1.7, np.float64(1)) == pytest.approx(1.7)


def test_vae_estimator_variances():
    """Variance of 2z and of z²(z - 1) at z = 1 + e, from the moments of a normal e."""
    moments = [1, 0, 1, 0, 3, 0, 15]
    score = np.polynomial.Polynomial([1, 2, 1]) * np.polynomial.Polynomial([0, 1])

    def mean(p):
        return sum(c * m for c, m in zip(p.coef, moments, strict=False))

    assert mean(score) == 2
    assert mean(score * score) - 4 == 30
    path = np.polynomial.Polynomial([2, 2])
    assert mean(path) == 2
    assert mean(path * path) - 4 == 4


def test_vae_balance():
    """The log-likelihood of unit variance has half the sum over pixels; the mean is D/2 times smaller."""
    x, y = np.random.default_rng(0).normal(size=(2, 784))
    exact = -stats.norm.logpdf(x, y, 1).sum() - 392 * np.log(2 * np.pi)
    assert exact == pytest.approx(0.5 * ((x - y) ** 2).sum())
    assert exact / ((x - y) ** 2).mean() == pytest.approx(784 / 2)


# gans


def test_gan_optimal_discriminator():
    grid = np.linspace(1e-6, 1 - 1e-6, 200_001)
    for p, q in ((0.3, 0.1), (0.2, 0.2), (0.05, 0.6)):
        best = grid[(p * np.log(grid) + q * np.log(1 - grid)).argmax()]
        assert best == pytest.approx(p / (p + q), abs=1e-4)
    assert 0.2 / (0.2 + 0.2) == 0.5


def divergences(shift):
    p, q = stats.norm(0, 1), stats.norm(shift, 1)

    def mix(x):
        return (p.pdf(x) + q.pdf(x)) / 2

    def value(x):
        return p.pdf(x) * np.log(p.pdf(x) / (2 * mix(x))) + q.pdf(x) * np.log(q.pdf(x) / (2 * mix(x)))

    def js(x):
        return (p.pdf(x) * np.log(p.pdf(x) / mix(x)) + q.pdf(x) * np.log(q.pdf(x) / mix(x))) / 2

    return integrate.quad(value, -10, 11)[0], integrate.quad(js, -10, 11)[0]


def test_gan_value():
    for shift in (0, 1):
        value, js = divergences(shift)
        assert value == pytest.approx(2 * js - np.log(4), abs=1e-6)
    assert divergences(0)[0] == pytest.approx(-1.386, abs=5e-4)
    assert divergences(1)[0] == pytest.approx(-1.1635, abs=5e-5)


def test_gan_saturation():
    """Slopes in the logit a of log(1 - D) and log D, with D near 0."""
    a = np.float64(-6)
    d = 1 / (1 + np.exp(-a))
    assert central_difference(lambda t: np.log(1 - 1 / (1 + np.exp(-t))), a) == pytest.approx(-d, rel=1e-4)
    assert central_difference(lambda t: np.log(1 / (1 + np.exp(-t))), a) == pytest.approx(1 - d, rel=1e-4)
    assert d < 0.003


def test_gan_distances_of_points():
    """JS of two separate points is ln 2; their Wasserstein distance is the distance."""
    p, q = np.array([1.0, 0]), np.array([0, 1.0])
    m = (p + q) / 2
    js = 0.5 * (p[0] * np.log(p[0] / m[0]) + q[1] * np.log(q[1] / m[1]))
    assert js == pytest.approx(np.log(2))
    for theta in (-2.0, 0.3):
        assert stats.wasserstein_distance([0], [theta]) == pytest.approx(abs(theta))


def test_gan_spiral():
    """A simultaneous step turns and lengthens by the root of 1 + step²; one in turn has determinant 1."""
    together, in_turn = np.array([[1, -0.1], [0.1, 1]]), np.array([[1 - 0.01, -0.1], [0.1, 1]])
    assert np.abs(np.linalg.eigvals(together)) == pytest.approx([np.sqrt(1.01)] * 2)
    assert np.abs(np.linalg.eigvals(in_turn)) == pytest.approx([1, 1])
    assert pytest.approx(144.77, abs=0.005) == 1.01**500


# diffusion-models


def test_diffusion_closed_form():
    """Mean factor and variance of the iterated step are √A and 1 - A."""
    factor, variance = 1.0, 0.0
    for t in range(1000):
        factor *= np.sqrt(1 - BETAS[t])
        variance = (1 - BETAS[t]) * variance + BETAS[t]
        assert factor == pytest.approx(np.sqrt(SIGNAL[t]))
        assert variance == pytest.approx(1 - SIGNAL[t])


def test_diffusion_score():
    """The score of a noised two-point distribution is minus the mean noise over √(1 - A)."""
    a, points, weights = 0.6, np.array([-1.0, 1.5]), np.array([0.3, 0.7])
    scale = np.sqrt(1 - a)

    def log_density(x):
        return np.log((weights * stats.norm.pdf(x, np.sqrt(a) * points, scale)).sum())

    for x in (-1.0, 0.2, 2.0):
        share = weights * stats.norm.pdf(x, np.sqrt(a) * points, scale)
        noise = (share * (x - np.sqrt(a) * points) / scale).sum() / share.sum()
        slope = float(central_difference(log_density, np.float64(x)))
        assert slope == pytest.approx(-noise / scale, abs=1e-6)


def test_diffusion_shrinking():
    kept = grown = 1.0
    for beta in BETAS:
        kept = (1 - beta) * kept + beta
        grown += beta
    assert kept == pytest.approx(1)
    assert grown > 10


def test_diffusion_one_jump():
    """At high noise the best answer lies between the two data points, at none of them."""
    a, points = 0.01, np.array([-1.0, 1.0])
    for x in (-0.5, 0.0, 0.5):
        share = stats.norm.pdf(x, np.sqrt(a) * points, np.sqrt(1 - a))
        assert abs((share * points).sum() / share.sum()) < 0.1


def test_diffusion_ode():
    """With the exact score of N(0, 4) data, sampler and ODE both end at deviation 2; the ODE is a map."""
    rng = np.random.default_rng(0)
    noisy = rng.normal(size=20_000)
    smooth = noisy.copy()
    start = smooth.copy()
    for t in reversed(range(1000)):
        beta, variance = BETAS[t], 4 * SIGNAL[t] + 1 - SIGNAL[t]
        noisy = (noisy - beta * noisy / variance) / np.sqrt(1 - beta)
        noisy += np.sqrt(beta) * rng.normal(size=20_000) if t else 0
        smooth = smooth + 0.5 * beta * (smooth - smooth / variance)
    assert noisy.std() == pytest.approx(2, rel=0.02)
    assert smooth.std() == pytest.approx(2, rel=0.02)
    assert np.abs(np.corrcoef(start, smooth)[0, 1]) == pytest.approx(1)


# ddpm


def test_ddpm_step():
    """The mean of the step, with the true noise, is the posterior mean of x(t-1) given x(t) and x(0)."""
    rng = np.random.default_rng(0)
    for t in (1, 400, 999):
        before, a, beta = SIGNAL[t - 1], SIGNAL[t], BETAS[t]
        x0, e = rng.normal(size=2)
        x = np.sqrt(a) * x0 + np.sqrt(1 - a) * e
        precision = 1 / (1 - before) + (1 - beta) / beta
        mean = (np.sqrt(before) * x0 / (1 - before) + np.sqrt(1 - beta) * x / beta) / precision
        assert (x - beta * e / np.sqrt(1 - a)) / np.sqrt(1 - beta) == pytest.approx(mean)
        assert 1 / precision == pytest.approx(beta * (1 - before) / (1 - a))


def test_ddpm_schedule():
    assert SIGNAL[-1] == pytest.approx(4.0e-5, abs=5e-7)
    assert np.sqrt(SIGNAL[-1]) == pytest.approx(0.006, abs=5e-4)


def test_ddpm_scale():
    """Images in [0, 1] have mean ½ and a quarter of the variance, so a quarter of the ratio to noise."""
    x = np.random.default_rng(0).uniform(-1, 1, size=100_000)
    small = (x + 1) / 2
    assert small.mean() == pytest.approx(0.5, abs=0.01)
    assert small.var() / x.var() == pytest.approx(0.25)


# stable-diffusion


def test_stable_diffusion_sizes():
    assert 512 * 512 * 3 == 786_432
    assert 64 * 64 * 4 == 16_384
    assert 786_432 / 16_384 == 48
    assert (512 // 64) ** 2 == 64


def test_stable_diffusion_guidance():
    """Guided noise is that of N(w, 1) exactly; w = 1 is the prompted prediction."""
    x = np.linspace(-3, 3, 7)
    for a in (0.1, 0.9):
        free, prompted = np.sqrt(1 - a) * x, np.sqrt(1 - a) * (x - np.sqrt(a))
        for w in (0, 1, 3):
            assert np.allclose(free + w * (prompted - free), np.sqrt(1 - a) * (x - w * np.sqrt(a)))
        assert np.allclose(free + 1 * (prompted - free), prompted)


@pytest.mark.parametrize(("steps", "deviation"), [(1000, 0.998), (20, 0.908)])
def test_stable_diffusion_ddim(steps, deviation):
    """DDIM multiplies the deviation by the cosine of each change of angle; the mean nears w alike."""
    times = np.linspace(999, 0, steps).round().astype(int)
    s = np.r_[SIGNAL[times], 1.0]
    product = np.prod(np.sqrt(s[:-1] * s[1:]) + np.sqrt((1 - s[:-1]) * (1 - s[1:])))
    assert product == pytest.approx(deviation, abs=5e-4)
    assert 1 - np.sqrt(SIGNAL[-1]) * product == pytest.approx(0.994, abs=5e-4)


# controlnet


def test_controlnet_zero_layer():
    """A zero layer's weights have a gradient, its input has none; two in a row have none at all."""
    rng = np.random.default_rng(0)
    x, r, zero = rng.normal(size=3), rng.normal(size=3), np.zeros((3, 3))
    assert np.allclose(central_difference(lambda w: r @ w @ x, zero), np.outer(r, x))
    assert np.abs(central_difference(lambda t: r @ zero @ t, x)).max() == 0
    assert np.abs(central_difference(lambda w: r @ w @ zero @ x, zero)).max() == 0
    assert np.abs(central_difference(lambda w: r @ zero @ w @ x, zero)).max() == 0


# generative-transformers


def test_generation_cache():
    one = 2 * 32 * 4096 * 2
    assert one == 2**19
    assert one * 4096 == 2 * 2**30


def test_generation_passes():
    assert all(sum(range(1, n + 1)) == n * (n + 1) // 2 for n in (1, 10, 1000))


def test_generation_operations():
    """A layer Y = XW and its two backward products are 6 operations for each weight and token."""
    n, d, m = 7, 5, 3
    forward, backward = 2 * n * d * m, 2 * n * m * d + 2 * d * n * m
    assert (forward, backward) == (2 * n * (d * m), 4 * n * (d * m))
    assert pytest.approx(7.4e18, rel=0.01) == 6 * 124e6 * 10e9


def test_generation_pattern_loss():
    """One logit of 10 against 20 of 0, as the exercise's check says."""
    assert np.log(1 + 20 * np.exp(-10)) == pytest.approx(9.1e-4, abs=1e-5)


# flow-based-models


def test_flow_change_of_variables():
    """The density of exp(z) by the formula is the log-normal one; it is thinner where f stretches."""
    for x in (0.2, 1.0, 3.0):
        z = np.log(x)
        one = stats.norm.logpdf(z) + np.log(abs(1 / x))
        two = stats.norm.logpdf(z) - np.log(abs(np.exp(z)))
        assert one == pytest.approx(stats.lognorm.logpdf(x, 1))
        assert two == pytest.approx(one)


def test_flow_coupling():
    """The log-determinant is the sum of s, though s and t are not invertible."""

    def s(a):
        return np.sin(a) ** 2

    def t(a):
        return np.abs(a)

    def forward(x):
        return np.r_[x[:2], x[2:] * np.exp(s(x[:2])) + t(x[:2])]

    x = np.random.default_rng(0).normal(size=4)
    y = forward(x)
    assert np.allclose((y[2:] - t(y[:2])) * np.exp(-s(y[:2])), x[2:])
    determinant = np.linalg.det(central_difference(forward, x))
    assert np.log(determinant) == pytest.approx(s(x[:2]).sum(), abs=1e-6)
    assert np.array_equal(y[:2], x[:2])


def test_flow_one_by_one():
    """The full matrix of a 1x1 convolution on a 2x3 map is block-diagonal."""
    w = np.random.default_rng(0).normal(size=(4, 4))
    full = np.kron(np.eye(6), w)
    assert np.linalg.slogdet(full)[1] == pytest.approx(2 * 3 * np.linalg.slogdet(w)[1])
