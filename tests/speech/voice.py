#!/usr/bin/python3
"""An output module of speech-dispatcher that speaks into a file: what was begun, and what was cut, at a voice's pace.

Orca's own log holds what was sent to the voice, much of which is never heard: the next utterance cuts it. Hence this
module. It speaks the protocol of output modules (lines on standard input and output, three digits first), and appends
lines of JSON to the file that TRENTE_SPEECH names: {"do": "begin" | "end" | "cut", "text": …}.
"""
import html
import json
import os
import re
import sys
import threading
import time

FILE = os.environ["TRENTE_SPEECH"]
# Characters a second: a person listens at 15 to 40, a test has less time; what cuts what stays the same.
PACE = float(os.environ.get("TRENTE_SPEECH_PACE", "400"))
out_lock = threading.Lock()
cut = threading.Event()
turn = threading.Lock()


def say(*lines):
    with out_lock:
        sys.stdout.write("".join(line + "\n" for line in lines))
        sys.stdout.flush()


def note(what, text):
    with open(FILE, "a", encoding="utf-8") as file:
        file.write(json.dumps({"do": what, "text": text}, ensure_ascii=False) + "\n")


def block():
    lines = []
    for line in sys.stdin:
        line = line.rstrip("\n")
        if line == ".":
            break
        lines.append(line[1:] if line.startswith("..") else line)
    return "\n".join(lines)


def plain(text):
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]*>", "", text))).strip()


def speak(text):
    with turn:
        say("701 BEGIN")
        if text:
            note("begin", text)
        was_cut = cut.wait(len(text) / PACE)
        if text:
            note("cut" if was_cut else "end", text)
        say("703 STOP" if was_cut else "702 END")


def main():
    for line in sys.stdin:
        command = line.strip()
        if command == "INIT":
            say("299-A voice for tests", "299 OK LOADED SUCCESSFULLY")
        elif command in ("SET", "AUDIO", "LOGLEVEL"):
            say("203 OK RECEIVING SETTINGS" if command == "SET" else "207 OK RECEIVING SETTINGS")
            block()
            say("203 OK SETTINGS RECEIVED")
        elif command in ("SPEAK", "KEY", "CHAR", "SOUND_ICON"):
            say("202 OK RECEIVING MESSAGE")
            text = plain(block())
            say("200 OK SPEAKING")
            # The pieces of what goes before end first.
            with turn:
                cut.clear()
            threading.Thread(target=speak, args=(text,), daemon=True).start()
            time.sleep(0)
        elif command in ("STOP", "PAUSE"):
            cut.set()
        elif command == "LIST VOICES":
            say("200-test\ten\tnone", "200-essai\tfr\tnone", "200 OK VOICE LIST SENT")
        elif command == "QUIT":
            say("210 OK QUIT")
            return
        else:
            say("300 ERR UNKNOWN COMMAND")


main()
