"""Solves the exercises of chapter 5, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def check_gradients(loss, parameters, gradients, limit=1e-6):
    """Compare each gradient with central differences of the loss, which takes all parameters."""
    assert len(gradients) == len(parameters)
    for i, gradient in enumerate(gradients):

        def moved(t, i=i):
            return loss(*parameters[:i], t, *parameters[i + 1 :])

        assert gradient.shape == parameters[i].shape
        assert relative_error(gradient, central_difference(moved, parameters[i])) < limit


# rnn


def rnn_loss(x, r, w, u, b, h0):
    h, total = h0, 0.0
    for step in range(len(x)):
        h = np.tanh(w @ h + u @ x[step] + b)
        total += h @ r[step]
    return total


def solve_rnn(x, r, w, u, b, h0, mistake=""):
    """Give the gradients of w, u, b and h0 by backpropagation through time."""
    states = [h0]
    for step in range(len(x)):
        states.append(np.tanh(w @ states[-1] + u @ x[step] + b))
    dw, du, db, back = 0 * w, 0 * u, 0 * b, 0 * h0
    for step in reversed(range(len(x))):
        g = (r[step] + back) * (1 - states[step + 1] ** 2)
        dw += np.outer(g, states[step + 1 if mistake == "state off by one" else step])
        du += np.outer(g, x[step])
        db += g
        back = w @ g if mistake == "not transposed" else w.T @ g
    return [dw / len(x) if mistake == "mean over time" else dw, du, db, back]


def solve_linear_rnn(c, steps, mistake=""):
    """Give how the gradient's norm changes over the steps of h = cQh, Q orthogonal."""
    rng = np.random.default_rng(0)
    q = np.linalg.qr(rng.normal(size=(16, 16)))[0]
    g = rng.normal(size=16)
    start = np.linalg.norm(g)
    for _ in range(steps - (mistake == "a step too few")):
        g = c * q.T @ g
    return np.linalg.norm(g) / start


def check_rnn(solve, linear):
    rng = np.random.default_rng(0)
    x, r = rng.normal(size=(10, 3)), rng.normal(size=(10, 6))
    p = [rng.normal(size=s) / 2 for s in ((6, 6), (6, 3), 6, 6)]
    check_gradients(lambda *q: rnn_loss(x, r, *q), p, solve(x, r, *p))
    assert linear(0.9, 50) == pytest.approx(0.00515, abs=1e-5)
    assert linear(1.1, 50) == pytest.approx(117.4, abs=0.1)


def test_rnn():
    check_rnn(solve_rnn, solve_linear_rnn)


@pytest.mark.parametrize("mistake", ["state off by one", "not transposed", "mean over time"])
def test_rnn_wrong(mistake):
    with pytest.raises(AssertionError):
        check_rnn(lambda *given: solve_rnn(*given, mistake=mistake), solve_linear_rnn)


def test_rnn_wrong_steps():
    with pytest.raises(AssertionError):
        check_rnn(solve_rnn, lambda c, steps: solve_linear_rnn(c, steps, "a step too few"))


# lstm


def solve_lstm_forward(x, h, c, w, b):
    """Run the cell; the rows of w and b are f, i, o and g. Give h, c and what the way back needs."""
    n, kept = len(h), []
    for row in x:
        joined = np.r_[row, h]
        z = w @ joined + b
        f, i, o, g = sigmoid(z[:n]), sigmoid(z[n : 2 * n]), sigmoid(z[2 * n : 3 * n]), np.tanh(z[3 * n :])
        before, c = c, f * c + i * g
        h = o * np.tanh(c)
        kept.append((joined, f, i, o, g, before, c))
    return h, c, kept


