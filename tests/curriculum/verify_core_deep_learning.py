"""Recomputes what the study material of chapter 3 claims."""

from __future__ import annotations

import numpy as np
import pytest
import sympy
from scipy import integrate, optimize, special, stats

from tests.curriculum.numeric import central_difference, relative_error


def softmax(z):
    e = np.exp(z - np.max(z))
    return e / e.sum()


# feedforward-networks


def test_feedforward_xor_is_not_separable():
    """No weights separate XOR, by linear programming; the same program separates AND."""
    points = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    for labels, possible in (([0, 1, 1, 0], False), ([0, 0, 0, 1], True)):
        sign = np.where(np.array(labels) == 1, 1, -1)
        rows = -sign[:, None] * np.c_[points, np.ones(4)]
        found = optimize.linprog(np.zeros(3), A_ub=rows, b_ub=-np.ones(4), bounds=[(None, None)] * 3)
        assert found.success == possible


def test_feedforward_xor_by_two_hidden_units():
    """Two ReLU units set by hand solve XOR, as the goal asks."""
    for a in (0, 1):
        for b in (0, 1):
            assert max(0, a + b) - 2 * max(0, a + b - 1) == a ^ b


def test_feedforward_parameters():
    assert 784 * 256 + 256 == 200_960
    assert 256 * 10 + 10 == 2_570
    assert 200_960 + 2_570 == 203_530


def test_feedforward_affine_layers_collapse():
    """Affine layers make one affine map, whose rank a narrow layer limits."""
    rng = np.random.default_rng(0)
    w1, b1, w2, b2 = rng.normal(size=(2, 5)), rng.normal(size=2), rng.normal(size=(4, 2)), rng.normal(size=4)
    x = rng.normal(size=5)
    assert np.allclose(w2 @ (w1 @ x + b1) + b2, (w2 @ w1) @ x + (w2 @ b1 + b2))
    assert np.linalg.matrix_rank(w2 @ w1) == 2


@pytest.mark.parametrize("seed", range(10))
def test_feedforward_perceptron_mistakes(seed):
    """On separable data the perceptron makes at most (R / margin) squared mistakes."""
    rng = np.random.default_rng(seed)
    truth = np.array([0.6, -0.8])
    x = rng.normal(size=(200, 2))
    x = x[np.abs(x @ truth) > 0.1]
    y = np.sign(x @ truth)
    w, mistakes = np.zeros(2), 0
    for _ in range(100):
        for xi, yi in zip(x, y, strict=True):
            if yi * (w @ xi) <= 0:
                w += yi * xi
                mistakes += 1
    margin, radius = (y * (x @ truth)).min(), np.linalg.norm(x, axis=1).max()
    assert (y * (x @ w) > 0).all()
    assert mistakes <= (radius / margin) ** 2


# activation-functions


def test_activation_sigmoid_slope():
    x = np.linspace(-10, 10, 2001)
    s = special.expit(x)
    assert (s * (1 - s)).max() == 0.25
    assert x[(s * (1 - s)).argmax()] == pytest.approx(0, abs=1e-12)
    assert pytest.approx(1e-6, rel=0.05) == 0.25**10


def test_activation_tanh():
    """The hyperbolic tangent is 2 sigmoid(2x) - 1, of slope 1 at 0, odd and saturating."""
    x = np.linspace(-8, 8, 1001)
    assert np.allclose(np.tanh(x), 2 * special.expit(2 * x) - 1)
    assert central_difference(np.tanh, np.float64(0)) == pytest.approx(1)
    assert 1 - np.tanh(8) ** 2 < 1e-6


def test_activation_dead_relu():
    """A unit that is negative on all examples has no gradient for weights and bias."""
    rng = np.random.default_rng(0)
    x, w, b = np.abs(rng.normal(size=(50, 3))), np.array([-1.0, -2.0, -1.0]), -0.5

    def loss(weights):
        return ((np.maximum(0, x @ weights[:3] + weights[3]) - 1) ** 2).sum()

    assert (x @ w + b < 0).all()
    assert np.allclose(central_difference(loss, [*w, b]), 0)


def test_activation_gelu():
    """GELU has its minimum of -0.17 at -0.75, falls left of it and rises right of it."""
    x = np.linspace(-6, 6, 120001)
    y = x * stats.norm.cdf(x)
    assert x[y.argmin()] == pytest.approx(-0.75, abs=0.005)
    assert y.min() == pytest.approx(-0.17, abs=0.001)
    assert (np.diff(y[: y.argmin()]) < 0).all()
    assert (np.diff(y[y.argmin() + 1 :]) > 0).all()


