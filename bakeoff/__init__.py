"""The domain of Bakeoff: what is asked for, what is planned, what came out of it.

In the order of a run: `event` (a request was uploaded), `request` (it is read and checked),
`resolve` (every default filled in), `preparation` (the job that prepares the data), `manifest`
(what that found), `plan` (the training jobs), `result` (what became of each), `comparison` (the
tables) and `failure` (what is left instead of them). All of it is pure: no AWS SDK, no clock, no
environment.
"""
