"""Methods without fine-tuning: linear models on n-grams (tfidf) or on a frozen encoder (frozen),
and the majority baseline.
"""
