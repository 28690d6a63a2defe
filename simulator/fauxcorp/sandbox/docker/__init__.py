"""The docker sandbox: a container with a sealed network, seen from outside it."""
