"""From the values of label columns to what is to be learnt."""
