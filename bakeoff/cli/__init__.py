"""The command line: the one package that writes to the terminal.

app          the commands, their options and their exit status
commands     what each command does
*_view, *_table, tables, formats   how the results of `bakeoff.client` are shown
"""
