"""An exported model beside its original: what it loses, what it gains.

measurement   the document that the export's own code writes: speeds, and how answers are scored
comparison    the scores of both, and the interval of their difference
document      export.json, which says all of it
words         the same in sentences
tables        the same as the cells of a table
card          the model card of the exported model
"""
