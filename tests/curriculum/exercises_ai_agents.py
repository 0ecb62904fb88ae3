"""Solves the exercises of chapter 10, and sees that wrong solutions do not pass their checks."""

from __future__ import annotations

import copy
import math
import re
from collections import Counter

import numpy as np
import pytest
from scipy import stats

from tests.curriculum.numeric import central_difference, relative_error

# react


def scripted_model(start, spoiled=""):
    """Play the language model: follow the store from start until it comes back."""

    def model(prompt):
        seen = [line for line in prompt if line.startswith("Observation: ") and "error" not in line]
        tried = any("error" in line for line in prompt)
        if spoiled and not tried:
            return "Thought: a slip", f"Action: {spoiled}"
        last = int(seen[-1].split()[1]) if seen else start
        if seen and last == start:
            return "Thought: back again", f"Action: finish[{len(seen)}]"
        return "Thought: one further", f"Action: get[{last}]"

    return model


def solve_react(model, limit=1000, mistake=""):
    """Run the loop; give the answer (or None), the number of model calls and the lines sent."""
    store = np.random.default_rng(0).permutation(50)
    prompt, sent = ["Task: how long is the cycle?"], 0
    for call in range(1, limit + (2 if mistake == "limit off by one" else 1)):
        sent += len(prompt[-3:]) if mistake == "only the last step is sent" else len(prompt)
        thought, action = model(prompt)
        form = re.fullmatch(r"Action: (\w+)\[(\w+)\]", action)
        if form and form[1] == "finish":
            return int(form[2]), call, sent
        if form and form[1] == "get" and form[2].isdigit():
            observation = str(store[int(form[2])])
        elif mistake == "a bad action ends the loop":
            return None, call, sent
        else:
            observation = "error: no such action"
        prompt += [thought, action, f"Observation: {observation}"]
    return None, call, sent


