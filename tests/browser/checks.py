"""What the page has to do. Each check gets a browser and programs of its own; its first line says what it proves."""

import json
import time

REQUESTS = "document.querySelector('#requests-table')"


def opened(browser, programs, query="", **settings):
    """Opens the page, and waits until it shows the state."""
    page = browser.page(**settings)
    page.open(f"{programs.url}/_emulator/{query}")
    page.until(f"document.querySelector('#url').textContent === {json.dumps(programs.url)}", "the page shows the address")
    page.until("document.querySelector('#fault-kind').options.length > 0", "the page knows the kinds of faults")
    # Lost if the page is loaded again.
    page.run("window.untouched = true")
    return page


def finish(page, programs):
    """That the page was neither loaded again nor complained, asked nobody else, and saw no secret."""
    assert page.run("window.untouched") is True, "the page was loaded again"
    assert not page.complaints, page.complaints
    # The browser draws its own controls from `data:` addresses, which the policy forbids to the page.
    strangers = [url for url in page.requests if not url.startswith((f"{programs.url}/_emulator/", "data:"))]
    assert not strangers, strangers
    loaded = page.loaded()
    assert len(loaded) > 5, "the browser keeps what was loaded"
    for body in loaded:
        for secret in (programs.secret, "PRIVATE KEY", "13800000000", "ops@example.com", "Li Lei"):
            assert secret not in body, f"{secret} reached the page"


def row(text):
    """The row of a table that has a cell with this text."""
    cells = "[...document.querySelectorAll('tbody th, tbody td')]"
    return f"{cells}.find((cell) => cell.textContent === {json.dumps(text)})?.closest('tr')"


def first_steps_then_rows(browser, programs):
    """an empty endpoint says what to do first, and an order by the SDK appears without loading the page again"""
    programs.start()
    page = opened(browser, programs)
    page.sees("No request yet.")
    page.sees(f"export CLOUDCERT_ENDPOINT_URL={programs.url}")
    page.sees("None yet: Orders")
    order = programs.order("first.example.com")
    page.until(f"{row('first.example.com')}.innerText.includes({json.dumps(order)})", "the order has a row, with its whole id")
    words = page.until(f"{row('first.example.com')}.innerText", "the row has text")
    assert "in process" in words and "process" in words.split("in process")[1], words
    request = page.until(f"{REQUESTS}.querySelector('tbody tr').innerText", "the request has a row")
    for word in ("CAS 2020", "CreateCertificateRequest", "order", "200", "yes"):
        assert word in request, f"{word} is not in {request}"
    page.until("document.querySelector('#requests-empty').hidden", "the first steps are gone")
    bought = programs.call("buy second.example.com")["certificate"]
    page.until(f"{row('second.example.com')}.innerText.includes({json.dumps(bought)})", "the certificate has a row")
    page.sees("CNY 100")
    finish(page, programs)


def a_fault_fails_the_next_call(browser, programs):
    """a fault added on the page fails the next call of the SDK, once, and what is removed does nothing"""
    programs.start()
    page = opened(browser, programs)
    page.choose("#fault-kind", "internal")
    page.choose("#fault-action", "CreateCertificateRequest")
    page.click("#fault-member-committed")
    page.click("#fault-form button")
    page.until("document.querySelector('#faults li').innerText.includes('internal · committed')", "the fault is listed")
    page.sees("1 left")
    failed = programs.call("order lost.example.com")
    assert failed == {"error": "InternalError", "status": 500, "unknown": True}, failed
    page.until("document.querySelectorAll('#faults li').length === 0", "the fault is used up")
    page.until(f"{row('lost.example.com')} !== undefined", "the order was placed all the same")
    request = page.until(f"{REQUESTS}.querySelector('tbody tr').innerText", "the request has a row")
    for word in ("500", "InternalError", "internal", "yes"):
        assert word in request, f"{word} is not in {request}"
    assert "order" in programs.call("order next.example.com")

    page.choose("#fault-kind", "service")
    page.choose("#fault-action", "CreateCertificateRequest")
    page.choose("#fault-member-row", "quota-exhausted")
    page.click("#fault-form button")
    page.until("document.querySelectorAll('#faults li').length === 1", "the second fault is listed")
    page.choose("#fault-kind", "close-before-reading")
    page.choose("#fault-action", "")
    page.choose("#fault-times", "")
    page.click("#fault-form button")
    page.until("document.querySelectorAll('#faults li').length === 2", "the third fault is listed")
    page.click("#faults li:last-child button")
    page.until("document.querySelectorAll('#faults li').length === 1", "the third fault is removed")
    page.until("document.activeElement === document.querySelector('#faults li button')", "the focus stays near")
    refused = programs.call("order none.example.com")
    assert refused["status"] == 404 and refused["unknown"] is False, refused
    page.sees(refused["error"])
    page.choose("#fault-kind", "truncated")
    page.click("#fault-form button")
    page.until("document.querySelectorAll('#faults li').length === 1", "a fault is listed")
    page.click("#faults-clear")
    page.sees("No fault is in force.")
    assert programs.call("packages") == {"total": 100}

    page.choose("#fault-kind", "html")
    page.choose("#fault-member-status", "200")
    page.click("#fault-form button")
    page.sees("Not done: status must be from 400 to 599")
    assert programs.state()["faults"] == 0
    # The browser notes every refused request, and this one was meant.
    page.complaints[:] = [text for text in page.complaints if "400 (Bad Request)" not in text]
    finish(page, programs)


