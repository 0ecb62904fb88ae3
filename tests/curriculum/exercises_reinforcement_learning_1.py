"""Solves the first exercises of chapter 9 (tabular methods, DQN), and sees that wrong solutions fail."""

from __future__ import annotations

import numpy as np
import pytest

from tests.curriculum.numeric import central_difference, relative_error

# markov-decision-processes


def solve_mdp(mistake=""):
    """Give the random policy's transitions and its mean returns over 10 and over all steps from state 0."""
    rng = np.random.default_rng(0)
    p, r, gamma = rng.dirichlet(np.ones(4), size=(4, 2)), rng.normal(size=(4, 2)), 0.9
    p_pi, r_pi = p.mean(axis=1), r.mean(axis=1)
    if mistake == "sum over actions":
        r_pi = r.sum(axis=1)
    step = p_pi.T if mistake == "transposed" else p_pi
    first = 1 if mistake == "discount off by one" else 0
    ten, later = np.zeros(4), r_pi
    for t in range(10):
        ten = ten + gamma ** (t + first) * later
        later = step @ later
    return p_pi, ten[0], np.linalg.solve(np.eye(4) - gamma * step, r_pi)[0]


def check_mdp(p_pi, ten, everything):
    assert np.allclose(p_pi.sum(axis=1), 1, atol=1e-12)
    assert ten == pytest.approx(1.2819, abs=1e-4)
    assert everything == pytest.approx(2.0180, abs=1e-4)


def test_mdp():
    check_mdp(*solve_mdp())


@pytest.mark.parametrize("mistake", ["sum over actions", "transposed", "discount off by one"])
def test_mdp_wrong(mistake):
    with pytest.raises(AssertionError):
        check_mdp(*solve_mdp(mistake))


# bellman-equations


def jumping_grid(mistake=""):
    """Give next states and rewards of a 5 by 5 grid with two jumps, for the moves up, down, left, right."""
    after, reward = np.zeros((25, 4), int), np.zeros((25, 4))
    wall = 1 if mistake == "sign of the penalty" else -1
    for row in range(5):
        for column in range(5):
            for a, (down, right) in enumerate(((-1, 0), (1, 0), (0, -1), (0, 1))):
                i, j = row + down, column + right
                inside = 0 <= i < 5 and 0 <= j < 5
                here = 5 * row + column
                after[here, a] = 5 * i + j if inside else here
                reward[here, a] = 0 if inside else wall
    after[1], reward[1] = 21 if mistake != "jump off by one" else 16, 10
    after[3], reward[3] = 13, 5
    return after, reward


def solve_bellman(mistake=""):
    """Give the values of the random policy and the optimal ones, as 5 by 5 arrays."""
    after, reward = jumping_grid(mistake)
    gamma = 0.81 if mistake == "two discounts" else 0.9
    p = np.eye(25)[after].mean(axis=1)
    v = np.linalg.solve(np.eye(25) - gamma * p, reward.mean(axis=1))
    best = np.zeros(25)
    for _ in range(500):
        best = (reward + gamma * best[after]).max(axis=1)
    return v.reshape(5, 5), best.reshape(5, 5)


def check_bellman(v, best):
    assert v[0, :2] == pytest.approx([3.309, 8.789], abs=1e-3)
    assert best[0, :2] == pytest.approx([21.977, 24.419], abs=1e-3)
    assert v.min() == pytest.approx(-1.975, abs=1e-3)


def test_bellman():
    check_bellman(*solve_bellman())


@pytest.mark.parametrize("mistake", ["sign of the penalty", "jump off by one", "two discounts"])
def test_bellman_wrong(mistake):
    with pytest.raises(AssertionError):
        check_bellman(*solve_bellman(mistake))


# exploration-vs-exploitation


def solve_bandits(epsilon, mistake=""):
    """Give the share of best arms in steps 901 to 1000, over 2,000 tables of 10 normal arms."""
    rng = np.random.default_rng(0)
    runs, k = np.arange(2000), 10
    means = rng.normal(size=(2000, k))
    best = means.argmax(axis=1)
    q, n, share = np.zeros((2000, k)), np.zeros((2000, k)), 0.0
    for t in range(1000):
        arm = np.argmax(q + 1e-9 * rng.random(q.shape), axis=1)
        if mistake == "picks the worst":
            arm = np.argmin(q + 1e-9 * rng.random(q.shape), axis=1)
        explores = rng.random(2000) < (epsilon * k / 2 if mistake == "explores too often" else epsilon)
        arm = np.where(explores, rng.integers(k, size=2000), arm)
        reward = means[runs, arm] + rng.normal(size=2000)
        n[runs, arm] += 1
        credited = (arm + 1) % k if mistake == "credits the next arm" else arm
        q[runs, credited] += (reward - q[runs, credited]) / np.maximum(1, n[runs, credited])
        share += (arm == best).mean() * (t >= 900) / 100
    return share


