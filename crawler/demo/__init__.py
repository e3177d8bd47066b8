"""An embedded stand-in for the service: v1 and v2 of its API over real HTTP, on loopback.

It imports nothing of the crawler: a second reading of the API cannot share the first one's bugs.
"""

from crawler.demo.faults import LASTING_KINDS as LASTING_KINDS
from crawler.demo.faults import Fault as Fault
from crawler.demo.faults import FaultKind as FaultKind
from crawler.demo.faults import FaultPlan as FaultPlan
from crawler.demo.generator import chain as chain
from crawler.demo.generator import fan as fan
from crawler.demo.generator import generate as generate
from crawler.demo.options import Archive as Archive
from crawler.demo.options import BeyondEnd as BeyondEnd
from crawler.demo.options import ChildrenShape as ChildrenShape
from crawler.demo.options import Emptiness as Emptiness
from crawler.demo.options import Etags as Etags
from crawler.demo.options import Keys as Keys
from crawler.demo.options import Listing as Listing
from crawler.demo.options import LoginRefusal as LoginRefusal
from crawler.demo.options import Meta as Meta
from crawler.demo.options import RetryAfter as RetryAfter
from crawler.demo.options import RunAddress as RunAddress
from crawler.demo.options import ServerOptions as ServerOptions
from crawler.demo.options import TestsShape as TestsShape
from crawler.demo.options import UpdatedAt as UpdatedAt
from crawler.demo.project import DemoProject as DemoProject
from crawler.demo.records import DemoFile as DemoFile
from crawler.demo.records import DemoRun as DemoRun
from crawler.demo.records import DemoSuite as DemoSuite
from crawler.demo.records import DemoTest as DemoTest
from crawler.demo.records import DemoTestrun as DemoTestrun
from crawler.demo.records import Resource as Resource
from crawler.demo.requests import SeenRequest as SeenRequest
from crawler.demo.sample import API_TOKEN as API_TOKEN
from crawler.demo.sample import EMAIL as EMAIL
from crawler.demo.sample import PASSWORD as PASSWORD
from crawler.demo.sample import PROJECT_TOKEN as PROJECT_TOKEN
from crawler.demo.sample import SLUG as SLUG
from crawler.demo.sample import demo_account as demo_account
from crawler.demo.sample import sample_project as sample_project
from crawler.demo.sample import sample_world as sample_world
from crawler.demo.sample import world_of as world_of
from crawler.demo.server import DemoServer as DemoServer
from crawler.demo.server import OnRequest as OnRequest
from crawler.demo.storage import DemoStorage as DemoStorage
from crawler.demo.world import Account as Account
from crawler.demo.world import World as World

__all__ = (
    "API_TOKEN",
    "EMAIL",
    "LASTING_KINDS",
    "PASSWORD",
    "PROJECT_TOKEN",
    "SLUG",
    "Account",
    "Archive",
    "BeyondEnd",
    "ChildrenShape",
    "DemoFile",
    "DemoProject",
    "DemoRun",
    "DemoServer",
    "DemoStorage",
    "DemoSuite",
    "DemoTest",
    "DemoTestrun",
    "Emptiness",
    "Etags",
    "Fault",
    "FaultKind",
    "FaultPlan",
    "Keys",
    "Listing",
    "LoginRefusal",
    "Meta",
    "OnRequest",
    "Resource",
    "RetryAfter",
    "RunAddress",
    "SeenRequest",
    "ServerOptions",
    "TestsShape",
    "UpdatedAt",
    "World",
    "chain",
    "demo_account",
    "fan",
    "generate",
    "sample_project",
    "sample_world",
    "world_of",
)
