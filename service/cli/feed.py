"""The command for those who follow the service: feed test."""

from typing import Annotated
from urllib.parse import urlsplit

import typer

from service.cli.console import Data, Spoken, _, app, settings_of, worded, wrong

_feed = typer.Typer(
    help=_("Cho hệ thống theo dõi.", "For trackers."), no_args_is_help=True, rich_markup_mode=None
)
app.add_typer(_feed, name="feed")

#: This command sends wherever it is told to: whoever types it decides.
_ANYWHERE = ("0.0.0.0/0", "::/0")


@_feed.command(
    "test",
    help=_(
        "Gửi thử tới một nơi nhận webhook: đúng, sai chữ ký, trùng, sai thứ tự, muộn, phát lại.",
        "Sends a receiver of webhooks what it must bear: right, wrongly signed, twice, out of "
        "order, late, copied.",
    ),
)
def feed_test(
    url: Annotated[str, typer.Argument(metavar="URL", show_default=False)],
    secret: Annotated[
        str, typer.Option(help=_("Khóa ký của nơi nhận (whsec_…).", "Its secret (whsec_…)."))
    ],
    lang: Spoken = None,
    data: Data = None,
) -> None:
    from models.errors import KehoachError
    from service.feed.trials import tried

    try:
        port = urlsplit(url).port
    except ValueError:
        port = None
    near = {"webhook_networks": _ANYWHERE, "webhook_http": True, "webhook_ports": (port or 443,)}
    settings = settings_of(data=data).model_copy(update=near)
    failed = 0
    try:
        for trial, answer in tried(url, secret, settings):
            good = trial.passed(answer)
            failed += not good
            wanted = _("phải nhận", "to be accepted")
            if not trial.accept:
                wanted = _("phải từ chối", "to be refused")
            came = answer.status or answer.error
            typer.echo(f"{'✓' if good else '✗'} {_(trial.vi, trial.en)}: {came} ({wanted})")
    except KehoachError as error:
        wrong(worded(error))
    raise typer.Exit(1 if failed else 0)
