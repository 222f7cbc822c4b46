"""What stands between a user and the service: requests go out, results come back.

It may use AWS's SDK, the clock, files and other programs, but never the terminal.

request_file, uploads   a request on this machine, and the files that it names
cloud                   the one adapter to AWS
follow, runs            an execution from upload to end, and those that were started earlier
snapshot, progress      what a run is doing now, and each of its candidates
results                 the files that a run leaves
"""
