"""Guess the kind of a resource from its address."""

from __future__ import annotations

import re
from typing import Final

from roadmap_tui.core.roadmap.model import KINDS

_host = re.compile(r"https?://(?:www\.)?([^/?#:]+)(?::\d+)?([^?#]*)", re.IGNORECASE).match

# The longest suffix of a host name decides.
_HOSTS: Final = {
    "book": "d2l.ai deeplearningbook.org leanpub.com manning.com oreilly.com goodreads.com openstax.org "
    "greenteapress.com statlearning.com bookshop.org gutenberg.org books.google.com udlbook.github.io "
    "mml-book.github.io automatetheboringstuff.com eloquentjavascript.net nostarch.com",
    "course": "coursera.org edx.org udemy.com udacity.com ocw.mit.edu khanacademy.org fast.ai "
    "deeplearning.ai pluralsight.com datacamp.com codecademy.com freecodecamp.org "
    "futurelearn.com brilliant.org educative.io "
    "introtodeeplearning.com cognitiveclass.ai theodinproject.com university.mongodb.com nptel.ac.in "
    "classcentral.com egghead.io frontendmasters.com saylor.org skillshare.com",
    "video": "youtube.com youtu.be vimeo.com twitch.tv bilibili.com ted.com videolectures.net",
    "paper": "arxiv.org openreview.net aclanthology.org jmlr.org proceedings.mlr.press papers.nips.cc "
    "proceedings.neurips.cc doi.org semanticscholar.org paperswithcode.com dl.acm.org ieeexplore.ieee.org "
    "researchgate.net pubmed.ncbi.nlm.nih.gov biorxiv.org papers.ssrn.com openaccess.thecvf.com",
    "docs": "readthedocs.io readthedocs.org docs.python.org developer.mozilla.org devdocs.io docs.rs "
    "learn.microsoft.com cppreference.com scikit-learn.org kubernetes.io pkg.go.dev man7.org w3.org",
    "article": "medium.com towardsdatascience.com dev.to substack.com distill.pub wikipedia.org "
    "hackernoon.com machinelearningmastery.com smashingmagazine.com css-tricks.com geeksforgeeks.org "
    "hashnode.dev analyticsvidhya.com stackoverflow.com stackexchange.com baeldung.com colah.github.io "
    "jalammar.github.io karpathy.github.io news.ycombinator.com freecodecamp.org/news",
    "repository": "github.com gitlab.com bitbucket.org codeberg.org sourceforge.net sr.ht gist.github.com",
    "tool": "colab.research.google.com replit.com codepen.io jsfiddle.net overleaf.com",
    "dataset": "archive.ics.uci.edu zenodo.org data.gov image-net.org kaggle.com/datasets "
    "huggingface.co/datasets openml.org cocodataset.org",
    "project": "kaggle.com/competitions kaggle.com/c",
}
_BY_HOST: Final = {host: kind for kind, hosts in _HOSTS.items() for host in hosts.split()}
# The resource types of roadmap.sh.
_TYPES: Final = {"official": "docs", "opensource": "repository", "podcast": "video", "feed": "article"}


def kind_of(url: str, type_: str = "") -> str:
    """Return the kind the author gave (``type_``, roadmap.sh's types included), else a guess."""
    if type_ in KINDS:
        return type_
    return _TYPES.get(type_) or guess(url)


def guess(url: str) -> str:
    """Guess the kind from the host of ``url``, or from the host and the first part of the path."""
    match = _host(url)
    if match is None:
        return "website"
    host, path = match[1].lower().rstrip("."), match[2]
    first = path.split("/", 2)[1] if path.count("/") else ""
    if kind := _BY_HOST.get(f"{host}/{first}"):
        return kind
    labels = host.split(".")[-5:]
    for start in range(len(labels) - 1):
        if kind := _BY_HOST.get(".".join(labels[start:])):
            return kind
    return "docs" if labels[0] in {"docs", "documentation"} and len(labels) > 2 else "website"
