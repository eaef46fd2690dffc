"""Runs a command on a terminal of its own, types an answer when it is asked, and prints what the terminal showed.

Arguments: the answer, then the command. Ctrl-C is an answer without a line break, as a person types it: a line
break behind it would be an answer of its own. What HOOK holds is run by the shell before the answer: what somebody else
does meanwhile. Exits as the command does.
"""

import os
import pty
import subprocess
import sys

answer, command = sys.argv[1], sys.argv[2:]
shown = bytearray()
typed = False


def read(terminal):
    global typed
    data = os.read(terminal, 65536)
    shown.extend(data)
    if not typed and b"to go on: " in shown:
        typed = True
        subprocess.run(os.environ.get("HOOK", "true"), shell=True, check=True, stdout=subprocess.DEVNULL)
        ending = "" if answer == "\x03" else "\n"
        os.write(terminal, (answer + ending).encode())
    return data


status = pty.spawn(command, read, lambda _: b"")
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(status))
