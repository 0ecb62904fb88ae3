"""Recomputes what the study material of chapter 4 claims."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def correlate(x, w, stride=1, pad=0):
    """Give the output of a one-channel convolution layer, without a bias."""
    seen = np.lib.stride_tricks.sliding_window_view(np.pad(x, pad), w.shape)[::stride, ::stride]
    return np.einsum("ijkl,kl->ij", seen, w)


# convolution


@pytest.mark.parametrize("n", [7, 8, 13])
@pytest.mark.parametrize("k", [1, 3, 4, 5])
@pytest.mark.parametrize("stride", [1, 2, 3])
@pytest.mark.parametrize("pad", [0, 1, 2])
def test_convolution_output_size(n, k, stride, pad):
    out = correlate(np.ones((n, n)), np.ones((k, k)), stride, pad)
    assert out.shape == ((n + 2 * pad - k) // stride + 1,) * 2
    if stride == 1 and k % 2 == 1 and pad == (k - 1) // 2:
        assert out.shape == (n, n)


def test_convolution_parameters():
    assert 3 * 3 * 64 * 128 + 128 == 73_856


def test_convolution_equivariance():
    """A shifted input gives the shifted map away from borders; only its mean over all stays."""
    rng = np.random.default_rng(0)
    x, w = np.zeros((20, 20)), rng.normal(size=(3, 3))
    x[5:12, 5:12] = rng.normal(size=(7, 7))
    moved = np.roll(x, 4, axis=1)
    assert np.allclose(correlate(moved, w, 1, 1), np.roll(correlate(x, w, 1, 1), 4, axis=1))
    assert not np.allclose(correlate(moved, w, 1, 1), correlate(x, w, 1, 1))
    assert correlate(moved, w, 1, 1).mean() == pytest.approx(correlate(x, w, 1, 1).mean())
    by_one = correlate(np.roll(x, 1, axis=1), w, 2, 1)
    assert not any(np.allclose(by_one, np.roll(correlate(x, w, 2, 1), s, axis=1)) for s in range(10))


def test_convolution_flip():
    """True convolution is cross-correlation with the flipped kernel."""
    rng = np.random.default_rng(0)
    x, w = rng.normal(size=(6, 6)), rng.normal(size=(3, 3))
    true = np.zeros((8, 8))
    for i in range(6):
        for j in range(6):
            true[i : i + 3, j : j + 3] += x[i, j] * w
    assert np.allclose(true[2:-2, 2:-2], correlate(x, w[::-1, ::-1]))


def test_convolution_pooling_gradient():
    x = np.random.default_rng(0).normal(size=(2, 2))
    assert np.allclose(central_difference(np.max, x), (x == x.max()) * 1.0)
    assert np.allclose(central_difference(np.mean, x), 1 / 4)


# lenet


def test_lenet_shapes():
    sizes, side = [], 32
    for _ in range(2):
        side = side - 5 + 1
        sizes.append(side)
        side //= 2
        sizes.append(side)
    assert sizes == [28, 14, 10, 5]
    assert 16 * side**2 == 400


def test_lenet_parameters():
    convs = [5 * 5 * 1 * 6 + 6, 5 * 5 * 6 * 16 + 16]
    dense = [n * m + m for n, m in ((400, 120), (120, 84), (84, 10))]
    assert convs + dense == [156, 2_416, 48_120, 10_164, 850]
    assert sum(convs + dense) == 61_706
    assert sum(dense) / 61_706 == pytest.approx(0.96, abs=0.005)


def test_lenet_multiplications():
    assert 28 * 28 * 25 * 6 + 10 * 10 * 25 * 6 * 16 == 357_600
    assert 400 * 120 + 120 * 84 + 84 * 10 == 58_920
    assert (28 * 28, 10 * 10) == (784, 100)


# alexnet


def test_alexnet_first_layer():
    assert (227 - 11) / 4 + 1 == 55
    assert (224 - 11) % 4 != 0
    assert (224 + 2 * 2 - 11) // 4 + 1 == 55
    assert (224 + 2 * 2 - 11) % 4 != 0


def test_alexnet_largest_layer():
    assert 9_216 * 4_096 == 37_748_736
    assert 256 * 6 * 6 == 9_216
    for whole in (60_965_224, 62_378_344):
        assert 37_748_736 / whole == pytest.approx(0.61, abs=0.015)
    assert pytest.approx(0.62, abs=0.002) == 37_748_736 / 61e6
    convs = [11 * 11 * 3 * 96, 25 * 96 * 256, 9 * 256 * 384, 9 * 384 * 384, 9 * 384 * 256]
    assert sum(convs) < 4_000_000


def test_alexnet_crops():
    assert (256 - 224 + 1) ** 2 * 2 == 33**2 * 2 == 2_178
    assert 32**2 * 2 == 2_048


def test_alexnet_groups():
    """Two groups are a full convolution half of whose weights are missing."""
    full = np.ones((8, 6))
    full[:4, 3:] = full[4:, :3] = 0
    assert full.mean() == 0.5


# vgg


def test_vgg_stack():
    """Three 3x3 kernels of ones reach 7 inputs a side, with 27 weights against 49."""
    x = np.zeros((15, 15))
    x[7, 7] = 1
    for _ in range(3):
        x = correlate(x, np.ones((3, 3)), 1, 1)
    assert (x > 0).any(axis=0).sum() == 7
    assert (3 * 9, 7 * 7) == (27, 49)


def test_vgg_layers():
    assert 2 + 2 + 3 + 3 + 3 == 13
    assert 13 + 3 == 16


def test_vgg_blocks():
    """A layer of the next block does the same work: half the side, twice the channels."""
    assert 9 * 64 * 64 * 112**2 == 9 * 128 * 128 * 56**2
    assert 9 * 512 * 512 * 14**2 < 9 * 512 * 512 * 28**2


def test_vgg_where():
    convs, channels, size, products = 0, 3, 224, 0
    for out, times in ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3)):
        for _ in range(times):
            convs += 9 * channels * out + out
            products += 9 * channels * out * size**2
            channels = out
        size //= 2
    dense = [512 * 49 * 4096 + 4096, 4096 * 4096 + 4096, 4096 * 1000 + 1000]
    assert convs / 1e6 == pytest.approx(14.7, abs=0.05)
    assert dense[0] / 1e6 == pytest.approx(102.8, abs=0.05)
    assert sum(dense) / 1e6 == pytest.approx(123.6, abs=0.05)
    assert (convs + sum(dense)) / 1e6 == pytest.approx(138, abs=0.5)
    assert products / (products + sum(dense)) == pytest.approx(0.99, abs=0.005)
    assert (products + sum(dense)) / 1e9 == pytest.approx(15, abs=0.5)


def test_vgg_effective_field():
    """Four times as many layers double the width of the influence; the edges get almost none."""
    widths = []
    for depth in (25, 100):
        profile = np.ones(1)
        for _ in range(depth):
            profile = np.convolve(profile, np.ones(3) / 3)
        place = np.arange(len(profile)) - len(profile) // 2
        widths.append(np.sqrt((profile * place**2).sum()))
        assert profile[0] < 1e-10 * profile.max()
    assert widths[1] / widths[0] == pytest.approx(2)
    assert widths[1] == pytest.approx(8.2, abs=0.05)


# resnet


def test_resnet_gradient():
    rng = np.random.default_rng(0)
    w, r, x = rng.normal(size=(4, 4)), rng.normal(size=4), rng.normal(size=4)
    jacobian = np.diag(1 - np.tanh(w @ x) ** 2) @ w
    numeric = central_difference(lambda t: r @ (t + np.tanh(w @ t)), x)
    assert relative_error((np.eye(4) + jacobian.T) @ r, numeric) < 1e-6


def test_resnet_bottleneck():
    narrow = 256 * 64 + 9 * 64 * 64 + 64 * 256
    assert narrow == 69_632
    assert 2 * 9 * 256 * 256 == 1_179_648
    assert 1_179_648 / narrow == pytest.approx(17, abs=0.1)


def test_resnet_variance():
    """Independent branches of equal variance double it; scaled by 1/√L the growth stays below e."""
    rng = np.random.default_rng(0)
    for depth in (5, 10):
        plain = scaled = rng.normal(size=400_000)
        for _ in range(depth):
            plain = plain + rng.normal(size=400_000) * plain.std()
            scaled = scaled + rng.normal(size=400_000) * scaled.std() / np.sqrt(depth)
        assert plain.var() == pytest.approx(2**depth, rel=0.03)
        assert scaled.var() == pytest.approx((1 + 1 / depth) ** depth, rel=0.03)
    assert all((1 + 1 / n) ** n < np.e for n in (1, 10, 1000))
    assert pytest.approx(2.69, abs=0.005) == 1.02**50


# efficientnet


def work(depth, width, resolution):
    """Count the multiplications of a plain stack of 3x3 layers."""
    return depth * 9 * width**2 * resolution**2


def test_efficientnet_squares():
    one = work(4, 16, 32)
    assert work(8, 16, 32) == 2 * one
    assert work(4, 32, 32) == work(4, 16, 64) == 4 * one
    assert pytest.approx(1.9203, abs=1e-4) == 1.2 * 1.1**2 * 1.15**2
    assert abs(1.2 * 1.1**2 * 1.15**2 - 2) <= 0.1


def test_efficientnet_compound():
    """The cost at phi is (alpha beta² gamma²) to the power phi."""
    a, b, c = 1.2, 1.1, 1.15
    for phi in (1, 2, 3):
        ratio = work(4 * a**phi, 16 * b**phi, 32 * c**phi) / work(4, 16, 32)
        assert ratio == pytest.approx((a * b**2 * c**2) ** phi)


def test_efficientnet_separable():
    k, channels, out = 3, 64, 128
    share = (channels * k * k + channels * out) / (channels * out * k * k)
    assert share == pytest.approx(1 / out + 1 / k**2)
    assert share == pytest.approx(0.119, abs=5e-4)
    assert 1 / share == pytest.approx(8.4, abs=0.05)
    assert channels * out / (channels * k * k + channels * out) > 0.9


# transfer-learning


def test_transfer_running_statistics():
    """A frozen BatchNorm in train mode still moves its running mean, and so its later output."""
    rng = np.random.default_rng(0)
    mean, scale, shift, x = 0.0, 1.0, 0.0, rng.normal(3, 1, size=64)
    before = scale * (x[0] - mean) + shift
    for _ in range(100):
        mean = 0.9 * mean + 0.1 * rng.normal(3, 1, size=64).mean()
    assert abs(scale * (x[0] - mean) + shift - before) > 2
    assert (scale, shift) == (1.0, 0.0)


def transfer(seed, kept):
    rng = np.random.default_rng(seed)
    base, heads = rng.normal(size=(50, 5)), rng.normal(size=(5, 21))
    truth, x = base @ heads, rng.normal(size=(500, 50))
    y = x @ truth[:, :20] + rng.normal(size=(500, 20))
    basis = np.linalg.svd(np.linalg.lstsq(x, y, rcond=None)[0])[0][:, :kept]
    z = rng.normal(size=(20, 50))
    y = z @ truth[:, 20] + rng.normal(size=20)
    few = basis @ np.linalg.lstsq(z @ basis, y, rcond=None)[0]
    whole = np.linalg.lstsq(z, y, rcond=None)[0]
    return [np.linalg.norm(w - truth[:, 20]) / np.linalg.norm(truth[:, 20]) for w in (few, whole)]


def test_transfer_any_seed():
    errors = np.array([transfer(seed, 5) for seed in range(40)])
    assert errors[:, 0].max() < 0.13
    assert errors[:, 1].min() > 0.6
    assert transfer(0, 4)[0] == pytest.approx(0.164, abs=5e-4)


# object-detection


def test_detection_iou():
    """The IoU of the two squares by counting points, and by hand."""
    p = np.random.default_rng(0).uniform(0, 3, size=(400_000, 2))
    a, b = (p < 2).all(axis=1), (p > 1).all(axis=1)
    assert (a & b).sum() / (a | b).sum() == pytest.approx(1 / 7, abs=0.003)
    assert pytest.approx(0.14, abs=0.005) == 1 / (4 + 4 - 1)


def test_detection_yolo_output():
    assert 2 * 5 + 20 == 30
    assert 7 * 7 * 2 == 98


def test_detection_square_root():
    """Five pixels more weigh less in the root, the larger the box."""
    small, large = (np.sqrt(w + 5) - np.sqrt(w) for w in (10, 200))
    assert small > 3 * large


def iou(a, b):
    low, high = np.maximum(a[:2], b[:2]), np.minimum(a[2:], b[2:])
    both = np.prod(np.maximum(0, high - low))
    return both / (np.prod(a[2:] - a[:2]) + np.prod(b[2:] - b[:2]) - both)


def test_detection_nms():
    """Of two objects with IoU 0.6 the limits 0.3 and 0.5 keep one, 0.7 both."""
    a, b = np.array([0, 0, 8, 10]), np.array([2, 0, 10, 10])
    assert iou(a, b) == pytest.approx(0.6)
    kept = [1 + (iou(a, b) < limit) for limit in (0.3, 0.5, 0.7)]
    assert kept == [1, 1, 2]


def test_detection_duplicates():
    """Sorted by score, the first hit on an object is right and the second false, whatever their IoU."""
    truth, near, nearer = np.array([0, 0, 10, 10]), np.array([2, 0, 10, 10]), np.array([1, 0, 10, 10])
    assert [iou(truth, near), iou(truth, nearer)] == pytest.approx([0.8, 0.9])
    free, verdicts = True, []
    for box in (near, nearer):
        hit = free and iou(truth, box) >= 0.5
        free = free and not hit
        verdicts.append(bool(hit))
    assert verdicts == [True, False]


def test_detection_average_precision():
    """By hand: recall steps of ¼ at precisions 1, ¾ and ¾, one object never found."""
    assert 0.25 * 1 + 0.25 * 0.75 + 0.25 * 0.75 == 0.625


# segmentation


def test_segmentation_dice():
    rng = np.random.default_rng(0)
    for _ in range(50):
        a, b = rng.uniform(size=(2, 30)) < 0.4
        j = (a & b).sum() / (a | b).sum()
        dice = 2 * (a & b).sum() / (a.sum() + b.sum())
        assert dice == pytest.approx(2 * j / (1 + j))
        assert dice >= j
        assert (dice == j) == (j in {0, 1})


@pytest.mark.parametrize(("k", "stride", "pad"), [(3, 1, 0), (3, 2, 1), (4, 2, 1), (5, 3, 2)])
def test_segmentation_transposed(k, stride, pad):
    """The transposed matrix maps n outputs back to (n - 1)s - 2p + k inputs, but undoes nothing."""
    rng = np.random.default_rng(0)
    n, w = 4, rng.normal(size=k)
    size = (n - 1) * stride - 2 * pad + k
    matrix = np.zeros((n, size + 2 * pad))
    for i in range(n):
        matrix[i, i * stride : i * stride + k] = w
    matrix = matrix[:, pad : pad + size]
    x = rng.normal(size=size)
    assert (size + 2 * pad - k) // stride + 1 == n
    assert (matrix.T @ (matrix @ x)).shape == x.shape
    assert not np.allclose(matrix.T @ (matrix @ x), x)


def test_segmentation_rounding():
    """Rounding to cells of 16 pixels moves an edge by up to 8 pixels."""
    edges = np.linspace(0, 320, 3201)
    assert np.abs(16 * np.round(edges / 16) - edges).max() == pytest.approx(8)
