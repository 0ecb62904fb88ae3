"""Recomputes what the study material of chapter 9 claims: practical skills."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from tests.curriculum.numeric import central_difference


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# gymnasium


def test_gymnasium_cut_as_an_end():
    """Backward from the cut after 500 steps: 1 at the last step, near 100 only far from it."""
    v = np.zeros(501)
    for t in range(499, -1, -1):
        v[t] = 1 + 0.99 * v[t + 1]
    assert v[499] == 1
    assert v[0] == pytest.approx(100, abs=1)
    assert v[400] < 70


def test_gymnasium_chain():
    """The value of the exercise without a limit, and with the cut after ten steps as an end."""
    p = np.zeros((5, 5))
    for s in range(4):
        p[s, max(0, s - 1)] += 0.5
        p[s, s + 1] += 0.5
    assert np.linalg.solve(np.eye(5) - 0.9 * p, [1, 1, 1, 1, 0])[0] == pytest.approx(7.53, abs=0.005)


def test_gymnasium_seed_at_each_reset():
    assert np.random.default_rng(7).random() == np.random.default_rng(7).random()
    rng = np.random.default_rng(7)
    assert rng.random() != rng.random()


def test_gymnasium_discount_per_frame():
    assert pytest.approx(0.9975, abs=5e-5) == 0.99**0.25


# implement-rl-algorithms


def test_practice_broadcast():
    """The difference is a matrix, and its mean square is least at the mean target for every row."""
    rng = np.random.default_rng(0)
    targets, guesses = rng.normal(size=6), rng.normal(size=(6, 1))
    assert (guesses - targets).shape == (6, 6)
    for _ in range(500):
        guesses = guesses - 0.5 * (guesses - targets).mean(axis=1, keepdims=True)
    assert np.allclose(guesses, targets.mean())


def test_practice_explained_variance():
    rng = np.random.default_rng(0)
    g = rng.normal(size=100)

    def explained(v):
        return 1 - np.var(g - v) / np.var(g)

    assert explained(g) == 1
    assert explained(g + 5) == pytest.approx(1)
    assert explained(np.full(100, 3.0)) == pytest.approx(0)
    assert explained(-g) < 0


def test_practice_entropy():
    assert np.log(4) == pytest.approx(1.386, abs=5e-4)


# implement-q-learning


def test_table_ties():
    """On a corridor with reward at the right end, first-entry ties with 10 % exploration take far longer."""
    lengths = {}
    for random_ties in (False, True):
        rng, steps = np.random.default_rng(0), []
        for _ in range(200):
            s, n = 0, 0
            while s < 5 and n < 5000:
                explores = rng.random() < 0.1
                a = int(rng.integers(2)) if explores or random_ties else 0
                s, n = max(0, s + 2 * a - 1), n + 1
            steps.append(n)
        lengths[random_ties] = np.mean(steps)
    assert lengths[False] > 50 * lengths[True]


@pytest.mark.parametrize(("start", "right"), [(0.0, True), (1.0, False)])
def test_table_hidden_mask(start, right):
    """Two cells, entering the second pays 1 and ends; no mask: right with a zero start, wrong with ones."""
    q, end = start, start
    for _ in range(500):
        q += 0.1 * (1 + 0.9 * end - q)
    assert (abs(q - 1) < 1e-6) == right


def test_table_constant_step():
    for alpha in (0.1, 0.5):
        k = np.arange(5000)
        assert (alpha**2 * (1 - alpha) ** (2 * k)).sum() == pytest.approx(alpha / (2 - alpha))
    assert pytest.approx(1 / 19) == 0.1 / 1.9


def test_table_decay():
    assert np.log(0.05) / np.log(0.995) == pytest.approx(597.6, abs=0.05)
    assert 0.995**598 < 0.05 < 0.995**597
    assert pytest.approx(0.2, abs=0.03) == 0.995**300


# implement-dqn


def test_small_dqn_without_mask():
    """A weight shared by the last cell and the goal: with the mask it is 1, without it 10."""
    masked = unmasked = 0.0
    for _ in range(500):
        masked += 0.1 * (1 + 0.9 * 0 * masked - masked)
        unmasked += 0.1 * (1 + 0.9 * unmasked - unmasked)
    assert masked == pytest.approx(1)
    assert unmasked > 9


def test_small_dqn_memory():
    stack = 4 * 84 * 84
    assert stack * 1e6 / 1e9 == pytest.approx(28.2, abs=0.05)
    assert 4 * stack * 1e6 / 1e9 == pytest.approx(112.9, abs=0.05)
    assert stack / 4 * 1e6 / 1e9 == pytest.approx(7.1, abs=0.05)


def test_small_dqn_shared_arrays():
    online = [np.zeros(3)]
    target = online
    copied = [w.copy() for w in online]
    online[0] += 1
    assert target[0][0] == 1
    assert copied[0][0] == 0


def test_small_dqn_all_actions():
    q = np.array([0.2, 0.9])
    for y in (1.0, 0.0) * 100:
        q = q - 0.1 * (q - y)
    assert abs(q[0] - q[1]) < 1e-6


# implement-reinforce


def test_reinforce_returns():
    g, out = 0.0, []
    for r in (2, 0, 1):
        g = r + 0.5 * g
        out.insert(0, g)
    assert out == [1.5, 1, 2]


@pytest.mark.parametrize("n", [2, 3, 5])
def test_reinforce_own_sample(n):
    """Over all batches: the batch mean scales the gradient by 1 - 1/n, the mean of the others by 1."""
    pi, reward = softmax(np.array([0.3, -0.2, 0.5])), np.array([1.0, -2, 0.7])
    exact = pi * (reward - pi @ reward)
    mean, others = np.zeros(3), np.zeros(3)
    for batch in itertools.product(range(3), repeat=n):
        a = np.array(batch)
        g, chance, scores = reward[a], pi[a].prod(), np.eye(3)[a] - pi
        mean += chance * ((g - g.mean())[:, None] * scores).mean(axis=0)
        others += chance * ((g - (g.sum() - g) / (n - 1))[:, None] * scores).mean(axis=0)
    assert np.allclose(mean, (1 - 1 / n) * exact)
    assert np.allclose(others, exact)


def test_reinforce_fresh_action():
    """The return of one action times the score of another, drawn by itself, has mean 0."""
    pi, reward = softmax(np.array([0.3, -0.2, 0.5])), np.array([1.0, -2, 0.7])
    total = sum(
        pi[a] * pi[b] * reward[a] * (np.eye(3)[b] - pi) for a, b in itertools.product(range(3), repeat=2)
    )
    assert np.allclose(total, 0)


def test_reinforce_log_softmax():
    z = np.array([0.0, -800])
    assert softmax(z)[1] == 0
    assert (z - np.logaddexp.reduce(z))[1] == -800


# implement-a2c


def test_a2c_entropy_gradient():
    def entropy(z):
        pi = softmax(z)
        return -(pi * np.log(pi)).sum()

    z = np.array([0.4, -1.0, 0.9])
    pi = softmax(z)
    assert np.allclose(central_difference(entropy, z), -pi * (np.log(pi) + entropy(z)), atol=1e-9)
    assert np.allclose(central_difference(entropy, np.zeros(3)), 0, atol=1e-9)


def test_a2c_adam_ignores_a_factor():
    """Adam's path on a quadratic is the same for the loss and for half of it."""

    def path(factor):
        w, m, v = 3.0, 0.0, 0.0
        for t in range(1, 101):
            g = factor * w
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            w -= 0.01 * (m / (1 - 0.9**t)) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        return w

    assert path(1.0) == pytest.approx(path(0.5), abs=1e-6)


