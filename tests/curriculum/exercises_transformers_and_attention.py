"""Solves the exercises of chapter 6, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# self-attention


def solve_heads(x, weights, heads, causal, mistake=""):
    """Give multi-head self-attention of tokens in rows; weights are Wq, Wk, Wv and Wo."""
    n, d = x.shape
    wq, wk, wv, wo = weights
    q, k, v = (np.moveaxis((x @ w).reshape(n, heads, d // heads), 1, 0) for w in (wq, wk, wv))
    scores = q @ k.swapaxes(1, 2) / np.sqrt(d if mistake == "scale of the whole width" else d // heads)
    if causal:
        hidden = np.triu(np.ones((n, n), dtype=bool), 2 if mistake == "mask off by one" else 1)
        scores = np.where(hidden.T if mistake == "mask transposed" else hidden, -np.inf, scores)
    out = softmax(scores) @ v
    return np.moveaxis(out, 0, 1).reshape(n, d) @ wo


def solve_cached(x, weights, heads):
    """Give the same outputs token by token, with stored keys and values."""
    d = x.shape[1]
    wq, wk, wv, wo = weights
    keys, values, out = [], [], []
    for row in x:
        keys.append((row @ wk).reshape(heads, -1))
        values.append((row @ wv).reshape(heads, -1))
        k, v = np.stack(keys, axis=1), np.stack(values, axis=1)
        scores = np.einsum("hc,hnc->hn", (row @ wq).reshape(heads, -1), k) / np.sqrt(d // heads)
        out.append(np.einsum("hn,hnc->hc", softmax(scores), v).reshape(-1) @ wo)
    return np.array(out)


def check_self_attention(attend, cached=solve_cached):
    rng = np.random.default_rng(0)
    x, weights = rng.normal(size=(7, 12)), [rng.normal(size=(12, 12)) / np.sqrt(12) for _ in range(4)]
    assert sum(w.size for w in weights) == 576
    out = attend(x, weights, 3, causal=True)
    assert (out**2).mean() == pytest.approx(0.1901, abs=1e-4)
    changed = x.copy()
    changed[4] += 1
    again = attend(changed, weights, 3, causal=True)
    assert np.array_equal(again[:4], out[:4])
    assert np.abs(again[4] - out[4]).max() > 0.01
    assert np.abs(cached(x, weights, 3) - out).max() < 1e-12
    turn = rng.permutation(7)
    free = attend(x, weights, 3, causal=False)
    assert np.abs(attend(x[turn], weights, 3, causal=False) - free[turn]).max() < 1e-12


def test_self_attention():
    check_self_attention(solve_heads)


@pytest.mark.parametrize("mistake", ["scale of the whole width", "mask off by one", "mask transposed"])
def test_self_attention_wrong(mistake):
    with pytest.raises(AssertionError):
        check_self_attention(lambda *given, causal: solve_heads(*given, causal, mistake))


# transformer-architecture


def normalize(x):
    centered = x - x.mean(axis=1, keepdims=True)
    return centered / np.sqrt((centered**2).mean(axis=1, keepdims=True) + 1e-5)


def normalize_back(g, x):
    scale = np.sqrt(((x - x.mean(axis=1, keepdims=True)) ** 2).mean(axis=1, keepdims=True) + 1e-5)
    y = normalize(x)
    return (g - g.mean(axis=1, keepdims=True) - y * (g * y).mean(axis=1, keepdims=True)) / scale


def block(x, wq, wk, wv, wo, w1, w2, full=False):
    """Run one pre-norm block with a causal head and a ReLU network; full gives all between."""
    n, d = x.shape
    a = normalize(x)
    q, k, v = a @ wq, a @ wk, a @ wv
    p = softmax(np.where(np.triu(np.ones((n, n), dtype=bool), 1), -np.inf, q @ k.T / np.sqrt(d)))
    mixed = p @ v
    middle = x + mixed @ wo
    b = normalize(middle)
    h = np.maximum(0, b @ w1)
    out = middle + h @ w2
    return (out, a, q, k, v, p, mixed, middle, b, h) if full else out


def solve_block_back(r, x, wq, wk, wv, wo, w1, w2, mistake=""):
    """Give the gradients of x and the six matrices for the loss sum(output * r)."""
    _, a, q, k, v, p, mixed, middle, b, h = block(x, wq, wk, wv, wo, w1, w2, full=True)
    dh = (r @ w2.T) * (h > 0)
    dw2, dw1 = h.T @ r, b.T @ dh
    back = normalize_back(dh @ w1.T, middle)
    dm = back if mistake == "shortcut left out" else r + back
    dwo, dmixed = mixed.T @ dm, dm @ wo.T
    dv, dp = p.T @ dmixed, dmixed @ v.T
    row = (dp * p).sum(axis=1, keepdims=True)
    ds = p * (dp + row if mistake == "sign in the softmax" else dp - row) / np.sqrt(x.shape[1])
    dq, dk = ds @ k, ds.T @ q
    da = dq @ wq.T + dk @ wk.T + (0 if mistake == "path of the values left out" else dv @ wv.T)
    return [dm + normalize_back(da, x), a.T @ dq, a.T @ dk, a.T @ dv, dwo, dw1, dw2]


def check_transformer(solve):
    rng = np.random.default_rng(0)
    x, r = rng.normal(size=(5, 8)), rng.normal(size=(5, 8))
    weights = [rng.normal(size=s) / np.sqrt(s[0]) for s in ((8, 8),) * 4 + ((8, 32), (32, 8))]
    assert sum(w.size for w in weights) == 12 * 8**2 == 768
    given = [x, *weights]
    for i, gradient in enumerate(solve(r, *given)):

        def loss(t, i=i):
            return (block(*given[:i], t, *given[i + 1 :]) * r).sum()

        assert relative_error(gradient, central_difference(loss, given[i])) < 1e-6
    early = r * (np.arange(5) < 3)[:, None]
    assert (solve(early, *given)[0][3:] == 0).all()


def test_transformer():
    check_transformer(solve_block_back)


@pytest.mark.parametrize(
    "mistake", ["shortcut left out", "sign in the softmax", "path of the values left out"]
)
def test_transformer_wrong(mistake):
    with pytest.raises(AssertionError):
        check_transformer(lambda *given: solve_block_back(*given, mistake=mistake))


# vision-transformer


def solve_patches(image, size, mistake=""):
    """Cut an image of rows, columns and colors into flattened patches, row by row."""
    rows, columns, colors = image.shape
    cut = image.reshape(rows // size, size, columns // size, size, colors)
    order = (0, 1, 2, 3, 4) if mistake == "axes not exchanged" else (0, 2, 1, 3, 4)
    return cut.transpose(order).reshape(-1, size * size * colors)


def solve_image(patches, side, size):
    across = side // size
    return patches.reshape(across, across, size, size, -1).transpose(0, 2, 1, 3, 4).reshape(side, side, -1)


def solve_vit_parameters(mistake=""):
    """Count the parameters of ViT-B/16 for images of 224 and 1,000 classes."""
    d, n = 768, (224 // 16) ** 2 + (0 if mistake == "no class token" else 1)
    attention = (3 if mistake == "no output projection" else 4) * (d * d + d)
    one = attention + 2 * 2 * d + d * 4 * d + 4 * d + 4 * d * d + d
    return 768 * d + d + d + n * d + 12 * one + 2 * d + d * 1000 + 1000


def check_vit(patches, image, count):
    rng = np.random.default_rng(0)
    picture, w = rng.normal(size=(32, 32, 3)), rng.normal(size=(8, 8, 3, 10))
    cut = patches(picture, 8)
    assert cut.shape == (16, 192)
    assert np.array_equal(image(cut, 32, 8), picture)
    strided = np.zeros((4, 4, 10))
    for i in range(4):
        for j in range(4):
            window = picture[8 * i : 8 * i + 8, 8 * j : 8 * j + 8]
            strided[i, j] = np.tensordot(window, w, axes=3)
    assert np.abs(cut @ w.reshape(192, 10) - strided.reshape(16, 10)).max() < 1e-10
    assert count == 86_567_656


def test_vit():
    check_vit(solve_patches, solve_image, solve_vit_parameters())


@pytest.mark.parametrize("mistake", ["axes not exchanged"])
def test_vit_wrong(mistake):
    with pytest.raises(AssertionError):
        check_vit(lambda i, s: solve_patches(i, s, mistake), solve_image, solve_vit_parameters())


@pytest.mark.parametrize("mistake", ["no class token", "no output projection"])
def test_vit_wrong_count(mistake):
    with pytest.raises(AssertionError):
        check_vit(solve_patches, solve_image, solve_vit_parameters(mistake))


# bert-and-gpt


def chain_problem():
    """Give a transition matrix of 5 tokens and a chain of 400,000."""
    rng = np.random.default_rng(0)
    p = softmax(2 * rng.normal(size=(5, 5)))
    total, draws = p.cumsum(axis=1), rng.uniform(size=400_000)
    total[:, -1] = 1
    chain = [0]
    for u in draws[1:]:
        chain.append(int(np.searchsorted(total[chain[-1]], u)))
    return p, np.array(chain), rng


def solve_predictors(chain, mistake=""):
    """Give the losses of counting models that see the left token, or both neighbors."""
    left, middle, right = chain[:-2], chain[1:-1], chain[2:]
    if mistake == "target not shifted":
        left = middle
    two, three = np.zeros((5, 5)), np.zeros((5, 5, 5))
    np.add.at(two, (left, middle), 1)
    np.add.at(three, (left, right, middle), 1)
    two /= two.sum(axis=1, keepdims=True)
    three /= np.maximum(1, three.sum(axis=2, keepdims=True))
    if mistake == "joint for conditional":
        two *= 0.2
    sign = 1 if mistake == "sign of the loss" else -1
    return sign * np.log(two[left, middle]).mean(), sign * np.log(three[left, right, middle]).mean()


def solve_masking(tokens, rng, mistake=""):
    """Give BERT's inputs (5 is the mask token) and where the loss counts."""
    chosen = rng.uniform(size=len(tokens)) < 0.15
    kind = rng.uniform(size=len(tokens))
    inputs = tokens.copy()
    inputs[chosen & (kind < (1 if mistake == "always the mask" else 0.8))] = 5
    random = chosen & (kind >= 0.8) & (kind < 0.9) & (inputs != 5)
    inputs[random] = rng.integers(5, size=random.sum())
    return inputs, np.ones(len(tokens), dtype=bool) if mistake == "loss everywhere" else chosen


