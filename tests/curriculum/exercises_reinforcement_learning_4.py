"""Solves the practical exercises of chapter 9, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from scipy import stats

from tests.curriculum.numeric import central_difference, relative_error


def softmax(z):
    e = np.exp(z - z.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


# gymnasium


class Chain:
    """Cells 0 to 4; +1 or -1 by chance whatever the action; reward 1 a step; cell 4 ends the episode."""

    def reset(self, seed=None):
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        self.place = 0
        return self.place, {}

    def step(self, action):
        self.place = max(0, self.place + (1 if self.rng.random() < 0.5 else -1))
        return self.place, 1.0, self.place == 4, False, {}


class TimeLimit:
    """Cut an episode after a number of steps, and say so in the fourth value."""

    def __init__(self, env, limit, mistake=""):
        self.env, self.limit, self.mistake = env, limit, mistake

    def reset(self, seed=None):
        self.count = 0
        return self.env.reset(seed)

    def step(self, action):
        place, reward, terminated, truncated, info = self.env.step(action)
        self.count += 1
        late = 1 if self.mistake == "limit off by one" else 0
        cut = self.count >= self.limit + late
        if self.mistake == "cut called an end":
            return place, reward, terminated or cut, truncated, info
        return place, reward, terminated, truncated or cut, info


def solve_gym(mistake=""):
    """Give the longest episode and the value of cell 0 by averaged TD(0), discount 0.9, limit 10 steps."""
    env, v, visits, longest = TimeLimit(Chain(), 10, mistake), np.zeros(5), np.zeros(5), 0
    place, _ = env.reset(seed=0)
    for _ in range(4000):
        ended, length = False, 0
        while not ended:
            after, r, terminated, truncated, _ = env.step(0)
            keep = 1 if mistake == "terminal state has a value" else not terminated
            visits[place] += 1
            v[place] += (r + 0.9 * keep * v[after] - v[place]) / visits[place] ** 0.7
            place, ended, length = after, terminated or truncated, length + 1
        if mistake == "terminal state has a value":
            v[4] = 1
        longest = max(longest, length)
        place, _ = env.reset()
    return longest, v[0]


def check_gym(longest, value):
    assert longest == 10
    p = np.zeros((5, 5))
    for s in range(4):
        p[s, max(0, s - 1)] += 0.5
        p[s, s + 1] += 0.5
    exact = np.linalg.solve(np.eye(5) - 0.9 * p, [1, 1, 1, 1, 0])[0]
    assert exact == pytest.approx(7.5261, abs=1e-4)
    assert value == pytest.approx(exact, abs=0.1)


def test_gym():
    check_gym(*solve_gym())


@pytest.mark.parametrize("mistake", ["limit off by one", "cut called an end", "terminal state has a value"])
def test_gym_wrong(mistake):
    with pytest.raises(AssertionError):
        check_gym(*solve_gym(mistake))


# implement-rl-algorithms


def solve_running(batches, mistake=""):
    """Give count, mean and population variance of all rows seen, from one batch after the other."""
    count, mean, var = 0.0, 0.0, 0.0
    for batch in batches:
        n, m, v = len(batch), batch.mean(axis=0), batch.var(axis=0)
        if mistake == "divides by n - 1":
            v = batch.var(axis=0, ddof=1)
        shift, total = m - mean, count + n
        across = 0 if mistake == "no shift between batches" else shift**2 * count * n / total
        var = (count * var + n * v + across) / total
        mean = mean + shift * (n / (total + 1) if mistake == "count off by one" else n / total)
        count = total
    return count, mean, var


def check_running(solution):
    rng = np.random.default_rng(0)
    batches = [rng.normal(3 * k, 1 + k, size=(n, 4)) for k, n in enumerate((5, 17, 3, 40))]
    count, mean, var = solution(batches)
    rows = np.vstack(batches)
    assert count == 65
    assert np.abs(mean - rows.mean(axis=0)).max() < 1e-10
    assert np.abs(var - rows.var(axis=0)).max() < 1e-10
    _, mean, var = solution([1e6 + batch for batch in batches])
    assert np.abs(var - rows.var(axis=0)).max() < 1e-6


def test_running():
    check_running(solve_running)


@pytest.mark.parametrize("mistake", ["divides by n - 1", "no shift between batches", "count off by one"])
def test_running_wrong(mistake):
    with pytest.raises(AssertionError):
        check_running(lambda batches: solve_running(batches, mistake))


# implement-q-learning


def slippery_model():
    """Give transitions and rewards of a corridor 0 to 5: a move succeeds with 0.8, else goes back."""
    p, r = np.zeros((6, 2, 6)), np.zeros((6, 2))
    for s in range(5):
        for a, way in enumerate((-1, 1)):
            for move, chance in ((way, 0.8), (-way, 0.2)):
                p[s, a, max(0, s + move)] += chance
                r[s, a] += chance * (s + move == 5)
    return p, r


def solve_table(mistake=""):
    """Give Q after 60,000 steps with ties broken at random and the step size n^-0.7 of each pair."""
    rng = np.random.default_rng(0)
    draws, slips, ties = rng.random(60000), rng.random(60000), rng.integers(2, size=60000)
    q, n, s = np.ones((6, 2)) if mistake == "terminal row not zero" else np.zeros((6, 2)), np.zeros((6, 2)), 0
    for draw, slip, tie in zip(draws, slips, ties, strict=True):
        a = int(tie) if draw < 0.3 or q[s, 0] == q[s, 1] else int(q[s, 1] > q[s, 0])
        way = (2 * a - 1) * (1 if slip < 0.8 else -1)
        after = max(0, s + way)
        n[s, a] += 1
        future = q[after].mean() if mistake == "mean for max" else q[after].max()
        if mistake == "old state in the target":
            future = q[s].max()
        q[s, a] += ((after == 5) + 0.9 * future - q[s, a]) / n[s, a] ** 0.7
        s = 0 if after == 5 else after
    return q[:5]


def check_table(q):
    p, r = slippery_model()
    best = np.zeros((6, 2))
    for _ in range(500):
        best = r + 0.9 * p @ best.max(axis=1)
    assert best[0, 1] == pytest.approx(0.5132, abs=1e-4)
    assert (q.argmax(axis=1) == 1).all()
    assert np.abs(q - best[:5]).max() < 0.03


def test_table():
    check_table(solve_table())


@pytest.mark.parametrize("mistake", ["terminal row not zero", "mean for max", "old state in the target"])
def test_table_wrong(mistake):
    with pytest.raises(AssertionError):
        check_table(solve_table(mistake))


# implement-dqn


def solve_small_dqn(mistake=""):
    """Give Q of a corridor of 7 cells (the last ends with reward 1) from a small network with replay."""
    rng = np.random.default_rng(0)
    w = [rng.normal(size=(7, 32)) / 2, np.zeros(32), rng.normal(size=(32, 2)) / 6, np.zeros(2)]
    target, first, second = [x.copy() for x in w], [0 * x for x in w], [0 * x for x in w]
    memory, s, eye = np.zeros((1000, 5)), 0, np.eye(7)

    def forward(weights, x):
        h = np.tanh(x @ weights[0] + weights[1])
        return h, h @ weights[2] + weights[3]

    for t in range(1, 4001):
        a = int(rng.integers(2))
        after = min(6, max(0, s + 2 * a - 1))
        done = after == 6
        stored = s if mistake == "next state not stored" else after
        memory[(t - 1) % 1000] = s, a, float(done), stored, done
        s = 0 if done else after
        if t < 100:
            continue
        batch = memory[rng.integers(min(t, 1000), size=32)]
        old, act, reward, new = batch[:, 0].astype(int), batch[:, 1].astype(int), batch[:, 2], batch[:, 3]
        goes_on = 1 if mistake == "no terminal mask" else 1 - batch[:, 4]
        y = reward + 0.9 * goes_on * forward(target, eye[new.astype(int)])[1].max(axis=1)
        x = eye[old]
        h, q = forward(w, x)
        g = np.zeros_like(q)
        g[np.arange(32), act] = (q[np.arange(32), act] - y) / 32
        if mistake == "error spread over all actions":
            g = (q - y[:, None]) / 32
        gh = g @ w[2].T * (1 - h * h)
        for k, d in enumerate((x.T @ gh, gh.sum(axis=0), h.T @ g, g.sum(axis=0))):
            first[k] = 0.9 * first[k] + 0.1 * d
            second[k] = 0.999 * second[k] + 0.001 * d * d
            m, v = first[k] / (1 - 0.9 ** (t - 99)), second[k] / (1 - 0.999 ** (t - 99))
            w[k] = w[k] - 0.003 * m / (np.sqrt(v) + 1e-8)
        if t % 50 == 0:
            target = [x.copy() for x in w]
    return forward(w, eye[:6])[1]


def check_small_dqn(q):
    exact = np.zeros((6, 2))
    for s in range(6):
        exact[s] = 0.9 ** (5 - max(0, s - 1) + 1), 0.9 ** (5 - s)
    assert np.abs(q - exact).max() < 0.05
    assert (q.argmax(axis=1) == 1).all()


def test_small_dqn():
    check_small_dqn(solve_small_dqn())


@pytest.mark.parametrize(
    "mistake", ["next state not stored", "no terminal mask", "error spread over all actions"]
)
def test_small_dqn_wrong(mistake):
    with pytest.raises(AssertionError):
        check_small_dqn(solve_small_dqn(mistake))


# implement-reinforce


def solve_reinforce(z, reward, kind, mistake=""):
    """Give the mean of the gradient estimate over all batches of 4 draws from 3 actions."""
    pi, total = softmax(z), np.zeros(3)
    for batch in itertools.product(range(3), repeat=4):
        draws = np.array(batch)
        g = reward[draws]
        base = {"none": 0 * g, "mean": np.full(4, g.mean()), "others": (g.sum() - g) / 3}[kind]
        if mistake == "own return kept among the others":
            base = np.full(4, g.sum() / 3) if kind == "others" else base
        if mistake == "baseline added":
            base = -base
        scores = np.eye(3)[draws] - (0 if mistake == "probabilities left out" else pi)
        total += pi[draws].prod() * ((g - base)[:, None] * scores).mean(axis=0)
    return total


def check_reinforce(solution):
    z, reward = np.array([0.5, 0, -0.5]), np.array([1, 2, 4.0])
    exact = central_difference(lambda z: softmax(z) @ reward, z)
    assert np.abs(solution(z, reward, "none") - exact).max() < 1e-8
    assert np.abs(solution(z, reward, "others") - exact).max() < 1e-8
    assert np.abs(solution(z, reward, "mean") - 0.75 * exact).max() < 1e-8
    for _ in range(200):  # along the exact mean: sampled steps end between about 0.997 and 0.9995
        z = z + solution(z, reward, "others")
    assert softmax(z)[2] == pytest.approx(0.9986, abs=3e-4)


def test_reinforce():
    check_reinforce(solve_reinforce)


@pytest.mark.parametrize(
    "mistake", ["own return kept among the others", "baseline added", "probabilities left out"]
)
def test_reinforce_wrong(mistake):
    with pytest.raises(AssertionError):
        check_reinforce(lambda z, reward, kind: solve_reinforce(z, reward, kind, mistake))


# implement-a2c


def solve_a2c(logits, actions, rewards, done, values, last, mistake=""):
    """Give targets, and the gradients of A2C's loss for logits and values; arrays are (time, environment)."""
    g, targets = last, np.zeros_like(rewards)
    for t in range(len(rewards) - 1, -1, -1):
        ended = done[t - 1] if mistake == "end off by one" else done[t]
        g = rewards[t] + 0.99 * (1 - ended) * g
        targets[t] = g
    advantage, count = targets - values, rewards.size
    pi = softmax(logits)
    entropy = -(pi * np.log(pi)).sum(axis=-1, keepdims=True)
    d_entropy = -pi * (np.log(pi) + entropy)
    sign = 1 if mistake == "entropy punished" else -1
    d_logits = -(np.eye(3)[actions] - pi) * advantage[..., None] + sign * 0.01 * d_entropy
    d_values = (0.5 if mistake == "half the value loss" else 1.0) * (values - targets)
    return targets, d_logits / count, d_values / count


