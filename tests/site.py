"""A web site on this machine, for tests of what asks for addresses."""

from __future__ import annotations

import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class Site:
    """A server that answers each path as ``pages`` says: (status of HEAD, status of GET, new address)."""

    def __init__(self) -> None:
        self.pages: dict[str, tuple[int, int, str]] = {}
        self.hooks: dict[str, Callable[[], object]] = {}
        self.requests: list[tuple[str, str, str]] = []
        self.at_once = self.most_at_once = 0
        lock = threading.Lock()
        site = self

        class Handler(BaseHTTPRequestHandler):
            def handle_one(self, method: str) -> None:
                with lock:
                    site.at_once += 1
                    site.most_at_once = max(site.most_at_once, site.at_once)
                    site.requests.append((method, self.path, self.headers.get("Range", "")))
                site.hooks.get(self.path, lambda: None)()
                head, get, location = site.pages.get(self.path, (200, 200, ""))
                with lock:
                    site.at_once -= 1
                if (status := head if method == "HEAD" else get) == 0:
                    self.close_connection = True
                    return
                self.send_response(status)
                if location:
                    self.send_header("Location", location)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def do_HEAD(self) -> None:
                self.handle_one("HEAD")

            def do_GET(self) -> None:
                self.handle_one("GET")

            def log_message(self, *_: Any) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def page(self, path: str, head: int = 200, get: int | None = None, location: str = "") -> str:
        """Set the answer for a path and return its address."""
        self.pages[path.partition("#")[0]] = (head, head if get is None else get, location)
        return self.url + path

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()
