"""Judges two outcomes: alike, or different in just what the scenario says.

Pure functions, so that self_test() can show that the judge knows wrong from
right before it judges.
"""
import difflib
import re

from scenario import encode

CONTROL = re.compile(r"[\0-\x08\x0b-\x1f\x7f]")


def visible(data):
    """Bytes as text that tells them apart."""
    text = data.decode("utf-8", "backslashreplace").replace("\r\n", "\n")
    return CONTROL.sub(lambda m: f"\\x{ord(m[0]):02x}", text)


def aspects(outcome, left_out):
    """Each thing that is compared, by name."""
    found = {"exit": f"{outcome.exit}\n".encode(), "stdout": outcome.stdout}
    for number, request in enumerate(outcome.requests, 1):
        found[f"request {number}"] = request
    for name, data in outcome.files.items():
        found[f"file {name}"] = data
    return {name: data for name, data in found.items()
            if not is_left_out(name, left_out)}


def is_left_out(name, left_out):
    return any(name == what or (what in ("requests", "files") and
                                name.startswith(what[:-1] + " "))
               for what in left_out)


def whole(outcome):
    """All of an outcome as one text."""
    return "\n".join(f"{name}: {visible(data)}"
                     for name, data in aspects(outcome, ()).items())


def in_short(data):
    """{at} and {url} in what is expected, as outcomes have them."""
    data = re.sub(rb"\{at(\d*)\}", rb"127.0.0.1:{port\1}", data)
    return re.sub(rb"\{url(\d*)\}", rb"http://127.0.0.1:{port\1}/", data)


def as_sent(section, name):
    """What a section expects, in the form of an outcome."""
    data = in_short(section.text())
    if not name.startswith("request "):
        return data
    head, blank, body = data.partition(b"\n\n")
    if not blank:
        return head.rstrip(b"\n").replace(b"\n", b"\r\n")
    mark = b""
    if head.startswith(b"["):
        mark, _, head = head.partition(b"\n")
        mark += b"\n"
    if "no-newline" not in section.flags and body.endswith(b"\n"):
        body = body[:-1]
    if "crlf" in section.flags:
        body = body.replace(b"\n", b"\r\n")
    return mark + head.replace(b"\n", b"\r\n") + b"\r\n\r\n" + body


def wanted(scenario, curl):
    """curl's aspects with what dial does instead, and which these are."""
    found = dict(curl)
    named = []
    requests = [s for what, s in scenario.expected if what == "request"]
    if requests or any(what == "no-request" for what, _ in scenario.expected):
        for name in [n for n in found if n.startswith("request ")]:
            del found[name]
        for number, section in enumerate(requests, 1):
            name = f"request {number}"
            found[name] = as_sent(section, name)
        named.append("request ")
    for what, section in scenario.expected:
        if what in ("exit", "stdout"):
            found[what] = in_short(section.text())
            named.append(what)
        elif what.endswith("file"):
            name = f"file {section.words[2]}"
            found.pop(name, None)
            named.append(name)
            if what == "file":
                found[name] = in_short(section.text())
            elif what == "has-file":
                found[name] = None  # whatever is in it
    return found, named


def of(name, found):
    """The part of an outcome that an expectation names."""
    if name != "request ":
        return {name: found.get(name)} if name in found else {}
    return {n: data for n, data in found.items() if n.startswith(name)}


def difference(name, curl, dial, first="curl"):
    lines = [visible(data).splitlines() if data is not None else []
             for data in (curl, dial)]
    text = list(difflib.unified_diff(*lines, f"{first}'s {name}",
                                     f"dial's {name}", lineterm="", n=30))
    if not text:
        text = [f"{first}'s {name}: {curl!r}", f"dial's {name}: {dial!r}"]
    if len(text) > 80:
        text[80:] = ["..."]
    return "\n".join(text)


def unlike(expected, dial, first):
    """What is not as it should be."""
    found = []
    for name in [*expected, *(n for n in dial if n not in expected)]:
        there = name in expected and name in dial
        if there and expected[name] in (None, dial[name]):
            continue
        if name not in dial:
            found.append(f"{name}: dial has none, but {first}")
        elif name not in expected:
            found.append(f"{name}: only dial has one")
        found.append(difference(name, expected.get(name), dial.get(name),
                                first))
    return found


def unheard(scenario, curl, dial):
    """What servers had to say, or were asked, in vain.  Where the programs
    differ, one of the two has to ask for each reply, and curl for anything."""
    found = [f"dial: {fault}" for fault in dial.faults]
    if "-" in dial.exit:
        found.append("dial: a signal ended it, which is never right")
    if scenario.reason:
        unasked = set(curl.unasked) & set(dial.unasked)
    else:
        found += [f"curl: {fault}" for fault in curl.faults]
        unasked = set(curl.unasked) | set(dial.unasked)
    return found + [f"nobody asked for the reply in line {line}"
                    for line in sorted(unasked)]


def complaints(scenario, curl, dial):
    """What is wrong with the outcomes; nothing when all is well."""
    found = unheard(scenario, curl, dial)
    curls = aspects(curl, scenario.leave_out)
    dials = aspects(dial, scenario.leave_out)
    if "stderr" in scenario.compare:
        curls["stderr"], dials["stderr"] = curl.stderr, dial.stderr
    expected, named = wanted(scenario, curls)
    first = "the scenario" if scenario.reason else "curl"
    found += unlike(expected, dials, first)
    for name in named:
        if of(name, curls) == of(name, dials):
            found.append(f"{name.strip()}: the difference has gone: "
                         "curl does the same")
    for words in scenario.says:
        if encode(words) not in dial.stderr:
            found.append(f"dial does not say '{words}'")
    return found
