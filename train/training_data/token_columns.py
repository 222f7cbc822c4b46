"""The names of the sequences of tokens that a model reads."""

OPTIONAL_COLUMNS = ("token_type_ids",)
"""What some tokenisers return beside input_ids. The attention mask is made by padding."""
