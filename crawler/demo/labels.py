"""The labels of a project, and how an item comes to bear one."""

from collections.abc import Mapping
from typing import Any, Final

from crawler.demo.project import DemoProject
from crawler.demo.records import DemoSuite, DemoTest, Resource

__all__ = ("label_resource", "labels_of", "linked_label", "new_label")

_KEPT: Final = ("title", "color", "scope", "visibility", "field")


def labels_of(project: DemoProject) -> list[Resource]:
    """Every label once by its title: those that were made, and those that items bear."""
    found = {str(each.attributes["title"]): each for each in project.labels.values()}
    items: tuple[DemoSuite | DemoTest, ...] = (*project.suites.values(), *project.tests.values())
    for item in items:
        for each in item.linked.get("labels", ()):
            found.setdefault(str(each.attributes["title"]), each)
    return list(found.values())


def label_resource(label: Resource) -> dict[str, Any]:
    """A label as the list of labels shows it: without the value that it has on some item."""
    shown = {name: value for name, value in label.attributes.items() if name != "value"}
    return {"id": label.id, "type": "label", "attributes": shown}


def new_label(project: DemoProject, given: Mapping[str, Any]) -> Resource:
    """Make a label."""
    attributes = {name: given[name] for name in _KEPT if given.get(name) is not None}
    label = Resource(project.new_number(), "label", attributes)
    project.labels[label.id] = label
    return label


def linked_label(
    project: DemoProject, item: DemoSuite | DemoTest, label: Resource, value: object
) -> None:
    """Let an item bear a label, perhaps with a value; a second time changes nothing."""
    title = str(label.attributes["title"])
    text = f"{title}:{value}" if value else title
    borne = item.linked.get("labels", ())
    worn = {(each.attributes["title"], each.attributes.get("value")) for each in borne}
    if (title, value or None) in worn:
        return
    attributes = {**label.attributes, "value": value or None}
    # A label with a value is one of its own where an item names it.
    resource = Resource(project.new_number() if value else label.id, "label", attributes)
    names = [*(item.own.get("labels") or ()), text]
    if isinstance(item, DemoTest):
        project.link_test(item.id, "labels", (*borne, resource))
        project.edit_test(item.id, {"labels": names})
    else:
        project.link_suite(item.id, "labels", (*borne, resource))
        project.edit_suite(item.id, {"labels": names})
