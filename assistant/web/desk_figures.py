"""/desk/figures: the centre's figures as a page, as CSV and Excel, and the month's digest, to be sent as mail."""

from typing import Annotated, Any
from urllib.parse import urlencode

from fastapi import APIRouter, Depends, Request
from fastapi.responses import HTMLResponse, Response

from assistant.desk.figure_room import Figures
from assistant.desk.figure_sheets import definitions, sheets_of
from assistant.desk.periods import month, months_until, period_of
from assistant.desk_records import Person
from assistant.errors import BadInputError, NotFoundError
from assistant.figure_records import CONTACTS_A_DAY, Period
from assistant.figures_wording import CHARTS, DEFINITIONS, ERRORS, SHEETS, SOURCES
from assistant.web.desk_session import PAGES, csrf_of, needs, sessions_of
from assistant.web.digest_view import digest_view
from assistant.web.figure_files import EXCEL, csv_of
from assistant.web.figure_view import choices, sections_of, told
from assistant.wording import KST

FIGURES = "/desk/figures"

Viewer = Annotated[Person, Depends(needs("see_figures"))]
Exporter = Annotated[Person, Depends(needs("export"))]


def router(figures: Figures) -> APIRouter:
    """Return the routes of the figures."""
    routes = APIRouter(include_in_schema=False)

    def asked(request: Request) -> Period:
        return period_of(request.query_params, figures.today())

    @routes.get(FIGURES)
    def show(request: Request, person: Viewer) -> Response:
        try:
            period, error, status = asked(request), "", 200
        except BadInputError as refused:
            period, error, status = period_of({}, figures.today()), refused.message, refused.status
        return HTMLResponse(_page(request, person, figures, period, error), status)

    @routes.get(f"{FIGURES}/table.csv")
    def download_table(request: Request, person: Viewer, _: Exporter) -> Response:
        period, name = asked(request), request.query_params.get("table", "")
        if name not in SHEETS:
            raise NotFoundError(ERRORS["no_table"])
        sheets = sheets_of(figures.report(period), figures.names())
        _note_export(request, person, period, f"{name}.csv")
        sheet = next(one for one in sheets if one.id == name)
        return _file(csv_of(sheet), "text/csv; charset=utf-8", f"{name}_{_dates(period)}.csv")

    @routes.get(f"{FIGURES}/figures.xlsx")
    def download_all(request: Request, person: Viewer, _: Exporter) -> Response:
        from assistant.web.figure_excel import excel_of  # openpyxl is large

        period = asked(request)
        sheets = (*sheets_of(figures.report(period), figures.names()), definitions())
        _note_export(request, person, period, "xlsx")
        return _file(excel_of(sheets), EXCEL, f"figures_{_dates(period)}.xlsx")

    @routes.get(f"{FIGURES}/digest")
    def digest(request: Request, person: Viewer) -> Response:
        return HTMLResponse(_digest(figures, _month(request, figures)))

    @routes.get(f"{FIGURES}/digest.html")
    def download_digest(request: Request, person: Viewer, _: Exporter) -> Response:
        period = _month(request, figures)
        written = _digest(figures, period).encode()
        _note_export(request, person, period, "digest")
        return _file(written, "text/html; charset=utf-8", f"digest_{period.first:%Y-%m}.html")

    return routes


def _page(request: Request, person: Person, figures: Figures, period: Period, error: str) -> str:
    report, today = figures.report(period), figures.today()
    counted_at = report.facts.counted_at
    return PAGES.get_template("desk/figures.html").render(
        person=person,
        csrf=csrf_of(request),
        here=FIGURES,
        error=error,
        report=report,
        sections=sections_of(report, figures.names()),
        summary=sheets_of(report, figures.names())[0].rows,
        choices=choices(today),
        given={name: request.query_params.get(name, "") for name in ("month", "quarter", "from", "to")},
        today=today,
        counted_at=counted_at.astimezone(KST).strftime("%Y-%m-%d %H:%M") if counted_at else "",
        definitions=DEFINITIONS,
        sources=SOURCES,
        centre=CONTACTS_A_DAY,
        empty=CHARTS["empty"],
        told=told,
        table_query=lambda table: urlencode({"table": table}) + "&" + period.query,
    )


def _digest(figures: Figures, period: Period) -> str:
    shown: dict[str, Any] = digest_view(figures.digest(period), figures.names(), figures.today())
    return PAGES.get_template("desk/digest.html").render(shown)


def _month(request: Request, figures: Figures) -> Period:
    """Return the month that is asked for; by default the last one that is over."""
    today = figures.today()
    given = request.query_params.get("month", "").strip()
    period = month(given) if given else months_until(today, 2)[1]
    if period.first > today:
        raise BadInputError(ERRORS["future"])
    return period


def _note_export(request: Request, person: Person, period: Period, what: str) -> None:
    """Note in the log what goes out, before it does."""
    sessions_of(request).audit.note(person, "export", "figures", what=what, period=period.query)


def _dates(period: Period) -> str:
    return f"{period.first.isoformat()}_{period.last.isoformat()}"


def _file(data: bytes, media_type: str, name: str) -> Response:
    return Response(data, media_type=media_type, headers={"Content-Disposition": f'attachment; filename="{name}"'})
