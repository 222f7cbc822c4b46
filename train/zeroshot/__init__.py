"""The method zeroshot: texts are compared with the labels' names, and no row is learnt from."""
