"""Register volumes drawn with known truth: see README.md."""
