"""Uses a saved model: reads its folder, answers rows of texts, and files with many of them.

saved_folder       a saved model of any method, ready to answer
fine_tuned         what a model of transformers computes for texts
columns            the columns of a file that hold the texts
given_rows         the rows of a file, as texts or as no texts
answer_file        writes answers while they come
file_answers       answers all rows of a file
conversation       answers another program's questions
endpoint_messages  what an endpoint is asked, and what it answers
"""
