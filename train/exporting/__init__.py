"""Exports a saved model to ONNX, and measures what that costs and gains.

graphs           the network of a saved model, from tokens to logits
pair_vectors     a linear head's features of two vectors, in torch
onnx_file        a network as a file that ONNX Runtime reads, also with weights of 8 bits
onnx_folder      the folder of the exported model, which stands alone
labelled_rows    the rows on which both models are scored
side_by_side     both models answer and are timed in turns
"""
