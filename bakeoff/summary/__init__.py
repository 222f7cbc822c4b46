"""What a run ends with: the summary document, and the columns of the tables made from it."""
