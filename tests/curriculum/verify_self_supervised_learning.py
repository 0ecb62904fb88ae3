"""Recomputes what the study material of chapter 8 claims."""

from __future__ import annotations

import numpy as np
import pytest


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


# contrastive-learning


@pytest.mark.parametrize("tau", [0.07, 0.5, 1.0])
def test_contrast_collapse(tau):
    """Equal embeddings give every one of the 2N - 1 others the same share."""
    share = softmax(np.full(2 * 256 - 1, 1 / tau))
    assert -np.log(share[0]) == pytest.approx(np.log(511))
    assert np.log(511) == pytest.approx(6.24, abs=0.005)


def test_contrast_values():
    """The two losses of the exercise: ln 7, and one partner against six others at cosine 0."""
    assert np.log(7) == pytest.approx(1.9459, abs=5e-5)
    assert np.log(1 + 6 * np.exp(-2)) == pytest.approx(0.5944, abs=5e-5)


def test_contrast_hard_negatives():
    """The share of the most similar negative grows as the temperature falls."""
    s = np.array([0.8, 0.5, 0.2, 0.0])
    shares = [softmax(s / tau)[0] for tau in (1.0, 0.5, 0.1, 0.05)]
    assert (np.diff(shares) > 0).all()
    assert shares[-1] > 0.99


def test_contrast_slow_average():
    """At momentum 0.999 ten steps leave 99 % of an encoder's weights; at 0.5 next to nothing."""
    assert 0.999**10 > 0.99
    assert 0.5**10 < 0.001


# masked-autoencoders


def test_mask_saving():
    assert 196 * 0.25 == 49
    assert (49 / 196) ** 2 == 1 / 16


def test_mask_normalized_target():
    """Zero is off by the target's mean square, which normalization makes 1."""
    x = np.random.default_rng(0).normal(3, 2, size=48)
    target = (x - x.mean()) / np.sqrt(x.var() + 1e-6)
    assert (target**2).mean() == pytest.approx(1, abs=1e-5)


def test_mask_single_gap():
    """One hidden entry between two known ones has error (1 - r²)/(1 + r²); next to one only 1 - r²."""
    r = 0.95
    cross, known = np.array([r, r]), np.array([[1, r**2], [r**2, 1]])
    error = 1 - cross @ np.linalg.solve(known, cross)
    assert error == pytest.approx((1 - r**2) / (1 + r**2))
    assert error < 0.064 < 0.156


@pytest.mark.parametrize(("share", "expected", "spread"), [(0.25, 0.064, 0.004), (0.75, 0.156, 0.008)])
def test_mask_errors_any_seed(share, expected, spread):
    """Other seeds than that of the exercise stay within its tolerance."""
    place = np.arange(64)
    c = 0.95 ** np.abs(place[:, None] - place)
    for seed in range(1, 5):
        rng, errors = np.random.default_rng(seed), []
        for _ in range(200):
            hidden = rng.permutation(64) < 64 * share
            b = c[np.ix_(hidden, ~hidden)]
            errors.append(1 - np.diag(b @ np.linalg.solve(c[np.ix_(~hidden, ~hidden)], b.T)).mean())
        assert np.mean(errors) == pytest.approx(expected, abs=spread)


# dino-and-clip


def test_clip_softmax():
    assert softmax(100 * np.array([0.25, 0.20]))[0] == pytest.approx(0.993, abs=5e-4)
    assert softmax(100 * np.array([0.10, 0.05]))[0] == pytest.approx(0.993, abs=5e-4)


def test_clip_values():
    assert np.log(1 + 3 * np.exp(-10)) == pytest.approx(1.362e-4, abs=5e-8)


def test_dino_half_life():
    assert np.log(0.5) / np.log(0.996) == pytest.approx(173, abs=0.5)
    weight = 1.0
    for _ in range(173):
        weight = 0.996 * weight + 0.004 * 0
    assert weight == pytest.approx(0.5, abs=0.002)


def test_dino_collapses():
    """Centering takes away what is common to all inputs; a low temperature keeps targets from uniform."""
    rng = np.random.default_rng(0)
    common = np.r_[3.0, np.zeros(7)]
    scores = common + 0.1 * rng.normal(size=(200, 8))
    plain = np.array([softmax(s / 0.04) for s in scores])
    centered = np.array([softmax((s - scores.mean(axis=0)) / 0.04) for s in scores])
    assert (plain.argmax(axis=1) == 0).all()
    assert np.bincount(centered.argmax(axis=1), minlength=8).min() > 5
    soft = np.array([softmax(s - scores.mean(axis=0)) for s in scores])
    assert soft.max() < 0.2 < centered.max(axis=1).mean()
