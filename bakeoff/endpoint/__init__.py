"""A kept model that answers on SageMaker, at an endpoint or in a job: what that is made of.

hardware   what it runs on, and whether the model fits
servable   which models can answer there
creation   the complete requests that create it
calling    how to ask it
package    the model as a package in the Model Registry
batch      the job that answers rows in S3
"""