def test_a2c_end_flag():
    """Two one-step episodes with rewards 1 and 2: each target is its own reward; shifted flags mix them."""
    r, done, targets, shifted, g, h = [1, 2], [1, 1], [0, 0], [0, 0], 0.0, 0.0
    before = [0, 1]
    for t in (1, 0):
        g = targets[t] = r[t] + 0.99 * (1 - done[t]) * g
        h = shifted[t] = r[t] + 0.99 * (1 - before[t]) * h
    assert targets == [1, 2]
    assert shifted[0] == pytest.approx(1 + 0.99 * 2)


# implement-ppo-and-grpo


def test_grpo_advantages():
    r = np.array([1.0, 0, 0, 1, 0, 0])
    assert (r - r.mean()) / r.std() == pytest.approx(
        [np.sqrt(2), -np.sqrt(0.5), -np.sqrt(0.5), np.sqrt(2), -np.sqrt(0.5), -np.sqrt(0.5)]
    )


def test_grpo_kl_estimate():
    rng = np.random.default_rng(0)
    for _ in range(20):
        pi, ref = softmax(rng.normal(size=(2, 6)) / 2)
        d = np.log(ref / pi)
        kl = (pi * np.log(pi / ref)).sum()
        good = np.exp(d) - d - 1
        assert pi @ good == pytest.approx(kl)
        assert pi @ -d == pytest.approx(kl)
        assert (good >= 0).all()
        assert pi @ (good - kl) ** 2 < pi @ (-d - kl) ** 2


def test_ppo_recomputed_ratio():
    """The ratio of a policy to itself is 1, however far it has moved from the one that drew the data."""
    new, drawn = softmax(np.array([3.0, 0])), softmax(np.zeros(2))
    assert (np.exp(np.log(new) - np.log(new)) == 1).all()
    assert (new / drawn).max() > 1.8


