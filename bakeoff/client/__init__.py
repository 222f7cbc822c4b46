"""Sends requests, follows runs and fetches results.

It may use AWS's SDK, the clock, files and other programs, but never the terminal.

request_file, row_counts, uploads        a request on this machine, and the files that it names
cloud                                    the one adapter to AWS
follow, runs                             a run from upload to end, and runs started earlier
compare_again                            compares what a run left, without training
snapshot, metric_values                  what the bucket and the jobs say of a run now
progress, progress_text                  the progress of each candidate, and the same in words
results, finished_jobs, s3_folder        the files that a run leaves
local_cloud, checkout, foreground        starts the local cloud of a checkout
"""
