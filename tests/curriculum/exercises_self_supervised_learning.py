"""Solves the exercises of chapter 8, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def log_softmax(z, axis=1):
    z = z - z.max(axis=axis, keepdims=True)
    return z - np.log(np.exp(z).sum(axis=axis, keepdims=True))


def unit(z):
    return z / np.linalg.norm(z, axis=1, keepdims=True)


def unit_back(g, z):
    """Give the gradient of z from that of its unit vectors."""
    u = unit(z)
    return (g - u * (g * u).sum(axis=1, keepdims=True)) / np.linalg.norm(z, axis=1, keepdims=True)


# contrastive-learning


def solve_contrast(z, tau, mistake=""):
    """Give the loss of 2N embeddings, of which rows i and i + N are one image, and its gradient."""
    n = len(z) // 2
    s = unit(z) @ unit(z).T / (1 if mistake == "no temperature" else tau)
    if mistake != "itself among the negatives":
        np.fill_diagonal(s, -np.inf)
    partner = (np.arange(2 * n) + n + (mistake == "partner off by one")) % (2 * n)
    log_p = log_softmax(s)
    loss = -log_p[np.arange(2 * n), partner].mean()
    g = np.exp(log_p)
    g[np.arange(2 * n), partner] -= 1
    g /= 2 * n * tau
    both = g if mistake == "rows only" else g + g.T
    return loss, unit_back(both @ unit(z), z)


def check_contrast(solve):
    z = np.random.default_rng(0).normal(size=(8, 5))
    gradient = solve(z, 0.5)[1]
    assert relative_error(gradient, central_difference(lambda t: solve(t, 0.5)[0], z)) < 1e-6
    assert np.abs((gradient * z).sum(axis=1)).max() < 1e-12
    assert solve(np.ones((8, 5)), 0.5)[0] == pytest.approx(1.9459, abs=1e-4)
    assert solve(np.tile(np.eye(4), (2, 1)), 0.5)[0] == pytest.approx(0.5944, abs=1e-4)


def test_contrast():
    check_contrast(solve_contrast)


@pytest.mark.parametrize(
    "mistake", ["no temperature", "itself among the negatives", "partner off by one", "rows only"]
)
def test_contrast_wrong(mistake):
    with pytest.raises(AssertionError):
        check_contrast(lambda z, tau: solve_contrast(z, tau, mistake))


# masked-autoencoders


def solve_mask(patches, rng, mistake=""):
    """Give the visible patches, the order that restores all, and where patches are hidden."""
    n = len(patches)
    order = np.argsort(rng.uniform(size=n))
    kept = order[: n // 4 + (mistake == "a patch too many")]
    hidden = np.ones(n, dtype=bool)
    hidden[kept] = False
    return patches[kept], order if mistake == "order not inverted" else np.argsort(order), hidden


def solve_mask_loss(predicted, patches, hidden, mistake=""):
    mean, variance = patches.mean(axis=1, keepdims=True), patches.var(axis=1, keepdims=True)
    target = patches if mistake == "target not normalized" else (patches - mean) / np.sqrt(variance + 1e-6)
    error = ((predicted - target) ** 2).mean(axis=1)
    return error.mean() if mistake == "visible patches counted" else error[hidden].mean()


def solve_gaps(share, mistake=""):
    """Give the mean error of hidden entries of a row with correlation 0.95 to the power |i - j|."""
    rng = np.random.default_rng(0)
    place = np.arange(64)
    c = 0.95 ** np.abs(place[:, None] - place)
    errors = []
    for _ in range(200):
        hidden = np.zeros(64, dtype=bool)
        hidden[rng.permutation(64)[: int(64 * share)]] = True
        a, b = c[np.ix_(hidden, hidden)], c[np.ix_(hidden, ~hidden)]
        rest = b @ np.linalg.solve(c[np.ix_(~hidden, ~hidden)], b.T)
        errors.append(np.diag(a + rest if mistake == "sign of the Schur complement" else a - rest).mean())
    return np.mean(errors)


def check_mask(mask, loss, gaps):
    rng = np.random.default_rng(0)
    patches = rng.normal(3, 2, size=(16, 48))
    visible, restore, hidden = mask(patches, rng)
    assert visible.shape == (4, 48)
    assert hidden.sum() == 12
    whole = np.r_[visible, np.full((12, 48), np.nan)][restore]
    assert np.array_equal(whole[~hidden], patches[~hidden])
    assert np.isnan(whole[hidden]).all()
    predicted = np.where(hidden[:, None], 0.0, 99.0)
    assert loss(predicted, patches, hidden) == pytest.approx(1, abs=1e-5)
    assert gaps(0.25) == pytest.approx(0.064, abs=0.004)
    assert gaps(0.75) == pytest.approx(0.156, abs=0.008)


def test_mask():
    check_mask(solve_mask, solve_mask_loss, solve_gaps)


@pytest.mark.parametrize("mistake", ["a patch too many", "order not inverted"])
def test_mask_wrong(mistake):
    with pytest.raises(AssertionError):
        check_mask(lambda p, rng: solve_mask(p, rng, mistake), solve_mask_loss, solve_gaps)


@pytest.mark.parametrize("mistake", ["target not normalized", "visible patches counted"])
def test_mask_wrong_loss(mistake):
    with pytest.raises(AssertionError):
        check_mask(solve_mask, lambda p, x, h: solve_mask_loss(p, x, h, mistake), solve_gaps)


def test_mask_wrong_gaps():
    with pytest.raises(AssertionError):
        check_mask(solve_mask, solve_mask_loss, lambda s: solve_gaps(s, "sign of the Schur complement"))


# dino-and-clip


def solve_clip(images, texts, log_scale, mistake=""):
    """Give the symmetric loss and the gradients of both embeddings and of the logarithm of the scale."""
    n, scale = len(images), np.exp(log_scale)
    u, v = unit(images), unit(texts)
    s = scale * u @ v.T
    rows, columns = log_softmax(s, 1), log_softmax(s, 0)
    loss = -(np.diag(rows).mean() + np.diag(columns).mean()) / (1 if mistake == "not halved" else 2)
    if mistake == "rows only":
        loss = -np.diag(rows).mean()
    g = (np.exp(rows) + np.exp(columns) - 2 * np.eye(n)) / (2 * n)
    d_scale = (g * s).sum() / (scale if mistake == "gradient of the scale itself" else 1)
    return loss, unit_back(scale * g @ v, images), unit_back(scale * g.T @ u, texts), d_scale


def solve_dino(student, teacher, center, mistake=""):
    """Give DINO's loss for one pair of views, and the gradient of the student's scores."""
    tau_s, tau_t = 0.1, 0.04
    shifted = teacher + center if mistake == "center added" else teacher - center
    target = np.exp(log_softmax(shifted / tau_t))
    log_p = log_softmax(student / tau_s)
    g = (np.exp(log_p) - target) / len(student)
    return -(target * log_p).sum(axis=1).mean(), g if mistake == "temperature left out" else g / tau_s


def check_clip_and_dino(clip, dino):
    rng = np.random.default_rng(0)
    a, b, k = rng.normal(size=(6, 5)), rng.normal(size=(6, 5)), np.float64(1.5)
    _, da, db, dk = clip(a, b, k)
    assert relative_error(da, central_difference(lambda t: clip(t, b, k)[0], a)) < 1e-6
    assert relative_error(db, central_difference(lambda t: clip(a, t, k)[0], b)) < 1e-6
    assert dk == pytest.approx(float(central_difference(lambda t: clip(a, b, t)[0], k)), rel=1e-6)
    assert clip(np.eye(4), np.eye(4), np.log(10))[0] == pytest.approx(1.362e-4, abs=1e-6)
    assert clip(np.ones((4, 4)), np.eye(4), np.log(10))[0] == pytest.approx(np.log(4), abs=1e-9)
    student, teacher = 0.1 * np.random.default_rng(0).normal(size=(2, 6, 8))
    center = teacher.mean(axis=0)
    loss, g = dino(student, teacher, center)
    assert relative_error(g, central_difference(lambda t: dino(t, teacher, center)[0], student)) < 1e-6
    flat = np.tile(teacher[0], (6, 1))
    assert dino(0 * student, flat, flat.mean(axis=0))[0] == pytest.approx(np.log(8), abs=1e-9)
    assert loss == pytest.approx(2.2992, abs=1e-4)


def test_clip_and_dino():
    check_clip_and_dino(solve_clip, solve_dino)


@pytest.mark.parametrize("mistake", ["not halved", "rows only", "gradient of the scale itself"])
def test_clip_wrong(mistake):
    with pytest.raises(AssertionError):
        check_clip_and_dino(lambda *given: solve_clip(*given, mistake=mistake), solve_dino)


@pytest.mark.parametrize("mistake", ["center added", "temperature left out"])
def test_dino_wrong(mistake):
    with pytest.raises(AssertionError):
        check_clip_and_dino(solve_clip, lambda *given: solve_dino(*given, mistake=mistake))
