"""Recomputes what the study material of chapter 9 claims: policy gradients and continuous control."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import integrate, stats

from tests.curriculum.numeric import central_difference


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


def random_mdp(seed):
    rng = np.random.default_rng(seed)
    p, r = rng.dirichlet(np.ones(4), size=(4, 3)), rng.normal(size=(4, 3))
    return p, r, rng.dirichlet(np.ones(3), size=4)


# policy-gradient


def test_policy_gradient_scores():
    rng = np.random.default_rng(0)
    z = rng.normal(size=4)
    pi = softmax(z)
    for a in range(4):
        score = np.eye(4)[a] - pi
        assert np.allclose(central_difference(lambda z, a=a: np.log(softmax(z))[a], z), score, atol=1e-9)
    assert np.allclose(pi @ (np.eye(4) - pi), 0)
    mean, deviation, a = np.array([0.3]), 0.7, 1.1
    slope = central_difference(lambda m: stats.norm.logpdf(a, m[0], deviation), mean)
    assert slope[0] == pytest.approx((a - mean[0]) / deviation**2)


def test_policy_gradient_baseline():
    """A baseline of the state changes nothing in the mean; one that depends on the action does."""
    rng = np.random.default_rng(0)
    pi, g = softmax(rng.normal(size=4)), rng.normal(size=4)
    scores = np.eye(4) - pi
    exact = pi * g @ scores
    assert np.allclose(pi * (g - 3.7) @ scores, exact)
    assert not np.allclose(pi * (g - np.arange(4)) @ scores, exact)


def test_policy_gradient_past_rewards():
    """Rewards before the action have mean 0 as weights: first action a, reward r(a), then action b."""
    rng = np.random.default_rng(0)
    first, r, later = softmax(rng.normal(size=3)), rng.normal(size=3), softmax(rng.normal(size=(3, 3)))
    total = np.zeros((3, 3))
    for a, b in itertools.product(range(3), repeat=2):
        total[a] += first[a] * later[a, b] * r[a] * (np.eye(3)[b] - later[a])
    assert np.allclose(total, 0)


def test_policy_gradient_loss_is_no_measure():
    """Rewards -1 and -3: from an even policy to the better action the loss rises, and so does the return."""

    def loss_and_return(p):
        pi, g = np.array([p, 1 - p]), np.array([-1, -3])
        return -(pi * np.log(pi) * g).sum(), pi @ g

    (loss, mean), (later_loss, later_mean) = loss_and_return(0.5), loss_and_return(0.99)
    assert later_loss > loss
    assert later_mean > mean


# actor-critic


@pytest.mark.parametrize("seed", range(10))
def test_actor_critic_td_error(seed):
    """With the true values the mean TD error is the advantage; a wrong V adds what the answer says."""
    p, r, pi = random_mdp(seed)
    step = np.einsum("sa,sat->st", pi, p)
    v = np.linalg.solve(np.eye(4) - 0.9 * step, (pi * r).sum(axis=1))
    q = r + 0.9 * p @ v
    assert np.allclose(r + 0.9 * p @ v - v[:, None], q - v[:, None])
    wrong = v + np.random.default_rng(seed).normal(size=4)
    difference = (r + 0.9 * p @ wrong - wrong[:, None]) - (q - v[:, None])
    assert np.allclose(difference, 0.9 * p @ (wrong - v) - (wrong - v)[:, None])


def test_actor_critic_three_steps():
    """The three-step advantage is a sum of three TD errors."""
    r, v, g = np.array([1.0, -2, 0.5]), np.array([0.3, 0.1, -0.4, 2.0]), 0.9
    delta = r + g * v[1:] - v[:-1]
    long = r[0] + g * r[1] + g**2 * r[2] + g**3 * v[3] - v[0]
    assert long == pytest.approx(delta[0] + g * delta[1] + g**2 * delta[2])


def test_actor_critic_leak():
    """The actor's loss as a function of V has a slope that does not depend on how well V predicts."""
    logp, reward = np.log(0.25), 1.0
    slopes = [central_difference(lambda v: -logp * (reward - v), v) for v in (-5.0, 1.0, 5.0)]
    assert np.allclose(slopes, logp)


# ppo


def test_ppo_dead_zone():
    for a, value in ((2.0, 2.4), (-2.0, -3.0)):
        assert min(1.5 * a, np.clip(1.5, 0.8, 1.2) * a) == pytest.approx(value)

    def objective(r, a):
        return min(r * a, np.clip(r, 0.8, 1.2) * a)

    assert central_difference(lambda r: objective(r, 2.0), 1.5) == 0
    assert central_difference(lambda r: objective(r, -2.0), 1.5) == pytest.approx(-2)


def test_ppo_ratio_leaves_the_interval():
    """Ten large steps on the clipped objective of two actions: the ratio ends far outside."""
    z = np.zeros(2)
    advantage, old = np.array([1.0, -1.0]), np.full(2, 0.5)
    for _ in range(10):
        pi = softmax(z)
        ratio = pi / old
        cut = ((advantage > 0) & (ratio > 1.2)) | ((advantage < 0) & (ratio < 0.8))
        weight = np.where(cut, 0, old * ratio * advantage)
        z = z + 5 * (weight - pi * weight.sum())
    assert softmax(z)[0] / 0.5 > 1.5


# trpo


def trpo_policy():
    rng = np.random.default_rng(1)
    features, theta, advantage = rng.normal(size=(3, 4, 3)), rng.normal(size=3), rng.normal(size=(3, 4))
    pi = softmax(features @ theta)
    scores = features - np.einsum("sa,sad->sd", pi, features)[:, None]
    fisher = np.einsum("sa,sad,sae->de", pi, scores, scores) / 3
    return features, theta, advantage, pi, scores, fisher


