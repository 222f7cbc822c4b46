"""What is read of a data set at most, so that no file takes all memory, disk or time.

Each limit is far beyond what models read, and every error that one causes names it.
"""

MAX_FIELD_CHARACTERS = 1_000_000
"""Of one value. A model reads at most some ten thousand words."""
MAX_ROW_CHARACTERS = 10_000_000
"""Of all values of a row together."""
MAX_COLUMNS = 100_000
"""Names of columns in all files of a split together."""

MAX_EXPANSION = 200
"""How many times its own size a compressed file may unpack to; texts have factors below 20."""
FREE_EXPANSION_BYTES = 1 << 28
"""A small file may unpack to this size whatever the factor."""

MAX_ROWS = 100_000_000
"""Of a split."""
MAX_BATCH_BYTES = 1 << 32
"""Memory for a batch of rows of a Parquet file; see parquet_rows.py."""