def test_activation_relu_output():
    """A final ReLU gives nothing below 0, and no gradient where the score is negative."""
    assert max(0.0, -3.0) == 0
    assert central_difference(lambda z: (np.maximum(0, z) - 2) ** 2, np.float64(-1)) == 0


# backpropagation


def test_backpropagation_affine():
    rng = np.random.default_rng(0)
    x, w, b, g = (rng.normal(size=s) for s in ((4, 3), (3, 5), 5, (4, 5)))
    assert relative_error(g @ w.T, central_difference(lambda t: ((t @ w + b) * g).sum(), x)) < 1e-8
    assert relative_error(x.T @ g, central_difference(lambda t: ((x @ t + b) * g).sum(), w)) < 1e-8
    assert relative_error(g.sum(axis=0), central_difference(lambda t: ((x @ w + t) * g).sum(), b)) < 1e-8


def test_backpropagation_softmax_cross_entropy():
    z = np.random.default_rng(0).normal(size=5)
    expected = softmax(z) - np.eye(5)[2]
    assert relative_error(expected, central_difference(lambda t: -np.log(softmax(t)[2]), z)) < 1e-8


def test_backpropagation_cost_of_a_dense_layer():
    """The two products backward have the size of the one forward: rows x inner x columns."""
    n, d, m = 8, 5, 10
    forward, for_x, for_w = n * d * m, n * m * d, d * n * m
    assert for_x + for_w == 2 * forward


def test_backpropagation_two_uses_add():
    t = sympy.symbols("t")
    u, v = sympy.symbols("u v")
    product = u**2 * sympy.sin(v)
    both = (product.diff(u) + product.diff(v)).subs({u: t, v: t})
    assert sympy.simplify(both - (t**2 * sympy.sin(t)).diff(t)) == 0


# weight-initialization


def test_initialization_variance_with_dependent_inputs():
    """Var y = n s^2 q holds for inputs that are equal to one another, too."""
    rng = np.random.default_rng(0)
    n, s = 10, 0.7
    x = np.repeat(rng.normal(1, 2, size=(200000, 1)), n, axis=1)
    y = (s * rng.normal(size=x.shape) * x).sum(axis=1)
    assert y.var() == pytest.approx(n * s**2 * (1 + 4), rel=0.02)


def test_initialization_half_by_relu():
    """ReLU halves the mean square of a normal, and of a uniform, variable."""
    assert integrate.quad(lambda y: y * y * stats.norm.pdf(y), 0, np.inf)[0] == pytest.approx(0.5)
    assert integrate.quad(lambda y: y * y / 2, 0, 1)[0] == pytest.approx(1 / 3 / 2)


def test_initialization_xavier():
    """Forward asks for 1/n_in, backward for 1/n_out; their compromise equals both if they are equal."""
    rng = np.random.default_rng(0)
    n_in, n_out = 400, 100
    for divisor, forward, backward in ((n_in, 1, 1 / 4), (n_out, 4, 1)):
        w = rng.normal(size=(2000, n_in)) / np.sqrt(divisor)
        assert (w @ rng.normal(size=(n_in, 200))).var() == pytest.approx(forward, rel=0.1)
        w = rng.normal(size=(n_out, 2000)) / np.sqrt(divisor)
        assert (w.T @ rng.normal(size=(n_out, 200))).var() == pytest.approx(backward, rel=0.1)
    assert 2 / (n_in + n_in) == 1 / n_in