def check_language_models(predictors, masking):
    _, chain, rng = chain_problem()
    left, both = predictors(chain)
    assert left == pytest.approx(1.022, abs=0.005)
    assert both == pytest.approx(0.725, abs=0.005)
    assert np.exp(left) == pytest.approx(2.78, abs=0.02)
    inputs, counted = masking(chain, rng)
    assert counted.mean() == pytest.approx(0.15, abs=0.002)
    assert (inputs == 5).mean() == pytest.approx(0.12, abs=0.002)
    wrong = counted & (inputs != 5) & (inputs != chain)
    assert wrong.mean() == pytest.approx(0.012, abs=0.001)
    assert (inputs[~counted] == chain[~counted]).all()


def test_language_models():
    check_language_models(solve_predictors, solve_masking)


@pytest.mark.parametrize("mistake", ["target not shifted", "joint for conditional", "sign of the loss"])
def test_language_models_wrong(mistake):
    with pytest.raises(AssertionError):
        check_language_models(lambda chain: solve_predictors(chain, mistake), solve_masking)


@pytest.mark.parametrize("mistake", ["always the mask", "loss everywhere"])
def test_language_models_wrong_masking(mistake):
    with pytest.raises(AssertionError):
        check_language_models(solve_predictors, lambda t, rng: solve_masking(t, rng, mistake))


