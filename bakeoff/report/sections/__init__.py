"""What each section of the report shows: tables and sentences, not yet HTML."""