def solve_lstm_backward(kept, dh, dc, w, mistake=""):
    """Give the gradients of w, b and the first c, from those of the last h and c."""
    n, dw, db = len(dh), 0 * w, np.zeros(len(w))
    for joined, f, i, o, g, before, c in reversed(kept):
        t = np.tanh(c)
        dc = dc + dh * o * (1 if mistake == "slope of tanh left out" else 1 - t**2)
        slopes = [
            dc * before * f * (1 - f),
            dc * g * i * (1 - i),
            dh * t * o * (1 - o),
            dc * i * (1 + g**2 if mistake == "sign in the slope of g" else 1 - g**2),
        ]
        dz = np.concatenate(slopes)
        dw += np.outer(dz, joined)
        db += dz
        dh = (w.T @ dz)[-n:]
        dc = dc if mistake == "forget gate left out" else dc * f
    return dw, db, dc


def check_lstm(backward, forward=solve_lstm_forward):
    rng = np.random.default_rng(0)
    x, r, s, c0 = rng.normal(size=(8, 3)), rng.normal(size=4), rng.normal(size=4), rng.normal(size=4)
    w, b = rng.normal(size=(16, 7)) / 2, rng.normal(size=16) / 2
    assert w.size + b.size == 4 * (4 * (4 + 3) + 4) == 128

    def loss(w, b, c0):
        h, c, _ = forward(x, np.zeros(4), c0, w, b)
        return h @ r + c @ s

    kept = forward(x, np.zeros(4), c0, w, b)[2]
    check_gradients(loss, [w, b, c0], backward(kept, r, s, w))
    held = np.repeat([np.log(99), -800.0, 0.0, 0.0], 4)
    with np.errstate(over="ignore"):
        assert forward(np.zeros((50, 3)), np.zeros(4), np.ones(4), 0 * w, held)[1] == pytest.approx(
            0.6050, abs=1e-4
        )


def test_lstm():
    check_lstm(solve_lstm_backward)


@pytest.mark.parametrize(
    "mistake", ["slope of tanh left out", "sign in the slope of g", "forget gate left out"]
)
def test_lstm_wrong(mistake):
    with pytest.raises(AssertionError):
        check_lstm(lambda *given: solve_lstm_backward(*given, mistake=mistake))


# gru


def solve_gru_forward(x, h, p, late=False):
    """Run h = (1 - z) h + z n; late applies the reset gate after the product with U."""
    wz, uz, bz, wr, ur, br, wn, un, bn = p
    kept = []
    for row in x:
        z, r = sigmoid(wz @ row + uz @ h + bz), sigmoid(wr @ row + ur @ h + br)
        n = np.tanh(wn @ row + (r * (un @ h) if late else un @ (r * h)) + bn)
        kept.append((row, h, z, r, n))
        h = (1 - z) * h + z * n
    return h, kept


def solve_gru_backward(kept, dh, p, mistake=""):
    """Give the nine gradients, from that of the last state; the reset gate acts before U."""
    _, uz, _, _, ur, _, _, un, _ = p
    grads = [0 * a for a in p]
    for row, h, z, r, n in reversed(kept):
        dz = dh * (h - n if mistake == "sign of the gate" else n - h) * z * (1 - z)
        dn = dh * z * (1 - n**2)
        through = un.T @ dn
        dr = through * h * r * (1 - r)
        inside = h if mistake == "reset gate left out" else r * h
        for k, (d, state) in enumerate(((dz, h), (dr, h), (dn, inside))):
            grads[3 * k] += np.outer(d, row)
            grads[3 * k + 1] += np.outer(d, state)
            grads[3 * k + 2] += d
        kept_part = dh * z if mistake == "gates swapped" else dh * (1 - z)
        dh = kept_part + uz.T @ dz + ur.T @ dr + through * r
    return grads


def gru_problem():
    rng = np.random.default_rng(0)
    p = [rng.normal(size=s) / 2 for s in ((4, 3), (4, 4), 4) * 3]
    return rng.normal(size=(8, 3)), rng.normal(size=4), p


