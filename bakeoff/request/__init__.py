"""From an uploaded file to a request with every default filled in.

upload      the S3 event that starts a run
strict_json reads JSON and says where it is broken
schema      the request as its author writes it; model, model_pool, model_search, hyperparameters
            and tune are parts of it
values      the types of its fields
rules       what holds between fields; column_rules, task_rules and pool_rules are parts of it
problems    turns validation errors into problems with a field and a remedy
resolved    the request with every default filled in
"""
