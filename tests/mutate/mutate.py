# SPDX-License-Identifier: ISC
"""Mutation testing: every bug of mutants.toml, put into the code one at a time, must be caught by the quick tests it names.

mutate.py --check           look only whether each text is found just once (the test check_mutants)
mutate.py BUILD [OPTIONS]   run them on a build with tests, which must be up to date

Neither the tree nor the build is changed. A mutant is one object, compiled as the build does it but for a folder in front of
the others that holds the file with the bug; what its tests run is linked again with that object, elsewhere. Tests run with
SEALANE_SHORT set, the first failure ends them. First the same tests run unmutated: all must pass. A mutant that survives, or
does not compile, or a text that is not there, is an error. Those for kernels that this CPU lacks are skipped, and said so.
"""

import argparse
import concurrent.futures
import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import threading
import time
import tomllib

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))
LIST = os.path.join(HERE, "mutants.toml")
REPORT = "docs/results/mutation.md"
TEXTS = ("name", "row", "file", "old", "new")
FIELDS = {*TEXTS, "object", "tests"}


def read_list():
    """The mutants, each with an `object`, the source that is compiled; and complaints about them."""
    with open(LIST, "rb") as f:
        data = tomllib.load(f)
    mutants, wrong, names = data["mutant"], [], set()
    for m in mutants:
        name = m.get("name", "?")
        if not all(isinstance(m.get(k), str) for k in TEXTS) or not m.get("tests") or set(m) - FIELDS:
            wrong.append(f"{name}: needs {', '.join(TEXTS)} and tests, may have object, and nothing else")
            continue
        m.setdefault("object", m["file"])
        if name in names:
            wrong.append(f"{name}: twice")
        names.add(name)
        if m["row"] not in data["rows"]:
            wrong.append(f"{name}: row {m['row']} is not among `rows`")
        for path in (m["file"], m["object"]):
            if not os.path.isfile(os.path.join(ROOT, path)):
                wrong.append(f"{name}: no file {path}")
                break
        else:
            if not m["object"].endswith(".c"):
                wrong.append(f"{name}: {m['object']} is no source: `object` is to name one that includes it")
            with open(os.path.join(ROOT, m["file"]), encoding="utf-8") as f:
                times = f.read().count(m["old"])
            if times != 1:
                wrong.append(f"{name}: text {'not found' if times == 0 else f'found {times} times'} in {m['file']}")
            if m["old"] == m["new"]:
                wrong.append(f"{name}: changes nothing")
    rows = {m.get("row") for m in mutants}
    wrong += [f"no mutant stands for {row}: {text}" for row, text in data["rows"].items() if row not in rows]
    return mutants, data["rows"], [f"mutants.toml: {line}" for line in wrong]


def lines_of(command, **more):
    return subprocess.run(command, stdout=subprocess.PIPE, check=True, text=True, **more).stdout


class Build:
    """What a build's own files say of how things are compiled, linked and run."""

    def __init__(self, folder):
        self.folder = os.path.abspath(folder)
        with open(os.path.join(self.folder, "compile_commands.json"), encoding="utf-8") as f:
            commands = json.load(f)
        self.compile = {}
        for c in commands:
            source = os.path.relpath(c["file"], ROOT)
            words = shlex.split(c["command"])
            self.compile.setdefault(source, []).append((words, words[words.index("-o") + 1]))
        tests = json.loads(lines_of(["ctest", "--show-only=json-v1"], cwd=self.folder))["tests"]
        self.tests = {t["name"]: t["command"] for t in tests if "command" in t}
        self.links = {}
        self.lock = threading.Lock()

    def link(self, target):
        """The words that link a target of the build, named by its path; none where it is not linked."""
        with self.lock:
            if target not in self.links:
                done = subprocess.run(["ninja", "-t", "commands", "-s", target], cwd=self.folder, stdout=subprocess.PIPE,
                                      stderr=subprocess.DEVNULL, check=False, text=True)
                words = shlex.split(done.stdout.strip()) if done.returncode == 0 else []
                ends = [i for i, w in enumerate(words) if w == "&&"]
                self.links[target] = words[ends[0] + 1:ends[1]] if len(ends) == 2 else []
            return self.links[target]

    def command(self, test):
        """Of a line of `tests`: a ctest's command, and after it a pattern, or options, in which # stands for a space."""
        name, _, rest = test.partition(" ")
        if name not in self.tests:
            sys.exit(f"mutants.toml: no test is called {name} here (ctest -N lists them)")
        rest = rest.strip()
        if not rest:
            return list(self.tests[name])
        return self.tests[name] + ([w.replace("#", " ") for w in rest.split()] if rest.startswith("-") else ["--only", rest])