def check_a2c(solution):
    rng = np.random.default_rng(0)
    logits, actions = rng.normal(size=(5, 8, 3)), rng.integers(3, size=(5, 8))
    rewards, values, last = rng.normal(size=(5, 8)), rng.normal(size=(5, 8)), rng.normal(size=8)
    done = (rng.random((5, 8)) < 0.3) * 1.0
    targets, d_logits, d_values = solution(logits, actions, rewards, done, values, last)
    for t, e in itertools.product(range(5), range(8)):
        total, factor, k = 0.0, 1.0, t
        while k < 5 and factor:
            total, factor, k = total + factor * rewards[k, e], 0.99 * factor * (1 - done[k, e]), k + 1
        assert targets[t, e] == pytest.approx(total + factor * last[e])
    advantage = targets - values

    def loss(logits, values):
        pi = softmax(logits)
        chosen = np.take_along_axis(np.log(pi), actions[..., None], axis=-1)[..., 0]
        entropy = -(pi * np.log(pi)).sum(axis=-1)
        return (-chosen * advantage + 0.5 * (values - targets) ** 2 - 0.01 * entropy).mean()

    assert relative_error(d_logits, central_difference(lambda z: loss(z, values), logits)) < 1e-6
    assert relative_error(d_values, central_difference(lambda v: loss(logits, v), values)) < 1e-6


