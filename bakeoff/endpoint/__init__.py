"""An endpoint of SageMaker that answers with a kept model: what it is made of.

hardware   what it runs on, and whether the model fits
servable   which models can answer there
creation   the complete requests that create it
calling    how to ask it
package    the model as a package in the Model Registry
"""