def check_bandits(solution):
    assert solution(0.1) == pytest.approx(0.80, abs=0.03)
    assert solution(0) == pytest.approx(0.35, abs=0.03)


def test_bandits():
    check_bandits(solve_bandits)


@pytest.mark.parametrize("mistake", ["picks the worst", "explores too often", "credits the next arm"])
def test_bandits_wrong(mistake):
    with pytest.raises(AssertionError):
        check_bandits(lambda epsilon: solve_bandits(epsilon, mistake))


# policy-evaluation-and-improvement


def solve_evaluation(mistake=""):
    """Give the random policy's values on the grid after 3 sweeps and at the end, and the greedy one's."""
    rows, columns = np.divmod(np.arange(16), 4)
    after = np.zeros((16, 4), int)
    for a, (down, right) in enumerate(((-1, 0), (1, 0), (0, -1), (0, 1))):
        after[:, a] = 4 * np.clip(rows + down, 0, 3) + np.clip(columns + right, 0, 3)
    open_cells = np.arange(1, 15)
    reward = 1 if mistake == "sign of the reward" else -1

    def sweep(v):
        new = v if mistake == "in place" else v.copy()
        for s in open_cells:
            new[s] = reward + v[after[s]].mean()
        return new

    v = np.zeros(16)
    for _ in range(4 if mistake == "sweeps off by one" else 3):
        v = sweep(v)
    three = v.copy()
    for _ in range(1000):
        v = sweep(v)
    greedy = after[np.arange(16), v[after].argmax(axis=1)]
    better = np.zeros(16)
    for _ in range(20):
        better[open_cells] = -1 + better[greedy][open_cells]
    return three.reshape(4, 4), v.reshape(4, 4), better.reshape(4, 4)


def check_evaluation(three, v, better):
    assert three[0] == pytest.approx([0, -2.4375, -2.9375, -3], abs=1e-9)
    assert v[0] == pytest.approx([0, -14, -20, -22], abs=1e-6)
    assert better[0] == pytest.approx([0, -1, -2, -3], abs=1e-9)


def test_evaluation():
    check_evaluation(*solve_evaluation())


@pytest.mark.parametrize("mistake", ["sign of the reward", "in place", "sweeps off by one"])
def test_evaluation_wrong(mistake):
    with pytest.raises(AssertionError):
        check_evaluation(*solve_evaluation(mistake))


# value-and-policy-iteration


def frozen_lake(mistake=""):
    """Give transitions (state, action, next) and mean rewards of the slippery 4 by 4 lake."""
    lake = "SFFFFHFHFFFHHFFG"
    p, r = np.zeros((16, 4, 16)), np.zeros((16, 4))
    moves = ((0, -1), (1, 0), (0, 1), (-1, 0))
    for s, cell in enumerate(lake):
        for a in range(4):
            if cell in "HG":
                p[s, a, s] = 1
                continue
            for slip in (a,) if mistake == "no slipping" else ((a - 1) % 4, a, (a + 1) % 4):
                row, column = s // 4 + moves[slip][0], s % 4 + moves[slip][1]
                after = 4 * min(3, max(0, row)) + min(3, max(0, column))
                chance = 1 if mistake == "no slipping" else 1 / 3
                p[s, a, after] += chance
                r[s, a] += chance * (lake[after] == "G")
    return p, r


def solve_iteration(gamma, mistake=""):
    """Give the values by value iteration, and by policy iteration with exact evaluation."""
    p, r = frozen_lake(mistake)
    reward = gamma * r if mistake == "reward discounted once more" else r
    v = np.zeros(16)
    for _ in range(3000):
        q = reward + gamma * p @ v
        v = q.mean(axis=1) if mistake == "mean for max" else q.max(axis=1)
    policy, states = np.zeros(16, int), np.arange(16)
    for _ in range(100):
        ends = np.diag([c not in "HG" for c in "SFFFFHFHFFFHHFFG"]).astype(float)
        w = np.linalg.solve(np.eye(16) - gamma * ends @ p[states, policy], reward[states, policy])
        q = reward + gamma * p @ w
        better = np.where(q.max(axis=1) > q[states, policy] + 1e-10, q.argmax(axis=1), policy)
        if (better == policy).all():
            break
        policy = better
    return v, w


def check_iteration(solution):
    v, w = solution(0.99)
    assert v[0] == pytest.approx(0.5420, abs=1e-4)
    assert np.abs(v - w).max() < 1e-8
    assert solution(0.9)[0][0] == pytest.approx(0.0689, abs=1e-4)


def test_iteration():
    check_iteration(solve_iteration)


