"""spoolctl(1), made from what the program says of itself: `spoolctl --experimental-dump-help | manual.py VERSION`."""
import json
import sys


def text(words):
    words = (words or "").replace("\\", "\\e").replace("-", "\\-")
    return "\n".join("\\&" + line if line[:1] in ".'" else line for line in words.splitlines())


def name(argument):
    if argument["kind"] == "positional":
        word = f"\\fI{text(argument['valueName'])}\\fR"
        return word + ("..." if argument.get("isRepeating") else "")
    words = [("--" if n["kind"] == "long" else "-") + n["name"] for n in argument["names"]]
    value = f" \\fI{text(argument['valueName'])}\\fR" if argument["kind"] == "option" else ""
    return ", ".join(f"\\fB{text(word)}\\fR" for word in words) + value


def command(command, path):
    if not command.get("shouldDisplay", True) or command["commandName"] == "help":
        return
    path = path + [command["commandName"]]
    print(f".SS \"{text(' '.join(path[1:]))}\"\n{text(command.get('abstract'))}")
    if command.get("discussion"):
        print(f".PP\n{text(command['discussion'])}")
    for argument in command.get("arguments", []):
        if argument.get("shouldDisplay", True) and argument["valueName"] not in ("version", "help"):
            print(f".TP\n{name(argument)}\n{text(argument.get('abstract'))}")
    for inner in command.get("subcommands", []):
        command_(inner, path)


command_ = command
root = json.load(sys.stdin)["command"]
print(f'.TH SPOOLCTL 1 "" "spoolctl {sys.argv[1]}" ""\n.SH NAME\nspoolctl \\- {text(root["abstract"])}')
print(".SH SYNOPSIS\n\\fBspoolctl\\fR \\fIverb\\fR [\\fIoptions\\fR]")
print(f".SH DESCRIPTION\n{text(root['discussion'])}\n.SH VERBS")
for inner in root["subcommands"]:
    command(inner, [root["commandName"]])
print(""".SH FILES
.TP
.I /etc/spoolctl/config.yaml
The configuration, if no other is named.
.TP
.I /var/lib/spoolctl/spool
The spool, if the configuration names no other.
.SH SEE ALSO
.I /usr/share/doc/spoolctl
has the pages on the command line, the configuration, the spool, operations, metrics and the log.""")