def the_clock_lets_an_order_pass(browser, programs):
    """the clock moved on the page lets an order pass, also from the keyboard, and it stops and runs"""
    programs.start("--seconds", "1800")
    page = opened(browser, programs)
    order = programs.order("first.example.com")
    assert [programs.call(f"probe {order}") for _ in range(4)] == [{"issued": False}] * 4
    page.until(f"{row('first.example.com')}.innerText.includes('domain_verify')", "the domain is validated")
    before = programs.state()["clock"]["seconds"]
    page.click("[data-advance='3600']")
    page.sees("The clock was moved.")
    page.sees("1 h ahead of this computer")
    moved = programs.state()["clock"]["seconds"] - before
    assert 3600 <= moved < 3660, moved
    assert programs.call(f"probe {order}") == {"issued": True}
    page.until(f"{row('first.example.com')}.innerText.includes('issued')", "the order is issued")
    page.until("document.querySelector('#services').innerText.includes('valid')", "the certificate is valid")

    page.run("document.querySelector('#clock-run').focus()")
    page.press("Enter", 13, "\r")
    page.sees("The clock stands still.")
    assert programs.state()["clock"]["running"] is False
    page.choose("#clock-to", "2031-02-03T04:05:06")
    page.click("#clock-form button")
    page.until("document.querySelector('#clock').textContent === '2031-02-03 04:05:06'", "the clock shows its time")
    page.until("document.querySelector('#clock-to').value === '2031-02-03T04:05'", "the field follows the clock again")
    assert programs.state()["clock"]["time"] == "2031-02-03T04:05:06Z"
    page.until("document.querySelector('#services').innerText.includes('expired')", "the certificate is expired")
    page.click("#clock-run")
    page.until("document.querySelector('#clock').textContent > '2031-02-03 04:05:06'", "the clock ticks")
    finish(page, programs)


def nothing_moves_that_is_in_use(browser, programs):
    """focus, scroll positions and opened rows stay while requests come in, and an unchanged state is not sent again, or to nobody"""
    programs.start()
    for number in range(14):
        programs.order(f"{number}.example.com")
    page = opened(browser, programs, height=500)
    seven = f"{REQUESTS}.querySelector('[data-key=request-7] button')"
    page.run(f"{seven}.scrollIntoView({{block: 'center'}})")
    page.click("#requests-table [data-key=request-7] button")
    page.until(f"{REQUESTS}.querySelector('[data-key=detail-7]').innerText.includes('6.example.com')", "the parameters are shown")
    detail = page.run(f"{REQUESTS}.querySelector('[data-key=detail-7]').innerText")
    assert "redacted" in detail, detail
    page.run("window.scrollTo(0, 40)")
    page.run(f"{seven}.focus({{preventScroll: true}})")
    place = f"[window.scrollY, {seven}.getBoundingClientRect().top, document.activeElement === {seven}]"
    before = page.run(place)
    for number in range(5):
        programs.order(f"more{number}.example.com")
    page.until(f"{REQUESTS}.querySelector('[data-key=request-19]') !== null", "the new requests are there")
    after = page.run(place)
    assert before[2] and after[2] and all(abs(one - two) < 1 for one, two in zip(before, after)), (before, after)
    page.until(f"{REQUESTS}.querySelector('[data-key=detail-7]') !== null", "the row is still open")
    asked = len([url for url in page.requests if "/state" in url])
    whole = len([body for body in page.loaded() if '"services"' in body])
    time.sleep(3)
    asked = len([url for url in page.requests if "/state" in url]) - asked
    whole = len([body for body in page.loaded() if '"services"' in body]) - whole
    assert asked >= 2 and whole <= 1, (asked, whole)
    hidden = "Object.defineProperty(document, 'hidden', {{value: {}, configurable: true}}); document.dispatchEvent(new Event('visibilitychange'))"
    page.run(hidden.format("true"))
    time.sleep(1.5)
    asked = len(page.requests)
    time.sleep(1.5)
    assert len(page.requests) == asked, "a hidden page rests"
    page.run(hidden.format("false"))
    programs.order("last.example.com")
    page.until(f"{row('last.example.com')} !== undefined", "a page that is seen again goes on")
    finish(page, programs)


