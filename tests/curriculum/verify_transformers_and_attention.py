"""Recomputes what the study material of chapter 6 claims."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def attend(x, wq, wk, wv, causal=False):
    scores = (x @ wq) @ (x @ wk).T / np.sqrt(wq.shape[1])
    if causal:
        scores = np.where(np.triu(np.ones_like(scores, dtype=bool), 1), -np.inf, scores)
    return softmax(scores) @ (x @ wv)


# self-attention


def test_self_attention_scale():
    q, k = np.random.default_rng(0).normal(size=(2, 100_000, 64))
    products = (q * k).sum(axis=1)
    assert products.var() == pytest.approx(64, rel=0.02)
    assert (products / np.sqrt(64)).var() == pytest.approx(1, rel=0.02)


def test_self_attention_permutation():
    rng = np.random.default_rng(0)
    x, w, turn = rng.normal(size=(9, 6)), rng.normal(size=(3, 6, 6)), rng.permutation(9)
    assert np.allclose(attend(x[turn], *w), attend(x, *w)[turn])


def test_self_attention_cost():
    """The products of width d against those of length n: equal at n = 2d."""
    d = 512
    for n, quadratic_larger in ((2 * d - 1, False), (2 * d + 1, True)):
        assert (2 * n**2 * d > 4 * n * d**2) == quadratic_larger
    assert 2 * (2 * d) ** 2 * d == 4 * (2 * d) * d**2


def test_self_attention_heads():
    """Any split has 4d² weights; a head's score matrix WqWk' has the rank of its width."""
    rng = np.random.default_rng(0)
    for heads in (1, 8):
        size = 512 // heads
        assert heads * 3 * 512 * size + 512 * 512 == 4 * 512**2
    assert 512 // 8 == 64
    score = rng.normal(size=(64, 8)) @ rng.normal(size=(8, 64))
    assert np.linalg.matrix_rank(score) == 8


def test_self_attention_late_mask():
    """Weights zeroed after the softmax do not sum to 1 and depend on the future."""
    rng = np.random.default_rng(0)
    scores = rng.normal(size=(5, 5))
    other = scores.copy()
    other[0, 4] += 3
    late = [np.tril(softmax(s)) for s in (scores, other)]
    assert (late[0].sum(axis=1)[:-1] < 1).all()
    assert late[0][0, 0] != pytest.approx(late[1][0, 0], rel=0.1)
    early = [softmax(np.where(np.triu(np.ones((5, 5)), 1) > 0, -np.inf, s)) for s in (scores, other)]
    assert np.array_equal(early[0], early[1])


# transformer-architecture


def test_transformer_block_weights():
    d = 768
    assert 4 * d * d + d * 4 * d + 4 * d * d == 12 * d**2
    assert 12 * d**2 / 1e6 == pytest.approx(7.1, abs=0.05)


def layer_norm(x):
    return (x - x.mean()) / np.sqrt(x.var() + 1e-5)


def test_transformer_pre_norm():
    """Pre-norm keeps the identity path: its Jacobian over 40 blocks is larger than that of post-norm."""
    rng = np.random.default_rng(0)
    layers = [(rng.normal(size=(8, 8)) / np.sqrt(8), rng.normal(size=(8, 8)) / np.sqrt(8)) for _ in range(40)]

    def run(x, pre):
        for w1, w2 in layers:
            if pre:
                x = x + w2 @ np.maximum(0, w1 @ layer_norm(x))
            else:
                x = layer_norm(x + w2 @ np.maximum(0, w1 @ x))
        return x

    x = rng.normal(size=8)
    norms = [np.linalg.norm(central_difference(lambda t, p=p: run(t, p), x)) for p in (True, False)]
    assert norms[0] > 10 * norms[1]
    zero = np.eye(8)
    assert np.allclose(central_difference(lambda t: t + 0 * layer_norm(t), x), zero)


def test_transformer_mixing():
    """Norm and feed-forward change one token only; attention carries a change to others."""
    rng = np.random.default_rng(0)
    x, w, w1, w2 = (rng.normal(size=s) for s in ((5, 6), (3, 6, 6), (6, 24), (24, 6)))
    changed = x.copy()
    changed[2] += rng.normal(size=6)
    others = np.arange(5) != 2

    def local(t):
        return np.maximum(0, np.array([layer_norm(row) for row in t]) @ w1) @ w2

    assert np.array_equal(local(x)[others], local(changed)[others])
    assert (np.abs(attend(x, *w) - attend(changed, *w))[others] > 0).all()


# vision-transformer


def test_vit_tokens():
    assert (224 // 16) ** 2 == 14 * 14 == 196
    assert 196 + 1 == 197
    assert 16 * 16 * 3 == 768


def test_vit_resolution():
    assert (384 // 16) ** 2 == 576
    assert pytest.approx(8.6, abs=0.05) == (576 / 196) ** 2
    assert pytest.approx(8.6, abs=0.05) == (577 / 197) ** 2


def test_vit_order():
    """Without positions the class token's output ignores the order of patches, not of pixels in them."""
    rng = np.random.default_rng(0)
    patches, token, embed = rng.normal(size=(16, 12)), rng.normal(size=6), rng.normal(size=(12, 6))
    w = rng.normal(size=(3, 6, 6))

    def output(p):
        x = np.r_[token[None], p @ embed]
        x = x + attend(x, *w)
        return (x + attend(x, *w))[0]

    assert np.allclose(output(rng.permutation(patches)), output(patches))
    assert not np.allclose(output(patches[:, rng.permutation(12)]), output(patches), atol=0.01)