def test_trpo_fisher_is_the_hessian():
    features, theta, _, pi, _, fisher = trpo_policy()

    def kl(t):
        return (pi * np.log(pi / softmax(features @ t))).sum() / 3

    def slope(t):
        return central_difference(kl, t, 1e-4)

    assert kl(theta) == pytest.approx(0)
    assert np.abs(slope(theta)).max() < 1e-8
    assert np.allclose(central_difference(slope, theta, 1e-4), fisher, atol=1e-5)


def test_trpo_step_is_the_best_one():
    """No other step of the same quadratic KL gains more along the gradient."""
    *_, advantage, pi, scores, fisher = trpo_policy()
    g = np.einsum("sa,sa,sad->d", pi, advantage, scores) / 3
    natural = np.linalg.solve(fisher, g)
    step = np.sqrt(2 * 0.01 / (g @ natural)) * natural
    assert 0.5 * step @ fisher @ step == pytest.approx(0.01)
    rng = np.random.default_rng(0)
    for other in rng.normal(size=(2000, 3)):
        scaled = other * np.sqrt(2 * 0.01 / (other @ fisher @ other))
        assert g @ scaled <= g @ step + 1e-12


def test_trpo_equal_steps_of_unequal_kl():
    """A step of length 1 in the logits moves an even policy a thousand times as far as a sure one."""

    def kl(z, d):
        a, b = softmax(z), softmax(z + d)
        return (a * np.log(a / b)).sum()

    step = np.array([1.0, 0.0])
    assert kl(np.zeros(2), step) > 1000 * kl(np.array([10.0, 0.0]), step)


def test_trpo_fisher_product_from_the_slope():
    """The derivative of (gradient of KL)·v is F v."""
    features, theta, _, pi, _, fisher = trpo_policy()
    v = np.array([0.3, -1.0, 2.0])

    def along(t):
        new = softmax(features @ t)
        return np.einsum("sa,sad->d", new - pi, features) @ v / 3

    assert np.allclose(central_difference(along, theta), fisher @ v, atol=1e-8)


# ddpg


def test_ddpg_half_life():
    n = int(np.ceil(np.log(0.5) / np.log(1 - 0.005)))
    assert n == 139
    assert np.log(2) / 0.005 == pytest.approx(139, abs=0.5)
    assert (1 - 0.005) ** 139 < 0.5 < (1 - 0.005) ** 138


def test_ddpg_gradient_of_a_known_q():
    """Q = -(a - s)^2 and a = w s: the chain rule gives the derivative."""
    s = np.array([0.5, -1.0, 2.0])
    chain = (s * -2 * (0.3 * s - s)).mean()
    assert central_difference(lambda w: (-((w * s - s) ** 2)).mean(), 0.3) == pytest.approx(chain)


def test_ddpg_critic_inflated_by_the_actor():
    """The actor's loss pulls the critic's offset up by the same force wherever it is already."""
    actions = np.array([0.1, -0.4, 0.9])
    for offset in (-10.0, 0.0, 10.0):
        slope = central_difference(lambda c: -(c + 0.5 * actions).mean(), offset)
        assert slope == pytest.approx(-1)


# td3


def test_td3_minimum():
    """Mean of the smaller of two standard normal errors, by integration."""

    def density(x):
        return x * 2 * stats.norm.pdf(x) * (1 - stats.norm.cdf(x))

    mean = integrate.quad(density, -10, 10)[0]
    assert mean == pytest.approx(-1 / np.sqrt(np.pi))
    assert mean == pytest.approx(-0.56, abs=0.005)


def test_td3_smoothing_flattens_a_peak():
    """A false peak of width 0.02 and height 5 keeps a tenth of its height after smoothing."""
    rng = np.random.default_rng(0)
    noise = np.clip(0.2 * rng.normal(size=200000), -0.5, 0.5)
    assert (5 * np.exp(-((noise / 0.02) ** 2) / 2)).mean() < 0.6


# sac


def test_sac_soft_optimum():
    rng = np.random.default_rng(0)
    q, alpha = rng.normal(size=5), 0.3
    best = alpha * np.log(np.exp(q / alpha).sum())
    pi = softmax(q / alpha)
    assert pi @ (q - alpha * np.log(pi)) == pytest.approx(best)
    assert np.allclose(pi, np.exp((q - best) / alpha))
    for other in rng.dirichlet(np.ones(5), size=2000):
        assert other @ (q - alpha * np.log(other)) <= best
    assert 1e-4 * np.log(np.exp((q - q.max()) / 1e-4).sum()) + q.max() == pytest.approx(q.max())


def test_sac_stable_correction():
    u = np.linspace(-8, 8, 101)
    stable = 2 * (np.log(2) - u - np.logaddexp(0, -2 * u))
    assert np.allclose(stable, np.log(1 - np.tanh(u) ** 2), atol=1e-7)
    far = 2 * (np.log(2) - 40 - np.logaddexp(0, -80))
    assert np.isfinite(far)
    assert 1 - np.tanh(40.0) ** 2 == 0


@pytest.mark.parametrize(("entropy", "rises"), [(-2.0, True), (0.5, False)])
def test_sac_temperature(entropy, rises):
    """With target entropy -1: the loss -alpha (mean log-density + target) falls as alpha rises, or not."""
    slope = -(-entropy + -1.0)
    assert (slope < 0) == rises


def test_sac_entropies():
    assert stats.uniform(-1, 2).entropy() == pytest.approx(np.log(2))
    narrow = np.exp(-1) / np.sqrt(2 * np.pi * np.e)
    assert stats.norm(0, narrow).entropy() == pytest.approx(-1)
    assert narrow < 0.1
    assert stats.uniform(-1, 2 * np.exp(-1) / 2).entropy() == pytest.approx(-1)
