"""From the rows as their owner has them to the snapshot that every candidate sees."""
