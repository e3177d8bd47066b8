"""A small snapshot and, word by word, the files that it is in Markdown."""

from dataclasses import replace

from crawler.snapshot.document import Document
from support.documents import HEAD, case, suite

EXAMPLES = [
    {"type": "label", "id": "7"},
    {"type": "example", "id": "1", "attributes": {"data": [1, "a|b"]}},
    {"type": "example", "id": "2", "attributes": {"data": [2, "c"]}},
]
CARD = {
    "title": "Pays by card @smoke",
    "state": "manual",
    "priority": "high",
    "description": "* open\n* pay\n",
    "params": ["number", "text"],
    "tags": ["money", "smoke"],
    "labels": ["Severity:high", "Slow"],
    "position": 1,
    "code": "a()\nb()\n",
    "included": EXAMPLES,
    "issues": ["SHOP-1"],
}
SHOP = Document(
    replace(HEAD, suites=3, tests=3),
    [
        suite(0, "aa", title="Checkout", file_type="folder", emoji="🛒", description="After all."),
        suite(1, "bb", title="Payment", tags=["x"], assigned_to="qa@example.com"),
        case(2, "t1", **CARD),
        case(2, "t2", title="Invoice", state="detached", tags=[], position=2),
    ],
    [suite(0, "ee", title="Lost"), case(0, "t4", title="Alone")],
)
PAYMENT = "checkout-aa/payment-bb.test.md"
PAGES = {
    "snapshot.yaml": """\
format: testomat-snapshot/1
layout: markdown
project:
  id: p
  title: P
  url: https://app.testomat.io
complete: true
suites:
- checkout-aa.yaml
orphans:
  suites:
  - orphans/lost-ee.yaml
  tests:
  - id: t4
""",
    "checkout-aa.test.md": """\
<!-- suite
id: @Saa
emoji: 🛒
-->
# Checkout

After all.
""",
    PAYMENT: """\
<!-- suite
id: @Sbb
tags: x
assignee: qa@example.com
-->
# Checkout > Payment

<!-- test
id: @Tt1
type: manual
priority: high
tags: money
labels: Severity:high, Slow
issues: SHOP-1
-->
## Pays by card @smoke

* open
* pay


<!-- example -->

| number | text |
| --- | --- |
| 1 | a\\|b |
| 2 | c |

<!-- test
id: @Tt2
type: automated
-->
## Invoice
""",
    "orphans/lost-ee.test.md": "<!-- suite\nid: @See\n-->\n# Lost\n",
    "orphans.test.md": "<!-- test\nid: @Tt4\n-->\n## Alone\n",
    "extra/checkout-aa.yaml": """\
id: aa
title: Checkout
file_type: folder
suites:
- payment-bb.yaml
""",
    "extra/checkout-aa/payment-bb.yaml": """\
id: bb
title: Payment
tests:
- id: t1
  position: 1
  code: |
    a()
    b()
  included:
  - type: label
    id: "7"
  - type: example
    id: "1"
    attributes:
      data:
      - 1
      - a|b
  - type: example
    id: "2"
    attributes:
      data:
      - 2
      - c
- id: t2
  state: detached
  tags: []
  position: 2
""",
    "extra/orphans/lost-ee.yaml": "id: ee\ntitle: Lost\n",
}
