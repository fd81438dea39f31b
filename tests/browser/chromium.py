"""Drives a headless Chromium over its debugging pipe: messages of the DevTools protocol in JSON, each ended by a zero byte.

Nothing has to be installed for this but the browser. Clicks and keys go in as a person's would.
"""

import base64
import itertools
import json
import os
import subprocess
import threading
import time

# Each thing that is waited for has to come within this many seconds.
PATIENCE = 15


class Browser:
    """A browser with a profile of its own. Several threads may use it, each with pages of its own."""

    def __init__(self, program, profile):
        to_browser, self.out = os.pipe()
        self.read, from_browser = os.pipe()
        arguments = [
            "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-lcd-text", "--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
            "--disable-features=Translate,OptimizationHints,MediaRouter", f"--user-data-dir={profile}", "about:blank",
        ]
        # The browser reads from descriptor 3 and writes to 4.
        shell = ["sh", "-c", 'exec 3<&"$1" 4>&"$2"; shift 2; exec "$@"', "sh", str(to_browser), str(from_browser)]
        self.process = subprocess.Popen(
            [*shell, program, *arguments],
            pass_fds=(to_browser, from_browser), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.numbers = itertools.count(1)
        self.writing = threading.Lock()
        self.answers = {}
        self.listeners = []
        self.news = threading.Condition()
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self):
        rest = b""
        while chunk := os.read(self.read, 1 << 16):
            *messages, rest = (rest + chunk).split(b"\0")
            for message in map(json.loads, messages):
                with self.news:
                    if "id" in message:
                        self.answers[message["id"]] = message
                    else:
                        for listener in self.listeners:
                            listener(message)
                    self.news.notify_all()

    def call(self, method, session=None, **parameters):
        """Sends a command, and returns its result."""
        number = next(self.numbers)
        message = {"id": number, "method": method, "params": parameters}
        if session:
            message["sessionId"] = session
        with self.writing:
            os.write(self.out, json.dumps(message).encode() + b"\0")
        with self.news:
            if not self.news.wait_for(lambda: number in self.answers, PATIENCE):
                raise AssertionError(f"the browser does not answer {method}")
            answer = self.answers.pop(number)
        if "error" in answer:
            raise AssertionError(f"{method}: {answer['error']}")
        return answer["result"]

    def page(self, **settings):
        return Page(self, **settings)

    def close(self):
        try:
            self.call("Browser.close")
            self.process.wait(PATIENCE)
        finally:
            self.process.kill()


class Page:
    """A tab in a context of its own, which shares nothing with others. It notes all requests and complaints."""

    def __init__(self, browser, width=1280, height=860, languages="en-US,en", dark=False, still=True, before=None):
        self.browser = browser
        self.requests, self.bodies, self.complaints = [], [], []
        context = browser.call("Target.createBrowserContext")["browserContextId"]
        target = browser.call("Target.createTarget", url="about:blank", browserContextId=context)["targetId"]
        self.session = browser.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        browser.listeners.append(self._note)
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.call(f"{domain}.enable")
        self.size(width, height)
        features = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        features += [{"name": "prefers-reduced-motion", "value": "reduce"}] if still else []
        self.call("Emulation.setEmulatedMedia", features=features)
        agent = browser.call("Browser.getVersion")["userAgent"]
        self.call("Emulation.setUserAgentOverride", userAgent=agent, acceptLanguage=languages)
        if before:
            self.call("Page.addScriptToEvaluateOnNewDocument", source=before)

    def call(self, method, **parameters):
        return self.browser.call(method, self.session, **parameters)

    def size(self, width, height):
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def _note(self, message):
        if message.get("sessionId") != self.session:
            return
        method, given = message["method"], message["params"]
        if method == "Network.requestWillBeSent":
            self.requests.append(given["request"]["url"])
        elif method == "Network.loadingFinished":
            self.bodies.append(given["requestId"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(given["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif method == "Runtime.consoleAPICalled":
            self.complaints.append(f"console.{given['type']}")
        elif method == "Log.entryAdded":
            self.complaints.append(f"{given['entry']['text']} {given['entry'].get('url', '')}")

    def open(self, url):
        self.call("Page.navigate", url=url)

    def run(self, expression):
        """Evaluates an expression in the page, and returns its value."""
        done = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise AssertionError(f"{expression}: {done['exceptionDetails']}")
        return done["result"].get("value")

    def until(self, expression, what):
        """Waits until an expression is true in the page, and returns its value."""
        end = time.monotonic() + PATIENCE
        while not (value := self.run(f"(() => {{ try {{ return {expression} }} catch {{ return null }} }})()")):
            if time.monotonic() > end:
                raise AssertionError(f"not within {PATIENCE} seconds: {what}\n{self.run('document.body.innerText')}")
            time.sleep(0.05)
        return value

    def sees(self, text):
        """Waits until the page shows a text."""
        self.until(f"document.body.innerText.includes({json.dumps(text)})", f"the page shows {text!r}")

    def click(self, selector):
        """Clicks into the middle of an element with the mouse, which must hit it."""
        find = f"document.querySelector({json.dumps(selector)})"
        x, y = self.until(
            f"(() => {{ const node = {find}; node.scrollIntoView({{block: 'center', inline: 'nearest'}});"
            " const box = node.getBoundingClientRect();"
            " const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];"
            " const hit = document.elementFromPoint(x, y);"
            " return !node.disabled && box.width > 0 && (hit === node || node.contains(hit)) ? [x, y] : null; })()",
            f"{selector} can be clicked",
        )
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)

    def press(self, key, number, text=""):
        """Presses and releases a key, whose code has the name of the key."""
        for kind in ("keyDown", "keyUp"):
            typed = {"text": text} if text and kind == "keyDown" else {}
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key, windowsVirtualKeyCode=number, **typed)

    def choose(self, selector, value):
        """Chooses an option of a list, or types into a field whatever it is for."""
        told = f"node.value = {json.dumps(value)}; for (const kind of ['input', 'change']) node.dispatchEvent(new Event(kind, {{bubbles: true}}));"
        chosen = self.run(f"(() => {{ const node = document.querySelector({json.dumps(selector)}); {told} return node.value; }})()")
        assert chosen == value, f"{selector} takes {chosen!r}, not {value!r}"

    def picture(self, whole=False):
        """Takes a picture of the window, or of the whole page, as PNG."""
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", captureBeyondViewport=whole)["data"])

    def loaded(self):
        """The bodies of all responses, as far as the browser still has them."""
        out = []
        for request in list(self.bodies):
            try:
                out.append(self.call("Network.getResponseBody", requestId=request)["body"])
            except AssertionError:
                pass
        return out
