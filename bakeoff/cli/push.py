"""Puts the trained model of a run on the hub."""

from pathlib import Path

from bakeoff.card.licence import with_license
from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.model import WantedModel, model_folder
from bakeoff.cli.tables import print_plain
from bakeoff.client.saved_model import CARD_FILE, is_model_folder, read_about


def push(
    wanted: WantedModel, repository: str, around: Surroundings, *, is_private: bool
) -> ExitStatus:
    """Puts the model's folder with its card into the repository, and says where it is."""
    # The hub's library takes a second to import, and no other command needs it.
    from bakeoff.client import hub_push

    folder = Path(wanted.name)
    if not is_model_folder(folder):
        folder = model_folder(wanted, None, around)
    endpoint = hub_push.endpoint_of_environment()
    card = folder / CARD_FILE
    if card.is_file():
        license = hub_push.license_of(str(read_about(folder).get("base_model") or ""), endpoint)
        text = card.read_text(encoding="utf-8")
        card.write_text(with_license(text, license), encoding="utf-8")
    around.note(f"Uploading {folder} ...")
    address = hub_push.push_folder(folder, repository, is_private=is_private, endpoint=endpoint)
    print_plain(around.out, f"The model is at {address}.")
    return ExitStatus.OK
