"""Recomputes what the study material of chapter 5 claims."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


# rnn


def test_rnn_shared_weights():
    """The gradient for W is the sum over steps of delta times the state before."""
    rng = np.random.default_rng(0)
    w, u, x = rng.normal(size=(3, 3)), rng.normal(size=(3, 2)), rng.normal(size=(6, 2))

    def states(w):
        out = [np.zeros(3)]
        for row in x:
            out.append(np.tanh(w @ out[-1] + u @ row))
        return out

    h = states(w)
    back, total = np.ones(3), np.zeros((3, 3))
    for t in reversed(range(6)):
        delta = back * (1 - h[t + 1] ** 2)
        total += np.outer(delta, h[t])
        back = w.T @ delta
    assert relative_error(total, central_difference(lambda w: states(w)[-1].sum(), w)) < 1e-6


def test_rnn_jacobians():
    """Products of W' diag(1 - h²) shrink at least like the largest singular value to the power k."""
    rng = np.random.default_rng(0)
    w = rng.normal(size=(8, 8))
    w *= 0.9 / np.linalg.norm(w, 2)
    product = np.eye(8)
    for k in range(1, 30):
        product = w.T @ np.diag(1 - np.tanh(rng.normal(size=8)) ** 2) @ product
        assert np.linalg.norm(product, 2) <= 0.9**k + 1e-12


def test_rnn_parameters():
    assert 256 * (100 + 256) + 256 == 91_392


def test_rnn_nonnormal():
    w = np.array([[0.9, 5], [0, 0.9]])
    assert np.abs(np.linalg.eigvals(w)).max() == pytest.approx(0.9)
    assert np.linalg.norm(w, 2) > 1
    assert np.linalg.norm(np.linalg.matrix_power(w, 10)) > 10
    assert np.linalg.norm(np.linalg.matrix_power(w, 200)) < 1e-5


def test_rnn_powers():
    assert pytest.approx(0.00515, abs=1e-5) == 0.9**50
    assert pytest.approx(117.4, abs=0.1) == 1.1**50


# lstm


def test_lstm_memory_line():
    assert pytest.approx(0.37, abs=0.005) == 0.99**100


def test_lstm_forget_bias():
    assert sigmoid(0) == 0.5
    assert pytest.approx(1e-6, rel=0.05) == 0.5**20
    assert sigmoid(1) == pytest.approx(0.73, abs=0.005)
    assert sigmoid(1) ** 20 == pytest.approx(0.002, abs=2e-4)
    assert sigmoid(3) ** 20 == pytest.approx(0.38, abs=0.005)


def lstm(x, h, c, w, b):
    z = w @ np.r_[x, h] + b
    f, i, o, g = sigmoid(z[0::4]), sigmoid(z[1::4]), sigmoid(z[2::4]), np.tanh(z[3::4])
    c = f * c + i * g
    return o * np.tanh(c), c


def test_lstm_explodes():
    """With large recurrent weights a gradient through the gates grows by orders of magnitude."""
    rng = np.random.default_rng(0)
    w, b = np.c_[np.zeros((16, 1)), 3 * rng.normal(size=(16, 4))], np.zeros(16)

    def end(h0, steps):
        h, c = h0, np.zeros(4)
        for _ in range(steps):
            h, c = lstm(np.zeros(1), h, c, w, b)
        return h

    norms = [
        np.linalg.norm(central_difference(lambda h: end(h, 20), 0.01 * v)) for v in rng.normal(size=(20, 4))
    ]
    assert max(norms) > 10


def test_lstm_without_forget_gate():
    """The cell's derivative is 1, and its value grows with every input of one sign."""
    c, values = 0.0, []
    for _ in range(100):
        c = c + 0.5 * 0.8
        values.append(c)
    assert values[-1] == pytest.approx(40)
    assert central_difference(lambda c: c + 0.5 * 0.8, np.float64(3)) == pytest.approx(1)


# gru


def test_gru_parameters():
    for d, n in ((4, 3), (100, 256)):
        one = n * (n + d) + n
        assert 3 * one / (4 * one) == 0.75


def test_gru_bounded():
    """A GRU's state stays within (-1, 1) for any weights; an LSTM's cell can climb far above."""
    rng = np.random.default_rng(0)
    h, c = np.zeros(4), 0.0
    for _ in range(500):
        z, n = sigmoid(5 * rng.normal(size=4)), np.tanh(rng.normal(size=4))
        h = (1 - z) * h + z * n
        c = sigmoid(6) * c + sigmoid(6) * np.tanh(2)
        assert (np.abs(h) < 1).all()
    assert c > 100


