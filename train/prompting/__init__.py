"""The method prompt: a language model says how likely each label's name is after a text.

instruction          what a prompt asks for, in words
answers              the texts that a model may answer with, and what they mean
examples             train rows that a prompt shows
wanted_examples      which of them a job tries
prompt_frame         what a chat template, or a plain prompt, puts around the contents
prompt_tokens        prompts as tokens that fit into the model's window
language_model       a causal model, loaded to read texts only
answer_likelihoods   how likely the answers are after many prompts
outputs              what the likelihoods say about a row
prompt_choice        the kind of prompt that is best on validation
prompt_model         a model with its prompt, ready for use: saved, and loaded again
prompted_model       the training job
"""
