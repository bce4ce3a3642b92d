"""The pages for people: upload, the list of plans, one plan's tasks, a search, a sign-in.

Made on the server from the same listings as the API, Vietnamese first, with an English switch.
"""

from fastapi import FastAPI


def install(app: FastAPI) -> None:
    """Adds the pages and their files to the application."""
    from fastapi.staticfiles import StaticFiles

    from service.pages.looks import STATIC
    from service.pages.routes import doors, readers

    app.state.pages = True
    app.mount("/static", StaticFiles(directory=STATIC), name="static")
    app.include_router(doors)
    app.include_router(readers)