@pytest.mark.parametrize("mistake", ["no slipping", "mean for max", "reward discounted once more"])
def test_iteration_wrong(mistake):
    with pytest.raises(AssertionError):
        check_iteration(lambda gamma: solve_iteration(gamma, mistake))


# monte-carlo-methods


def solve_monte_carlo(episodes, mistake=""):
    """Give the mean first-visit and every-visit estimates over 20,000 repeats of the looping state."""
    rng = np.random.default_rng(0)
    lengths = rng.geometric(0.1, size=(20000, episodes)).astype(float)
    if mistake == "last reward lost":
        lengths -= 1
    returns = lengths * (lengths + 1) / 2
    if mistake == "mean of means":
        every = ((lengths + 1) / 2).mean(axis=1)
    elif mistake == "all returns equal":
        every = (lengths**2).sum(axis=1) / lengths.sum(axis=1)
    else:
        every = returns.sum(axis=1) / np.maximum(1, lengths.sum(axis=1))
    return lengths.mean(), every.mean()


def check_monte_carlo(solution):
    for episodes, every in ((1, 5.5), (10, 9.18), (50, 9.82)):
        first, second = solution(episodes)
        assert first == pytest.approx(10, abs=0.2)
        assert second == pytest.approx(every, abs=0.15)


def test_monte_carlo():
    check_monte_carlo(solve_monte_carlo)


@pytest.mark.parametrize("mistake", ["last reward lost", "mean of means", "all returns equal"])
def test_monte_carlo_wrong(mistake):
    with pytest.raises(AssertionError):
        check_monte_carlo(lambda episodes: solve_monte_carlo(episodes, mistake))


# temporal-difference-learning


def td_episode():
    rng = np.random.default_rng(0)
    return rng.integers(5, size=30), rng.normal(size=30), rng.normal(size=5)


def solve_traces(lam, mistake="", gamma=0.9):
    """Give the summed offline updates of each state, by eligibility traces, with a step size of 1."""
    states, rewards, v = td_episode()
    z, change = np.zeros(5), np.zeros(5)
    for t, s in enumerate(states):
        after = v[states[t + 1]] if t + 1 < len(states) else 0
        delta = rewards[t] + gamma * after - v[s]
        if mistake == "sign of the next value":
            delta = rewards[t] - gamma * after - v[s]
        late = mistake == "trace set too late"
        if late:
            change += delta * z
        z *= gamma if mistake == "no λ in the decay" else gamma * lam
        z[s] += 1
        if not late:
            change += delta * z
    return change


def lambda_returns(lam, gamma=0.9):
    states, rewards, v = td_episode()
    change, n = np.zeros(5), len(states)
    for t in range(n):
        total = 0
        for steps in range(1, n - t + 1):
            g = sum(gamma**k * rewards[t + k] for k in range(steps))
            last = t + steps == n
            g += 0 if last else gamma**steps * v[states[t + steps]]
            total += lam ** (steps - 1) * (1 if last else 1 - lam) * g
        change[states[t]] += total - v[states[t]]
    return change


def check_traces(solution):
    for lam in (0, 0.5, 0.9, 1):
        assert np.abs(solution(lam) - lambda_returns(lam)).max() < 1e-10
    assert solution(0.9)[0] == pytest.approx(10.9063, abs=1e-3)


def test_traces():
    check_traces(solve_traces)


@pytest.mark.parametrize("mistake", ["sign of the next value", "trace set too late", "no λ in the decay"])
def test_traces_wrong(mistake):
    with pytest.raises(AssertionError):
        check_traces(lambda lam: solve_traces(lam, mistake))


# sarsa-and-q-learning


def cliff_step(s, a):
    row, column = divmod(s, 12)
    down, right = ((-1, 0), (1, 0), (0, -1), (0, 1))[a]
    row, column = min(3, max(0, row + down)), min(11, max(0, column + right))
    if row == 3 and 0 < column < 11:
        return 36, -100, False
    return 12 * row + column, -1, (row, column) == (3, 11)


def solve_cliff(method, seed, mistake=""):
    """Give the mean return of episodes 301 to 500, and the length of the greedy path at the end."""
    rng = np.random.default_rng(seed)
    q, returns = np.zeros((48, 4)), []

    def act(s):
        return int(rng.integers(4)) if rng.random() < 0.1 else int(q[s].argmax())

    for _ in range(500):
        s, total, done = 36, 0, False
        a = act(s)
        while not done:
            after, reward, done = cliff_step(s, a)
            b = act(after)
            future = q[after, b] if method == "sarsa" else q[after].max()
            if mistake == "both use max":
                future = q[after].max()
            elif mistake == "both use the next action":
                future = q[after, b]
            q[s, a] += 0.5 * (reward + (not done) * future - q[s, a])
            total += reward
            s, a = after, b
        returns.append(total)
    s, done, length = 36, False, 0
    while not done and length < 100:
        s, _, done = cliff_step(s, int(q[s].argmax()))
        length += 1
    return np.mean(returns[300:]), length