def test_a2c():
    check_a2c(solve_a2c)


@pytest.mark.parametrize("mistake", ["end off by one", "entropy punished", "half the value loss"])
def test_a2c_wrong(mistake):
    with pytest.raises(AssertionError):
        check_a2c(lambda *a: solve_a2c(*a, mistake))


# implement-ppo-and-grpo


def solve_group(rewards, mistake=""):
    """Give GRPO's advantages of one group, with the population's standard deviation."""
    centered = rewards - rewards.mean()
    return centered if mistake == "not divided" else centered / (rewards.std() + 1e-8)


def solve_grpo(logp, old, reference, mask, advantage, mistake=""):
    """Give GRPO's loss (mean over each answer, then over answers; beta 0.04) and its gradient for logp."""
    ratio, a = np.exp(logp - old), advantage[:, None]
    cut = ((a > 0) & (ratio > 1.2)) | ((a < 0) & (ratio < 0.8))
    d = logp - reference if mistake == "divergence upside down" else reference - logp
    kl = np.exp(d) - d - 1
    each = -np.minimum(ratio * a, np.clip(ratio, 0.8, 1.2) * a) + 0.04 * kl
    weight = mask / mask.sum(axis=1, keepdims=True) / len(logp)
    if mistake == "padding counted":
        weight = np.full_like(logp, 1 / logp.size)
    slope = -np.where(cut, 0, ratio * a) + 0.04 * (1 - np.exp(reference - logp))
    return (each * weight).sum(), slope * weight


