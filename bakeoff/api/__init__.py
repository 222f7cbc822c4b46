"""The Python API: what `import bakeoff` offers to notebooks and programs.

comparison      a comparison's results: verdict, tables, picture
loading         reads a comparison from a folder or from S3
running         sends a request and follows its run
requests, data_files   requests from Python objects, and data frames as files that they name
side_by_side    several comparisons beside each other
frames          tables as pandas data frames
notebook        how the objects show themselves in a notebook
"""
