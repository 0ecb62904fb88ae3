"""Solves more exercises of chapter 9 (policy gradients, continuous control), and sees wrong ones fail."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# policy-gradient


def two_step_task():
    rng = np.random.default_rng(0)
    return rng.normal(size=(4, 3)), rng.normal(size=3), rng.normal(size=(3, 3))


def two_step_return(z):
    """Give the mean return: choose in state 0, then in the state 1 + first action."""
    _, first, second = two_step_task()
    pi = softmax(z)
    return pi[0] @ (first + (pi[1:] * second).sum(axis=1))


def solve_policy_gradient(kind, mistake=""):
    """Give the mean and the total variance of a one-episode estimate, over all nine episodes."""
    z, first, second = two_step_task()
    pi = softmax(z)
    estimates, chances = [], []
    for a, b in itertools.product(range(3), repeat=2):
        g = np.zeros((4, 3))
        scores = np.eye(3)[a] - pi[0], np.eye(3)[b] - pi[1 + a]
        if mistake == "no probabilities in the score":
            scores = np.eye(3)[a], np.eye(3)[b]
        total = first[a] + second[a, b]
        later = total if kind == "whole return" else second[a, b]
        base = two_step_return(z) if kind == "baseline" else 0
        g[0] += scores[0] * (total - base)
        g[1 + a] += scores[1] * (first[a] if mistake == "past reward" else later)
        estimates.append(-g if mistake == "sign" else g)
        chances.append(pi[0, a] * pi[1 + a, b])
    estimates, chances = np.array(estimates), np.array(chances)[:, None, None]
    mean = (chances * estimates).sum(axis=0)
    return mean, (chances * (estimates - mean) ** 2).sum()


def check_policy_gradient(solution):
    exact = central_difference(two_step_return, two_step_task()[0])
    for kind, variance in (("whole return", 3.856), ("to go", 2.158), ("baseline", 1.221)):
        mean, spread = solution(kind)
        assert np.abs(mean - exact).max() < 1e-8
        assert spread == pytest.approx(variance, abs=1e-3)


def test_policy_gradient():
    check_policy_gradient(solve_policy_gradient)


@pytest.mark.parametrize("mistake", ["no probabilities in the score", "past reward", "sign"])
def test_policy_gradient_wrong(mistake):
    with pytest.raises(AssertionError):
        check_policy_gradient(lambda kind: solve_policy_gradient(kind, mistake))


# actor-critic


def small_mdp():
    rng = np.random.default_rng(0)
    return rng.dirichlet(np.ones(4), size=(4, 3)), rng.normal(size=(4, 3)), rng.normal(size=(4, 3))


def policy_values(z, gamma=0.9):
    p, r, _ = small_mdp()
    pi = softmax(z)
    step = np.einsum("sa,sat->st", pi, p)
    return step, np.linalg.solve(np.eye(4) - gamma * step, (pi * r).sum(axis=1))


def solve_actor_critic(critic, mistake="", gamma=0.9):
    """Give the mean of the sum of discounted TD errors times scores, from state 0, for a given critic."""
    p, r, z = small_mdp()
    pi = softmax(z)
    step, _ = policy_values(z)
    visits = np.linalg.solve(np.eye(4) - gamma * step.T, np.eye(4)[0])
    if mistake == "visits not discounted":
        visits = np.linalg.solve(np.eye(4) - 0.99 * step.T, np.eye(4)[0])
    if mistake == "visits off by one":
        visits = step.T @ visits
    delta = r + gamma * p @ critic - critic[:, None]
    if mistake == "sign of the next value":
        delta = r - gamma * p @ critic - critic[:, None]
    weight = pi * delta
    return visits[:, None] * (weight - pi * weight.sum(axis=1, keepdims=True))


def check_actor_critic(solution):
    z = small_mdp()[2]
    exact = central_difference(lambda z: policy_values(z)[1][0], z)
    v = policy_values(z)[1]
    assert relative_error(solution(v), exact) < 1e-6
    assert relative_error(solution(v + 5), exact) < 1e-6
    assert relative_error(solution(np.zeros(4)), exact) == pytest.approx(0.1259, abs=1e-3)


def test_actor_critic():
    check_actor_critic(solve_actor_critic)


@pytest.mark.parametrize("mistake", ["visits not discounted", "visits off by one", "sign of the next value"])
def test_actor_critic_wrong(mistake):
    with pytest.raises(AssertionError):
        check_actor_critic(lambda critic: solve_actor_critic(critic, mistake))


# ppo


def solve_gae(rewards, values, done, gamma, lam, mistake=""):
    """Give the advantages of a rollout; values has one entry more than rewards."""
    advantages, later = np.zeros(len(rewards)), 0.0
    for t in range(len(rewards) - 1, -1, -1):
        goes_on = 1 if mistake == "ends ignored" else 1 - done[t]
        delta = rewards[t] + gamma * goes_on * values[t + 1] - values[t]
        decay = lam if mistake == "no discount in the recursion" else gamma * lam
        later = delta + decay * goes_on * later
        advantages[t] = later
    return advantages


def solve_clipped(logp, old, advantage, epsilon, mistake=""):
    """Give the clipped objective and its gradient for logp."""
    ratio = np.exp(old - logp) if mistake == "ratio upside down" else np.exp(logp - old)
    low = np.minimum(ratio * advantage, np.clip(ratio, 1 - epsilon, 1 + epsilon) * advantage)
    cut = ((advantage > 0) & (ratio > 1 + epsilon)) | ((advantage < 0) & (ratio < 1 - epsilon))
    return low.mean(), np.where(cut, 0, ratio * advantage) / len(logp)


def check_ppo(gae, clipped):
    rng = np.random.default_rng(0)
    r, v, done = rng.normal(size=40), rng.normal(size=41), np.zeros(40)
    done[[9, 24, 39]] = 1
    returns, g = np.zeros(40), 0.0
    for t in range(39, -1, -1):
        g = r[t] + 0.99 * (1 - done[t]) * g
        returns[t] = g
    assert np.abs(gae(r, v, done, 0.99, 1) - (returns - v[:-1])).max() < 1e-10
    assert np.abs(gae(r, v, done, 0.99, 0) - (r + 0.99 * (1 - done) * v[1:] - v[:-1])).max() < 1e-12
    old = rng.normal(size=200)
    logp, advantage = old + 0.4 * rng.normal(size=200), rng.normal(size=200)
    ratio = np.exp(logp - old)
    smooth = (np.abs(ratio - 1.2) > 1e-3) & (np.abs(ratio - 0.8) > 1e-3)
    logp, old, advantage, ratio = logp[smooth], old[smooth], advantage[smooth], ratio[smooth]
    value, gradient = clipped(logp, old, advantage, 0.2)
    low = np.where(advantage > 0, np.minimum(ratio, 1.2), np.maximum(ratio, 0.8)) * advantage
    assert value == pytest.approx(low.mean())
    numeric = central_difference(lambda x: clipped(x, old, advantage, 0.2)[0], logp)
    assert relative_error(gradient, numeric) < 1e-6
    cut = ((advantage > 0) & (ratio > 1.2)) | ((advantage < 0) & (ratio < 0.8))
    assert (gradient[cut] == 0).all()
    assert (gradient[~cut] != 0).all()


def test_ppo():
    check_ppo(solve_gae, solve_clipped)


@pytest.mark.parametrize("mistake", ["ends ignored", "no discount in the recursion", "ratio upside down"])
def test_ppo_wrong(mistake):
    with pytest.raises(AssertionError):
        check_ppo(lambda *a: solve_gae(*a, mistake), lambda *a: solve_clipped(*a, mistake))


# trpo


def trpo_problem():
    rng = np.random.default_rng(0)
    return rng.normal(size=(20, 4, 6)), rng.normal(size=6) / 2, rng.normal(size=(20, 4))


def solve_trpo(limit, mistake=""):
    """Give the step F x = g scaled to the KL limit, with products F v only."""
    features, theta, advantage = trpo_problem()
    pi = softmax(features @ theta)
    scores = features - np.einsum("sa,sad->sd", pi, features)[:, None]
    g = np.einsum("sa,sa,sad->d", pi, advantage, scores) / len(pi)

    def product(v):
        return np.einsum("sa,sad,sa->d", pi, scores, scores @ v) / len(pi)

    x, rest = np.zeros(6), g.copy()
    way, size = rest.copy(), g @ g
    for _ in range(6):
        image = product(way)
        a = size / (way @ image)
        x, rest = x + a * way, rest - a * image
        size, old = rest @ rest, size
        way = rest + size / old * way
    if mistake == "plain gradient":
        x = g * np.sqrt((x @ product(x)) / (g @ product(g)))
    scale = np.sqrt((1 if mistake == "factor 2 in the KL" else 2) * limit / (x @ product(x)))
    return -scale * x if mistake == "sign" else scale * x


def check_trpo(solution):
    features, theta, advantage = trpo_problem()
    old = softmax(features @ theta)
    step = solution(0.001)
    new = softmax(features @ (theta + step))
    kl = (old * np.log(old / new)).sum(axis=1).mean()
    gain = ((new - old) * advantage).sum(axis=1).mean()
    scores = features - np.einsum("sa,sad->sd", old, features)[:, None]
    fisher = np.einsum("sa,sad,sae->de", old, scores, scores) / len(old)
    assert 0.5 * step @ fisher @ step == pytest.approx(0.001, rel=1e-8)
    assert kl == pytest.approx(0.001, rel=0.05)
    assert gain == pytest.approx(0.008131, abs=2e-5)


def test_trpo():
    check_trpo(solve_trpo)


@pytest.mark.parametrize("mistake", ["plain gradient", "factor 2 in the KL", "sign"])
def test_trpo_wrong(mistake):
    with pytest.raises(AssertionError):
        check_trpo(lambda limit: solve_trpo(limit, mistake))


# ddpg


def ddpg_problem():
    rng = np.random.default_rng(0)
    actor = [rng.normal(size=(3, 8)), rng.normal(size=8), rng.normal(size=(8, 2)), rng.normal(size=2)]
    critic = [rng.normal(size=(5, 8)), rng.normal(size=8), rng.normal(size=(8, 1)), rng.normal(size=1)]
    return actor, critic, rng.normal(size=(16, 3))


def ddpg_value(actor, critic, s):
    a = np.tanh(np.tanh(s @ actor[0] + actor[1]) @ actor[2] + actor[3])
    return (np.tanh(np.hstack([s, a]) @ critic[0] + critic[1]) @ critic[2] + critic[3]).mean()


def solve_ddpg(mistake=""):
    """Give the gradients of the mean Q(s, mu(s)) for the actor, and the target's gap after 1,000 steps."""
    actor, critic, s = ddpg_problem()
    h = np.tanh(s @ actor[0] + actor[1])
    a = np.tanh(h @ actor[2] + actor[3])
    k = np.tanh(np.hstack([s, a]) @ critic[0] + critic[1])
    g = np.full((len(s), 1), 1 / len(s)) @ critic[2].T * (1 - k * k) @ critic[0].T
    ga = g[:, 3:]
    if mistake == "sign":
        ga = -ga
    if mistake != "no slope of the last tanh":
        ga = ga * (1 - a * a)
    gh = ga @ actor[2].T * (1 - h * h)
    gap, tau = 1.0, 0.005
    for _ in range(1000):
        gap -= (1 - tau if mistake == "tau for 1 - tau" else tau) * gap
    return [s.T @ gh, gh.sum(axis=0), h.T @ ga, ga.sum(axis=0)], gap


