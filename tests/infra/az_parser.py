"""Run by the Python of `.az-venv`: has the real Azure CLI parse commands, and says of each what it would not take.

In: a JSON list of lists of words. Out: a JSON list, null for what is understood. Nothing is run, and nobody is asked.
"""

import contextlib
import io
import json
import sys

from azure.cli.core import get_default_cli
from azure.cli.core.commands.events import EVENT_INVOKER_POST_LOAD_ARGUMENTS, EVENT_INVOKER_PRE_LOAD_ARGUMENTS
from knack.deprecation import Deprecated
from knack.events import EVENT_INVOKER_POST_CMD_TBL_CREATE, EVENT_INVOKER_POST_PARSE_ARGS
from knack.util import CLIError

CLI = get_default_cli()


def complaint(words):
    """What the CLI's own parser says against a command; a group, or a command alone, need only be there."""
    invoker = CLI.invocation_cls(
        cli_ctx=CLI,
        parser_cls=CLI.parser_cls,
        commands_loader_cls=CLI.commands_loader_cls,
        help_cls=CLI.help_cls,
    )
    CLI.invocation = invoker
    invoker.data["command_string"] = ""
    loader = invoker.commands_loader
    loader.load_command_table(words)
    name = invoker._rudimentary_get_command(words)
    if name not in loader.command_table:
        return f"there is no command az {' '.join(words[:3])}"
    loader.command_table = {name: loader.command_table[name]}
    loader.command_name = invoker.data["command_string"] = name
    CLI.raise_event(EVENT_INVOKER_PRE_LOAD_ARGUMENTS, commands_loader=loader)  # --subscription is added here
    loader.load_arguments(name)
    CLI.raise_event(EVENT_INVOKER_POST_LOAD_ARGUMENTS, commands_loader=loader)
    CLI.raise_event(EVENT_INVOKER_POST_CMD_TBL_CREATE, commands_loader=loader)  # --ids is added here
    command = loader.command_table[name]
    if command.deprecate_info:
        return f"az {name} is deprecated"
    old = {str(option.target) for one in command.arguments.values() for option in options(one) if is_old(option)}
    old |= {str(option) for one in command.arguments.values() if is_going(one) for option in options(one)}
    if used := old & {word for word in words if word.startswith("--")}:
        return f"az {name} has deprecated {sorted(used)}"
    if not any(word.startswith("-") for word in words):
        return None
    invoker.parser.load_command_table(loader)
    with contextlib.redirect_stderr(io.StringIO()) as said:
        try:
            parsed = invoker.parser.parse_args(words)
            CLI.raise_event(EVENT_INVOKER_POST_PARSE_ARGS, command=parsed.command, args=parsed)
        except CLIError as error:
            return str(error)
        except SystemExit:
            return said.getvalue().strip().partition("\n")[0] or f"az {name} does not take {words}"
    return None


def options(argument):
    return argument.type.settings.get("options_list") or []


def is_going(argument):
    return bool(argument.type.settings.get("deprecate_info"))


def is_old(option):
    return isinstance(option, Deprecated)


with contextlib.redirect_stdout(sys.stderr):
    answers = [complaint(words) for words in json.load(sys.stdin)]
print(json.dumps(answers))