def test_initialization_constant_weights_stay_equal():
    """After 20 steps from one constant all hidden units are the same; from random weights they differ."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(30, 4)), rng.normal(size=(30, 2))
    for start, equal in ((np.full((4, 6), 0.1), True), (0.1 * rng.normal(size=(4, 6)), False)):
        w1, w2 = start.copy(), np.full((6, 2), 0.1)
        for _ in range(20):
            h = np.tanh(x @ w1)
            g = (h @ w2 - y) / 30
            w1, w2 = w1 - 0.1 * x.T @ (g @ w2.T * (1 - h**2)), w2 - 0.1 * h.T @ g
        assert np.allclose(w1, w1[:, :1]) == equal
        assert not np.allclose(w1, start)


def test_initialization_depth():
    assert pytest.approx(9e-16, rel=0.02) == 2.0**-50


def test_initialization_depth_starves_every_layer():
    """With variance 1/n the weight gradients of all layers, not only of the first ones, are tiny."""
    rng = np.random.default_rng(0)
    weights = [rng.normal(size=(256, 256)) / 16 for _ in range(50)]
    signals = [rng.normal(size=(64, 256))]
    for w in weights:
        signals.append(np.maximum(0, signals[-1] @ w))
    assert abs(np.log2((signals[-1] ** 2).mean()) + 50) < 4
    back, sizes = rng.normal(size=(64, 256)), []
    for w, before, after in zip(weights[::-1], signals[-2::-1], signals[:0:-1], strict=True):
        back = back * (after > 0)
        sizes.append(np.log2(((before.T @ back) ** 2).mean() / 64))
        back = back @ w.T
    assert abs(np.log2((back**2).mean()) + 50) < 4
    assert len(sizes) == 50
    assert np.ptp(sizes) < 4
    assert max(sizes) < -44


# dropout-and-normalization


def batch_norm(x, eps=0.0):
    return (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)


def test_normalization_inverted_dropout_keeps_the_mean():
    rng = np.random.default_rng(0)
    x = rng.normal(3, 1, size=100)
    kept = (rng.random(size=(20000, 100)) < 0.8) * x / 0.8
    assert relative_error(kept.mean(axis=0), x) < 0.02


def test_normalization_axes():
    """BatchNorm makes columns standard, LayerNorm rows; only BatchNorm depends on the other rows."""
    x = np.random.default_rng(0).normal(2, 3, size=(16, 5))
    y = batch_norm(x)
    assert np.allclose(y.mean(axis=0), 0)
    assert np.allclose(y.std(axis=0), 1)
    layer = batch_norm(x.T).T
    assert np.allclose(layer.mean(axis=1), 0)
    other = x.copy()
    other[1:] *= 2
    assert np.allclose(batch_norm(other.T).T[0], layer[0])
    assert not np.allclose(batch_norm(other)[0], y[0])


def test_normalization_scale_free():
    """Weights before BatchNorm times 4: the same output, a quarter of the gradient."""
    rng = np.random.default_rng(0)
    x, w, r = rng.normal(size=(16, 4)), rng.normal(size=(4, 3)), rng.normal(size=(16, 3))

    def loss(t):
        return (batch_norm(x @ t) * r).sum()

    assert loss(4 * w) == pytest.approx(loss(w))
    assert relative_error(central_difference(loss, 4 * w), central_difference(loss, w) / 4) < 1e-6


def test_normalization_useless_bias():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(16, 3))
    assert np.allclose(batch_norm(x + np.array([5.0, -2.0, 0.3])), batch_norm(x))


# loss-functions


def test_loss_noise_models():
    """The negative log-densities of Gauss and Laplace are the two losses, up to constants."""
    y, f = sympy.symbols("y f", real=True)
    gauss = -sympy.log(sympy.exp(-((y - f) ** 2) / 2) / sympy.sqrt(2 * sympy.pi))
    laplace = -sympy.log(sympy.exp(-sympy.Abs(y - f)) / 2)
    for loss, part in ((gauss, (y - f) ** 2 / 2), (laplace, sympy.Abs(y - f))):
        rest = sympy.expand_log(loss, force=True) - part
        assert sympy.simplify(rest).free_symbols == set()


def test_loss_mean_and_median():
    x = np.random.default_rng(0).exponential(size=999)
    c = np.linspace(0, 3, 3001)[:, None]
    assert c[((x - c) ** 2).sum(axis=1).argmin(), 0] == pytest.approx(x.mean(), abs=1e-3)
    assert c[np.abs(x - c).sum(axis=1).argmin(), 0] == pytest.approx(np.median(x), abs=2e-3)


def test_loss_chance_level():
    assert round(-np.log(1 / 10), 2) == 2.30


def test_loss_stable_bce():
    """The stable form equals the definition, and has the derivative sigmoid(z) - y."""

    def stable(z, y):
        return np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))

    for y in (0, 1):
        for z in (-5.0, -0.3, 0.4, 6.0):
            p = 1 / (1 + np.exp(-z))
            assert stable(z, y) == pytest.approx(-(y * np.log(p) + (1 - y) * np.log(1 - p)))
            slope = central_difference(lambda t, y=y: stable(t, y), np.float64(z))
            assert slope == pytest.approx(p - y, abs=1e-8)
    assert stable(-1000.0, 1) == 1000


def test_loss_squared_error_of_a_sigmoid():
    """Confidently wrong: the gradient of squared error vanishes, that of cross-entropy is near -1."""
    z, y = -12.0, 1
    p = special.expit(z)
    slope = central_difference(lambda t: (special.expit(t) - y) ** 2, np.float64(z))
    assert slope == pytest.approx(2 * (p - y) * p * (1 - p), abs=1e-8)
    assert abs(slope) < 1e-4
    assert p - y == pytest.approx(-1, abs=1e-4)


def test_loss_double_softmax():
    """The best that ten values in [0, 1] can do under cross-entropy is 1.46."""
    best = np.e / (np.e + 9)
    assert best == pytest.approx(0.23, abs=0.005)
    assert -np.log(best) == pytest.approx(1.46, abs=0.005)
    rng = np.random.default_rng(0)
    for scale in (1, 10, 1000):
        for _ in range(200):
            assert -np.log(softmax(softmax(scale * rng.normal(size=10)))[0]) >= -np.log(best) - 1e-12


# learning-rate-schedules


def test_schedule_cosine():
    def rate(t, top=1e-3, low=1e-5, total=1000):
        return low + (top - low) / 2 * (1 + np.cos(np.pi * t / total))

    assert rate(0) == pytest.approx(1e-3)
    assert rate(1000) == pytest.approx(1e-5)
    assert rate(500) == pytest.approx((1e-3 + 1e-5) / 2)
    assert rate(30) > 0.99e-3


def test_schedule_noise_floor():
    """The stationary variance solves v = (1 - eta lam)^2 v + eta^2 s^2."""
    eta, lam, s, v = sympy.symbols("eta lambda s v", positive=True)
    found = sympy.solve((1 - eta * lam) ** 2 * v + eta**2 * s**2 - v, v)[0]
    assert sympy.simplify(found - eta * s**2 / (lam * (2 - eta * lam))) == 0
    assert sympy.limit(found / eta, eta, 0) == s**2 / (2 * lam)


def test_schedule_robbins_monro():
    """Of 1/n, 1/sqrt n and 1/n^2 only the first has an infinite sum and a finite sum of squares."""
    n = sympy.symbols("n", positive=True, integer=True)
    for step, meets in ((1 / n, True), (1 / sympy.sqrt(n), False), (1 / n**2, False)):
        total, squares = sympy.Sum(step, (n, 1, sympy.oo)), sympy.Sum(step**2, (n, 1, sympy.oo))
        assert bool(not total.is_convergent() and squares.is_convergent()) == meets


# early-stopping


def test_early_stopping_compared_with_ridge():
    """The factor 1 - (1 - eta lam)^n is near ridge's lam / (lam + 1 / (eta n)) at both ends."""
    eta, n = 0.01, 100
    alpha = 1 / (eta * n)
    for lam in (1e-4, 1e-3):
        assert 1 - (1 - eta * lam) ** n == pytest.approx(lam / (lam + alpha), rel=0.01)
    for lam in (50.0, 90.0):
        assert 1 - (1 - eta * lam) ** n == pytest.approx(lam / (lam + alpha), rel=0.03)


