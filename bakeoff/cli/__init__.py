"""The command line: everything of bakeoff that may know AWS's SDK, the clock and the terminal.

app        the commands and their exit statuses
cloud      the one adapter to AWS
uploads    local files that a request names, and the S3 URIs that take their place
follow     an execution from upload to result
progress   what every candidate is doing, as a pure function of what the cloud says
live_table, tables   how it is shown
"""