def check_grpo(group, grpo):
    a = group(np.array([1.0, 0, 0, 1, 0, 0]))
    up, down = np.sqrt(2), -np.sqrt(0.5)
    assert a == pytest.approx([up, down, down, up, down, down], abs=1e-6)
    assert (group(np.full(6, 0.5)) == 0).all()
    rng = np.random.default_rng(0)
    old = np.log(rng.uniform(0.1, 0.9, size=(6, 7)))
    logp, reference = old + 0.3 * rng.normal(size=(6, 7)), old + 0.3 * rng.normal(size=(6, 7))
    mask = (np.arange(7) < np.array([7, 3, 5, 2, 6, 4])[:, None]) * 1.0
    loss, gradient = grpo(logp, old, reference, mask, a)
    numeric = central_difference(lambda x: grpo(x, old, reference, mask, a)[0], logp)
    assert relative_error(gradient, numeric) < 1e-6
    assert (gradient[mask == 0] == 0).all()
    assert loss == pytest.approx(0.03999, abs=1e-4)


def test_grpo():
    check_grpo(solve_group, solve_grpo)


@pytest.mark.parametrize("mistake", ["not divided", "divergence upside down", "padding counted"])
def test_grpo_wrong(mistake):
    with pytest.raises(AssertionError):
        check_grpo(lambda r: solve_group(r, mistake), lambda *a: solve_grpo(*a, mistake))


# implement-ddpg-td3-sac


