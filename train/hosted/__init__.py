"""The method prompt for models behind an API: a model is asked for its answer, row by row.

Such a model tells no likelihoods, so its answers are all there is: no probabilities follow.

questions        what a row's prompt says, in turns of a conversation
answer_form      the structure of an answer, and what an answer means
converse         Amazon Bedrock's Converse API: one question, one reply
kept_replies     replies on the disk, so that nothing is asked twice
asker            many questions at once, within a limit of tokens
answer_outputs   what the answers say about rows, in the shape of a head's outputs
hosted_model     the training job
saved_prompt     what is saved of it, and used again
"""
