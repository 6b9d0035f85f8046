"""Those who watch a program: each records what it sees as lines of text without bytecode offsets,
and how often each code object was entered, resumptions of generators not counted.
"""

import collections
import dis
import os
import sys
import threading

try:
    import coverage
except ImportError:
    coverage = None

MONITORED = [
    *("PY_START", "PY_RESUME", "PY_RETURN", "PY_YIELD", "PY_UNWIND", "PY_THROW", "CALL", "LINE"),
    *("JUMP", "RAISE", "RERAISE", "EXCEPTION_HANDLED", "STOP_ITERATION", "C_RETURN", "C_RAISE"),
]
# Since 3.14 `BRANCH` is two events.
if sys.version_info >= (3, 14):
    MONITORED += ["BRANCH_LEFT", "BRANCH_RIGHT"]
else:
    MONITORED += ["BRANCH"]


class Plain:
    """Nobody."""

    name = "nobody"
    counts = False

    def __init__(self, file):
        self.file = file
        self.entries = collections.Counter()
        self.streams = collections.defaultdict(list)

    def start(self):
        pass

    def stop(self):
        pass

    def seen(self):
        """The events, thread by thread."""
        return [
            f"{name}: {line}" for name, lines in sorted(self.streams.items()) for line in lines
        ]

    def add(self, *words):
        self.streams[threading.current_thread().name].append(" ".join(map(str, words)))

    def is_watched(self, code):
        """Whether code is of the program, or was made of text by it."""
        name = code.co_filename
        return name == self.file or (name.startswith("<") and not name.startswith("<frozen"))


class Profile(Plain):
    """`sys.setprofile`"""

    name = "profile"
    counts = True

    def start(self):
        self.texts = {}
        threading.setprofile(self.see)
        sys.setprofile(self.see)

    def stop(self):
        sys.setprofile(None)
        threading.setprofile(None)

    def see(self, frame, event, argument):
        code = frame.f_code
        if event == "call" and self.begins(frame):
            self.entries[id(code)] += 1
        if self.is_watched(code):
            what = argument if event.startswith("c_") else type(argument)
            what = "" if event in ("call", "line") else getattr(what, "__qualname__", "")
            self.add(event, code.co_qualname, frame.f_lineno, what)

    def begins(self, frame):
        """Whether a frame starts, rather than goes on: it stands at `RESUME 0`."""
        code = frame.f_code
        if id(code) not in self.texts:
            self.texts[id(code)] = code, code.co_code
        text, at = self.texts[id(code)][1], frame.f_lasti
        return text[at] == dis.opmap["RESUME"] and text[at + 1] & 3 == 0


class Trace(Profile):
    """`sys.settrace`"""

    name = "trace"

    def start(self):
        self.texts = {}
        threading.settrace(self.see)
        sys.settrace(self.see)

    def stop(self):
        sys.settrace(None)
        threading.settrace(None)

    def see(self, frame, event, argument):
        if event == "exception":
            code = frame.f_code
            if self.is_watched(code):
                self.add(event, code.co_qualname, frame.f_lineno, argument[0].__name__)
        else:
            super().see(frame, event, argument)
        return self.see if self.is_watched(frame.f_code) else None


class Instructions(Trace):
    """`sys.settrace`, for each instruction but the injected ones and wider arguments: the same ones
    at the same places of the source.
    """

    name = "instructions"
    counts = False

    def start(self):
        # 3.12 gives these events only if they were asked for before the trace function is set.
        sys._getframe().f_trace_opcodes = True
        super().start()

    def see(self, frame, event, argument):
        code = frame.f_code
        if not self.is_watched(code):
            return None
        frame.f_trace_opcodes = True
        if event == "opcode":
            if id(code) not in self.texts:
                self.texts[id(code)] = code, own_instructions(code)
            instruction = self.texts[id(code)][1].get(frame.f_lasti)
            if instruction:
                self.add(code.co_qualname, instruction.opname, *instruction.positions or ())
        return self.see


# The offsets of injected instructions, by the bytecode they are in: copies of a code object have the same.
INJECTED = collections.defaultdict(set)


def own_instructions(code):
    """The instructions of a code object by offset, without the injected ones."""
    injected = INJECTED.get(code.co_code, ())
    own, begin = {}, None
    for it in dis.get_instructions(code):
        begin = it.offset if begin is None else begin
        if it.opname != "EXTENDED_ARG":
            if begin not in injected and it.offset not in injected:
                own[it.offset] = it
            begin = None
    return own


def is_hook(constant):
    return repr(constant).startswith("instrumentation_hook(")


class Monitoring(Plain):
    """`sys.monitoring`, new in 3.12"""

    name = "monitoring"
    counts = True
    tool = 4

    def start(self):
        monitoring = sys.monitoring
        self.places = {}
        monitoring.use_tool_id(self.tool, "behaviour")
        mask = 0
        for name in MONITORED:
            event = getattr(monitoring.events, name)
            monitoring.register_callback(self.tool, event, self.callback(name))
            mask |= event
        monitoring.set_events(self.tool, mask & ~self.implied())

    def stop(self):
        sys.monitoring.set_events(self.tool, 0)
        sys.monitoring.free_tool_id(self.tool)

    @staticmethod
    def implied():
        events = sys.monitoring.events
        return events.C_RETURN | events.C_RAISE

    def callback(self, name):
        def see(code, at, *arguments):
            if name == "PY_START":
                self.entries[id(code)] += 1
            if not self.is_watched(code):
                return
            place = at if name == "LINE" else self.place(code, at)
            if name.startswith(("JUMP", "BRANCH")):
                what = self.place(code, arguments[0])
            elif name in ("CALL", "C_RETURN", "C_RAISE"):
                what = getattr(arguments[0], "__qualname__", "")
            else:
                what = type(arguments[0]).__name__ if arguments else ""
            self.add(name, code.co_qualname, place, what)

        return see

    def place(self, code, offset):
        """Where an instruction is in the source; of an injected one, where the next of the code itself is."""
        if id(code) not in self.places:
            injected = INJECTED.get(code.co_code, ())
            self.places[id(code)] = code, list(code.co_positions()), injected
        _, positions, injected = self.places[id(code)]
        while offset in injected:
            offset += 2
        return positions[offset // 2]


class Coverage(Plain):
    """coverage.py by a trace function in C: lines and branches"""

    name = "coverage"
    core = "ctrace"
    branch = True

    def start(self):
        os.environ["COVERAGE_CORE"] = self.core
        self.tool = coverage.Coverage(
            data_file=None, branch=self.branch, include=[self.file], config_file=False
        )
        self.tool.start()

    def stop(self):
        self.tool.stop()

    def seen(self):
        data = self.tool.get_data()
        _, statements, _, missing, _ = self.tool.analysis2(self.file)
        lines, arcs = sorted(data.lines(self.file)), sorted(data.arcs(self.file) or ())
        return [f"{lines}", f"{arcs}", f"{statements}", f"{missing}"]


class MonitoringCoverage(Coverage):
    """coverage.py by `sys.monitoring`: lines, and branches since 3.14"""

    name = "monitoring coverage"
    core = "sysmon"
    branch = sys.version_info >= (3, 14)


ALL = [Plain, Profile, Trace, Instructions]
if sys.version_info >= (3, 12):
    ALL.append(Monitoring)
if coverage:
    ALL.append(Coverage)
if coverage and sys.version_info >= (3, 12):
    ALL.append(MonitoringCoverage)
