"""What the repository must not hold, and what it must."""

import ast
import re
import subprocess
from pathlib import Path

import pytest

from corpora.tables import rows
from tests.conftest import ROOT

TEXT = {".py", ".md", ".toml", ".lock", ".txt", ".tsv", ".json", ".svg", ".html", ""}
LARGEST_FILE = 5 * 1024**2
LONGEST_MODULE = 600

# A document in corpora/plans may name any address: those are its own words.
_ADDRESS = re.compile(r"\b(?:https?|ftp|git\+\w+)://([^\s/\"'`<>()\[\]{}|\\]+)", re.I)
#: The names of XML vocabularies, and one page to read. Nothing is fetched from any of them.
_HOSTS = {
    "keepachangelog.com",
    "purl.oclc.org",
    "purl.org",
    "schemas.microsoft.com",
    "schemas.openxmlformats.org",
    "www.w3.org",
}
#: What pip is told anywhere here; its other options could name a place to fetch from.
_PIP = {
    "--editable",
    "--force-reinstall",
    "--no-build-isolation",
    "--no-deps",
    "--quiet",
    "--require-hashes",
    "--requirement",
    "-r",
}
_MACHINE = re.compile(r"(?<![\w.])/(?:work|home/\w+|Users/\w+)/|[A-Z]:\\\\?Users\\")


def tracked() -> list[Path]:
    """The files git knows, or all that are not ignored where there is no git."""
    done = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if done.returncode == 0 and done.stdout:
        names = done.stdout.split("\0")
        return [path for name in names if name and (path := ROOT / name).is_file()]
    skipped = {".venv", ".git", "out", "build", "__pycache__"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not skipped & set(path.relative_to(ROOT).parts)
    ]


FILES = tracked()
OWN_WORDS = [
    path
    for path in FILES
    if path.suffix in TEXT and "plans" not in path.parts and path != Path(__file__)
]


def found(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path.relative_to(ROOT)}:{number}: {line[:120]}"
        for path in OWN_WORDS
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if pattern.search(line)
    ]


def test_the_files_were_found() -> None:
    assert ROOT / "pyproject.toml" in OWN_WORDS
    assert ROOT / "requirements.lock" in OWN_WORDS
    assert len(FILES) > len(OWN_WORDS)


def test_no_address_but_those_known() -> None:
    """So none of a registry of packages, whatever its name."""
    hosts = {
        host.lower() for path in OWN_WORDS for host in _ADDRESS.findall(path.read_text("utf-8"))
    }
    # Names below `.example` lead nowhere (RFC 2606).
    assert {host for host in hosts if not host.endswith(".example")} == _HOSTS


def test_the_lock_has_no_options_but_hashes() -> None:
    """An option of pip could name a place to fetch from."""
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    assert set(re.findall(r"(?:^|(?<=\s))-[\w-]+", lock)) == {"--hash"}


def test_pip_is_told_no_place_to_fetch_from() -> None:
    told = [
        line.partition("pip ")[2] for line in found(re.compile(r"\bpip (?:install|download)\b"))
    ]
    assert told
    assert {option for line in told for option in re.findall(r"(?<= )--?\w[\w-]*", line)} <= _PIP


def test_no_path_of_a_machine() -> None:
    assert found(_MACHINE) == []


@pytest.mark.parametrize(
    "line", ["see /work/shared/x", '"/home/an/x"', "file:///Users/an/x", "C:\\Users\\an"]
)
def test_a_path_of_a_machine_would_be_seen(line: str) -> None:
    assert _MACHINE.search(line)


@pytest.mark.parametrize("line", ["../shared/wild", "a homework/x", "network/home/", "/api/work/"])
def test_other_paths_are_left_alone(line: str) -> None:
    assert not _MACHINE.search(line)


def test_no_large_file() -> None:
    assert [path for path in FILES if path.stat().st_size > LARGEST_FILE] == []


def test_no_module_is_too_long() -> None:
    lengths = {
        path.relative_to(ROOT).as_posix(): len(path.read_text("utf-8").splitlines())
        for path in FILES
        if path.suffix == ".py"
    }
    assert {name: n for name, n in lengths.items() if n > LONGEST_MODULE} == {}


#: The room whose measures are of print, in points and ems, told beside the code.
MEASURES = "extractor/readers/pdf/"


def test_what_decides_by_a_number_names_it() -> None:
    """No share or weight stands in a comparison: it is learned, or a row of thresholds.tsv."""
    bare = []
    for path in FILES:
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith("extractor/") or path.suffix != ".py" or name.startswith(MEASURES):
            continue
        for compared in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(compared, ast.Compare):
                bare += [
                    f"{name}:{one.lineno}"
                    for one in ast.walk(compared)
                    if isinstance(one, ast.Constant)
                    and isinstance(one.value, float)
                    and one.value not in (0.0, 1.0)
                ]
    assert bare == []


def test_each_threshold_is_asked_for_and_says_its_source() -> None:
    """A number in the table that nobody asks for is dead; one that is asked for is there."""
    code = "".join(path.read_text("utf-8") for path in FILES if path.suffix == ".py")
    known = rows("thresholds")
    assert [row["name"] for row in known if not (row["source"] and row["date"])] == []
    rooms = {row["name"].partition(".")[0] for row in known}
    assert [room for room in rooms if not re.search(rf'threshold\(f?"{room}\.', code)] == []


def test_modules_are_nouns_not_drawers() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "base", "abstract"}
    assert [path for path in FILES if path.suffix == ".py" and path.stem in drawers] == []


def test_the_lock_has_a_hash_for_every_package() -> None:
    lock = (ROOT / "requirements.lock").read_text("utf-8")
    packages = re.findall(r"^[\w.-]+(?:\[[\w,]+\])?==[^\s;]+.*$", lock, re.M)
    assert len(packages) > 20
    assert all(line.rstrip().endswith("\\") for line in packages)
    assert lock.count("--hash=sha256:") >= len(packages)


def test_the_readme_names_the_two_commands() -> None:
    blocks = re.findall(
        r"```(?:sh|console)\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.S
    )
    commands = [line.split("#")[0].strip() for block in blocks for line in block.splitlines()]
    assert "make run" in commands
    assert "make test" in commands


def test_the_readme_shows_the_commands_there_are() -> None:
    from service.cli import app

    known = {command.callback.__name__ for command in app.registered_commands if command.callback}
    known |= {group.name for group in app.registered_groups if group.name}
    shown = set(
        re.findall(r"(?:bin/|`)kehoach ([a-z]+)\b", (ROOT / "README.md").read_text("utf-8"))
    )
    assert shown == known


def test_the_changelog_has_the_version() -> None:
    project = (ROOT / "pyproject.toml").read_text("utf-8")
    version = re.search(r'^version = "(.+)"$', project, re.M)
    assert version
    assert f"## [{version[1]}]" in (ROOT / "CHANGELOG.md").read_text("utf-8")