def check_cliff(solution):
    sarsa = np.array([solution("sarsa", seed) for seed in range(5)])
    greedy = np.array([solution("q", seed) for seed in range(5)])
    assert sarsa[:, 0].mean() == pytest.approx(-27, abs=6)
    assert greedy[:, 0].mean() == pytest.approx(-51, abs=9)
    assert (greedy[:, 1] == 13).all()
    assert (sarsa[:, 1] >= 15).all()


def test_cliff():
    check_cliff(solve_cliff)


@pytest.mark.parametrize("mistake", ["both use max", "both use the next action"])
def test_cliff_wrong(mistake):
    with pytest.raises(AssertionError):
        check_cliff(lambda method, seed: solve_cliff(method, seed, mistake))


def test_cliff_wrong_count():
    """A path counted by its inner cells is one step short."""
    with pytest.raises(AssertionError):
        check_cliff(lambda method, seed: np.subtract(solve_cliff(method, seed), (0, 1)))


# deep-q-network


def dqn_problem():
    rng = np.random.default_rng(0)
    weights = [
        rng.normal(size=(4, 16)) / 2,
        rng.normal(size=16),
        rng.normal(size=(16, 3)),
        rng.normal(size=3),
    ]
    target = [w + 0.3 * rng.normal(size=w.shape) for w in weights]
    s, after = rng.normal(size=(32, 4)), rng.normal(size=(32, 4))
    a, r, done = rng.integers(3, size=32), rng.normal(size=32), np.arange(32) % 4 == 0
    return weights, target, (s, a, r, after, done)


def q_network(weights, s):
    w1, b1, w2, b2 = weights
    h = np.tanh(s @ w1 + b1)
    return h, h @ w2 + b2


def solve_dqn(weights, target, batch, mistake=""):
    """Give the targets, and the gradients of the mean Huber loss (threshold 1) for the four weights."""
    s, a, r, after, done = batch
    rows = np.arange(len(a))
    future = q_network(target, after)[1].max(axis=1)
    y = r + 0.99 * (1 if mistake == "no mask" else ~done) * future
    h, q = q_network(weights, s)
    delta = np.clip(q[rows, a] - y, -1, 1)
    if mistake == "sign":
        delta = -delta
    if mistake == "not clipped":
        delta = q[rows, a] - y
    g = np.zeros_like(q)
    g[rows, a] = delta / len(a)
    gh = (g @ weights[2].T) * (1 - h * h)
    return y, [s.T @ gh, gh.sum(axis=0), h.T @ g, g.sum(axis=0)]


def check_dqn(solution):
    weights, target, batch = dqn_problem()
    s, a, r, _, done = batch
    y, gradients = solution(weights, target, batch)
    assert (y[done] == r[done]).all()

    def loss(k, w):
        q = q_network([*weights[:k], w, *weights[k + 1 :]], s)[1]
        e = np.abs(q[np.arange(32), a] - y)
        return np.where(e < 1, e * e / 2, e - 0.5).mean()

    for k in range(4):
        assert relative_error(gradients[k], central_difference(lambda w, k=k: loss(k, w), weights[k])) < 1e-6


def test_dqn():
    check_dqn(solve_dqn)


@pytest.mark.parametrize("mistake", ["no mask", "sign", "not clipped"])
def test_dqn_wrong(mistake):
    with pytest.raises(AssertionError):
        check_dqn(lambda *problem: solve_dqn(*problem, mistake))


# dqn-improvements


def solve_double(mistake=""):
    """Give the mean of the single and of the double estimate of max, and replay's weighted mean."""
    rng = np.random.default_rng(0)
    one, two = rng.normal(size=(2, 200000, 10))
    single = one.max(axis=1).mean()
    judge = one if mistake == "judged by the chooser" else two
    double = judge[np.arange(len(one)), one.argmax(axis=1)].mean()
    errors = rng.normal(size=50)
    chance = np.abs(errors) ** 0.6
    chance /= chance.sum()
    weight = (50 * chance) ** (1 if mistake == "sign of the exponent" else -1)
    if mistake == "one transition too few":
        weight = 1 / (49 * chance)
    return single, double, (chance * weight * errors).sum() - errors.mean()


def check_double(single, double, difference):
    assert single == pytest.approx(1.539, abs=0.01)
    assert double == pytest.approx(0, abs=0.01)
    assert abs(difference) < 1e-12


def test_double():
    check_double(*solve_double())


@pytest.mark.parametrize(
    "mistake", ["judged by the chooser", "sign of the exponent", "one transition too few"]
)
def test_double_wrong(mistake):
    with pytest.raises(AssertionError):
        check_double(*solve_double(mistake))