def solve_soft_bandit(target, mistake=""):
    """Give mean, deviation and temperature for Q(a) = -(a - 1)^2 and a normal policy."""
    rng = np.random.default_rng(0)
    mean, log_dev, log_alpha = 0.0, 0.0, 0.0
    for t in range(6000):
        rate = 0.02 if t < 4000 else 0.002
        alpha, dev = np.exp(log_alpha), np.exp(log_dev)
        noise = rng.normal(size=64)
        a = mean + dev * noise
        log_density = -0.5 * noise**2 - log_dev - 0.5 * np.log(2 * np.pi)
        d_q = -2 * (a - 1)
        if mistake == "entropy has the wrong sign":
            d_log_dev = alpha - (d_q * dev * noise).mean()
        else:
            d_log_dev = -alpha - (d_q * dev * noise).mean()
        d_alpha = -(log_density.mean() + target)
        if mistake == "temperature has the wrong sign":
            d_alpha = -d_alpha
        if mistake == "target counted twice":
            d_alpha = -(log_density.mean() + 2 * target)
        mean -= rate * -d_q.mean()
        log_dev = np.clip(log_dev - rate * d_log_dev, -8, 3)
        log_alpha = np.clip(log_alpha - rate * d_alpha, -15, 5)
    return mean, np.exp(log_dev), np.exp(log_alpha)


def check_soft_bandit(solution):
    for target in (0.0, 0.5):
        mean, dev, alpha = solution(target)
        exact = np.exp(target) / np.sqrt(2 * np.pi * np.e)
        assert mean == pytest.approx(1, abs=0.02)
        assert dev == pytest.approx(exact, rel=0.05)
        assert alpha == pytest.approx(2 * exact**2, rel=0.1)


def test_soft_bandit():
    check_soft_bandit(solve_soft_bandit)


@pytest.mark.parametrize(
    "mistake", ["entropy has the wrong sign", "temperature has the wrong sign", "target counted twice"]
)
def test_soft_bandit_wrong(mistake):
    with pytest.raises(AssertionError):
        check_soft_bandit(lambda target: solve_soft_bandit(target, mistake))


# stable-baselines3


def plan_on_policy(total, envs, steps, batch, epochs, mistake=""):
    """Give rollouts, steps really taken and gradient steps of PPO."""
    size = steps * (1 if mistake == "one environment" else envs)
    rollouts = total // size if mistake == "rounded down" else -(-total // size)
    return rollouts, rollouts * size, rollouts * epochs * -(-size // batch)


def plan_off_policy(total, every, start, mistake=""):
    """Give the gradient steps of DQN with one step in each `every` steps after `start`."""
    first = 0 if mistake == "learns from the start" else start
    return sum(1 for t in range(every, total + 1, every) if t > first)


def check_plan(on_policy, off_policy):
    assert on_policy(100_000, 4, 2048, 64, 10) == (13, 106_496, 16_640)
    assert on_policy(100_000, 8, 5, 40, 1) == (2_500, 100_000, 2_500)
    assert off_policy(50_000, 4, 100) == 12_475


def test_plan():
    check_plan(plan_on_policy, plan_off_policy)


@pytest.mark.parametrize("mistake", ["one environment", "rounded down", "learns from the start"])
def test_plan_wrong(mistake):
    with pytest.raises(AssertionError):
        check_plan(lambda *a: plan_on_policy(*a, mistake), lambda *a: plan_off_policy(*a, mistake))


# logging-rl-experiments


def solve_report(scores, mistake=""):
    """Give the interquartile mean of all scores, and a stratified 95 % bootstrap interval (2,000 draws)."""

    def middle(x):
        flat, n = np.sort(x.ravel()), x.size // 4
        if mistake == "one score too many":
            n -= 1
        return (flat if mistake == "plain mean" else flat[n : flat.size - n]).mean()

    rng, runs = np.random.default_rng(1), len(scores)
    draws = []
    for _ in range(2000):
        pick = rng.integers(runs, size=scores.shape)
        draws.append(middle(np.take_along_axis(scores, pick, axis=0)))
    low, high = (10, 90) if mistake == "80 % interval" else (2.5, 97.5)
    return middle(scores), np.percentile(draws, low), np.percentile(draws, high)


def check_report(solution):
    scores = np.random.default_rng(0).standard_cauchy(size=(10, 4)) + np.arange(4)
    point, low, high = solution(scores)
    assert point == pytest.approx(stats.trim_mean(scores.ravel(), 0.25), abs=1e-9)
    assert (low, high) == pytest.approx((0.97, 2.33), abs=0.08)


def test_report():
    check_report(solve_report)


@pytest.mark.parametrize("mistake", ["plain mean", "one score too many", "80 % interval"])
def test_report_wrong(mistake):
    with pytest.raises(AssertionError):
        check_report(lambda scores: solve_report(scores, mistake))