# bert-and-gpt


def test_bert_shares():
    assert pytest.approx(0.12) == 0.15 * 0.8
    assert pytest.approx(0.012) == 0.15 * 0.1 * 4 / 5
    assert pytest.approx(1.0) == 0.8 + 0.1 + 0.1


def test_gpt_perplexity():
    assert np.exp(3) == pytest.approx(20.1, abs=0.05)
    assert 3 / np.log(2) == pytest.approx(4.33, abs=0.005)


def test_gpt_perplexity_and_tokens():
    """The same probability of a text gives other perplexities with other numbers of tokens."""
    assert np.exp(300 / 100) != pytest.approx(np.exp(300 / 150), rel=0.5)


def test_gpt_count():
    d = 768
    block = 4 * (d * d + d) + 2 * 2 * d + d * 4 * d + 4 * d + 4 * d * d + d
    blocks, tokens, positions = 12 * block, 50_257 * d, 1_024 * d
    assert blocks / 1e6 == pytest.approx(85.1, abs=0.05)
    assert tokens / 1e6 == pytest.approx(38.6, abs=0.05)
    assert positions / 1e6 == pytest.approx(0.8, abs=0.05)
    assert (blocks + tokens + positions + 2 * d) / 1e6 == pytest.approx(124, abs=0.5)


def test_bert_and_gpt_entropies():
    """The losses of the exercise are the chain's exact conditional entropies."""
    p = softmax(2 * np.random.default_rng(0).normal(size=(5, 5)))
    stationary = np.linalg.matrix_power(p, 200)[0]
    left = -(stationary[:, None] * p * np.log(p)).sum()
    joint = stationary[:, None, None] * p[:, :, None] * p[None]
    both = -(joint * np.log(joint / joint.sum(axis=1, keepdims=True))).sum()
    assert left == pytest.approx(1.022, abs=5e-4)
    assert both == pytest.approx(0.725, abs=5e-4)
    assert np.exp(left) == pytest.approx(2.78, abs=0.005)


# positional-encoding


def rates(d):
    return 10000 ** (-2 * np.arange(d // 2) / d)


def test_position_rates():
    assert rates(64)[0] == 1
    assert 0.9e-4 < rates(512)[-1] < rates(64)[-1] < 1.5e-4


def test_position_shift():
    """A rotation by k times the rate takes (sin, cos) of p to that of p + k."""
    for w in rates(16):
        for p in (0, 3, 50):
            c, s = np.cos(7 * w), np.sin(7 * w)
            moved = np.array([[c, s], [-s, c]]) @ [np.sin(p * w), np.cos(p * w)]
            assert moved == pytest.approx([np.sin((p + 7) * w), np.cos((p + 7) * w)])


def test_position_products():
    assert np.cos(3 * rates(64)).sum() == pytest.approx(25.587, abs=1e-3)
    assert 64 / 2 == 32


def test_position_rope():
    rng = np.random.default_rng(0)
    q, k = rng.normal(size=(2, 2))

    def turn(v, angle):
        return np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]]) @ v

    assert turn(q, 0.5) @ turn(k, 0.2) == pytest.approx(turn(q, 7.5) @ turn(k, 7.2))
    assert turn(q, 0.5) @ turn(k, 0.2) == pytest.approx(turn(q, 0.3) @ k)


