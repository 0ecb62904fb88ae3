"""Solves the exercises of chapter 7, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error

# autoencoders


def autoencoder_problem():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(500, 10)) * 0.7 ** np.arange(10) @ np.linalg.qr(rng.normal(size=(10, 10)))[0]
    return x - x.mean(axis=0), rng


def solve_autoencoder(mistake=""):
    """Train a linear autoencoder of code 3; give its error, its decoder and a linear denoiser."""
    x, rng = autoencoder_problem()
    code = 4 if mistake == "code off by one" else 3
    c = x.T @ x / len(x)
    e, d = rng.normal(size=(code, 10)) / 3, rng.normal(size=(10, code)) / 3
    for _ in range(10_000):
        rest = (d @ e - np.eye(10)) @ c
        e, d = e - 0.1 * 2 * d.T @ rest, d - 0.1 * 2 * rest @ e.T
    found = 2 * d @ e if mistake == "factor in the decoder" else d @ e
    error = ((x @ found.T - x) ** 2).sum(axis=1).mean()
    noisy = np.tile(x, (400, 1))
    noisy = noisy + 0.5 * rng.normal(size=noisy.shape)
    target = noisy if mistake == "noisy target" else np.tile(x, (400, 1))
    return error, d, np.linalg.solve(noisy.T @ noisy, noisy.T @ target).T


def check_autoencoder(error, decoder, denoiser):
    x, _ = autoencoder_problem()
    c = x.T @ x / len(x)
    values, axes = np.linalg.eigh(c)
    assert error == pytest.approx(values[:-3].sum(), rel=1e-4)
    plane = axes[:, -3:] @ axes[:, -3:].T
    assert np.abs(plane @ decoder - decoder).max() < 1e-3
    assert np.abs(denoiser - c @ np.linalg.inv(c + 0.25 * np.eye(10))).max() < 0.01


def test_autoencoder():
    check_autoencoder(*solve_autoencoder())


@pytest.mark.parametrize("mistake", ["code off by one", "factor in the decoder", "noisy target"])
def test_autoencoder_wrong(mistake):
    with pytest.raises(AssertionError):
        check_autoencoder(*solve_autoencoder(mistake))


# variational-autoencoders


def solve_elbo(m, s, mistake=""):
    """Give the ELBO of q = N(m, s²) for x = 1, prior N(0, 1), likelihood N(z, 1)."""
    fit = -0.5 * np.log(2 * np.pi) - 0.5 * ((1 - m) ** 2 + s**2)
    kl = 0.5 * (m**2 + s**2 - 1 - np.log(s if mistake == "log of s for s squared" else s**2))
    return fit + kl if mistake == "sign of the KL" else fit - kl


def solve_estimators(mistake=""):
    """Give samples of both estimates of the gradient of E[z²] in m, at m = s = 1."""
    e = np.random.default_rng(0).normal(size=1_000_000)
    z = 1 + e
    return (z if mistake == "factor 2" else 2 * z), z**2 * (z - 1)


def check_vae(elbo, estimators):
    assert elbo(0.5, np.sqrt(0.5)) == pytest.approx(-1.5155, abs=1e-4)
    assert elbo(0.0, 1.0) == pytest.approx(-1.9189, abs=1e-4)
    slope = central_difference(lambda t: elbo(t[0], t[1]), [0.5, np.sqrt(0.5)])
    assert np.abs(slope).max() < 1e-8
    path, score = estimators
    assert path.mean() == pytest.approx(2, abs=0.03)
    assert score.mean() == pytest.approx(2, abs=0.03)
    assert path.var() == pytest.approx(4, abs=0.05)
    assert score.var() == pytest.approx(30, abs=0.6)


def test_vae():
    check_vae(solve_elbo, solve_estimators())


@pytest.mark.parametrize("mistake", ["sign of the KL", "log of s for s squared"])
def test_vae_wrong(mistake):
    with pytest.raises(AssertionError):
        check_vae(lambda m, s: solve_elbo(m, s, mistake), solve_estimators())


def test_vae_wrong_gradient():
    with pytest.raises(AssertionError):
        check_vae(solve_elbo, solve_estimators("factor 2"))


# gans


def solve_game(alternating, mistake=""):
    """Play 1,000 rounds of V = d g, d up and g down, from (1, 0); give the largest and last radius."""
    g, d, radii = 1.0, 0.0, []
    step = 0.05 if mistake == "half the step" else 0.1
    for _ in range(999 if mistake == "a round too few" else 1000):
        new = d + step * g
        g = g + step * d if mistake == "both maximize" else g - step * (new if alternating else d)
        d = new
        radii.append(np.hypot(g, d))
    return max(radii), radii[-1]


def solve_discriminator(mistake=""):
    """Fit a logit a x + b that tells N(0, 1) from N(1, 1), by Newton steps."""
    rng = np.random.default_rng(0)
    x = np.r_[rng.normal(size=100_000), 1 + rng.normal(size=100_000)]
    y = np.repeat([0.0, 1.0] if mistake == "labels swapped" else [1.0, 0.0], 100_000)
    features, w = np.c_[x, np.ones_like(x)], np.zeros(2)
    for _ in range(10):
        p = 1 / (1 + np.exp(-features @ w))
        curvature = features.T * (p * (1 - p)) @ features
        w += np.linalg.solve(curvature, features.T @ (y - p))
    p = 1 / (1 + np.exp(-features @ w))
    return w, 2 * np.where(y == 1, np.log(p), np.log(1 - p)).mean()


def check_gan(together, in_turn, logit, value):
    assert together[1] == pytest.approx(1.01**500, rel=1e-6)
    assert in_turn[0] < 1.06
    assert logit == pytest.approx([-1, 0.5], abs=0.03)
    assert value == pytest.approx(-1.1635, abs=0.01)


def test_gan():
    check_gan(solve_game(False), solve_game(True), *solve_discriminator())


@pytest.mark.parametrize("mistake", ["half the step", "a round too few", "both maximize"])
def test_gan_wrong(mistake):
    with pytest.raises(AssertionError):
        check_gan(solve_game(False, mistake), solve_game(True, mistake), *solve_discriminator())


def test_gan_wrong_labels():
    with pytest.raises(AssertionError):
        check_gan(solve_game(False), solve_game(True), *solve_discriminator("labels swapped"))


# diffusion-models

BETAS = np.linspace(1e-4, 0.02, 1000)
SIGNAL = np.cumprod(1 - BETAS)


def mixture_score(x, a, mistake=""):
    """Give the score of 0.3 N(-2, 0.2²) + 0.7 N(2, 0.2²) after noising to signal share a."""
    variance = a * 0.04 + (0 if mistake == "noise left out of the variance" else 1 - a)
    means = np.sqrt(a) * np.array([-2, 2])
    logs = np.log([0.3, 0.7]) - (x[:, None] - means) ** 2 / (2 * variance)
    share = np.exp(logs - logs.max(axis=1, keepdims=True))
    share /= share.sum(axis=1, keepdims=True)
    return (share * (means - x[:, None]) / variance).sum(axis=1)


def solve_diffusion(mistake=""):
    """Sample 5,000 points by reversing the noising with the exact score."""
    rng = np.random.default_rng(0)
    x = rng.normal(size=5_000)
    for t in reversed(range(1000)):
        beta = BETAS[t]
        push = beta * mixture_score(x, SIGNAL[t], mistake)
        if mistake == "half the score":
            push /= 2
        x = (x - push if mistake == "sign of the score" else x + push) / np.sqrt(1 - beta)
        if t and mistake != "no noise":
            x += np.sqrt(beta) * rng.normal(size=5_000)
    return x


def check_diffusion(x):
    assert np.isfinite(x).all()
    assert (x > 0).mean() == pytest.approx(0.7, abs=0.03)
    for side in (x[x > 0] - 2, x[x < 0] + 2):
        assert side.mean() == pytest.approx(0, abs=0.03)
        assert side.std() == pytest.approx(0.2, abs=0.015)


def test_diffusion():
    check_diffusion(solve_diffusion())


@pytest.mark.parametrize("mistake", ["sign of the score", "half the score", "no noise"])
def test_diffusion_wrong(mistake):
    with np.errstate(all="ignore"), pytest.raises(AssertionError):
        check_diffusion(solve_diffusion(mistake))


# ddpm


def solve_ddpm(mistake=""):
    """Fit the noise of N(1.5, 0.5²) at each step by a line, and sample 20,000 points with it."""
    rng = np.random.default_rng(0)
    data = 1.5 + 0.5 * rng.normal(size=20_000)
    lines = []
    for a in SIGNAL:
        e = rng.normal(size=20_000)
        x = np.sqrt(a) * data + np.sqrt(1 - a) * e
        slope = np.cov(x, e)[0, 1] / x.var(ddof=1)
        lines.append((slope, e.mean() - slope * x.mean()))
    x = rng.normal(size=20_000)
    for t in reversed(range(1000)):
        slope, shift = lines[t]
        scale = np.sqrt(1 - SIGNAL[t]) if mistake != "root left out" else 1 - SIGNAL[t]
        x = (x - BETAS[t] / scale * (slope * x + shift)) / np.sqrt(1 - BETAS[t])
        if t and mistake != "no noise":
            x += np.sqrt(BETAS[t]) * rng.normal(size=20_000)
    return lines, -x if mistake == "sign" else x


def check_ddpm(lines, x):
    assert SIGNAL[-1] == pytest.approx(4.04e-5, abs=1e-7)
    for t, error in (0, 0.05), (499, 0.01), (999, 0.001):
        variance = 0.25 * SIGNAL[t] + 1 - SIGNAL[t]
        assert lines[t][0] == pytest.approx(np.sqrt(1 - SIGNAL[t]) / variance, abs=error)
    assert x.mean() == pytest.approx(1.5, abs=0.02)
    assert x.std() == pytest.approx(0.5, abs=0.015)


def test_ddpm():
    check_ddpm(*solve_ddpm())


@pytest.mark.parametrize("mistake", ["root left out", "no noise", "sign"])
def test_ddpm_wrong(mistake):
    with pytest.raises(AssertionError):
        check_ddpm(*solve_ddpm(mistake))


# stable-diffusion


def solve_guidance(w, steps, mistake=""):
    """Run DDIM with guidance w on N(0, 1), of which the prompt is N(1, 1); give mean and deviation."""
    x = np.random.default_rng(0).normal(size=20_000)
    times = np.linspace(999, 0, steps).round().astype(int)
    signal = np.r_[SIGNAL[times], SIGNAL[0] if mistake == "last step left out" else 1.0]
    for a, after in itertools.pairwise(signal):
        free = np.sqrt(1 - a) * x
        prompted = np.sqrt(1 - a) * (x - np.sqrt(a))
        if mistake == "sign of the difference":
            e = free - w * (prompted - free)
        elif mistake == "weight off by one":
            e = prompted + w * (prompted - free)
        else:
            e = free + w * (prompted - free)
        clean = (x - np.sqrt(1 - a) * e) / np.sqrt(a)
        if mistake == "root left out":
            clean = (x - (1 - a) * e) / np.sqrt(a)
        x = np.sqrt(after) * clean + np.sqrt(1 - after) * e
    return x.mean(), x.std()


def check_guidance(solve):
    for w in (0, 1, 3):
        mean, deviation = solve(w, 1000)
        assert mean == pytest.approx(0.994 * w, abs=0.015)
        assert deviation == pytest.approx(0.998, abs=0.015)
        assert solve(w, 20)[1] == pytest.approx(0.908, abs=0.015)


def test_guidance():
    check_guidance(solve_guidance)


@pytest.mark.parametrize("mistake", ["sign of the difference", "weight off by one", "root left out"])
def test_guidance_wrong(mistake):
    with pytest.raises(AssertionError):
        check_guidance(lambda w, steps: solve_guidance(w, steps, mistake))


# controlnet


def control_problem():
    rng = np.random.default_rng(0)
    x, c = rng.normal(size=(200, 6)), rng.normal(size=(200, 6))
    f, g = rng.normal(size=(6, 6)) / np.sqrt(6), rng.normal(size=(6, 6)) / np.sqrt(6)
    return x, c, f, x @ f + np.tanh(c @ g)


def control_output(x, c, f, first, copy, last):
    return x @ f + np.tanh((x + c @ first) @ copy) @ last


def solve_control(x, c, f, y, mistake="", steps=3000):
    """Train the copy and two zero layers; give gradients at steps 1 and 2, first and last loss, f."""
    first, copy, last, kept, losses, f = np.zeros((6, 6)), f.copy(), np.zeros((6, 6)), [], [], f.copy()
    if mistake == "copy starts at 0":
        copy = 0 * copy
    if mistake == "last layer not 0":
        last = np.eye(6)
    for _ in range(steps):
        inner = x + c @ first
        h = np.tanh(inner @ copy)
        g = 2 * (x @ f + h @ last - y) / len(x)
        losses.append(((x @ f + h @ last - y) ** 2).sum(axis=1).mean())
        back = (g @ last.T) * (1 + h**2 if mistake == "sign of the slope" else 1 - h**2)
        grads = [c.T @ (back @ copy.T), inner.T @ back, h.T @ g]
        kept.append([[a.copy() for a in (first, copy, last)], grads])
        if mistake == "frozen part trained":
            f -= 0.1 * x.T @ g
        first, copy, last = (a - 0.1 * d for a, d in zip((first, copy, last), grads, strict=True))
    return kept[:2], losses[0], losses[-1], f


def check_control(solve):
    x, c, f, y = control_problem()
    kept, start, end, after = solve(x, c, f, y)
    assert np.array_equal(after, f)
    assert start == pytest.approx(((x @ f - y) ** 2).sum(axis=1).mean(), abs=1e-12)
    (_, one), (second, two) = kept
    assert (one[0] == 0).all()
    assert (one[1] == 0).all()
    assert np.abs(one[2]).max() > 0.01
    assert all(np.abs(g).max() > 1e-4 for g in two)
    for i, gradient in enumerate(two):

        def loss(t, i=i):
            out = control_output(x, c, f, *second[:i], t, *second[i + 1 :])
            return ((out - y) ** 2).sum(axis=1).mean()

        assert relative_error(gradient, central_difference(loss, second[i])) < 1e-6
    assert end < 0.1 * start


def test_control():
    check_control(solve_control)


@pytest.mark.parametrize(
    "mistake", ["copy starts at 0", "last layer not 0", "sign of the slope", "frozen part trained"]
)
def test_control_wrong(mistake):
    with pytest.raises(AssertionError):
        check_control(lambda *given: solve_control(*given, mistake=mistake))


# generative-transformers


def attention_weights(scores):
    n = len(scores)
    scores = np.where(np.triu(np.ones((n, n), dtype=bool), 1), -np.inf, scores)
    e = np.exp(scores - scores.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def solve_induction(tokens, vocabulary, mistake=""):
    """Give next-token probabilities of two attention layers whose weights are set by hand."""
    token, place = np.eye(vocabulary)[tokens], np.eye(len(tokens))
    lag = 2 if mistake == "two back" else 1
    before = attention_weights(50 * place @ np.eye(len(tokens), k=-lag) @ place.T) @ token
    keys = token if mistake == "key is the token itself" else before
    sharp = -50 if mistake == "sign of the score" else 50
    found = attention_weights(sharp * token @ keys.T) @ token
    logits = 10 * found
    e = np.exp(logits - logits.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def check_induction(solve):
    rng = np.random.default_rng(0)
    for _ in range(10):
        order = 1 + rng.permutation(20)
        tokens = np.r_[0, order, order]
        p = solve(tokens, 21)
        assert (p[21:40].argmax(axis=1) == tokens[22:]).all()
        loss = -np.log(p[np.arange(40), tokens[1:]])
        assert loss[21:].mean() == pytest.approx(9.1e-4, abs=2e-5)
        assert loss[:20].mean() > 2.5


def test_induction():
    check_induction(solve_induction)


@pytest.mark.parametrize("mistake", ["two back", "key is the token itself", "sign of the score"])
def test_induction_wrong(mistake):
    with pytest.raises(AssertionError):
        check_induction(lambda tokens, size: solve_induction(tokens, size, mistake))


# flow-based-models


def make_flow(d, layers):
    rng = np.random.default_rng(0)
    half = d // 2
    return [(rng.normal(size=(half, 2 * half)) / 2, rng.normal(size=2 * half) / 2) for _ in range(layers)]


def solve_flow(x, flow, mistake=""):
    """Give the output and the log-determinant of coupling layers that take turns with the halves."""
    a, b = np.split(x, 2)
    total = 0.0
    for w, shift in flow:
        s, t = np.split(np.tanh(a @ w + shift), 2)
        b = b * np.exp(s) + t
        total += -s.sum() if mistake == "sign of the log-determinant" else s.sum()
        if mistake == "exponential added up":
            total += np.exp(s).sum() - s.sum()
        a, b = b, a
    return np.r_[a, b], total


def solve_inverse(y, flow, mistake=""):
    a, b = np.split(y, 2)
    for w, shift in flow if mistake == "order not reversed" else reversed(flow):
        a, b = b, a
        s, t = np.split(np.tanh(a @ w + shift), 2)
        b = b * np.exp(-s) - t if mistake == "shift after the scale" else (b - t) * np.exp(-s)
    return np.r_[a, b]


def check_flow(forward, inverse):
    rng, flow = np.random.default_rng(1), make_flow(4, 5)
    for x in rng.normal(size=(10, 4)):
        y, total = forward(x, flow)
        assert np.abs(inverse(y, flow) - x).max() < 1e-10
        jacobian = central_difference(lambda t: forward(t, flow)[0], x)
        assert total == pytest.approx(np.log(abs(np.linalg.det(jacobian))), abs=1e-6)
    flow, grid, mass = make_flow(2, 3), np.linspace(-20, 20, 161), 0.0
    for u in grid:
        for v in grid:
            z = inverse(np.array([u, v]), flow)
            mass += np.exp(-(z @ z) / 2 - forward(z, flow)[1]) / (2 * np.pi)
    assert mass * (grid[1] - grid[0]) ** 2 == pytest.approx(1, abs=0.002)


def test_flow():
    check_flow(solve_flow, solve_inverse)


@pytest.mark.parametrize("mistake", ["sign of the log-determinant", "exponential added up"])
def test_flow_wrong(mistake):
    with pytest.raises(AssertionError):
        check_flow(lambda x, flow: solve_flow(x, flow, mistake), solve_inverse)


@pytest.mark.parametrize("mistake", ["order not reversed", "shift after the scale"])
def test_flow_wrong_inverse(mistake):
    with pytest.raises(AssertionError):
        check_flow(solve_flow, lambda y, flow: solve_inverse(y, flow, mistake))