def check_ddpg(gradients, gap):
    actor, critic, s = ddpg_problem()
    for k in range(4):

        def value(w, k=k):
            return ddpg_value([*actor[:k], w, *actor[k + 1 :]], critic, s)

        assert relative_error(gradients[k], central_difference(value, actor[k])) < 1e-6
    assert gap == pytest.approx(0.006654, abs=1e-5)


def test_ddpg():
    check_ddpg(*solve_ddpg())


@pytest.mark.parametrize("mistake", ["sign", "no slope of the last tanh", "tau for 1 - tau"])
def test_ddpg_wrong(mistake):
    with pytest.raises(AssertionError):
        check_ddpg(*solve_ddpg(mistake))


# td3


def solve_td3(r, done, after, noise, mistake=""):
    """Give TD3's targets for actor 0.9 tanh(s) and critics s + a and 1 - a * a, actions in [-1, 1]."""
    clipped = np.clip(0.2 * noise, -0.5, 0.5)
    if mistake == "noise clipped before scaling":
        clipped = 0.2 * np.clip(noise, -0.5, 0.5)
    a = np.clip(0.9 * np.tanh(after) + clipped, -1, 1)
    if mistake == "action not clipped":
        a = 0.9 * np.tanh(after) + clipped
    pick = np.maximum if mistake == "maximum" else np.minimum
    return r + 0.99 * (1 - done) * pick(after + a, 1 - a * a)


