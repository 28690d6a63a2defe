"""The stand-in and the recording proxy as servers."""

from __future__ import annotations

from pathlib import Path

from fauxcorp.serve.served import Served
from fauxcorp.serve.standin.app import REPEATS, Player, model_app
from fauxcorp.serve.standin.proxy import proxy_app
from fauxcorp.serve.standin.report import Report
from fauxcorp.serve.standin.script import ModelScript


class ModelServer(Served):
    """A script as a model: `with ModelServer(script) as server:`, then `server.url` is the base of all three APIs."""

    def __init__(self, script: ModelScript, *, host: str = "127.0.0.1", port: int = 0, repeats: int = REPEATS) -> None:
        """`repeats`: how often the same request may come in a row; 0 for any number."""
        self.player = Player(script, repeats)
        super().__init__(model_app(self.player), host, port)

    @property
    def report(self) -> Report:
        """What became of the script so far."""
        return self.player.report


class ProxyServer(Served):
    """A real provider behind a local address; what goes to and fro is written down, keys left out."""

    def __init__(self, base_url: str, record: Path, *, host: str = "127.0.0.1", port: int = 0) -> None:
        """`record` is appended to, one exchange a line. Raises UserError for a bad URL or file."""
        super().__init__(proxy_app(base_url, record), host, port)
