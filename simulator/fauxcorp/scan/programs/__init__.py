"""What programs do, by their command lines: one function a program, from arguments to effects."""
