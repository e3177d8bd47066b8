"""What the help of every command ends with: an example, and the exit codes it can give."""

from typing import Final

__all__ = ("CONTEXT", "EXIT_CODES", "epilog")

CONTEXT: Final = {"help_option_names": ["-h", "--help"], "max_content_width": 80}

EXIT_CODES: Final = {
    0: "done and complete",
    1: "differences or a fault were found",
    2: "wrong usage or configuration",
    3: "credentials refused, or no right to the project",
    4: "incomplete: something is missing or does not add up",
    5: "the server or the network failed for good; the same command resumes",
    6: "local trouble: disk full, no permission, damaged state",
    130: "interrupted (Ctrl-C); the same command resumes",
    143: "terminated; the same command resumes",
}


_RESUMES: Final = "; the same command resumes"


def epilog(
    *examples: str, codes: tuple[int, ...] = tuple(EXIT_CODES), resumes: bool = False
) -> str:
    """The end of a command's help; each example is a command line without the prompt.

    `resumes`: after an interruption the same command goes on from there.
    """
    # click fills paragraphs, but leaves alone those that begin with this mark.
    shown = "\n".join(f"  {example}" for example in examples)
    meanings = {
        code: EXIT_CODES[code] if resumes else EXIT_CODES[code].removesuffix(_RESUMES)
        for code in codes
    }
    table = "\n".join(f"  {code:>3}  {meaning}" for code, meaning in meanings.items())
    title = "Examples" if len(examples) > 1 else "Example"
    return f"\b\n{title}:\n{shown}\n\n\b\nExit codes:\n{table}"