def check_gru(forward, backward):
    x, r, p = gru_problem()
    assert sum(a.size for a in p) == 3 * (4 * (4 + 3) + 4) == 96
    kept = forward(x, np.zeros(4), p)[1]
    check_gradients(lambda *q: forward(x, np.zeros(4), q)[0] @ r, p, backward(kept, r, p))
    q = [0 * a for a in p]
    q[2] = np.full(4, -np.log(9))
    q[8] = np.ones(4)
    assert forward(np.zeros((10, 3)), np.zeros(4), q)[0] == pytest.approx(0.4960, abs=1e-4)
    early, late = forward(x, np.zeros(4), p)[0], forward(x, np.zeros(4), p, late=True)[0]
    assert np.abs(early - late).max() > 0.01


def test_gru():
    check_gru(solve_gru_forward, solve_gru_backward)


@pytest.mark.parametrize("mistake", ["sign of the gate", "reset gate left out", "gates swapped"])
def test_gru_wrong(mistake):
    with pytest.raises(AssertionError):
        check_gru(solve_gru_forward, lambda *given: solve_gru_backward(*given, mistake=mistake))


# sequence-to-sequence


def decoder_table():
    """Give for each of 10 steps the log-probabilities of 8 next tokens after each token."""
    logits = np.random.default_rng(0).normal(size=(10, 8, 8))
    return logits - np.log(np.exp(logits).sum(axis=2, keepdims=True))


def solve_beam(table, width, mistake=""):
    """Give the best path that beam search finds from token 0, and its log-probability."""
    beams = [((0,), 0.0)]
    for step in table[1:] if mistake == "a step too few" else table:
        gain = np.exp(step) if mistake == "probabilities added" else step
        grown = [((*path, k), score + gain[path[-1], k]) for path, score in beams for k in range(8)]
        grown.sort(key=lambda one: one[1] if mistake == "sign of the score" else -one[1])
        beams = grown[:width]
    return beams[0]


def solve_viterbi(table):
    """Give the best log-probability of all paths, by dynamic programming."""
    best = np.where(np.arange(8) == 0, 0.0, -np.inf)
    for step in table:
        best = (best[:, None] + step).max(axis=0)
    return best.max()


def solve_masked_loss(log_p, targets, mask):
    return -(log_p[np.arange(len(targets)), targets] * mask).sum() / mask.sum()


def check_beam(beam, viterbi=solve_viterbi, loss=solve_masked_loss):
    table = decoder_table()
    for width, score in ((1, -11.1845), (2, -10.4067), (3, -9.8166), (8, -9.6747)):
        path, found = beam(table, width)
        assert len(path) == 11
        assert found == pytest.approx(score, abs=1e-3)
        assert found == pytest.approx(sum(table[i, path[i], path[i + 1]] for i in range(10)))
    assert viterbi(table) == pytest.approx(-9.6747, abs=1e-3)
    uniform = np.full((12, 10), -np.log(10))
    assert loss(uniform, np.zeros(12, dtype=int), np.arange(12) < 7) == pytest.approx(2.3026, abs=1e-4)


def test_beam():
    check_beam(solve_beam)


def test_beam_against_all_paths():
    """Dynamic programming finds the best of all paths, here of the first 4 steps."""
    table = decoder_table()[:4]
    paths = itertools.product(range(8), repeat=4)
    scores = [sum(table[i, a, b] for i, (a, b) in enumerate(itertools.pairwise((0, *p)))) for p in paths]
    assert solve_viterbi(table) == pytest.approx(max(scores))


@pytest.mark.parametrize("mistake", ["a step too few", "probabilities added", "sign of the score"])
def test_beam_wrong(mistake):
    with pytest.raises(AssertionError):
        check_beam(lambda table, width: solve_beam(table, width, mistake))


def test_beam_wrong_mean():
    """A mean that counts the padding too is not the loss of the real tokens."""

    def loss(log_p, targets, mask):
        return solve_masked_loss(log_p, targets, mask) * mask.mean()

    with pytest.raises(AssertionError):
        check_beam(solve_beam, loss=loss)


# attention-mechanisms