class Runner:
    """Runs tests until they fail."""

    def __init__(self, folder):
        self.folder = folder
        self.environment = {**os.environ, "SEALANE_SHORT": "1"}

    def run(self, command, timeout):
        """(None, output) where all passed, else (what failed, output)."""
        start = time.monotonic()
        said, failed = [], None
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
                                   cwd=self.folder, env=self.environment, start_new_session=True)

        def end():
            try:
                os.killpg(process.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass

        timer = threading.Timer(timeout, end)
        timer.start()
        for line in process.stdout:
            said.append(line)
            # The first test that fails ends the run: cmocka's, then unittest's.
            found = re.match(r"\[  FAILED  \] (?!GROUP)(?!\d+ test)(.*)|(?:FAIL|ERROR): (test_\S+)", line)
            if found and failed is None:
                failed = (found.group(1) or found.group(2)).strip()
                end()
        process.stdout.close()
        status = process.wait()
        timer.cancel()
        if failed is None and time.monotonic() - start >= timeout:
            failed = f"hangs: over {timeout:.0f} s"
        elif failed is None and status != 0:
            failed = f"signal {-status}" if status < 0 else f"status {status}"
        return failed, "".join(said)


def nothing_ran(said):
    """Of cmocka, unittest and ct_trace."""
    return "PASSED  ] 0 test" in said or "Ran 0 tests" in said or ("ct_trace: 0 failed" in said and not re.search("^ok ", said, re.M))


def skip_reason(mutant, test, said):
    """Why a test that passes cannot see the mutant here, as its output says it; None where it can."""
    kernel = re.search(r"\[(\S+/\S+)\]$", test)
    if kernel and nothing_ran(said):
        found = re.search(rf"^SKIPPED (.*\b{re.escape(kernel.group(1))}\]?: .*)$", said, re.MULTILINE)
        if not found:
            raise RuntimeError(f"no test fits: {test}")
        return found.group(1)
    if nothing_ran(said):
        raise RuntimeError(f"no test fits: {test}")
    lanes = re.fullmatch(r"tests/lane_[a-z]+_(\w+)\.c", mutant["object"])
    found = lanes and re.search(rf"^(SKIPPED {lanes.group(1)}: .*|{lanes.group(1)}: SKIPPED.*)$", said, re.MULTILINE)
    return found.group(1) if found else None


class Mutation:
    def __init__(self, build):
        self.build = build
        self.folder = os.path.join(build.folder, "mutate")
        shutil.rmtree(self.folder, ignore_errors=True)
        os.makedirs(self.folder)
        self.runner = Runner(self.folder)
        self.control = {}  # test -> (seconds, output)

    def run_control(self, tests, pool):
        def one(test):
            start = time.monotonic()
            failed, said = self.runner.run(self.build.command(test), 900)
            return test, failed, said, time.monotonic() - start

        bad = []
        for test, failed, said, seconds in pool.map(one, tests):
            self.control[test] = (seconds, said)
            if failed:
                bad.append(f"{test}: {failed} without any bug\n{said[-2000:]}")
        return bad

    def compile(self, mutant, folder):
        """The mutated object; returns (path of the build's, path of ours)."""
        changed = os.path.join(folder, "source", mutant["file"])
        os.makedirs(os.path.dirname(changed))
        with open(os.path.join(ROOT, mutant["file"]), encoding="utf-8") as f:
            text = f.read()
        with open(changed, "w", encoding="utf-8") as f:
            f.write(text.replace(mutant["old"], mutant["new"], 1))
        # One object of the build, in the set that the tests link.
        choices = self.build.compile.get(mutant["object"])
        if choices is None:
            raise RuntimeError(f"{mutant['object']} is not compiled in this build")
        words, output = choices[0]
        ours = os.path.join(folder, "mutant.o")
        source = os.path.join(ROOT, mutant["object"])
        if mutant["object"] == mutant["file"]:
            source = changed
        compiler = 1 + max(i for i, w in enumerate(words[:3]) if not w.startswith("-") and os.path.isabs(w))
        command = [*words[:compiler], f"-I{folder}/source", *words[compiler:], "-Wno-error"]
        command[command.index("-o") + 1] = ours
        command[command.index("-c") + 1] = source
        done = subprocess.run(command, cwd=self.build.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False,
                              text=True)
        if done.returncode != 0:
            raise RuntimeError(f"does not compile\n{done.stdout[-3000:]}")
        return output, ours

    def link(self, test, objects, folder):
        """The test's command, with what has the object in it linked with ours."""
        command, linked = self.build.command(test), 0
        for i, word in enumerate(command):
            if not word.startswith(self.build.folder + os.sep):
                continue
            target = os.path.relpath(os.path.realpath(word), self.build.folder)
            words = list(self.build.link(target))
            if objects[0] not in words:
                continue
            linked += 1
            ours = os.path.join(folder, os.path.basename(word))
            if not os.path.exists(ours):
                words[words.index(objects[0])] = objects[1]
                words[words.index("-o") + 1] = ours
                subprocess.run(words, cwd=self.build.folder, check=True, stdout=subprocess.DEVNULL)
            command[i] = ours
        if linked == 0:
            raise RuntimeError(f"{test} is not linked with {objects[0]}")
        return command

    def try_one(self, mutant):
        """(outcome, detail, seconds): killed, by which test; skipped, why; survived, or error, what was wrong."""
        start = time.monotonic()
        folder = os.path.join(self.folder, mutant["name"])
        try:
            reasons = {test: skip_reason(mutant, test, self.control[test][1]) for test in mutant["tests"]}
            tests = [test for test, reason in reasons.items() if reason is None]
            if not tests:
                return "skipped", "; ".join(dict.fromkeys(reasons.values())), 0
            if mutant["row"] == "features" and not any(source.startswith("simd/") for source in self.build.compile):
                return "skipped", "no vector kernels in this build: there is nothing to choose", 0
            if re.match("simd/|tests/lane_", mutant["object"]) and mutant["object"] not in self.build.compile:
                return "skipped", f"{mutant['object']} is not compiled in this build", 0
            objects = self.compile(mutant, folder)
            for test in tests:
                command = self.link(test, objects, folder)
                failed, _ = self.runner.run(command, 30 + 10 * self.control[test][0])
                if failed:
                    return "killed", f"{test.split()[0]}: {failed}", time.monotonic() - start
            return "survived", f"all of {', '.join(tests)} passed", time.monotonic() - start
        except (RuntimeError, subprocess.CalledProcessError, ValueError) as e:
            return "error", str(e), time.monotonic() - start
        finally:
            shutil.rmtree(folder, ignore_errors=True)


def cpu_name():
    with open("/proc/cpuinfo", encoding="utf-8") as f:
        found = re.search(r"^model name\s*: (.*)$", f.read(), re.MULTILINE)
    return found.group(1) if found else os.uname().machine


def compiler_name(build):
    words = next(iter(build.compile.values()))[0][0]
    compiler = next(w for w in words if os.path.isabs(w) and "ccache" not in os.path.basename(w))
    return lines_of([compiler, "--version"]).splitlines()[0]


def write_report(path, build, rows, results, summary):
    with open(path, "w", encoding="utf-8") as f:
        f.write("# Seeded bugs and what catches them\n\n")
        f.write(f"`./dev mutate --report`; {cpu_name()}; {compiler_name(build)}. {summary}\n\n")
        f.write("| bug | in | caught by | s |\n| --- | --- | --- | --- |\n")
        for row, text in rows.items():
            f.write(f"| **{text}** | | | |\n")
            for mutant, (outcome, detail, seconds) in results:
                if mutant["row"] == row:
                    caught = detail if outcome == "killed" else f"{outcome}: {detail.splitlines()[0]}"
                    where = mutant["file"] if mutant["object"] == mutant["file"] else f"{mutant['file']} in {mutant['object']}"
                    f.write(f"| {mutant['name']} | {where} | {caught.replace('|', ' ')} | {seconds:.0f} |\n")


def main():
    parser = argparse.ArgumentParser(prog="./dev mutate", description="Seeded bugs, each of which the tests must catch.")
    parser.add_argument("build", nargs="?", help=argparse.SUPPRESS)
    parser.add_argument("--check", action="store_true", help=argparse.SUPPRESS)
    parser.add_argument("--list", action="store_true", help="list the bugs and end")
    parser.add_argument("--only", metavar="REGEX", help="those whose name matches")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="how many at a time (%(default)s)")
    parser.add_argument("--report", nargs="?", const=REPORT, metavar="FILE", help=f"write the table there ({REPORT})")
    options = parser.parse_args()

    mutants, rows, wrong = read_list()
    if wrong:
        sys.exit("\n".join(wrong))
    if options.only:
        mutants = [m for m in mutants if re.search(options.only, m["name"])]
        if not mutants:
            parser.error(f"no bug's name matches {options.only}")
    if options.list:
        for m in mutants:
            print(f"{m['name']:<40} {m['row']:<9} {m['file']}")
    if options.check:
        print(f"{len(mutants)} mutants: each text was found once")
    if options.list or options.check:
        return 0
    if options.build is None or options.jobs < 1:
        parser.error("a build, and at least one job, are needed")

    start = time.monotonic()
    mutation = Mutation(Build(options.build))
    results = []
    with concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        tests = list(dict.fromkeys(test for m in mutants for test in m["tests"]))
        bad = mutation.run_control(tests, pool)
        if bad:
            sys.exit("\n".join(bad))
        print(f"control: {len(tests)} selections of tests passed in {time.monotonic() - start:.0f} s", flush=True)
        for mutant, result in zip(mutants, pool.map(mutation.try_one, mutants)):
            outcome, detail, seconds = result
            results.append((mutant, result))
            print(f"{outcome:<8} {mutant['name']:<40} {seconds:4.0f} s  {detail}", flush=True)
    counts = {o: sum(r[0] == o for _, r in results) for o in ("killed", "skipped", "survived", "error")}
    summary = (f"{counts['killed']} of {len(results)} seeded bugs were caught, {counts['survived']} survived, "
               f"{counts['skipped']} skipped, {counts['error']} in error; {(time.monotonic() - start) / 60:.0f} minutes with "
               f"{options.jobs} at a time.")
    print(f"figure: mutation: {summary}")
    if options.report:
        write_report(options.report, mutation.build, rows, results, summary)
    return 0 if counts["survived"] + counts["error"] == 0 else 1


if __name__ == "__main__":
    sys.exit(main())
