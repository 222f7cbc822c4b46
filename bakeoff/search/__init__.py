"""Models of the hub that a race may take.

hub_entry         a model as the hub lists it
hub               asks the hub; the only module that does
unsuitable        why a model cannot take part
families          which models are relatives of each other
selection         who is found: pure, the same list for the same entries
search_outcome    the document that says who was found, and who was dropped and why
found_candidates  the request with the candidates found
"""
