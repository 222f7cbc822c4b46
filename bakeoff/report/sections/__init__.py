"""The content of each section of the report: tables and sentences, not yet HTML."""
