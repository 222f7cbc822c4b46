"""What fine-tunes nothing: linear models on n-grams (tfidf) or on an encoder as it is (frozen), and
the majority.
"""
