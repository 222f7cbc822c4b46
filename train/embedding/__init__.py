"""Texts as vectors: a model with frozen weights, as its authors use it."""