# implement-ddpg-td3-sac


def test_control_rescaled_density():
    """Density of low + (high - low)(tanh(u) + 1)/2 with both corrections sums to 1; ends are right."""
    low, high, mean, deviation = -2.0, 4.0, 0.3, 0.7

    def density(a):
        u = np.arctanh(2 * (a - low) / (high - low) - 1)
        log_p = stats.norm.logpdf(u, mean, deviation)
        return np.exp(log_p - np.log(1 - np.tanh(u) ** 2) - np.log((high - low) / 2))

    assert integrate.quad(density, low + 1e-9, high - 1e-9)[0] == pytest.approx(1, abs=1e-5)
    assert low + (high - low) * (np.tanh(50) + 1) / 2 == high
    assert low + (high - low) * (np.tanh(-50) + 1) / 2 == low


def test_control_twins_stay_equal():
    rng = np.random.default_rng(0)
    one, two = np.zeros(3), np.zeros(3)
    for _ in range(50):
        x, y = rng.normal(size=(8, 3)), rng.normal(size=8)
        target = y + np.minimum(x @ one, x @ two)
        one, two = (w - 0.01 * x.T @ (x @ w - target) for w in (one, two))
    assert (one == two).all()


def test_control_bandit_in_closed_form():
    """exp(Q/alpha) is normal with variance alpha/2, and its entropy gives the temperature."""
    for target, deviation, alpha in ((0.0, 0.2420, 0.1171), (0.5, 0.3989, 0.3183)):
        s = np.exp(target) / np.sqrt(2 * np.pi * np.e)
        assert s == pytest.approx(deviation, abs=5e-5)
        assert 2 * s * s == pytest.approx(alpha, abs=5e-5)
        assert stats.norm(1, s).entropy() == pytest.approx(target)
        a = np.linspace(-3, 5, 4001)
        log_ratio = -((a - 1) ** 2) / (2 * s * s) - stats.norm.logpdf(a, 1, s)
        assert np.ptp(log_ratio) < 1e-9


def test_control_target_start():
    assert pytest.approx(0.5, abs=0.002) == 0.995**139


# stable-baselines3


def test_library_counts():
    samples = 4 * 2048
    assert samples // 64 * 10 == 1280
    taken = rollouts = 0
    while taken < 100_000:
        taken, rollouts = taken + samples, rollouts + 1
    assert (rollouts, taken, rollouts * 1280) == (13, 106_496, 16_640)
    taken = rollouts = 0
    while taken < 100_000:
        taken, rollouts = taken + 8 * 5, rollouts + 1
    assert (rollouts, taken) == (2_500, 100_000)
    assert 10_000 * 8 == 80_000


# logging-rl-experiments


def test_logging_interval_of_five():
    error = 100 / np.sqrt(5)
    assert error == pytest.approx(44.7, abs=0.05)
    assert stats.t.ppf(0.975, 4) == pytest.approx(2.78, abs=0.005)
    assert stats.t.ppf(0.975, 4) * error == pytest.approx(124, abs=0.5)
    assert 1.96 * error == pytest.approx(88, abs=0.5)


def test_logging_best_of_five():
    def density(x):
        return x * 5 * stats.norm.pdf(x) * stats.norm.cdf(x) ** 4

    assert integrate.quad(density, -10, 10)[0] == pytest.approx(1.16, abs=0.005)


def test_logging_lag():
    y = 0.0
    for t in range(5000):
        y = 0.99 * y + 0.01 * t
    assert t - y == pytest.approx(99, abs=1e-6)


def test_logging_overlap():
    assert pytest.approx(3.92) == 2 * 1.96
    assert np.sqrt(2) == pytest.approx(1.41, abs=0.005)
    assert 1.96 * np.sqrt(2) == pytest.approx(2.77, abs=0.005)


def test_logging_interquartile_mean():
    """It varies less than the median on normal scores, and outliers move it less than the mean."""
    rng = np.random.default_rng(0)
    draws = rng.normal(size=(20000, 40))
    middle = stats.trim_mean(draws, 0.25, axis=1)
    assert middle.std() < 0.95 * np.median(draws, axis=1).std()
    spoiled = draws.copy()
    spoiled[:, 0] = 100
    moved = stats.trim_mean(spoiled, 0.25, axis=1) - middle
    assert np.abs(moved).max() < 0.5 < (spoiled.mean(axis=1) - draws.mean(axis=1)).min()
    scores = np.random.default_rng(0).standard_cauchy(size=(10, 4)) + np.arange(4)
    assert scores.mean() == pytest.approx(1.898, abs=5e-4)
    assert stats.trim_mean(scores.ravel(), 0.25) == pytest.approx(1.6286, abs=5e-5)
