"""What changed in a container, seen from outside it: files, reads, processes. Standard library only."""