def test_position_mask_alone():
    """Swapping two early tokens moves the last output of two causal layers, and not of unmasked ones."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(6, 8)), rng.normal(size=(2, 3, 8, 8)) / 3
    swapped = x[[1, 0, 2, 3, 4, 5]]

    def last(t, causal):
        for layer in w:
            t = t + attend(t, *layer, causal=causal)
        return t[-1]

    assert np.abs(last(x, True) - last(swapped, True)).max() > 1e-3
    assert np.allclose(last(x, False), last(swapped, False))


# fine-tuning


def test_lora_count():
    assert 8 * (4096 + 4096) == 65_536
    assert 4096**2 == 16_777_216
    assert pytest.approx(0.39, abs=0.001) == 100 * 65_536 / 16_777_216


def test_lora_start():
    """With x, y given, B = 0 has a gradient and A none; with both 0 neither has one."""
    rng = np.random.default_rng(0)
    w, x, y, a = rng.normal(size=(4, 5)), rng.normal(size=5), rng.normal(size=4), rng.normal(size=(2, 5))

    def loss(b, a):
        return ((w @ x + b @ (a @ x) - y) ** 2).sum()

    b = np.zeros((4, 2))
    assert np.abs(central_difference(lambda t: loss(t, a), b)).max() > 0.1
    assert np.abs(central_difference(lambda t: loss(b, t), a)).max() < 1e-9
    assert np.abs(central_difference(lambda t: loss(t, 0 * a), b)).max() < 1e-9


def test_lora_merge():
    rng = np.random.default_rng(0)
    w, b, a, x = (rng.normal(size=s) for s in ((4, 5), (4, 2), (2, 5), 5))
    merged = w + 16 / 2 * b @ a
    assert merged.shape == w.shape
    assert np.allclose(merged @ x, w @ x + 16 / 2 * b @ (a @ x))


def test_lora_floor():
    """Without any change the loss is 2² + 1² = 5; the best of rank 1 leaves 1² (Eckart-Young)."""
    assert 2**2 + 1**2 == 5


# top-k-top-p-sampling


def test_sampling_nucleus():
    p = np.array([0.5, 0.25, 0.15, 0.07, 0.03])
    assert p[:2].sum() < 0.8 <= p[:3].sum()
    assert p[:3] / 0.9 == pytest.approx([0.556, 0.278, 0.167], abs=5e-4)


def test_sampling_fixed_k():
    """Forty tokens are a twentieth of a flat choice of 800, and 39 too many for a peaked one."""
    flat, peaked = np.full(800, 1 / 800), np.r_[0.99, np.full(799, 0.01 / 799)]
    sizes = [int((np.cumsum(p) - p < 0.9).sum()) for p in (flat, peaked)]
    assert sizes[0] > 700
    assert sizes[1] == 1


def test_sampling_temperature():
    """Dividing logits by T keeps their order, but not the set that reaches p."""
    z = np.log([0.5, 0.25, 0.15, 0.07, 0.03])
    kept = []
    for t in (0.5, 1.0, 2.0):
        p = softmax(z / t)
        assert (np.argsort(-p) == np.arange(5)).all()
        kept.append(int((np.cumsum(p) - p < 0.8).sum()))
        assert np.log(p[0] / p[1]) == pytest.approx(np.log(2) / t)
    assert kept == [2, 3, 4]


def test_sampling_crossing():
    p = np.array([0.9, 0.06, 0.04])
    assert (np.cumsum(p) <= 0.8).sum() == 0
    assert (np.cumsum(p) - p < 0.8).sum() == 1
