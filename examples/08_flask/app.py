"""Lends money: its offers as a page and as JSON, and plans of repayment.

Needs Flask: `pip install flask`. Without it, it ends with a `ModuleNotFoundError`.
"""

import argparse
import atexit
from typing import Any

from flask import Flask, abort, jsonify, render_template_string, request
from werkzeug.exceptions import HTTPException

app = Flask(__name__)

#: The rates of interest, in percent a year.
OFFERS = {"bicycle": 4.5, "car": 3.9, "house": 2.1}

PAGE = """<!doctype html>
<title>Loans</title>
<ul>
{%- for name, rate in offers %}
  <li><a href="{{ url_for('offer', name=name) }}">{{ name }}</a>: {{ rate }} %</li>
{%- endfor %}
</ul>
"""

MONTHS = 12
LONGEST = 50


def rate_of(name: str) -> float:
    """Return the rate of an offer; there is a page for those that do not exist."""
    if name not in OFFERS:
        abort(404, f"no loan for a {name}")
    return OFFERS[name]


def repayment(amount: float, rate: float, years: int) -> list[float]:
    """Return what is owed after each year, to the cent."""
    monthly = rate / 100 / MONTHS
    instalment = amount * monthly / (1 - (1 + monthly) ** (-years * MONTHS))
    owed, balances = amount, []
    for month in range(1, years * MONTHS + 1):
        owed += owed * monthly - instalment
        if month % MONTHS == 0:
            balances.append(abs(round(owed, 2)))
    return balances


@app.get("/")
def index() -> str:
    """Show all offers, the cheapest first."""
    offers = sorted(OFFERS.items(), key=lambda item: item[1])
    return render_template_string(PAGE, offers=offers)


@app.get("/offers/<name>")
def offer(name: str) -> dict[str, Any]:
    """Tell the rate of one offer."""
    return {"name": name, "rate": rate_of(name)}


@app.post("/plans")
def plan() -> tuple[dict[str, Any], int]:
    """Plan the repayment of `{"name": ..., "amount": ..., "years": ...}`."""
    wish = request.get_json()
    amount, years = float(wish["amount"]), int(wish["years"])
    if not 1 <= years <= LONGEST:
        abort(400, f"a loan is for 1 to {LONGEST} years")
    return {"owed": repayment(amount, rate_of(wish["name"]), years)}, 201


@app.errorhandler(HTTPException)
def refusal(error: HTTPException) -> tuple[Any, int]:
    """Say what is wrong as JSON."""
    return jsonify(error=error.description), error.code or 500


def main() -> None:
    """Serve until interrupted, by Flask's own server."""
    parser = argparse.ArgumentParser(description="Lend money.")
    parser.add_argument("--port", type=int, default=5000, help="0: any that is free")
    options = parser.parse_args()
    atexit.register(print, "the counter is closed", flush=True)
    app.run(port=options.port)


if __name__ == "__main__":
    main()
