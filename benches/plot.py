"""Draw what counting a call adds to it, peer by peer: `python3 benches/plot.py`.

Reads what `cargo bench -- hit` wrote to `target/benchmarks/VERSION/hit.json` for each
version of Python, and writes `benches/hit.svg`, which the README shows.
"""

import json
import math
from pathlib import Path
from xml.etree.ElementTree import Element, ElementTree, SubElement, indent

PROJECT = Path(__file__).parent.parent
RESULTS = PROJECT / "target/benchmarks"
PLOT = PROJECT / "benches/hit.svg"

# The part of the results that is drawn.
TABLE, COLUMN, OWN = "an empty function", "of limit", "instrsh"
# A case that counts nothing adds less than this.
LEAST_COUNTED = 0.5

TITLE = "What counting a call adds to it, as a multiple of the cheapest in C"

# The bars of the oldest and of the newest version; those between are in between.
Shades = tuple[str, str]
PEERS: Shades = ("#9aa7b5", "#4b5a70")
OURS: Shades = ("#7cc48a", "#2b7a3f")

# Pixels; the bars are between names and numbers.
WIDTH, LEFT, RIGHT, TOP = 860, 300, 800, 72
BAR, GAP = 9, 12
# The start of the axis, so that the limit itself has a bar.
LEAST = 0.1

STYLE = """
text { font: 13px system-ui, sans-serif; fill: #24292f }
.title { font-weight: 600; font-size: 15px }
.small { font-size: 11px; fill: #57606a }
.name, .number { text-anchor: end }
.scale { text-anchor: middle }
.own .name { font-weight: 600 }
line { stroke: #8884 }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 } .small { fill: #9198a1 }
  .bar0 { fill: #5b6878 } .bar1 { fill: #7d8da3 } .bar2 { fill: #a3b3c9 }
}
"""

# The cost of one way to count, by the version of Python.
Costs = dict[str, float]


def costs_by_peer(documents: list[dict]) -> dict[str, Costs]:
    """Collect the rows of the table from all versions."""
    peers: dict[str, Costs] = {}
    for document in documents:
        version = document["machine"]["python"]
        tables = document["tables"]
        table = next(it for it in tables if it["title"].startswith(TABLE))
        column = table["columns"].index(COLUMN)
        for name, numbers in table["rows"]:
            if (numbers[column] or 0) > LEAST_COUNTED:
                peers.setdefault(name, {})[version] = numbers[column]
    return peers


def position(cost: float, dearest: float) -> float:
    """Where a bar ends, on a logarithmic scale."""
    whole = math.log10(dearest / LEAST)
    return LEFT + (RIGHT - LEFT) * math.log10(max(cost / LEAST, 1)) / whole


def text(parent: Element, kind: str, x: float, y: float, words: str) -> None:
    """Write words, in a style of their kind."""
    place = {"class": kind, "x": f"{x:.0f}", "y": f"{y:.0f}"}
    SubElement(parent, "text", place).text = words


def shade(shades: Shades, share: float) -> str:
    """Mix two colours; the share is that of the second."""
    first, second = (bytes.fromhex(it.removeprefix("#")) for it in shades)
    mixed = (round(a + (b - a) * share) for a, b in zip(first, second, strict=True))
    return f"#{bytes(mixed).hex()}"


def bars(
    parent: Element, y: int, costs: Costs, versions: list[str], dearest: float
) -> None:
    """Draw a bar for each version, from top to bottom."""
    shades = OURS if parent.get("class") == "own" else PEERS
    for number, version in enumerate(versions):
        if version in costs:
            width = position(costs[version], dearest) - LEFT
            shape = {"x": LEFT, "y": y + number * BAR, "width": round(width, 1)}
            fill = shade(shades, number / max(len(versions) - 1, 1))
            shape |= {"height": BAR - 1, "fill": fill}
            bar = SubElement(parent, "rect", {k: str(it) for k, it in shape.items()})
            SubElement(bar, "title").text = f"{version}: {costs[version]:.2f}"


def draw(peers: dict[str, Costs], versions: list[str], source: str) -> Element:
    """Draw the peers, the cheapest first."""
    dearest = max(max(costs.values()) for costs in peers.values())
    step = len(versions) * BAR + GAP
    bottom = TOP + step * len(peers)
    size = {"width": str(WIDTH), "height": str(bottom + 20)}
    box = f"0 0 {WIDTH} {bottom + 20}"
    image = Element("svg", xmlns="http://www.w3.org/2000/svg", viewBox=box, **size)
    SubElement(image, "style").text = STYLE
    text(image, "title", 8, 20, TITLE)
    legend = f"CPython {', '.join(versions)}, from top to bottom; logarithmic"
    text(image, "small", 8, 36, f"{TABLE}; {legend}")
    text(image, "small", 8, bottom + 12, source)
    for power in range(math.ceil(math.log10(dearest))):
        x = position(10**power, dearest)
        ends = {"x1": x, "x2": x, "y1": TOP - 6, "y2": bottom - GAP}
        SubElement(image, "line", {k: f"{it:.0f}" for k, it in ends.items()})
        text(image, "small scale", x, TOP - 12, str(10**power))
    by_cost = sorted(peers.items(), key=lambda peer: min(peer[1].values()))
    for row, (name, costs) in enumerate(by_cost):
        y = TOP + row * step
        middle = y + (step - GAP) / 2 + 4
        group = SubElement(image, "g", {"class": "own" if OWN in name else "peer"})
        text(group, "name", LEFT - 8, middle, name)
        bars(group, y, costs, versions, dearest)
        text(group, "small number", WIDTH - 8, middle, f"{min(costs.values()):.1f}")
    return image


def main() -> None:
    """Draw what was measured with every version."""
    files = sorted(RESULTS.glob("*/hit.json"))
    documents = [json.loads(file.read_text()) for file in files]
    if not documents:
        message = "no results: `cargo bench -- hit` measures"
        raise SystemExit(message)
    machine = documents[0]["machine"]
    versions = [document["machine"]["python"] for document in documents]
    source = f"measured by `cargo bench -- hit` on {machine['processor']}"
    image = draw(costs_by_peer(documents), versions, source)
    indent(image)
    ElementTree(image).write(PLOT, encoding="unicode")
    print(f"{PLOT.relative_to(PROJECT)}: {', '.join(versions)}")


if __name__ == "__main__":
    main()