def check_td3(solution):
    rng = np.random.default_rng(0)
    r, after, noise = rng.normal(size=(3, 100000))
    done = (np.arange(100000) % 5 == 0) * 1.0
    y = solution(r, done, after, noise)
    assert (y[::5] == r[::5]).all()
    assert (y - r).mean() == pytest.approx(-0.3282, abs=1e-3)
    assert solution(np.array([1.0]), 0, np.array([2.0]), np.array([3.0])) == pytest.approx(1, abs=1e-9)


def test_td3():
    check_td3(solve_td3)


@pytest.mark.parametrize("mistake", ["noise clipped before scaling", "action not clipped", "maximum"])
def test_td3_wrong(mistake):
    with pytest.raises(AssertionError):
        check_td3(lambda *batch: solve_td3(*batch, mistake))


# sac


def solve_squashed(a, mean, deviation, mistake=""):
    """Give the log-density of a = tanh(u), u normal."""
    u = np.arctanh(a)
    normal = -0.5 * ((u - mean) / deviation) ** 2 - np.log(deviation * np.sqrt(2 * np.pi))
    if mistake == "no correction":
        return normal
    log_slope = 2 * (np.log(2) - u - np.logaddexp(0, -2 * u))
    return normal + log_slope if mistake == "sign of the correction" else normal - log_slope


