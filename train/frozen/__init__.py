"""The method frozen: a linear head on features of an encoder that stays as it is."""
