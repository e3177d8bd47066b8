"""What people see of a tree in version control: small diffs, and renames that are renames."""

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from support.documents import HEAD, case, suite

from crawler.snapshot.document import Document, Node
from crawler.snapshot.formats import Format
from crawler.snapshot.saving import save

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="there is no git here")

Git = Callable[..., str]


def shop(
    payment: str = "Payment", checkout: str = "Checkout", more: tuple[Node, ...] = ()
) -> Document:
    nodes = [
        suite(0, "aa", title=checkout, file_type="folder", position=1, created_at="2024-05-01"),
        suite(1, "bb", title=payment, file_type="file", position=1, created_at="2024-05-01"),
        *(case(2, f"t{number}", title=f"Test {number}", state="manual") for number in range(5)),
        *more,
        suite(1, "cc", title="Basket", file_type="file", position=2, created_at="2024-05-01"),
    ]
    tests = sum(1 for node in nodes if node.kind == "test")
    return Document(replace(HEAD, suites=3, tests=tests), nodes)


@pytest.fixture
def git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Git:
    """Calls git in a new repository, which holds a snapshot."""
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"):
        monkeypatch.setenv(name, "/dev/null")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))

    def call(*arguments: str) -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@example.com", "-c", "core.quotepath=off")
        done = subprocess.run(
            ["git", *who, *arguments], cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return done.stdout

    call("init", "-q")
    save(shop(), tmp_path, Format.TREE)
    call("add", "-A")
    call("commit", "-qm", "one")
    return call


def test_an_unchanged_project_changes_nothing(git: Git, tmp_path: Path) -> None:
    """So it makes no commit."""
    save(shop(), tmp_path, Format.TREE)
    assert git("status", "--porcelain") == ""


def test_a_new_test_is_the_lines_of_that_test(git: Git, tmp_path: Path) -> None:
    """In one file."""
    save(shop(more=(case(2, "new", title="New"),)), tmp_path, Format.TREE)
    assert git("diff", "--numstat").split() == ["2", "0", "checkout-aa/payment-bb.yaml"]


def test_a_renamed_suite_is_a_renamed_file(git: Git, tmp_path: Path) -> None:
    """And one line of its parent."""
    save(shop(payment="Zahlung"), tmp_path, Format.TREE)
    git("add", "-A")
    lines = [
        line.split("\t") for line in git("diff", "--cached", "--name-status", "-M").splitlines()
    ]
    assert [(line[0][0], *line[1:]) for line in lines] == [
        ("M", "checkout-aa.yaml"),
        ("R", "checkout-aa/payment-bb.yaml", "checkout-aa/zahlung-bb.yaml"),
    ]


def test_a_renamed_folder_takes_its_suites_along(git: Git, tmp_path: Path) -> None:
    """Unchanged, which git tells by 100 % of likeness."""
    save(shop(checkout="Kasse"), tmp_path, Format.TREE)
    git("add", "-A")
    lines = [
        line.split("\t") for line in git("diff", "--cached", "--name-status", "-M").splitlines()
    ]
    renamed = {line[1]: (line[0], line[2]) for line in lines if line[0].startswith("R")}
    assert renamed["checkout-aa/payment-bb.yaml"] == ("R100", "kasse-aa/payment-bb.yaml")
    assert renamed["checkout-aa/basket-cc.yaml"] == ("R100", "kasse-aa/basket-cc.yaml")
    assert renamed["checkout-aa.yaml"][1] == "kasse-aa.yaml"
    assert [line[0] for line in lines if not line[0].startswith("R")] == ["M"]