def test_gru_reset():
    """With r = 0 the candidate does not depend on the old state."""
    rng = np.random.default_rng(0)
    u, h = rng.normal(size=(4, 4)), rng.normal(size=4)
    assert np.array_equal(u @ (0 * h), np.zeros(4))
    r = sigmoid(rng.normal(size=4))
    assert not np.allclose(u @ (r * h), r * (u @ h))


# sequence-to-sequence


def beam(table, width):
    beams = [((0,), 0.0)]
    for step in table:
        grown = [((*p, k), s + step[p[-1], k]) for p, s in beams for k in range(step.shape[1])]
        beams = sorted(grown, key=lambda one: -one[1])[:width]
    return beams[0][1]


def test_seq2seq_wider_beam_can_be_worse():
    logits = 2 * np.random.default_rng(0).normal(size=(12, 20, 20))
    table = logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))
    assert beam(table, 4) == pytest.approx(-9.531, abs=1e-3)
    assert beam(table, 5) == pytest.approx(-9.624, abs=1e-3)


def test_seq2seq_length():
    """With equal chances a token, the shorter output always has the higher sum; the mean is the same."""
    scores = {n: n * np.log(0.6) for n in (3, 6, 12)}
    assert scores[3] > scores[6] > scores[12]
    assert len({round(s / n, 12) for n, s in scores.items()}) == 1


def test_seq2seq_reversal():
    """Read in order, each source word is n steps before its target; reversed, the first are next to it."""
    n = 10
    plain = [n + i - i for i in range(n)]
    turned = [n + i - (n - 1 - i) for i in range(n)]
    assert np.mean(plain) == np.mean(turned) == n
    assert min(plain) == n
    assert min(turned) == 1


def test_seq2seq_padding():
    """Padding that is always predicted pulls the mean loss down, more so in shorter sentences."""
    real, padding = 2.0, 0.01
    means = [(n * real + (20 - n) * padding) / 20 for n in (5, 10, 20)]
    assert means[0] < means[1] < means[2] == real


# attention-mechanisms


def test_attention_additive_sizes():
    """Query and key of different sizes give one number, with a finite gradient for the scores' weights."""
    rng = np.random.default_rng(0)
    s, h, v, w, u = (rng.normal(size=k) for k in (5, 3, 7, (7, 5), (7, 3)))
    assert np.ndim(v @ np.tanh(w @ s + u @ h)) == 0
    assert central_difference(lambda w: v @ np.tanh(w @ s + u @ h), w).shape == (7, 5)


def test_attention_context_gradient():
    """The context's derivative in the scores is the covariance of weights with values."""
    rng = np.random.default_rng(0)
    e, v = rng.normal(size=6), rng.normal(size=(6, 3))
    a = softmax(e)
    assert a.sum() == pytest.approx(1)
    assert (a > 0).all()
    expected = (a[:, None] * (v - a @ v)).T
    assert relative_error(expected, central_difference(lambda t: softmax(t) @ v, e)) < 1e-6


def test_attention_weights_are_not_unique():
    """Two very different weightings give the same context when values are dependent."""
    v = np.array([[1.0, 0], [0, 1], [0.5, 0.5]])
    one, two = np.array([0.05, 0.05, 0.9]), np.array([0.45, 0.45, 0.1])
    assert one.sum() == pytest.approx(1)
    assert two.sum() == pytest.approx(1)
    assert np.allclose(one @ v, two @ v)


# encoder-decoder


def test_encoder_decoder_chain_rule():
    """The product of the conditionals is the joint distribution, whatever that is."""
    p = np.random.default_rng(0).uniform(size=(3, 3, 3))
    p /= p.sum()
    for a, b, c in itertools.product(range(3), repeat=3):
        first = p[a].sum()
        second = p[a, b].sum() / first
        third = p[a, b, c] / p[a, b].sum()
        assert first * second * third == pytest.approx(p[a, b, c])


def test_encoder_decoder_lost_share():
    """Of an isotropic sequence of length T, a code of 8 numbers loses 1 - 8/T at best."""
    assert [1 - 8 / length for length in (8, 16, 32)] == [0, 0.5, 0.75]
    rng = np.random.default_rng(0)
    basis = np.linalg.qr(rng.normal(size=(16, 8)))[0]
    x = rng.normal(size=(100_000, 16))
    assert (((x - x @ basis @ basis.T) ** 2).mean()) == pytest.approx(0.5, abs=0.005)