def solve_attention(q, k, v, mask, mistake=""):
    """Give the weights and the output of masked scaled dot-product attention."""
    d = q.shape[1]
    scores = q @ k.T / (d if mistake == "divided by d" else np.sqrt(d))
    scores = np.where(mask, scores, 0 if mistake == "masked with 0" else -np.inf)
    scores = scores - scores.max(axis=1, keepdims=True)
    weights = np.exp(scores)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights, weights @ v


def solve_attention_back(q, k, v, mask, r, mistake=""):
    """Give the gradients of q, k and v for the loss sum(output * r)."""
    weights, _ = solve_attention(q, k, v, mask)
    dp = r @ v.T
    row = (dp * weights).sum(axis=1, keepdims=True)
    ds = weights * (dp + row if mistake == "sign of the row sum" else dp - row)
    ds /= 1 if mistake == "scale left out" else np.sqrt(q.shape[1])
    return ds @ k, ds.T @ q, weights.T @ r


def check_attention(forward, backward):
    rng = np.random.default_rng(0)
    q, k, v, r = (rng.normal(size=s) for s in ((4, 8), (6, 8), (6, 5), (4, 5)))
    mask = np.arange(6) < 4
    weights = forward(q, k, v, mask)[0]
    assert np.abs(weights.sum(axis=1) - 1).max() < 1e-12
    assert (weights[:, 4:] == 0).all()
    gradients = backward(q, k, v, mask, r)
    check_gradients(lambda *p: (forward(*p, mask)[1] * r).sum(), [q, k, v], gradients)
    assert (gradients[1][4:] == 0).all()
    assert (gradients[2][4:] == 0).all()
    assert np.allclose(forward(q, np.tile(k[0], (6, 1)), v, mask)[1], v[:4].mean(axis=0))


def test_attention():
    check_attention(solve_attention, solve_attention_back)


@pytest.mark.parametrize("mistake", ["sign of the row sum", "scale left out"])
def test_attention_wrong_gradient(mistake):
    with pytest.raises(AssertionError):
        check_attention(solve_attention, lambda *given: solve_attention_back(*given, mistake=mistake))


@pytest.mark.parametrize("mistake", ["masked with 0", "divided by d"])
def test_attention_wrong(mistake):
    with pytest.raises(AssertionError):
        check_attention(lambda *given: solve_attention(*given, mistake=mistake), solve_attention_back)


# encoder-decoder


def solve_bottleneck(length, mistake=""):
    """Give the share of the inputs' mean square lost by the best linear decoder, from h and from all h."""
    rng = np.random.default_rng(0)
    q, u = np.linalg.qr(rng.normal(size=(8, 8)))[0], rng.normal(size=8)
    x = rng.normal(size=(10_000, length))
    h, states = np.zeros((10_000, 8)), []
    for t in range(length):
        h = h @ q.T + np.outer(x[:, t], u)
        states.append(h)
    if mistake == "state off by one":
        h = states[-2]
    code = h[:, :7] if mistake == "a unit left out" else h
    decoder = np.linalg.lstsq(code, x, rcond=None)[0]
    if mistake == "factor in the decoder":
        decoder = 2 * decoder
    last = ((code @ decoder - x) ** 2).mean()
    before = [np.zeros_like(h), *states[:-1]]
    found = np.stack([(s - b @ q.T) @ u / (u @ u) for s, b in zip(states, before, strict=True)], axis=1)
    return last / (x**2).mean(), ((found - x) ** 2).mean()


def check_bottleneck(solve):
    for length, lost in ((4, 0), (8, 0), (16, 0.5), (32, 0.75)):
        last, every = solve(length)
        assert last == pytest.approx(lost, abs=0.01 if lost else 1e-9)
        assert every < 1e-12


def test_bottleneck():
    check_bottleneck(solve_bottleneck)


@pytest.mark.parametrize("mistake", ["a unit left out", "factor in the decoder", "state off by one"])
def test_bottleneck_wrong(mistake):
    with pytest.raises(AssertionError):
        check_bottleneck(lambda length: solve_bottleneck(length, mistake))
