"""A script that is played as a model, for clients that know no more of a model than its address."""

from fauxcorp.serve.standin.script import ModelScript, load_script
from fauxcorp.serve.standin.server import ModelServer, ProxyServer

__all__ = ["ModelScript", "ModelServer", "ProxyServer", "load_script"]
