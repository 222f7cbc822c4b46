"""The model card: what is written beside a trained model, in the hub's format.

model_card   the whole README.md
metadata     its YAML, for programs
markdown     untrusted text in Markdown
sections, origin_sections   its sections, for people
licence      the licence of the base model, which may be learnt later
"""

from bakeoff.card.model_card import TrainedModel as TrainedModel
from bakeoff.card.model_card import about_model as about_model
from bakeoff.card.model_card import model_card as model_card