def hostile_text_stays_text(browser, programs):
    """markup in requests and faults is shown as text"""
    programs.start()
    page = opened(browser, programs)
    markup = "<img src=x onerror=\"document.title='owned'\">"
    programs.raw(Action=markup)
    programs.raw(Action="DescribeCertificateState", OrderId=f"{markup}<script>document.title='owned'</script>")
    programs.manage("POST", "faults", {"faults": [{"fault": {"kind": "response", "status": 200, "body": f"</code>{markup}"}}]})
    page.choose("#fault-kind", "content-type")
    page.choose("#fault-member-value", markup)
    page.click("#fault-form button")
    page.until("document.querySelectorAll('#faults li').length === 2", "both faults are listed")
    page.until(f"{REQUESTS}.innerText.includes({json.dumps(markup)})", "the action is shown as it came")
    page.click("#requests-table [data-key=request-2] button")
    page.until(f"{REQUESTS}.querySelector('.detail').innerText.includes('<script>')", "the parameter is shown as it came")
    for text in page.run("[...document.querySelectorAll('#faults li')].map((item) => item.innerText)"):
        assert markup in text, text
    found = page.run("document.querySelectorAll('img, iframe, object, body script, [onerror]').length")
    assert (found, page.run("document.title")) == (0, "cloudcert-emulator")
    finish(page, programs)


def reset_asks_first(browser, programs):
    """a reset happens only if it is confirmed, and shows the first steps again"""
    programs.start()
    page = opened(browser, programs)
    programs.order("first.example.com")
    page.until(f"{row('first.example.com')} !== undefined", "the order has a row")
    page.click("#reset")
    page.sees("Reset the endpoint?")
    page.until("document.activeElement.value === 'no'", "the focus is on what does nothing")
    page.press("Escape", 27)
    page.until("!document.querySelector('#confirm').open", "the question is gone")
    page.click("#reset")
    page.click("#confirm [value=no]")
    page.until("!document.querySelector('#confirm').open", "the question is gone again")
    assert programs.state()["requests"]["seen"] == 1
    page.click("#reset")
    page.click("#confirm [value=yes]")
    page.sees("No request yet.")
    assert programs.state()["requests"]["seen"] == 0
    page.until(f"{row('first.example.com')} === undefined", "the order is gone")
    finish(page, programs)


def both_languages(browser, programs):
    """the language is that of the browser, of the switch or of the address, also where nothing can be stored"""
    programs.start()
    english = opened(browser, programs)
    assert english.run("document.documentElement.lang") == "en"
    english.click("#language")
    english.sees("还没有请求")
    assert english.run("document.documentElement.lang") == "zh-CN"
    finish(english, programs)
    english.call("Page.reload")
    english.sees("还没有请求")
    chinese = opened(browser, programs, languages="zh-CN,zh;q=0.9,en;q=0.8")
    chinese.sees("还没有请求")
    left = chinese.run("[...document.querySelectorAll('[data-t]')].filter((node) => !node.textContent).length")
    assert left == 0
    asked = opened(browser, programs, "?lang=en", languages="zh-CN")
    asked.sees("No request yet.")
    asked.click("#language")
    asked.sees("还没有请求")
    assert asked.run("location.search") == "?lang=zh"
    blocked = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    without = opened(browser, programs, languages="fr-FR,zh-TW", before=blocked)
    without.sees("还没有请求")
    without.click("#language")
    without.sees("No request yet.")
    for page in (chinese, asked, without):
        finish(page, programs)