def test_early_stopping_optimism():
    """The minimum of noisy losses is lower on average than the lowest mean."""
    rng = np.random.default_rng(0)
    means = np.linspace(0.5, 0.6, 20)
    noisy = means + 0.05 * rng.normal(size=(20000, 20))
    assert noisy.min(axis=1).mean() < means.min() - 0.02


def test_early_stopping_loss_and_accuracy():
    """Loss rises and accuracy too: one error gets confident, two examples cross the threshold."""
    before, after = np.array([0.6, 0.45, 0.45, 0.4]), np.array([0.7, 0.55, 0.55, 0.01])
    assert -np.log(after).mean() > -np.log(before).mean()
    assert (after > 0.5).mean() > (before > 0.5).mean()


def test_early_stopping_kept_reference():
    """A stored reference follows training; a copy does not."""
    weights = {"w": np.zeros(2)}
    reference, copy = dict(weights), {k: v.copy() for k, v in weights.items()}
    weights["w"] += 1
    assert reference["w"].tolist() == [1, 1]
    assert copy["w"].tolist() == [0, 0]


# gradient-clipping


def test_clipping_by_value_and_by_norm():
    g = np.array([10.0, 1.0])
    assert np.degrees(np.arctan2(g[1], g[0])) == pytest.approx(6, abs=0.5)
    assert np.clip(g, -1, 1).tolist() == [1, 1]
    assert g / np.linalg.norm(g) == pytest.approx([0.995, 0.0995], abs=1e-4)
    assert np.degrees(np.arctan2(1, 1)) == 45


