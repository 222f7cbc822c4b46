"""Draws, cleans and splits the rows once; every candidate sees this snapshot."""