def check_react(run):
    assert run(scripted_model(7)) == (46, 47, 47 + 3 * 47 * 46 // 2)
    assert 47 + 3 * 47 * 46 // 2 == 3290
    assert run(scripted_model(19))[0] == 2
    assert run(scripted_model(7), limit=10)[:2] == (None, 10)
    for spoiled in ("get[x]", "fly[7]", "nonsense"):
        assert run(scripted_model(7, spoiled))[:2] == (46, 48)


def test_react():
    check_react(solve_react)


@pytest.mark.parametrize(
    "mistake", ["limit off by one", "only the last step is sent", "a bad action ends the loop"]
)
def test_react_wrong(mistake):
    with pytest.raises(AssertionError):
        check_react(lambda model, limit=1000: solve_react(model, limit, mistake))


# autogpt-and-babyagi


def solve_queue(m, mistake=""):
    """Give the number of executions of 20,000 runs, and which of them ended with an empty queue."""
    rng = np.random.default_rng(0)
    queue, done = np.ones(20000, dtype=int), np.zeros(20000, dtype=int)
    for _ in range(201 if mistake == "budget off by one" else 200):
        live = queue > 0
        new = rng.poisson(2 * m if mistake == "factor 2 in the new tasks" else m, size=20000)
        leaves = 0 if mistake == "executed tasks stay" else 1
        queue = np.where(live, queue + new - leaves, 0)
        done += live
    return done, queue == 0


def check_queue(simulate):
    done, ended = simulate(0.8)
    assert done.mean() == pytest.approx(5, abs=0.3)
    done, ended = simulate(1.5)
    assert ended.mean() == pytest.approx(0.417, abs=0.01)
    assert (done[~ended] == 200).all()


def test_queue():
    check_queue(solve_queue)


@pytest.mark.parametrize("mistake", ["budget off by one", "factor 2 in the new tasks", "executed tasks stay"])
def test_queue_wrong(mistake):
    with pytest.raises(AssertionError):
        check_queue(lambda m: solve_queue(m, mistake))


# planning-and-reflection


def solve_reflection(rounds, gated, mistake=""):
    """Give the accuracy after some rounds of reflection, with or without a test before each."""
    rng = np.random.default_rng(0)
    spoil, repair = (0.3, 0.1) if mistake == "rates exchanged" else (0.1, 0.3)
    right = rng.random(200000) < 0.9
    for _ in range(rounds + (mistake == "a round too many")):
        enters = rng.random(200000) < np.where(right, 0.05, 0.8) if gated else True
        if mistake == "the test lets all in":
            enters = True
        change = rng.random(200000) < np.where(right, spoil, repair)
        right = right ^ (change & enters)
    return right.mean()


def check_reflection(accuracy):
    for n, value in ((1, 0.840), (2, 0.804), (10, 0.751)):
        assert 0.75 + 0.15 * 0.6**n == pytest.approx(value, abs=5e-4)
        assert accuracy(n, gated=False) == pytest.approx(value, abs=0.005)
    assert accuracy(10, gated=True) == pytest.approx(0.975, abs=0.005)
    assert pytest.approx(0.980, abs=5e-4) == 0.24 / 0.245


def test_reflection():
    check_reflection(solve_reflection)


@pytest.mark.parametrize("mistake", ["rates exchanged", "a round too many", "the test lets all in"])
def test_reflection_wrong(mistake):
    with pytest.raises(AssertionError):
        check_reflection(lambda n, gated: solve_reflection(n, gated, mistake))


# agent-frameworks


class Crash(Exception):
    """The process dies."""


class Account:
    """Something outside that remembers the keys of its charges."""

    def __init__(self):
        self.total, self.keys = 0, set()

    def charge(self, key=None):
        if key is None or key not in self.keys:
            self.total += 1
        self.keys.add(key)


def merged(state, update, rules, mistake=""):
    """Give the state with an update merged by the rule of each key."""
    state = dict(state)
    for key, value in update.items():
        if rules[key] == "append" and mistake != "replace for append":
            state[key] = state[key] + value
        else:
            state[key] = value
    return state


RULES = {"log": "append", "n": "replace"}


def solve_engine(account, with_key, crash_at=None, mistake=""):
    """Run the step until n is 10, crash once if asked, resume; give the state and the steps begun."""
    saved = {"log": [], "n": 0}
    begun = 0

    def step(state):
        nonlocal begun, crash_at
        begun += 1
        n = state["n"]
        key = begun if mistake == "key of the attempt" else n
        account.charge(("run", key) if with_key else None)
        if n == crash_at:
            crash_at = None
            raise Crash
        return {"log": [n], "n": n + 1}

    while saved["n"] < 10:
        try:
            saved = merged(saved, step(saved), RULES, mistake)
        except Crash:
            saved = {"log": [], "n": 0} if mistake == "begins anew" else copy.deepcopy(saved)
    return saved, begun


def check_engine(run):
    plain = run(Account(), with_key=False)
    assert plain == ({"log": list(range(10)), "n": 10}, 10)
    assert sum(plain[0]["log"]) == 45
    for with_key, total in ((False, 11), (True, 10)):
        account = Account()
        state, begun = run(account, with_key=with_key, crash_at=6)
        assert state == plain[0]
        assert begun == 11
        assert account.total == total


def test_engine():
    check_engine(solve_engine)


def test_engine_parallel_writes():
    for rule, entries in (("append", 2), ("replace", 1)):
        state = {"log": []}
        for update in ({"log": ["a"]}, {"log": ["b"]}):
            state = merged(state, update, {"log": rule})
        assert len(state["log"]) == entries


@pytest.mark.parametrize("mistake", ["replace for append", "key of the attempt", "begins anew"])
def test_engine_wrong(mistake):
    with pytest.raises(AssertionError):
        check_engine(lambda *given, **named: solve_engine(*given, **named, mistake=mistake))


# retrieval-augmented-generation

TEXTS = [text.split() for text in ("a b a", "b c", "c c c d", "a d e", "b b b b b b")]


def solve_bm25(mistake=""):
    """Give the score of each text for the query a c."""
    average = sum(map(len, TEXTS)) / len(TEXTS)
    scores = []
    for text in TEXTS:
        count, score = Counter(text), 0.0
        for word in "ac":
            n = sum(word in other for other in TEXTS)
            half = -0.5 if mistake == "sign in the idf" else 0.5
            idf = math.log(1 + (len(TEXTS) - n + 0.5) / (n + half))
            length = 1 if mistake == "no length" else 1 - 0.75 + 0.75 * len(text) / average
            f = count[word]
            score += (2 if mistake == "factor 2" else 1) * idf * f * 2.5 / (f + 1.5 * length)
        scores.append(score)
    return scores


def solve_fusion(scores, mistake=""):
    first = sorted(range(5), key=lambda i: -scores[i])
    lists = first, [3, 2, 0, 1, 4]
    start = 0 if mistake == "ranks from 0" else 1
    return [sum(1 / (60 + one.index(i) + start) for one in lists) for i in range(5)]


def solve_chunks(n, w, o, mistake=""):
    chunks, start = [], 0
    while True:
        chunks.append((start, min(start + w, n)))
        if (start if mistake == "one chunk too many" else start + w) >= n:
            return chunks
        start += w if mistake == "no overlap" else w - o


def check_retrieval(scores, fused, chunks):
    assert scores == pytest.approx([1.3215, 1.0943, 1.4197, 0.9465, 0], abs=1e-4)
    assert fused == pytest.approx([0.03200, 0.03150, 0.03252, 0.03202, 0.03077], abs=1e-5)
    assert fused[3] > fused[0]
    assert scores[3] < scores[0]
    for given, number in (((1000, 200, 50), 7), ((200, 200, 50), 1), ((201, 200, 50), 2)):
        assert len(chunks(*given)) == number
        assert chunks(*given)[-1][1] == given[0]


def test_retrieval():
    check_retrieval(solve_bm25(), solve_fusion(solve_bm25()), solve_chunks)


@pytest.mark.parametrize("mistake", ["no length", "sign in the idf", "factor 2"])
def test_retrieval_wrong_scores(mistake):
    with pytest.raises(AssertionError):
        check_retrieval(solve_bm25(mistake), solve_fusion(solve_bm25()), solve_chunks)


def test_retrieval_wrong_ranks():
    with pytest.raises(AssertionError):
        check_retrieval(solve_bm25(), solve_fusion(solve_bm25(), "ranks from 0"), solve_chunks)


@pytest.mark.parametrize("mistake", ["one chunk too many", "no overlap"])
def test_retrieval_wrong_chunks(mistake):
    with pytest.raises(AssertionError):
        check_retrieval(
            solve_bm25(), solve_fusion(solve_bm25()), lambda n, w, o: solve_chunks(n, w, o, mistake)
        )


# vector-databases


def distances(a, b):
    return (a * a).sum(axis=1)[:, None] - 2 * a @ b.T + (b * b).sum(axis=1)


def solve_index(mistake=""):
    """Give recall@10 and mean distances a query for 1, 5, 20 and 50 probed lists."""
    rng = np.random.default_rng(0)
    x, q = rng.normal(size=(5000, 16)), rng.normal(size=(200, 16))
    centroids = x[:50].copy()
    for _ in range(0 if mistake == "no Lloyd rounds" else 10):
        nearest = distances(x, centroids).argmin(axis=1)
        centroids = np.array([x[nearest == j].mean(axis=0) for j in range(50)])
    nearest = distances(x, centroids).argmin(axis=1)
    exact = np.argsort(distances(q, x), axis=1)[:, :10]
    order = np.argsort(distances(q, centroids), axis=1)
    if mistake == "farthest lists":
        order = order[:, ::-1]
    results = []
    for probed in (1, 5, 20, 50):
        recall, number = [], []
        for i in range(200):
            lists = order[i, : probed + 1] if mistake == "probes off by one" else order[i, :probed]
            some = np.flatnonzero(np.isin(nearest, lists))
            found = some[np.argsort(distances(q[i : i + 1], x[some])[0])[:10]]
            recall.append(len(set(found) & set(exact[i])) / 10)
            number.append(50 + len(some))
        results.append((np.mean(recall), np.mean(number)))
    return results


def check_index(results):
    recall, number = zip(*results, strict=True)
    assert recall == pytest.approx([0.269, 0.661, 0.968, 1], abs=0.01)
    assert recall[-1] == 1
    assert number == pytest.approx([152.5, 557.3, 2070, 5050], rel=0.02)


def test_index():
    check_index(solve_index())


@pytest.mark.parametrize("mistake", ["farthest lists", "probes off by one", "no Lloyd rounds"])
def test_index_wrong(mistake):
    with pytest.raises(AssertionError):
        check_index(solve_index(mistake))


# long-term-memory


def solve_memory(mistake="", accessed=None):
    """Give the score of each memory."""
    rng = np.random.default_rng(0)
    e, q = rng.normal(size=(100, 8)), rng.normal(size=8)
    hours, importance = rng.uniform(0, 500, 100), rng.integers(1, 11, 100)
    if accessed is not None:
        hours[accessed] = 0
    recency = 0.995 ** (-hours if mistake == "sign of the age" else hours)
    relevance = e @ q / np.linalg.norm(q)
    if mistake != "inner product":
        relevance = relevance / np.linalg.norm(e, axis=1)

    def scaled(v):
        return v if mistake == "unscaled" else (v - v.min()) / (v.max() - v.min())

    double = 2 if mistake == "factor 2" else 1
    return scaled(recency) + double * scaled(importance) + scaled(relevance)


def check_memory(scores, accessed):
    best = np.argsort(-scores)[:5]
    assert best.tolist() == [45, 8, 27, 32, 93]
    assert scores[45] == pytest.approx(2.6801, abs=1e-4)
    assert accessed[16] == pytest.approx(2.1743, abs=1e-4)
    assert np.argsort(-accessed)[:5].tolist() == [45, 8, 27, 32, 16]


def test_memory():
    check_memory(solve_memory(), solve_memory(accessed=16))
    assert np.argsort(-solve_memory("unscaled"))[:5].tolist() == [8, 32, 83, 76, 99]


@pytest.mark.parametrize("mistake", ["sign of the age", "inner product", "unscaled", "factor 2"])
def test_memory_wrong(mistake):
    with pytest.raises(AssertionError):
        check_memory(solve_memory(mistake), solve_memory(mistake, accessed=16))


# rl-driven-tool-selection

CHANCE = np.array([[0.5, 0.9, 0.5], [0.3, 0.3, 0.9], [0.95, 0.96, 0.97]])
COST = np.array([0, 0.1, 0.2])


def tool_policy(theta):
    e = np.exp(theta - theta.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)


def tool_value(theta, cost=COST):
    return (tool_policy(theta) * (CHANCE - cost)).sum(axis=1).mean()


def solve_tool_gradient(theta, cost=COST, mistake=""):
    pi, reward = tool_policy(theta), CHANCE - cost
    if mistake == "sign of the cost":
        reward = CHANCE + cost
    mean = (pi * reward).sum(axis=1, keepdims=True)
    return pi * (reward - mean) / (1 if mistake == "no mean over contexts" else 3)


def solve_tool_estimate(baseline, mistake=""):
    """Estimate the gradient at 0 from 100,000 samples."""
    rng = np.random.default_rng(0)
    context, tool = rng.integers(3, size=100000), rng.integers(3, size=100000)
    reward = (rng.random(100000) < CHANCE[context, tool]) - COST[tool]
    if baseline:
        reward = reward - (CHANCE - COST).mean(axis=1)[context]
    score = np.eye(3)[(tool + 1) % 3 if mistake == "tool off by one" else tool] - 1 / 3
    gradient = np.zeros((3, 3))
    np.add.at(gradient, context, score * reward[:, None])
    return gradient / 100000


def ascend(gradient, cost=COST):
    theta = np.zeros((3, 3))
    for _ in range(2000):
        theta += 3 * gradient(theta, cost)
    return theta


def check_tools(gradient, estimate):
    theta = np.random.default_rng(1).normal(size=(3, 3))
    assert relative_error(gradient(theta, COST), central_difference(tool_value, theta)) < 1e-6
    assert tool_value(np.zeros((3, 3))) == pytest.approx(0.5978, abs=1e-4)
    end = ascend(gradient)
    assert tool_value(end) == pytest.approx(0.8163, abs=1e-3)
    assert (CHANCE - COST).max(axis=1).mean() == pytest.approx(0.8167, abs=1e-4)
    assert (end.argmax(axis=1) + 1).tolist() == [2, 3, 1]
    assert ascend(gradient, 0 * COST)[2].argmax() + 1 == 3
    for baseline in (False, True):
        assert np.abs(estimate(baseline) - gradient(np.zeros((3, 3)), COST)).max() < 0.005


def test_tools():
    check_tools(solve_tool_gradient, solve_tool_estimate)


@pytest.mark.parametrize("mistake", ["sign of the cost", "no mean over contexts"])
def test_tools_wrong(mistake):
    with pytest.raises(AssertionError):
        check_tools(lambda t, c: solve_tool_gradient(t, c, mistake), solve_tool_estimate)


def test_tools_wrong_estimate():
    with pytest.raises(AssertionError):
        check_tools(solve_tool_gradient, lambda b: solve_tool_estimate(b, "tool off by one"))


# agent-feedback-loops


def solve_selection(mistake=""):
    """Give the mean score and the mean quality of the best of 16, and the best that there is."""
    rng = np.random.default_rng(0)
    t = rng.normal(size=(20000, 16))
    noise = rng.normal(size=t.shape)
    score = t + (2 if mistake == "factor 2 in the error" else 1) * noise
    best = score.argmin(axis=1) if mistake == "worst for best" else score.argmax(axis=1)
    if mistake == "best of 15":
        best = score[:, 1:].argmax(axis=1)
    rows = np.arange(20000)
    return score[rows, best].mean(), t[rows, best].mean(), t.max(axis=1).mean()


def solve_kappa(table, mistake=""):
    table = np.array(table) / np.sum(table)
    chance = table.sum(axis=0) @ table.sum(axis=1)
    if mistake == "divided by 1":
        return np.trace(table) - chance
    return (np.trace(table) - chance) / (1 - chance)


def solve_sign_test(better, worse, mistake=""):
    n, k = better + worse, min(better, worse)
    last = k if mistake == "tail off by one" else k + 1
    tail = sum(math.comb(n, i) for i in range(last)) / 2**n
    return min(1, (1 if mistake == "one-sided" else 2) * tail)


def check_feedback(selection, kappa, sign_test):
    score, quality, ideal = selection
    assert score == pytest.approx(2.50, abs=0.02)
    assert quality == pytest.approx(1.25, abs=0.02)
    assert ideal == pytest.approx(1.77, abs=0.01)
    assert kappa([[85, 5], [5, 5]]) == pytest.approx(0.444, abs=1e-3)
    assert kappa([[81, 9], [9, 1]]) == pytest.approx(0, abs=1e-3)
    for better, worse, p in ((5, 2, 0.453), (9, 1, 0.0215)):
        assert sign_test(better, worse) == pytest.approx(stats.binomtest(better, better + worse).pvalue)
        assert round(sign_test(better, worse), 3 if p > 0.1 else 4) == p


def test_feedback():
    check_feedback(solve_selection(), solve_kappa, solve_sign_test)


@pytest.mark.parametrize("mistake", ["factor 2 in the error", "worst for best", "best of 15"])
def test_feedback_wrong_selection(mistake):
    with pytest.raises(AssertionError):
        check_feedback(solve_selection(mistake), solve_kappa, solve_sign_test)


@pytest.mark.parametrize("mistake", ["divided by 1", "tail off by one", "one-sided"])
def test_feedback_wrong_statistics(mistake):
    with pytest.raises(AssertionError):
        check_feedback(
            solve_selection(),
            lambda table: solve_kappa(table, mistake),
            lambda better, worse: solve_sign_test(better, worse, mistake),
        )


# multi-agent-coordination


def solve_vote(n, r, mistake=""):
    """Give the share of right majorities, and the correlation of two voters."""
    rng = np.random.default_rng(0)
    right = rng.random(size=(200000, n)) < (0.3 if mistake == "wrong for right" else 0.7)
    shared = rng.random(200000) < (r / 2 if mistake == "factor 2 in r" else r)
    right[shared] = right[shared, :1]
    votes = right.sum(axis=1)
    need = n // 2 if mistake == "majority off by one" else n / 2
    won = votes > need - (mistake == "majority off by one")
    won = np.where(2 * votes == n, rng.random(200000) < 0.5, won)
    return won.mean(), np.corrcoef(right[:, 0], right[:, 1])[0, 1]


def check_vote(vote):
    for r, value in ((0, 0.837), (0.5, 0.768), (1, 0.700)):
        share, together = vote(5, r)
        assert share == pytest.approx(value, abs=0.005)
        assert 0.7 * r + 0.8369 * (1 - r) == pytest.approx(value, abs=6e-4)
        assert together == pytest.approx(r, abs=0.01)
    assert vote(3, 0)[0] == pytest.approx(0.784, abs=0.005)
    assert vote(4, 0)[0] == pytest.approx(0.784, abs=0.005)


def test_vote():
    check_vote(solve_vote)


@pytest.mark.parametrize("mistake", ["wrong for right", "factor 2 in r", "majority off by one"])
def test_vote_wrong(mistake):
    with pytest.raises(AssertionError):
        check_vote(lambda n, r: solve_vote(n, r, mistake))
