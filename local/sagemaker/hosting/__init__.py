"""Models and endpoints: an endpoint is a process of this machine that answers with a model.

hosting       the operations of the API, and what was created
endpoint      one endpoint, from its creation to its end
model_server  the process that answers
"""
