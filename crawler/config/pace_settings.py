"""The settings of pace, patience and network, between those of a selection and the rest."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

from crawler.config import checks
from crawler.config.about import About, Section, amount, count
from crawler.config.selection_settings import SelectionSettings

__all__ = ("PaceSettings",)


@dataclass(frozen=True, slots=True, kw_only=True, init=False, repr=False, eq=False)
class PaceSettings(SelectionSettings):
    """How fast to ask, how long to wait, and which way to go; a base of `Settings`."""

    rate: Annotated[
        float,
        amount(
            "Most requests a second, of all workers together. The crawler slows down by itself"
            " when the server asks for it.",
            Section.PACE,
            0,
            1000,
            "requests a second",
        ),
    ] = 10.0
    workers: Annotated[int, count("Requests under way at the same time.", Section.PACE, 1, 256)] = 8
    hedge: Annotated[
        bool,
        About(
            "Ask a second time for what takes longer than 95 % of all answers and than half a"
            " second, if the rate and a worker are free; the first answer counts.",
            Section.PACE,
            checks.boolean,
        ),
    ] = True
    deadline: Annotated[
        float | None,
        amount(
            "Longest time for the whole job; what is not fetched by then counts as missing.",
            Section.PACE,
            0,
            604_800,
            "seconds",
            example=3600.0,
        ),
    ] = None

    connect_timeout: Annotated[
        float, amount("Longest wait for a connection.", Section.PATIENCE, 0, 600, "seconds")
    ] = 10.0
    read_timeout: Annotated[
        float,
        amount("Longest silence within an answer.", Section.PATIENCE, 0, 3600, "seconds"),
    ] = 60.0
    request_timeout: Annotated[
        float,
        amount("Longest time for one attempt at a request.", Section.PATIENCE, 0, 3600, "seconds"),
    ] = 180.0
    attempts: Annotated[
        int,
        count("Attempts at a request before it counts as failed.", Section.PATIENCE, 1, 20),
    ] = 6
    max_wait: Annotated[
        float,
        amount(
            "Longest wait that the server may ask for before the next request.",
            Section.PATIENCE,
            0,
            86_400,
            "seconds",
        ),
    ] = 300.0
    max_body_mib: Annotated[
        int, count("Largest answer that is accepted.", Section.PATIENCE, 1, 1024, "MiB")
    ] = 64
    rounds: Annotated[
        int,
        count(
            "How often to look again for what changed or failed while the project was read.",
            Section.PATIENCE,
            0,
            20,
        ),
    ] = 6

    ca_file: Annotated[
        Path | None,
        About(
            "File of certificates (PEM) to trust besides those of this machine.",
            Section.NETWORK,
            checks.path,
            "company-ca.pem",
        ),
    ] = None
    proxy: Annotated[
        str | None,
        About(
            "HTTP proxy. Not set: as HTTPS_PROXY, HTTP_PROXY and NO_PROXY say. Empty: none.",
            Section.NETWORK,
            checks.proxy,
            "http://proxy.example.com:3128",
        ),
    ] = field(default=None, repr=False)  # its address may hold a password