def test_clipping_global_norm():
    assert np.sqrt(9 + 16 + 144) == 13


def test_clipping_before_unscaling_is_too_strict():
    """Clipping the scaled gradient and dividing afterward leaves a step of c / S."""
    g, scale, c = np.array([0.3, 0.4]), 1024.0, 1.0

    def clip(v):
        return v * min(1, c / np.linalg.norm(v))

    assert np.allclose(clip(g * scale / scale), g)
    assert np.linalg.norm(clip(g * scale) / scale) == pytest.approx(c / scale)


def test_clipping_never_lengthens():
    rng = np.random.default_rng(0)
    for g in rng.normal(size=(1000, 3)) * 10.0 ** rng.uniform(-6, 2, size=(1000, 1)):
        assert min(1, 1 / np.linalg.norm(g)) <= 1


# data-augmentation


def test_augmentation_mixup_is_linear_in_the_label():
    rng = np.random.default_rng(0)
    log_p, lam = np.log(softmax(rng.normal(size=4))), 0.3
    label = lam * np.eye(4)[1] + (1 - lam) * np.eye(4)[3]
    assert -(label @ log_p) == pytest.approx(lam * -log_p[1] + (1 - lam) * -log_p[3])


def test_augmentation_noise_is_ridge():
    """Expected squared error with input noise is the clean one plus s^2 |w|^2."""
    rng = np.random.default_rng(0)
    x, w, y, s = rng.normal(size=3), np.array([1.0, -2.0, 0.5]), 0.7, 0.4
    noisy = ((x + s * rng.normal(size=(400000, 3))) @ w - y) ** 2
    assert noisy.mean() == pytest.approx((x @ w - y) ** 2 + s**2 * w @ w, rel=0.02)


def test_augmentation_mirrored_columns_and_edges():
    """Columns go to W - 1 - x, edges to W - x with the ends exchanged."""
    row = np.zeros(10, dtype=int)
    row[2:5] = 1
    assert np.flatnonzero(row[::-1]).tolist() == sorted(10 - 1 - x for x in (2, 3, 4))
    assert np.flatnonzero(row[::-1]).tolist() == list(range(10 - 5, 10 - 2))


# mixed-precision-training


def test_mixed_precision_fp16_range():
    half = np.finfo(np.float16)
    assert float(half.max) == 65504
    assert float(half.tiny) == 2.0**-14 == pytest.approx(6.1e-5, rel=0.01)
    assert float(half.smallest_subnormal) == 2.0**-24 == pytest.approx(6.0e-8, rel=0.01)
    assert np.float16(2.0**-25 * 0.99) == 0


def test_mixed_precision_bf16():
    """Float32 cut to 16 bits keeps 8 exponent and 7 fraction bits: its range, with steps of 2^-7 at 1."""
    half = np.finfo(np.float16)
    assert (half.nexp, half.nmant) == (5, 10)
    assert np.finfo(np.float32).nexp == 8
    assert 16 - 1 - 8 == 7

    def cut(x):
        return (np.array([x], dtype=np.float32).view(np.uint32) & 0xFFFF0000).view(np.float32)[0]

    assert np.isfinite(cut(3e38))
    assert cut(1e-30) > 0
    assert cut(1 + 2.0**-7) == 1 + 2.0**-7
    assert cut(1 + 2.0**-8) == 1


def test_mixed_precision_loss_scale():
    """A gradient of 1e-8 survives when scaled by 1024, and is restored in float32."""
    assert np.float16(1e-8) == 0
    assert np.float32(np.float16(1e-8 * 1024)) / 1024 == pytest.approx(1e-8, rel=0.01)


def test_mixed_precision_small_update():
    one = np.float16(1)
    assert one + np.float16(1e-4) == one
    assert np.nextafter(one, np.float16(2)) == 1 + 2.0**-10
    assert np.float32(1) + np.float32(1e-4) > 1


def test_mixed_precision_bytes():
    assert 4 * 4 == 2 + 2 + 4 + 4 + 4 == 16
