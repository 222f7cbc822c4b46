"""Compare NLP models on your own data.

The packages follow a request through a run, and imports go one way, from the last to the first:

request      reads an upload, validates it and fills in the defaults
prepared     the outcome of preparing the data and the models
jobs         the SageMaker jobs of a run, and the result of each
cost         prices, the budget and the estimate
summary      the summary document and the columns of the result tables
statistics   intervals and tests from the predictions
comparison   ranks the candidates, builds the summary and words the verdict
report       draws the summary as one HTML page
client       sends requests, follows runs and fetches results; the one package that talks to AWS
cli          the command line, the one package that writes to the terminal

The modules beside the packages are shared by several of them.
"""
