#!/usr/bin/python3
"""A window of WebKitGTK without a toolbar, driven by JSON lines on standard input.

MiniBrowser would do, but its toolbar makes the smallest window 447 pixels wide, and real keys and buttons would have to
go through the X server, which needs a window manager for the focus and loses button releases. This program gives GTK
the same events as an X server would, so the page sees trusted events.

A command is one line, `{"do": name, …}`; the answer is one line, `{}` or `{"error": text}`.
The environment variable WEBKIT_INSPECTOR_HTTP_SERVER says where the remote inspector listens.
"""
import itertools
import json
import os
import socket
import stat
import sys
import threading

import gi

gi.require_version("Gtk", "3.0")
gi.require_version("Gdk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gdk, GLib, Gtk, WebKit2  # noqa: E402

options = json.loads(sys.argv[1])
context = WebKit2.WebContext.new_ephemeral()
if options["lenient"]:
    # A certificate that signs itself, of the tests.
    context.get_website_data_manager().set_tls_errors_policy(WebKit2.TLSErrorsPolicy.IGNORE)
context.set_preferred_languages(options["languages"])
views = {}
numbers = itertools.count()
width, height = options["width"], options["height"]


def settings():
    values = WebKit2.Settings()
    values.set_enable_developer_extras(True)
    # Not scripts themselves, by which the inspector asks the page: those of the page are left out as it is parsed.
    values.set_enable_javascript_markup(options["javascript"])
    values.set_hardware_acceleration_policy(WebKit2.HardwareAccelerationPolicy.NEVER)
    values.set_enable_page_cache(True)
    values.set_javascript_can_open_windows_automatically(True)
    without(values, "CrossOriginOpenerPolicy")
    if options["userAgent"]:
        values.set_user_agent(options["userAgent"])
    return values


def without(values, name):
    """Switches a feature off. Cross-Origin-Opener-Policy moves a page to another process, and the inspector loses it."""
    features = WebKit2.Settings.get_all_features()
    for feature in (features.get(place) for place in range(features.get_length())):
        if feature.get_identifier() == name:
            values.set_feature_enabled(feature, False)
            return
    sys.exit(f"this WebKit has no {name}")


def show(view):
    window = Gtk.Window()
    window.set_decorated(False)
    window.set_default_size(width, height)
    window.resize(width, height)
    window.add(view)
    view.connect("create", created)
    view.connect("close", lambda _: window.destroy())
    number = next(numbers)
    views[number] = view
    view.connect("destroy", lambda _: views.pop(number, None))
    window.show_all()
    activate(view)


def activate(view):
    """Asks the X server itself for the focus, which a window manager would do: a page without it has no caret."""
    view.get_toplevel().get_window().focus(Gdk.CURRENT_TIME)
    view.grab_focus()


def created(opener, _action):
    view = WebKit2.WebView.new_with_related_view(opener)
    view.set_settings(settings())
    view.connect("ready-to-show", show)
    return view


def now():
    """Two presses at one place are a double click only if they follow each other quickly."""
    return GLib.get_monotonic_time() // 1000 & 0xFFFFFFFF


def device(kind):
    seat = Gdk.Display.get_default().get_default_seat()
    return seat.get_keyboard() if kind == "key" else seat.get_pointer()


def key(view, kind, keyval, state):
    event = Gdk.Event.new(Gdk.EventType.KEY_PRESS if kind == "down" else Gdk.EventType.KEY_RELEASE)
    found, entries = Gdk.Keymap.get_for_display(Gdk.Display.get_default()).get_entries_for_keyval(keyval)
    event.key.window = view.get_window()
    event.key.time = now()
    event.key.keyval = keyval
    event.key.state = Gdk.ModifierType(state)
    event.key.hardware_keycode = entries[0].keycode if found and entries else 0
    event.set_device(device("key"))
    Gtk.main_do_event(event)


def motion(view, x, y, state):
    event = Gdk.Event.new(Gdk.EventType.MOTION_NOTIFY)
    event.motion.window = view.get_window()
    event.motion.time = now()
    event.motion.x, event.motion.y = x, y
    event.motion.x_root, event.motion.y_root = x, y
    event.motion.state = Gdk.ModifierType(state)
    event.set_device(device("pointer"))
    Gtk.main_do_event(event)


def button(view, kind, x, y, number, state):
    event = Gdk.Event.new({
        "down": Gdk.EventType.BUTTON_PRESS, "up": Gdk.EventType.BUTTON_RELEASE,
    }[kind])
    event.button.window = view.get_window()
    event.button.time = now()
    event.button.x, event.button.y = x, y
    event.button.x_root, event.button.y_root = x, y
    event.button.button = number
    event.button.state = Gdk.ModifierType(state)
    event.set_device(device("pointer"))
    Gtk.main_do_event(event)


def run(command):
    global width, height
    do = command.pop("do")
    view = views.get(command.pop("view", 0))
    if do == "open":
        fresh = WebKit2.WebView.new_with_context(context)
        fresh.set_settings(settings())
        show(fresh)
        fresh.load_uri("about:blank")
    elif do == "resize":
        width, height = command["width"], command["height"]
        view.get_toplevel().resize(width, height)
    elif do == "key":
        key(view, **command)
    elif do == "move":
        motion(view, **command)
    elif do == "button":
        button(view, **command)
    elif do == "script":
        return view, command["text"]
    elif do == "front":
        activate(view)
    elif do == "close":
        view.get_toplevel().destroy()
    else:
        raise ValueError(f"no command {do}")
    # A round trip to the page: WebKit hands input on one event at a time, and the next would overtake this one.
    return (view, "0") if do in ("key", "move", "button") and options["javascript"] else None


def answer(line):
    try:
        command = json.loads(line)
        to_run = run(command)
        if to_run:
            view, script = to_run
            view.evaluate_javascript(script, -1, None, None, None, lambda *_: print("{}", flush=True))
        else:
            print("{}", flush=True)
    except Exception as error:  # Any failure is the test's to report.
        print(json.dumps({"error": repr(error)}), flush=True)
    return False


def read():
    for line in sys.stdin:
        GLib.idle_add(answer, line, priority=GLib.PRIORITY_DEFAULT)
    GLib.idle_add(Gtk.main_quit)


SWEEP_MS = 100
no_delay = set()


def send_at_once():
    """Sets TCP_NODELAY on the inspector's connections, all of which end in this process.

    The inspector leaves it out: each of its messages then waits 40 ms for an acknowledgement (Nagle's algorithm with
    delayed acknowledgements), which was most of the time of a spec.
    """
    open_now = {int(name) for name in os.listdir("/proc/self/fd")}
    no_delay.intersection_update(open_now)
    for number in open_now - no_delay:
        try:
            if stat.S_ISSOCK(os.fstat(number).st_mode):
                with socket.socket(fileno=os.dup(number)) as copy:
                    if copy.family == socket.AF_INET and copy.type == socket.SOCK_STREAM:
                        copy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            no_delay.add(number)
        except OSError:
            pass  # Gone since.
    return True


run({"do": "open"})
GLib.timeout_add(SWEEP_MS, send_at_once)
threading.Thread(target=read, daemon=True).start()
print("{}", flush=True)
Gtk.main()