# positional-encoding


def solve_sinusoids(positions, d, mistake=""):
    """Give the sine and cosine of each position in alternating columns."""
    step = 1 if mistake == "exponent not doubled" else 2
    rates = 10000 ** (-step * np.arange(d // 2) / d)
    angles = np.asarray(positions)[:, None] * rates
    return np.stack([np.sin(angles), np.cos(angles)], axis=2).reshape(len(angles), d)


def solve_shift(k, d, mistake=""):
    """Give the matrix that takes the encoding of p to that of p + k."""
    out = np.zeros((d, d))
    for i, rate in enumerate(10000 ** (-2 * np.arange(d // 2) / d)):
        c, s = np.cos(k * rate), np.sin(k * rate)
        s = -s if mistake == "sign of the rotation" else s
        out[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = [[c, s], [-s, c]]
    return out


def solve_rope(x, position, mistake=""):
    """Rotate pairs of entries of a vector by angles proportional to the position."""
    d = len(x)
    angles = (position**2 if mistake == "angle not linear" else position) * 10000 ** (
        -2 * np.arange(d // 2) / d
    )
    a, b = x[::2], x[1::2]
    turned = [a * np.cos(angles) - b * np.sin(angles), a * np.sin(angles) + b * np.cos(angles)]
    return np.stack(turned, axis=1).reshape(d)


def check_positions(sinusoids, shift, rope):
    e = sinusoids(np.arange(200), 64)
    assert np.abs((e**2).sum(axis=1) - 32).max() < 1e-9
    assert e[10] @ e[13] == pytest.approx(25.587, abs=1e-3)
    assert np.abs(e[:190] @ shift(7, 64).T - e[7:197]).max() < 1e-9
    q, k = np.random.default_rng(0).normal(size=(2, 64))
    score = rope(q, 5) @ rope(k, 2)
    assert rope(q, 105) @ rope(k, 102) == pytest.approx(score, abs=1e-9)
    assert rope(q, 105) @ rope(k, 101) != pytest.approx(score, abs=1e-2)
    assert np.linalg.norm(rope(q, 105)) == pytest.approx(np.linalg.norm(q))


def test_positions():
    check_positions(solve_sinusoids, solve_shift, solve_rope)


def test_positions_wrong_sinusoids():
    with pytest.raises(AssertionError):
        check_positions(lambda p, d: solve_sinusoids(p, d, "exponent not doubled"), solve_shift, solve_rope)


def test_positions_wrong_shift():
    with pytest.raises(AssertionError):
        check_positions(solve_sinusoids, lambda k, d: solve_shift(k, d, "sign of the rotation"), solve_rope)


def test_positions_wrong_rope():
    with pytest.raises(AssertionError):
        check_positions(solve_sinusoids, solve_shift, lambda x, p: solve_rope(x, p, "angle not linear"))


# fine-tuning


def lora_problem():
    """Give the change of weights that is to be learned, of singular values 2 and 1, and the start of A."""
    rng = np.random.default_rng(0)
    u, v = np.linalg.qr(rng.normal(size=(20, 2)))[0], np.linalg.qr(rng.normal(size=(10, 2)))[0]
    return u @ np.diag([2, 1]) @ v.T, rng


def solve_lora(rank, mistake=""):
    """Fit B A to the change by gradient descent; give the first gradients, the loss and the change."""
    change, rng = lora_problem()
    b, a = np.zeros((20, rank)), rng.normal(size=(rank, 10)) / np.sqrt(10)
    if mistake == "both start at 0":
        a = 0 * a
    first = None
    for _ in range(5000):
        residual = b @ a - change
        db, da = 2 * residual @ a.T, 2 * b.T @ residual
        if mistake == "sign of the gradient":
            db, da = -db, -da
        first = (db, da) if first is None else first
        b, a = b - 0.02 * db, a - 0.02 * da
        if mistake == "sign of the gradient" and np.abs(b).max() > 1e6:
            break
    found = b @ a * (2 if mistake == "factor in the merge" else 1)
    return first, ((found - change) ** 2).sum(), b.size + a.size


def check_lora(solve):
    for rank, floor in ((1, 1), (2, 0), (3, 0)):
        (db, da), loss, size = solve(rank)
        assert (da == 0).all()
        assert np.abs(db).max() > 0.01
        assert loss == pytest.approx(floor, abs=1e-6)
        assert size == 30 * rank


def test_lora():
    check_lora(solve_lora)


@pytest.mark.parametrize("mistake", ["both start at 0", "sign of the gradient", "factor in the merge"])
def test_lora_wrong(mistake):
    with pytest.raises(AssertionError):
        check_lora(lambda rank: solve_lora(rank, mistake))


# top-k-top-p-sampling


def solve_top_k(logits, k, temperature=1.0):
    p = softmax(logits / temperature)
    return np.where(p >= np.sort(p)[-k], p, 0) / p[p >= np.sort(p)[-k]].sum()


def solve_top_p(logits, limit, temperature=1.0, mistake=""):
    """Give the probabilities after keeping the smallest set that reaches the limit."""
    p = softmax(logits * temperature if mistake == "times the temperature" else logits / temperature)
    order = np.argsort(p if mistake == "smallest first" else -p)
    before = np.cumsum(p[order]) - p[order]
    if mistake == "crossing token dropped":
        before = np.cumsum(p[order])
    kept = np.where(before < limit, p[order], 0)
    out = np.zeros_like(p)
    out[order] = kept if mistake == "not renormalized" else kept / max(kept.sum(), 1e-300)
    return out


def check_sampling(top_k, top_p):
    p = np.array([0.07, 0.5, 0.15, 0.03, 0.25])
    assert top_p(np.log(p), 0.8) == pytest.approx([0, 5 / 9, 1 / 6, 0, 5 / 18])
    assert top_p(np.log(p), 0.3) == pytest.approx([0, 1, 0, 0, 0])
    assert top_k(np.log(p), 2) == pytest.approx([0, 2 / 3, 0, 0, 1 / 3])
    logits = 2 * np.random.default_rng(0).normal(size=1000)
    sizes = [int((top_p(logits, 0.9, t) > 0).sum()) for t in (1.0, 0.7, 1.5)]
    assert sizes == [263, 96, 496]
    sets = [np.flatnonzero(top_k(logits, 40, t)).tolist() for t in (1.0, 0.7)]
    assert sets[0] == sets[1]
    assert len(sets[0]) == 40


def test_sampling():
    check_sampling(solve_top_k, solve_top_p)


@pytest.mark.parametrize(
    "mistake", ["times the temperature", "smallest first", "crossing token dropped", "not renormalized"]
)
def test_sampling_wrong(mistake):
    with pytest.raises(AssertionError):
        check_sampling(
            solve_top_k, lambda logits, limit, t=1.0: solve_top_p(logits, limit, t, mistake=mistake)
        )