def solve_soft_values(alpha, mistake="", gamma=0.9):
    """Give the optimal soft values of a small MDP and its optimal policy."""
    p, r, _ = small_mdp()
    v = np.zeros(4)
    for _ in range(600):
        q = r + gamma * p @ v
        top = q.max(axis=1)
        v = top + alpha * np.log(np.exp((q - top[:, None]) / alpha).sum(axis=1))
        if mistake == "mean for log-sum-exp":
            v = (softmax(q / alpha) * q).sum(axis=1)
    return v, softmax(q / alpha)


def check_sac(density, soft):
    edge = 1 - 1e-9
    a = np.tanh(np.linspace(-np.arctanh(edge), np.arctanh(edge), 40001))
    d = np.exp(density(a, 0.5, 0.8))
    assert ((d[1:] + d[:-1]) / 2 * np.diff(a)).sum() == pytest.approx(1, abs=1e-4)
    v, pi = soft(0.5)
    p, r, _ = small_mdp()
    q = r + 0.9 * p @ v
    assert np.abs((pi * (q - 0.5 * np.log(pi))).sum(axis=1) - v).max() < 1e-8
    assert v[0] == pytest.approx(6.0688, abs=1e-3)
    hard = np.zeros(4)
    for _ in range(600):
        hard = (r + 0.9 * p @ hard).max(axis=1)
    assert np.abs(soft(0.001)[0] - hard).max() < 0.02


def test_sac():
    check_sac(solve_squashed, solve_soft_values)


@pytest.mark.parametrize("mistake", ["no correction", "sign of the correction", "mean for log-sum-exp"])
def test_sac_wrong(mistake):
    with pytest.raises(AssertionError):
        check_sac(lambda *a: solve_squashed(*a, mistake), lambda alpha: solve_soft_values(alpha, mistake))
