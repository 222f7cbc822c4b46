"""The command `search`, as typed."""

from pathlib import Path
from typing import Annotated, Any

import typer

from bakeoff.cli.commands import ExitStatus, Surroundings
from bakeoff.cli.ending import end
from bakeoff.cli.search import (
    SearchFormat,
    SearchView,
    limits_of_options,
    limits_of_request,
    print_search,
)

SearchRequest = Annotated[
    Path | None, typer.Argument(metavar="[REQUEST]", exists=True, dir_okay=False)
]
Language = Annotated[str | None, typer.Option(help="Such as en.")]
HubTask = Annotated[str | None, typer.Option(help="Such as fill-mask.")]
Library = Annotated[str | None, typer.Option(help="Such as sentence-transformers.")]
Licenses = Annotated[
    list[str] | None, typer.Option("--license", help="A licence allowed; may be repeated.")
]
MaxParameters = Annotated[str | None, typer.Option(help="Such as 150M.")]
MinParameters = Annotated[str | None, typer.Option(help="Such as 10M.")]
MinDownloads = Annotated[int | None, typer.Option(help="Of the last 30 days.")]
Gated = Annotated[bool, typer.Option("--gated", help="Allow gated models.")]
Author = Annotated[str | None, typer.Option(help="A user or organisation.")]
PartOfId = Annotated[str | None, typer.Option(help="A part of the models' ids.")]
Sort = Annotated[str | None, typer.Option(help="downloads, likes and so on.")]
Limit = Annotated[int | None, typer.Option(help="The most models; 20 by default.")]
Exclude = Annotated[
    list[str] | None, typer.Option(help="An id or pattern, as owner/*; may be repeated.")
]
RemoteCodeAllowed = Annotated[
    bool, typer.Option("--allow-remote-code", help="As a deployment that allows models' own code.")
]
ShowsDropped = Annotated[
    bool, typer.Option("--all", help="List each model that was dropped, with the reason.")
]
ChosenFormat = Annotated[SearchFormat, typer.Option("--format")]


def search_hub(
    context: typer.Context,
    request: SearchRequest = None,
    language: Language = None,
    task: HubTask = None,
    library: Library = None,
    licenses: Licenses = None,
    max_parameters: MaxParameters = None,
    min_parameters: MinParameters = None,
    min_downloads: MinDownloads = None,
    gated: Gated = False,
    author: Author = None,
    text: PartOfId = None,
    sort: Sort = None,
    limit: Limit = None,
    exclude: Exclude = None,
    remote_code: RemoteCodeAllowed = False,
    shows_dropped: ShowsDropped = False,
    chosen_format: ChosenFormat = SearchFormat.TEXT,
) -> None:
    """List the models that a request finds on the hub, without starting anything.

    Give a request whose models have a search, or what to search for as options.
    """
    wanted = _given(
        language=language,
        task=task,
        library=library,
        licenses=licenses or None,
        max_parameters=max_parameters,
        min_parameters=min_parameters,
        min_downloads=min_downloads,
        gated=gated or None,
        author=author,
        text=text,
        sort=sort,
        limit=limit,
    )
    if request is not None and (wanted or exclude):
        raise typer.BadParameter("Give a request or options, not both.", param_hint="REQUEST")

    def command(around: Surroundings) -> ExitStatus:
        if request is not None:
            limits = limits_of_request(request, allow_remote_code=remote_code)
        else:
            limits = limits_of_options(wanted, exclude or [], allow_remote_code=remote_code)
        return print_search(limits, SearchView(chosen_format, shows_dropped), around)

    end(context, command)


def _given(**options: Any) -> dict[str, Any]:
    return {name: value for name, value in options.items() if value is not None}


def add_search_command(app: typer.Typer) -> None:
    app.command("search")(search_hub)