def a_lost_endpoint_is_found_again(browser, programs):
    """the page says that the endpoint is gone, and goes on when it is there again"""
    programs.start()
    page = opened(browser, programs)
    programs.order("first.example.com")
    page.until(f"{row('first.example.com')} !== undefined", "the order has a row")
    programs.stop()
    page.sees("No connection since")
    page.until(f"{row('first.example.com')} !== undefined", "what was known stays")
    programs.start()
    page.sees("Connected")
    page.sees("No request yet.")
    # The browser notes each request that reached nobody.
    page.complaints[:] = [text for text in page.complaints if "net::ERR_" not in text]
    finish(page, programs)


def everybody_can_use_it(browser, programs):
    """at 360 pixels, dark and light, nothing is cut off, and every control has a name"""
    programs.start()
    order = programs.order("first.example.com")
    programs.call(f"probe {order}")
    programs.call("buy second.example.com")
    for settings in ({"languages": "zh-CN"}, {"languages": "en", "dark": True}):
        page = opened(browser, programs, width=360, height=740, **settings)
        page.until(f"{row('second.example.com')} !== undefined", "the rows are there")
        wide = page.run("document.documentElement.scrollWidth")
        assert wide <= 360, f"{wide} pixels are needed"
        out = page.run(
            "[...document.querySelectorAll('button, input, select')].filter((node) => node.offsetParent && !node.closest('.scroll'))"
            ".map((node) => node.getBoundingClientRect()).filter((box) => box.left < 0 || box.right > 360).length"
        )
        assert out == 0, f"{out} controls are cut off"
        nodes = page.call("Accessibility.getFullAXTree")["nodes"]
        roles = {"button", "textbox", "combobox", "spinbutton", "checkbox", "region", "table", "dialog", "Date", "DateTime"}
        named = [node for node in nodes if node.get("role", {}).get("value") in roles and not node.get("ignored")]
        nameless = [node["role"]["value"] for node in named if not node.get("name", {}).get("value")]
        assert len(named) > 20 and not nameless, nameless
        ids = page.run("[...document.querySelectorAll('[id]')].map((node) => node.id)")
        assert len(ids) == len(set(ids)), "an id is there twice"
        pale = page.run(CONTRAST)
        assert not pale, f"hard to read: {pale}"
        finish(page, programs)


# The texts whose contrast with what is behind them is below 4.5 to 1.
CONTRAST = """(() => {
  const parts = (color) => color.match(/[\\d.]+/g).map(Number);
  const light = ([r, g, b]) => [r, g, b].map((c) => c / 255).map((c) => (c <= 0.03928 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, index) => sum + c * [0.2126, 0.7152, 0.0722][index], 0);
  const behind = (node) => {
    for (let at = node; at; at = at.parentElement) {
      const color = parts(getComputedStyle(at).backgroundColor);
      if (color.length === 3 || color[3] === 1) return color;
    }
    return [255, 255, 255];
  };
  const shown = [...document.querySelectorAll('body *')].filter((node) => node.offsetParent && !node.disabled
    && !node.closest('.unseen, .skip') && [...node.childNodes].some((child) => child.nodeType === 3 && child.data.trim()));
  return shown.filter((node) => {
    const [one, two] = [light(parts(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    return (one + 0.05) / (two + 0.05) < 4.5;
  }).map((node) => node.textContent.slice(0, 30));
})()"""

CHECKS = [
    first_steps_then_rows,
    a_fault_fails_the_next_call,
    the_clock_lets_an_order_pass,
    nothing_moves_that_is_in_use,
    hostile_text_stays_text,
    reset_asks_first,
    both_languages,
    a_lost_endpoint_is_found_again,
    everybody_can_use_it,
]


def picture(browser, programs):
    """Takes a picture of the page after a few calls: orders in several states, a fault that was met, and one in force."""
    programs.start("--seconds", "600")
    orders = [programs.order(f"{name}.example.com") for name in ("www", "shop", "api")]
    failing = programs.order("intranet.invalid")
    for order in (*orders, failing):
        programs.call(f"probe {order}")
    programs.manage("POST", "clock", {"advance_seconds": 660})
    for order in (failing, *orders[:2]):
        programs.call(f"probe {order}")
    lost = {"action": "CreateCertificateRequest", "times": 1, "fault": {"kind": "internal", "committed": True}}
    throttle = {"action": "DescribePackageState", "times": 2, "fault": {"kind": "throttle", "retry_after_ms": 350}}
    programs.manage("POST", "faults", {"faults": [lost, throttle]})
    programs.call("order blog.example.com")
    programs.call("buy pay.example.com")
    page = opened(browser, programs, height=900)
    page.until(f"{row('pay.example.com')} !== undefined", "the rows are there")
    image = page.picture()
    finish(page, programs)
    return image
