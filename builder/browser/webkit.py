"""As much of WebDriver BiDi as bidi.go asks for, spoken for WebKitGTK: a line of JSON for each message, until there are no more.

Windows are drawn beside the screen, so that any number of them is seen. None has what :focus asks for."""
import atexit, base64, json, os, subprocess, sys, threading, time

shown, showing = os.pipe()
screen = subprocess.Popen(["setpriv", "--pdeathsig", "KILL", "Xvfb", "-displayfd", str(showing), "-nolisten", "tcp"], pass_fds=[showing], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
atexit.register(screen.kill)
os.close(showing)
os.environ.update(DISPLAY=":" + os.fdopen(shown).readline().strip(), GDK_BACKEND="x11", NO_AT_BRIDGE="1")

import gi
gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
gi.require_version("WebKit2", "4.1")
from gi.repository import Gdk, GLib, Gtk, WebKit2

KEYS = {"\ue007": Gdk.KEY_Return, "\ue00c": Gdk.KEY_Escape, "\ue013": Gdk.KEY_Up, "\ue015": Gdk.KEY_Down, "\ue009": Gdk.KEY_Control_L}
TOP, START = WebKit2.UserContentInjectedFrames.TOP_FRAME, WebKit2.UserScriptInjectionTime.START
FRAMES = "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(1))))"
# What a page writes into its console, and what it fails with. WebKitGTK tells nobody but extensions.
LOG = """(() => {
  const say = (level, ...what) => window.webkit.messageHandlers.log.postMessage(JSON.stringify({ level, text: what.map(String).join(" ") }));
  for (const level of ["error", "warn"]) console[level] = (...what) => say(level, ...what);
  addEventListener("error", e => say("error", e.message || "cannot load " + (e.target.src || e.target.href)), true);
  addEventListener("unhandledrejection", e => say("error", e.reason));
})()"""


def send(**message):
    print(json.dumps(message), flush=True)


class Window:
    def __init__(self, name):
        self.scripts = WebKit2.UserContentManager()
        self.scripts.register_script_message_handler("log")
        self.scripts.connect("script-message-received::log", lambda _, r: send(method="log.entryAdded", params=dict(json.loads(r.get_js_value().to_string()), source={"context": name})))
        self.view = WebKit2.WebView(web_context=WebKit2.WebContext.new_ephemeral(), user_content_manager=self.scripts)
        self.view.get_settings().set_enable_page_cache(False)  # a question to a page that was left must fail
        self.view.connect("load-changed", self.loaded)
        self.view.connect("load-failed", self.lost)
        self.window = Gtk.OffscreenWindow()
        self.window.add(self.view)
        self.window.show_all()
        self.view.grab_focus()
        self.ctrl, self.going, self.at = 0, None, (0, 0)
        self.before(LOG)

    def before(self, script):
        self.scripts.add_script(WebKit2.UserScript(script, TOP, START, None, None))

    def loaded(self, view, event):
        if event == WebKit2.LoadEvent.FINISHED and self.going:
            done, self.going = self.going, None
            done({})

    def lost(self, view, event, address, error):
        if not error.matches(WebKit2.NetworkError.quark(), WebKit2.NetworkError.CANCELLED):
            print(address, error.message, file=sys.stderr)

    def evaluate(self, expression, then):
        def done(view, result):
            try:
                then({"type": "success", "result": {"value": view.call_async_javascript_function_finish(result).to_string()}})
            except GLib.Error as e:
                then({"type": "exception", "exceptionDetails": {"text": e.message}} if "Exception" in e.message or "Error" in e.message else None)
        self.view.call_async_javascript_function("return " + expression, -1, None, None, None, None, done)

    def act(self, actions, then):
        """Does one after the other. Keys come before a question that is asked later, and the mouse by the next picture."""
        if not actions:
            return then({})
        getattr(self, actions[0]["type"])(actions[0])
        self.evaluate(FRAMES if actions[0]["type"].startswith("pointer") else "1", lambda _: self.act(actions[1:], then))

    def event(self, kind, part, device, **values):
        e = Gdk.Event.new(kind)
        kept.append(e)  # it does not count among those who use the window, and would take that with it
        for name, value in dict(values, window=self.view.get_window(), time=int(time.monotonic() * 1000), send_event=True).items():
            setattr(getattr(e, part), name, value)
        e.set_device(device)
        self.view.event(e)

    def key(self, kind, value):
        code = KEYS.get(value) or Gdk.unicode_to_keyval(ord(value))
        if code == Gdk.KEY_Control_L:
            self.ctrl = Gdk.ModifierType.CONTROL_MASK if kind == Gdk.EventType.KEY_PRESS else 0
        known, at = Gdk.Keymap.get_for_display(Gdk.Display.get_default()).get_entries_for_keyval(code)
        self.event(kind, "key", seat.get_keyboard(), keyval=code, state=self.ctrl, hardware_keycode=at[0].keycode if known else 0)

    def mouse(self, kind, part, **values):
        self.event(kind, part, seat.get_pointer(), x=self.at[0], y=self.at[1], x_root=self.at[0], y_root=self.at[1], **values)

    def keyDown(self, a): self.key(Gdk.EventType.KEY_PRESS, a["value"])
    def keyUp(self, a): self.key(Gdk.EventType.KEY_RELEASE, a["value"])
    def pointerDown(self, a): self.mouse(Gdk.EventType.BUTTON_PRESS, "button", button=1)
    def pointerUp(self, a): self.mouse(Gdk.EventType.BUTTON_RELEASE, "button", button=1)

    def pointerMove(self, a):
        self.at = a["x"], a["y"]
        self.mouse(Gdk.EventType.MOTION_NOTIFY, "motion")


def handle(method, p, then):
    w = windows.get(p.get("context") or p.get("contexts", [p.get("target", {}).get("context")])[0])
    if method == "browser.createUserContext":
        then({"userContext": str(len(windows))})
    elif method == "browsingContext.create":
        windows[p["userContext"]] = Window(p["userContext"])
        then({"context": p["userContext"]})
    elif method == "browser.removeUserContext":
        windows[p["userContext"]].window.destroy()
        then({})
    elif method == "browsingContext.navigate":
        at, url = (w.view.get_uri() or "").split("#")[0], p["url"]
        w.view.load_uri(url)
        if "#" in url and url.split("#")[0] == at:
            w.evaluate("1", then)
        else:
            w.going = then
    elif method == "browsingContext.setViewport":
        width, height = p["viewport"]["width"], p["viewport"]["height"]
        w.view.set_size_request(width, height)
        w.window.resize(width, height)
        w.evaluate("new Promise(done => { const look = () => innerWidth == %d && innerHeight == %d ? done(1) : requestAnimationFrame(look); look(); })" % (width, height), then)
    elif method == "browsingContext.captureScreenshot":
        then({"data": base64.b64encode(w.window.get_pixbuf().save_to_bufferv("png", [], [])[1]).decode()})
    elif method == "script.addPreloadScript":
        w.before("(%s)()" % p["functionDeclaration"])
        then({})
    elif method == "script.evaluate":
        w.evaluate(p["expression"], then)
    elif method == "input.performActions":
        w.act(p["actions"][0]["actions"], then)
    else:
        then({})


def asked(line):
    message = json.loads(line)
    def then(result):
        if result is None:
            send(id=message["id"], error="no such frame", message="the page was left")
        else:
            send(id=message["id"], result=result)
    try:
        handle(message["method"], message["params"], then)
    except Exception as e:
        send(id=message["id"], error="unknown error", message=repr(e))


def hear():
    for line in sys.stdin:
        GLib.idle_add(asked, line)
    GLib.idle_add(loop.quit)


windows, kept, loop = {}, [], GLib.MainLoop()
seat = Gdk.Display.get_default().get_default_seat()
threading.Thread(target=hear, daemon=True).start()
loop.run()
